// Whole batches whose candidates are trained by workers: the bytes of one without, whatever happens
// to workers and batch.
#include <algorithm>
#include <catch2/catch.hpp>
#include <csignal>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>
#include <thread>

#include "space/random.hpp"
#include "tests/apps/batches.hpp"
#include "tests/apps/worker_processes.hpp"

using namespace nanonas;
using namespace nanonas::test;
using Catch::Contains;
namespace fs = std::filesystem;

namespace {

std::vector<std::string> with_workers(const std::string& line, const std::string& from) {
    std::vector<std::string> all = words("batch plan.yaml " + line);
    all.insert(all.end(), {"--workers-from", from});
    return all;
}

/// Of a batch's shared scores, by what they are of. No score may stand twice.
std::map<std::string, std::string> scores(const std::string& folder) {
    std::map<std::string, std::string> lines;
    for (const auto& file : fs::directory_iterator(folder + "/.batch/scores")) {
        std::istringstream text(read(file.path()));
        for (std::string line; std::getline(text, line);) {
            const nlohmann::json value = nlohmann::json::parse(line, nullptr, false);
            if (!value.is_discarded()) {  // else it was torn by a kill
                CHECK(lines.emplace(value["key"].get<std::string>(), line).second);
            }
        }
    }
    return lines;
}

/// Those that both have: which others were trained ahead is the machine's.
void check_same_scores(const Folder& folder, const std::string& one, const std::string& other) {
    const auto first = scores(folder.path(one)), second = scores(folder.path(other));
    std::size_t common = 0;
    for (const auto& [key, line] : first) {
        const auto found = second.find(key);
        if (found != second.end()) {
            ++common;
            CHECK(found->second == line);
        }
    }
    CHECK(common >= 20);
}

}  // namespace

TEST_CASE("one fleet of workers serves all searches of a batch, and its bytes are the same") {
    const Folder folder;
    REQUIRE(folder.batch("plan.yaml --out whole --quiet --workers 2").code == 0);

    const Ran alone = run(with_workers("--out alone --workers 0", workers("2*")), folder.folder());
    INFO(alone.err);
    REQUIRE(alone.code == 0);
    check_same(folder, "whole", "alone");
    check_same_scores(folder, "whole", "alone");
    CHECK(pids(folder).size() == 2);  // no search has started workers of its own
    CHECK(none_lives(pids(folder)));
    CHECK_THAT(alone.out, Contains("  workers   ") && Contains(", trainings "));
    CHECK_THAT(read(folder.path("alone/batch.log")),
               Contains("macc=20000,seed=1: (") && Contains(" was evaluated by "));
    const nlohmann::json work =
        nlohmann::json::parse(read(folder.path("alone/results.json")))["work"];
    REQUIRE(work["workers"].size() == 2);
    CHECK(work["seconds"].get<double>() > 0.0);
    CHECK(work["workers"][0]["evaluations"].get<int>() +
              work["workers"][1]["evaluations"].get<int>() >=
          20);

    const Ran again = run(with_workers("--out alone --workers 0", "cmd:false"), folder.folder());
    CHECK(again.code == 0);  // nothing is missing: no worker is needed
    CHECK(nlohmann::json::parse(read(folder.path("alone/results.json")))["work"] == work);

    const Ran beside =
        run(with_workers("--out beside --workers 1 --json", workers("")), folder.folder());
    REQUIRE(beside.code == 0);
    check_same(folder, "whole", "beside");
    const nlohmann::json both = nlohmann::json::parse(beside.out)["work"]["workers"];
    REQUIRE(both.size() == 2);
    CHECK(both[0]["host"] == "here");
}

TEST_CASE("workers and batch killed at any moment lose nothing and double nothing") {
    const Folder folder;
    const Ran whole = folder.batch("plan.yaml --out whole --quiet --workers 2");
    REQUIRE(whole.code == 0);
    Rng rng(5);
    int batches = 0, killed = 0;
    Ran last;
    for (int attempt = 0; attempt < 60; ++attempt) {
        Program program(with_workers("--out killed --quiet --workers 0", workers("2*")),
                        folder.folder());
        // Later and later, so that it ends however slow the machine is.
        const double patience = whole.seconds * rng.uniform() * 0.1 * (attempt + 2);
        const auto until =
            std::chrono::steady_clock::now() + std::chrono::duration<double>(patience);
        while (program.running() && std::chrono::steady_clock::now() < until) {
            std::this_thread::sleep_for(std::chrono::milliseconds(5 + rng.below(40)));
            const std::vector<int> processes = pids(folder);
            if (attempt < 20 && rng.below(3) == 0 && processes.size() >= 2) {
                killed += ::kill(processes[processes.size() - 1 - rng.below(2)], SIGKILL) == 0;
            }
        }
        const bool runs = program.running();
        if (runs) {
            program.signal(SIGKILL);
            ++batches;
        }
        last = program.wait();
        CHECK(none_lives(pids(folder)));
        if (!runs && last.code == 0) {
            break;
        }
    }
    INFO(last.err);
    REQUIRE(last.code == 0);
    CHECK(batches >= 3);
    CHECK(killed >= 1);  // how many there is time for is the machine's
    check_same(folder, "whole", "killed");
    check_same_scores(folder, "whole", "killed");
}

TEST_CASE("a batch without a worker to be had is not begun, one that loses them stops") {
    const Folder folder;
    const Ran none = run(with_workers("--out none --quiet --workers 0", "cmd:echo oh >&2; exit 4"),
                         folder.folder());
    CHECK(none.code == 2);
    CHECK_THAT(none.err, Contains("nanonas: --workers-from: no worker can be had: cmd:echo") &&
                             Contains("ended, exit code 4: oh"));
    CHECK(lines(none.err) == 1);
    CHECK_FALSE(exists(folder.path("none")));

    // One that is ready and then gone; what is started in its place is of another protocol.
    const std::string gone = std::string("cmd:mkdir once 2>/dev/null || { echo '{\"hello\":") +
                             R"({"protocol":1,"version":"1","host":"h","slots":1}}'; exit; }; )" +
                             kProgram + " worker --cache cache | { sed -u 2q; kill $$; }";
    const Ran lost = run(with_workers("--out lost --workers 0", gone), folder.folder());
    INFO(lost.err);
    CHECK(lost.code == 1);
    CHECK_THAT(lost.err, Contains("nanonas: no worker is left: the last, cmd:mkdir once") &&
                             Contains("speaks protocol 1, expected 2") &&
                             Contains("go on with: ") && Contains("batch plan.yaml --out lost"));
    const Ran on =
        run(with_workers("--out lost --quiet --workers 0", workers("2*")), folder.folder());
    CHECK(on.code == 0);
    CHECK_THAT(on.out, Contains("4 runs: 4 done"));

    const Ran nobody = folder.batch("plan.yaml --quiet --workers 0");
    CHECK(nobody.code == 2);
    CHECK_THAT(nobody.err, Contains("--workers: 0 leaves nobody to work without --workers-from"));
}
