// Strategies that draw their candidates, in whole searches of the space of blocks.
#include <algorithm>
#include <catch2/catch.hpp>
#include <vector>

#include "export/runtime.hpp"
#include "nas/evaluators/stub_evaluator.hpp"
#include "nas/search.hpp"
#include "space/spaces/blocks.hpp"
#include "tests/nas/support.hpp"

using namespace nanonas;
using namespace nanonas::nas;
using namespace nanonas::nas::test;

namespace {

const space::BlockSpace kBlocks{{32, 32, 3}, 10};

struct Ended {
    SearchResult result;
    std::string journal;
};

Ended search_of(const std::string& name, std::size_t workers, const std::string& path,
                std::int64_t trials = 12) {
    const auto prices = exporting::make_cost_model("native");
    JournalHeader header{3, name, "f"};
    header.space = kBlocks.name();
    header.axes = kBlocks.axes();
    Journal journal = Journal::resume(path, header);
    SearchOptions options;
    options.seed = 3;
    options.workers = workers;
    options.trials = trials;
    options.space = &kBlocks;
    options.cost_model = prices.get();
    options.budget = {40 * 1024, 96 * 1024, 2'000'000};
    options.journal = &journal;
    const auto strategy = make_strategy(name);
    StubEvaluator evaluator;
    SearchResult result = search(*strategy, evaluator, options);
    return {std::move(result), slurp(path)};
}

}  // namespace

TEST_CASE("sampling: searches of blocks stay within the bounds and train no network twice") {
    const ScratchFolder folder;
    for (const std::string name : {"random", "evolution", "halving"}) {
        INFO(name);
        const Ended ended = search_of(name, 1, folder / name);
        REQUIRE(ended.result.best);
        std::vector<space::Network> networks;
        for (const Decision& decision : ended.result.decisions) {
            CHECK(decision.violations.empty());
            CHECK(decision.reason.empty());
            if (decision.effort == 1) {
                const space::Network network = kBlocks.build(decision.candidate);
                CHECK(std::find(networks.begin(), networks.end(), network) == networks.end());
                networks.push_back(network);
            }
        }
        CHECK(networks.size() == 12);
    }
}

TEST_CASE("evolution: a search of blocks begins with its anchors, a bound nearly used by each") {
    const ScratchFolder folder;
    const Ended ended = search_of("evolution", 1, folder / "journal", 5);
    const std::vector<space::Anchor> anchors = kBlocks.anchors();
    REQUIRE(anchors.size() == 5);
    REQUIRE(ended.result.decisions.size() >= 5);
    const std::vector<space::Axis> axes = kBlocks.axes();
    for (std::size_t i = 0; i < 5; ++i) {
        const Decision& decision = ended.result.decisions[i];
        INFO(to_string(decision.candidate, axes));
        const space::Network network = kBlocks.build(decision.candidate);
        for (std::size_t axis = 0; axis < axes.size(); ++axis) {
            if (axes[axis].choices.empty()) {
                continue;
            }
            // What the choice says something of.
            space::Candidate other = decision.candidate;
            other.at[axis] = anchors[i].smallest.at[axis];
            CHECK(kBlocks.build(other) == network);
        }
        REQUIRE(decision.cost);
        const auto share = [](std::int64_t used, std::int64_t limit) {
            return static_cast<double>(used) / static_cast<double>(limit);
        };
        CHECK(std::max({share(decision.cost->ram_bytes, 40 * 1024),
                        share(decision.cost->flash_bytes, 96 * 1024),
                        share(decision.cost->macc, 2'000'000)}) > 0.95);
    }
}

TEST_CASE("sampling: the journal is the same for any number of workers and wherever it was cut") {
    const ScratchFolder folder;
    for (const std::string name : {"evolution", "halving"}) {
        const Ended one = search_of(name, 1, folder / (name + "1"));
        for (const std::size_t workers : {3u}) {
            INFO(name << ", workers " << workers);
            const std::string path = folder / (name + std::to_string(workers));
            CHECK(search_of(name, workers, path).journal == one.journal);
        }
        std::size_t line = 0;
        for (std::size_t at = one.journal.find('\n'); at != std::string::npos;
             at = one.journal.find('\n', at + 1), ++line) {
            if (line % 7 != 5) {
                continue;
            }
            INFO(name << ", cut after line " << line);
            const std::string path = folder / (name + "-cut" + std::to_string(line));
            spill(path, one.journal.substr(0, at + 1));
            CHECK(search_of(name, 2, path).journal == one.journal);
        }
    }
}
