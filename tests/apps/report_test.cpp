// `nanonas report` and the report.html of every run.
#include <catch2/catch.hpp>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "tests/apps/program.hpp"

using namespace nanonas;
using namespace nanonas::test;
using Catch::Contains;

namespace {

std::size_t times(const std::string& text, const std::string& part) {
    std::size_t count = 0;
    for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) {
        ++count;
    }
    return count;
}

/// Runs `a` (a search) and `b` (a training), on images of which none is learned well.
struct Runs : Scratch {
    Runs() {
        make_images(path("data"), 3, 12);
        make_images(path("test"), 3, 6, 2);
        const std::string common = " --data data --test test --batch 8 --check-images 0 --quiet";
        for (const std::string& line :
             {"search --macc 9000 --search-epochs 1 --epochs 2 --out a" + common,
              "train --arch 2,0 --epochs 1 --out b" + common}) {
            const Ran ran = test::run(words(line), folder());
            INFO(line << "\n" << ran.err);
            REQUIRE(ran.code == 0);
        }
    }

    Ran report(const std::string& line) const {
        return test::run(words("report " + line), folder());
    }
};

}  // namespace

TEST_CASE("a run leaves its page, and report makes the same bytes again") {
    const Runs scratch;
    const std::string page = read(scratch.path("a/report.html"));
    CHECK(page.rfind("<!DOCTYPE html>", 0) == 0);
    for (const char* id : {"verdict", "map", "trade-offs", "learning", "network", "rounding",
                           "mistakes", "work", "repeat"}) {
        INFO(id);
        CHECK(times(page, std::string("<h2 id=\"") + id + "\">") == 1);
    }
    const std::string trained = read(scratch.path("b/report.html"));
    CHECK(times(trained, "<h2 id=\"map\">") == 0);
    CHECK(times(trained, "<h2 id=\"mistakes\">") == 1);

    const Ran again = scratch.report("a --out again.html --json");
    INFO(again.err);
    REQUIRE(again.code == 0);
    const bool same = read(scratch.path("again.html")) == page;
    CHECK(same);
    const nlohmann::json told = nlohmann::json::parse(again.out);
    CHECK(told["file"] == "again.html");
    CHECK(told["notes"].empty());

    SECTION("a run that was moved tells the same") {
        std::filesystem::rename(scratch.path("a"), scratch.path("else"));
        std::filesystem::create_directory(scratch.path("kept"));
        std::filesystem::rename(scratch.path("else"), scratch.path("kept/a"));
        REQUIRE(scratch.report("kept/a/ --out moved.html").code == 0);
        const bool unchanged = read(scratch.path("moved.html")) == page;
        CHECK(unchanged);
    }
    SECTION("pictures are left out where they are private") {
        CHECK(times(page, "data:image/png") > 0);
        REQUIRE(scratch.report("a --out private.html --report-images 0").code == 0);
        const std::string bare = read(scratch.path("private.html"));
        CHECK(times(bare, "data:image/png") == 0);
        CHECK(times(bare, "<h2 id=\"mistakes\">") == 1);
    }
    SECTION("images that are gone are told, and the rest of the page stands") {
        std::filesystem::rename(scratch.path("test"), scratch.path("gone"));
        const Ran ran = scratch.report("a");
        CHECK(ran.code == 0);
        CHECK_THAT(ran.out, Contains("a: its mistakes are not told: "));
        const std::string bare = read(scratch.path("a/report.html"));
        CHECK(times(bare, "<h2 id=\"network\">") == 1);
        CHECK_THAT(bare, Contains("Not told: "));
    }
}

TEST_CASE("several runs stand beside each other, those of a batch by its directory") {
    const Runs scratch;
    REQUIRE(scratch.report("a b --out two.html").code == 0);
    const std::string page = read(scratch.path("two.html"));
    CHECK(times(page, "<h2 id=\"comparison\">") == 1);
    CHECK(times(page, "<h1") == 3);
    CHECK(times(page, "<h2 id=\"run1-verdict\">") == 1);
    CHECK(times(page, "<h2 id=\"run2-verdict\">") == 1);

    std::filesystem::create_directory(scratch.path("batch"));
    for (const char* run : {"a", "b"}) {
        std::filesystem::rename(scratch.path(run), scratch.path(std::string("batch/") + run));
    }
    REQUIRE(scratch.report("batch --out batch.html").code == 0);
    const bool same = read(scratch.path("batch.html")) == page;
    CHECK(same);
}

TEST_CASE("what is no run, and what would be written over, is one line") {
    const Runs scratch;
    write(scratch.path("mine.html"), "my own page\n");
    std::filesystem::create_directory(scratch.path("empty"));
    std::filesystem::create_directory(scratch.path("begun"));
    write(scratch.path("begun/config.json"), "{}\n");
    const auto refused = [&](const std::string& line) {
        const Ran ran = scratch.report(line);
        INFO(line << "\n" << ran.out << ran.err);
        CHECK(ran.code == 2);
        CHECK(ran.out.empty());
        CHECK(lines(ran.err) == 1);
        return ran.err;
    };
    CHECK_THAT(refused(""), Contains("no run: name its directory"));
    CHECK_THAT(refused("nowhere"), Contains("nowhere: no such directory"));
    CHECK_THAT(refused("empty"), Contains("empty: neither a run nor a batch"));
    CHECK_THAT(refused("begun"), Contains("begun: a run that is not finished"));
    CHECK_THAT(refused("a b"), Contains("--out: needed where several runs are named"));
    CHECK_THAT(refused("a --out mine.html"), Contains("mine.html exists and is no page"));
    CHECK_THAT(refused("a --out empty"), Contains("empty is a directory"));
    CHECK_THAT(refused("a --report-images -1"), Contains("--report-images"));
    CHECK(read(scratch.path("mine.html")) == "my own page\n");
    CHECK_FALSE(exists(scratch.path("begun/report.html")));
}
