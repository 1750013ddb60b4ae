// `--resume DIR`: a run goes on by its directory alone.
#include <catch2/catch.hpp>
#include <filesystem>

#include "apps/nanonas/options/command_line.hpp"
#include "tests/apps/program.hpp"

using namespace nanonas;
using namespace nanonas::test;
using Catch::Contains;

namespace {

const std::string kSearch =
    "search --data data --macc 9000 --search-epochs 1 --epochs 3 --batch 8 --check-images 0 "
    "--seed 3 --quiet";

}  // namespace

TEST_CASE("a run cut short goes on by its directory alone") {
    const Scratch scratch;
    make_images(scratch.path("data"), 3, 12);
    REQUIRE(run(words(kSearch + " --out whole"), scratch.folder()).code == 0);
    std::filesystem::copy(scratch.path("whole"), scratch.path("cut"),
                          std::filesystem::copy_options::recursive);
    for (const char* gone : {"summary.json", "training.ckpt", "winner", "report.html"}) {
        std::filesystem::remove_all(scratch.path(std::string("cut/") + gone));
    }
    const std::string journal = read(scratch.path("whole/journal.jsonl"));
    write(scratch.path("cut/journal.jsonl"), journal.substr(0, journal.size() / 2));

    // From another folder: the run knows its images.
    std::filesystem::create_directory(scratch.path("elsewhere"));
    const Ran ran = run(words("search --resume ../cut --quiet"), scratch.path("elsewhere"));
    INFO(ran.err);
    REQUIRE(ran.code == 0);
    CHECK(read(scratch.path("cut/journal.jsonl")) == journal);
    for (const char* file : {"config.json", "winner/model.safetensors", "winner/c/model.c"}) {
        INFO(file);
        const bool same = read(scratch.path(std::string("cut/") + file)) ==
                          read(scratch.path(std::string("whole/") + file));
        CHECK(same);
    }
    const Ran other = run(words("search --resume cut --seed 4"), scratch.folder());
    CHECK(other.code == 2);
    CHECK_THAT(other.err, Contains("--seed 3, now it is 4"));
}

TEST_CASE("nothing is begun where no run is") {
    const Scratch scratch;
    std::filesystem::create_directory(scratch.path("empty"));
    make_images(scratch.path("data"), 2, 4);
    const auto refused = [&](const std::string& line) {
        const Ran ran = run(words(line), scratch.folder());
        INFO(line << "\n" << ran.err);
        CHECK(ran.code == 2);
        CHECK(lines(ran.err) == 1);
        return ran.err;
    };
    CHECK_THAT(refused("search --resume nowhere"),
               Contains("--resume: nowhere holds no run to go on with"));
    CHECK_THAT(refused("train --resume empty --data data --arch 1,0"),
               Contains("--resume: empty holds no run to go on with"));
    CHECK_THAT(refused("search --resume empty --out other"),
               Contains("--out: --resume empty names the run already"));
    CHECK_THAT(refused("search --resume empty more"), Contains("empty"));
    CHECK(std::filesystem::is_empty(scratch.path("empty")));
    CHECK_FALSE(exists(scratch.path("runs")));
}

TEST_CASE("what goes on by its directory is told to go on so") {
    const Scratch scratch;
    write(scratch.path("config.json"), "{\"data\": \"images\"}");
    const app::Command command =
        app::parse_command({"nanonas", "search", "--resume", scratch.folder()});
    CHECK(command.config.output.out == scratch.folder());
    CHECK(command.config.output.resume);
    CHECK(app::resume_command(command, scratch.folder()) ==
          "nanonas search --resume " + scratch.folder());
}
