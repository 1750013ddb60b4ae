// Whole searches whose candidates are trained by workers: the bytes of one without, whatever
// happens to them.
#include <stdlib.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <csignal>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <thread>

#include "space/random.hpp"
#include "tests/apps/worker_processes.hpp"

using namespace nanonas;
using namespace nanonas::test;
using Catch::Contains;
namespace fs = std::filesystem;

namespace {

const std::string kSearch =
    "search --data data --test test --repeats 2 --epochs 4 --batch 8 --augment none "
    "--check-images 0 --macc 60000 --cache cache ";

struct Folder : Scratch {
    Folder() {
        make_images(path("data"), 3, 30);
        make_images(path("test"), 3, 10, 2);
    }
    std::vector<std::string> with(const std::string& line, const std::string& workers) const {
        std::vector<std::string> all = words(kSearch + line);
        if (!workers.empty()) {
            all.insert(all.end(), {"--workers-from", workers});
        }
        return all;
    }
    Ran search(const std::string& line, const std::string& workers = "") const {
        return run(with(line, workers), folder());
    }
};

void check_same(const Folder& folder, const std::string& one, const std::string& other) {
    for (const char* file : {"/journal.jsonl", "/config.json", "/data.json",
                             "/winner/model.safetensors", "/winner/c/model.c"}) {
        INFO(other << file);
        CHECK(exists(folder.path(other + file)));
        const bool same = read(folder.path(one + file)) == read(folder.path(other + file));
        CHECK(same);
    }
}

/// As if the images lay on this machine alone.
const char* const kWithoutPaths = "sed -u 's/\"of_path\":true/\"of_path\":false/' | ";

}  // namespace

TEST_CASE("with workers elsewhere the search ends in the bytes of one without") {
    const Folder folder;
    REQUIRE(folder.search("--search-steps 20 --out one --workers 1").code == 0);

    const Ran alone = folder.search("--search-steps 20 --out alone --workers 0", workers("2*"));
    INFO(alone.err);
    REQUIRE(alone.code == 0);
    check_same(folder, "one", "alone");
    CHECK_THAT(alone.err, Contains("is ready, slots: 1 (cmd:"));
    // The second may come when all is done.
    CHECK_THAT(alone.out, Contains("  workers   ") && Contains(", trainings "));
    CHECK_THAT(read(folder.path("alone/search.log")), Contains(" was evaluated by "));
    CHECK(pids(folder).size() == 2);
    CHECK(none_lives(pids(folder)));

    const Ran beside = folder.search("--search-steps 20 --out beside --workers 1 --json",
                                     workers("") + " --workers 2");
    REQUIRE(beside.code == 0);
    check_same(folder, "one", "beside");
    const nlohmann::json workers = nlohmann::json::parse(beside.out)["search"]["workers"];
    REQUIRE(workers.size() == 2);
    CHECK(workers[0]["host"] == "here");
    CHECK(workers[1]["source"].get<std::string>().rfind("cmd:", 0) == 0);
    CHECK(folder.search("--search-steps 20 --out beside --resume --quiet").code == 0);

    // Without the images, which are sent and kept.
    CHECK_FALSE(exists(folder.path("far")));
    const Ran far =
        folder.search("--search-steps 20 --out sent --workers 0",
                      std::string("cmd:") + kWithoutPaths + kProgram + " worker --cache far");
    INFO(far.err);
    REQUIRE(far.code == 0);
    check_same(folder, "one", "sent");
    CHECK(std::distance(fs::directory_iterator(folder.path("far")), fs::directory_iterator()) == 1);
}

TEST_CASE("workers killed at any moment change nothing") {
    const Folder folder;
    const std::string steps = "--search-steps 400 ";
    REQUIRE(folder.search(steps + "--out one --workers 1").code == 0);
    Program program(folder.with(steps + "--out killed --workers 0", workers("2*")),
                    folder.folder());
    Rng rng(11);
    int kills = 0;
    while (program.running()) {
        std::this_thread::sleep_for(std::chrono::milliseconds(20 + rng.below(150)));
        const std::vector<int> processes = pids(folder);
        const bool searching = !exists(folder.path("killed/checkpoint")) && processes.size() >= 2;
        if (searching && kills < 12) {
            ::kill(processes[processes.size() - 1 - rng.below(2)], SIGKILL);
            ++kills;
        }
    }
    Ran ran = program.wait();
    // Three losses of one training stop it, which is no harm either.
    for (int i = 0; i < 5 && ran.code == 1; ++i) {
        CHECK_THAT(ran.err, Contains("lost 3 times") && Contains("go on with: "));
        ran = folder.search(steps + "--out killed --resume --workers 0", workers("2*"));
    }
    INFO(ran.err);
    REQUIRE(ran.code == 0);
    CHECK(kills >= 1);  // how many there is time for is the machine's
    check_same(folder, "one", "killed");
    CHECK(none_lives(pids(folder)));
}

TEST_CASE("a search that is killed or stopped leaves no worker, and goes on") {
    const Folder folder;
    const std::string steps = "--search-steps 2000 ";
    for (const int signal : {SIGKILL, SIGINT}) {
        const std::size_t before = pids(folder).size();
        const std::size_t logged = read(folder.path("run/search.log")).size();
        Program program(folder.with(steps + "--out run --workers 0 --resume", workers("2*")),
                        folder.folder());
        const auto begun = [&] {
            return pids(folder).size() >= before + 2 &&
                   read(folder.path("run/search.log")).size() > logged;
        };
        for (int i = 0; i < 3000 && program.running() && !begun(); ++i) {
            std::this_thread::sleep_for(std::chrono::milliseconds(5));
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(100));
        REQUIRE(program.running());
        program.signal(signal);
        const Ran ran = program.wait();
        CHECK(ran.code == (signal == SIGKILL ? 128 + SIGKILL : 130));
        if (signal == SIGINT) {
            CHECK_THAT(ran.err, Contains("nanonas: interrupted; go on with: ") &&
                                    Contains("--workers-from"));
        }
        CHECK(none_lives(pids(folder)));
    }
}

TEST_CASE("hosts are reached by ssh") {
    const Folder folder;
    REQUIRE(folder.search("--search-steps 20 --out one --workers 1").code == 0);
    // Stands for ssh: options, host, command.
    fs::create_directory(folder.path("bin"));
    write(folder.path("bin/ssh"),
          "#!/bin/sh\nwhile [ \"${1#-}\" != \"$1\" ]; do shift; done\necho \"$1: $2\" >> asked\n"
          "[ \"$1\" = down ] && { echo 'ssh: connect to host down port 22: No route' >&2; exit "
          "255; }\n"
          "exec sh -c \"$2\"\n");
    fs::permissions(folder.path("bin/ssh"), fs::perms::owner_all);
    const std::string path = std::getenv("PATH");
    ::setenv("PATH", (folder.path("bin") + ":" + path).c_str(), 1);
    const Ran ran = folder.search(std::string("--search-steps 20 --out hosts --workers 0 "
                                              "--worker-program ") +
                                      kProgram,
                                  "ssh:a*2,down");
    const Ran down = folder.search("--search-steps 20 --out nowhere --workers 0", "ssh:down");
    ::setenv("PATH", path.c_str(), 1);
    INFO(ran.err);
    REQUIRE(ran.code == 0);
    check_same(folder, "one", "hosts");
    CHECK_THAT(
        read(folder.path("asked")),
        Contains(std::string("a: ") + kProgram + " worker --workers 2\n") && Contains("down: "));
    CHECK_THAT(ran.err,
               Contains("worker ssh:down: ended, exit code 255: ssh: connect to host down"));
    CHECK(down.code == 2);
    CHECK_THAT(down.err, Contains("nanonas: --workers-from: no worker can be had: ssh:down: ended, "
                                  "exit code 255: ssh: connect to host down port 22: No route"));
    CHECK_FALSE(exists(folder.path("nowhere")));
}

TEST_CASE("sources of workers are refused before any work") {
    const Folder folder;
    const std::pair<std::string, const char*> refused[] = {
        {"--workers-from hostA", "--workers-from: \"hostA\": expected cmd:COMMAND"},
        {"--workers-from cmd:x --workers-from ssh:", "\"\" is no host"},
        {"--workers 0", "--workers: 0 leaves nobody to work without --workers-from"},
        {"--workers-from ssh:a --scores t.csv", "not together with --scores"},
        {"--workers 0 --workers-from cmd:false",
         "no worker can be had: cmd:false: ended, exit code 1"},
    };
    for (const auto& one : refused) {
        INFO(one.first);
        const Ran ran = folder.search(one.first + " --quiet");
        CHECK(ran.code == 2);
        CHECK_THAT(ran.err, Contains(one.second));
        CHECK(lines(ran.err) == 1);
    }
    CHECK_FALSE(exists(folder.path("runs")));

    write(folder.path("c.json"), R"({"workers": 0, "workers-from": ["cmd:false", "ssh:-x"]})");
    CHECK_THAT(folder.search("--config c.json").err, Contains("\"-x\" is no host"));
    const Ran worker = run(words("worker --workers 0"), folder.folder());
    CHECK(worker.code == 2);
}
