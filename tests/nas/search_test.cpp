#include "nas/search.hpp"

#include <catch2/catch.hpp>
#include <limits>

#include "tests/nas/support.hpp"

using namespace nanonas;
using namespace nanonas::nas;
using nanonas::nas::test::FakeEvaluator;
using nanonas::nas::test::FakePrices;
using nanonas::nas::test::order_of;
using nanonas::nas::test::Table;

namespace {

using Order = std::vector<Candidate>;

/// Always better with more of everything.
Table rising() {
    Table table;
    for (std::int64_t k = 1; k <= 30; ++k) {
        for (std::int64_t c = 0; c <= 12; ++c) {
            table[{k, c}] = static_cast<double>(k) + static_cast<double>(c) / 100.0;
        }
    }
    return table;
}

/// Asks for a fixed list.
class Listed : public Strategy {
  public:
    explicit Listed(Order order) : order_(std::move(order)) {}
    std::string name() const override { return "listed"; }
    std::optional<Trial> ask() override {
        return at_ < order_.size() ? std::optional<Trial>(order_[at_]) : std::nullopt;
    }
    void tell(const Outcome& outcome) override {
        told.push_back(outcome);
        ++at_;
    }
    std::optional<Outcome> best() const override { return told.back(); }
    std::vector<Trial> likely_next(std::size_t) const override {
        return {order_.begin(), order_.end()};
    }

    std::vector<Outcome> told;

  private:
    Order order_;
    std::size_t at_ = 0;
};

}  // namespace

TEST_CASE("a candidate over any bound is recorded with every bound it breaks, never evaluated") {
    const FakePrices prices;
    SearchOptions options;
    const space::CellSpace cells{{16, 16, 1}, 2, 0.5};
    options.space = &cells;
    options.cost_model = &prices;
    options.budget.ram_bytes = 299;
    options.budget.flash_bytes = 79;
    FakeEvaluator evaluator(rising());
    const SearchResult result = run(evaluator, options);

    // Flash: 7 layers at c=0, 4 more a cell. RAM: 100 k.
    CHECK(order_of(result) == Order{{1, 0}, {1, 1}, {2, 0}, {2, 1}, {3, 0}});
    CHECK(evaluator.calls == Order{{1, 0}, {2, 0}});
    CHECK(evaluator.saw_network);
    const Decision& last = result.decisions[4];
    CHECK(last.violations == std::vector<space::Violation>{{"ram_bytes", 299, 300}});
    CHECK(last.violations[0].excess() == 1);
    CHECK(last.cost->ram_bytes == 300);
    CHECK_FALSE(last.feasible());
    CHECK(result.decisions[3].violations ==
          std::vector<space::Violation>{{"flash_bytes", 79, 110}});
    REQUIRE(result.best);
    CHECK(result.best->candidate == Candidate{2, 0});
    CHECK(result.best->cost->macc == space::macc(cells.build({2, 0})));
    CHECK(result.evaluated == 2);
}

TEST_CASE("several broken bounds are all recorded") {
    const FakePrices prices;
    SearchOptions options;
    const space::CellSpace cells{{16, 16, 1}, 2, 0.5};
    options.space = &cells;
    options.cost_model = &prices;
    options.budget = {50, 10, 1};
    FakeEvaluator evaluator(rising());
    const SearchResult result = run(evaluator, options);
    REQUIRE(result.decisions.size() == 1);
    CHECK(result.decisions[0].violations.size() == 3);
    CHECK_FALSE(result.best);
    CHECK(evaluator.calls.empty());
}

TEST_CASE("cells that do not fit the input are infeasible with the limit named") {
    const FakePrices prices;
    SearchOptions options;
    const space::CellSpace cells{{28, 28, 1}, 10, 0.5};
    options.space = &cells;
    options.cost_model = &prices;
    options.budget.ram_bytes = 100;
    FakeEvaluator evaluator(rising());
    const SearchResult result = run(evaluator, options);
    REQUIRE(result.decisions.size() == 7);
    CHECK(result.decisions[5].candidate == Candidate{1, 5});
    CHECK(result.decisions[5].reason == "cells: a 28x28x1 input takes at most 4 cells");
    CHECK_FALSE(result.decisions[5].cost);
    CHECK(result.best->candidate == Candidate{1, 4});
}

TEST_CASE("a network that cannot be priced is infeasible for that reason, and the search goes on") {
    /// Prices no network with an odd number of channels in its stem.
    class EvenPrices : public FakePrices {
      public:
        space::CostReport cost(const space::Network& network) const override {
            if (network.nodes.front().output.channels % 2 == 1) {
                throw NetworkError("layer 'stem.conv': an odd number of channels");
            }
            return FakePrices::cost(network);
        }
    };
    const EvenPrices prices;
    for (const std::size_t workers : {1u, 3u}) {
        SearchOptions options;
        options.workers = workers;
        const space::CellSpace cells{{16, 16, 1}, 2, 0.5};
        options.space = &cells;
        options.cost_model = &prices;
        Listed strategy({{2, 0}, {3, 0}, {4, 0}});
        FakeEvaluator evaluator(rising());
        const SearchResult result = search(strategy, evaluator, options);
        REQUIRE(result.decisions.size() == 3);
        CHECK(result.decisions[1].reason == "layer 'stem.conv': an odd number of channels");
        CHECK_FALSE(result.decisions[1].feasible());
        CHECK_FALSE(result.decisions[1].cost);
        CHECK(result.best->candidate == Candidate{4, 0});
    }
}

TEST_CASE("whatever a space or a price refuses with is the candidate's reason") {
    /// Knows no price of a stem of two channels.
    class Forgetful : public FakePrices {
      public:
        space::CostReport cost(const space::Network& network) const override {
            if (network.nodes.front().output.channels == 2) {
                throw ConfigError("no price");
            }
            return FakePrices::cost(network);
        }
    };
    const Forgetful prices;
    SearchOptions options;
    const space::CellSpace cells{{16, 16, 1}, 2, 0.5};
    options.space = &cells;
    options.cost_model = &prices;
    Listed strategy({{1, 0}, {2, 0}, {0, 0}, {3}, {3, 0}});
    FakeEvaluator evaluator(rising());
    const SearchResult result = search(strategy, evaluator, options);
    REQUIRE(result.decisions.size() == 5);
    CHECK(result.decisions[1].reason == "no price");
    CHECK(result.decisions[2].reason == "(0,0): expected k >= 1 and c >= 0");
    CHECK(result.decisions[3].reason == "(3): expected k >= 1 and c >= 0");
    CHECK(result.best->candidate == Candidate{3, 0});
}

TEST_CASE("a network that cannot be built is infeasible for that reason") {
    const FakePrices prices;
    SearchOptions options;
    const space::CellSpace cells{{16, 16, 1}, 0, 0.5};  // no classes
    options.space = &cells;
    options.cost_model = &prices;
    FakeEvaluator evaluator(rising());
    const SearchResult result = run(evaluator, options);
    REQUIRE(result.decisions.size() == 1);
    CHECK(result.decisions[0].reason == "layer 'classifier': needs at least one output");
    CHECK_FALSE(result.best);
    CHECK(evaluator.calls.empty());
}

TEST_CASE("without prices a table alone decides") {
    FakeEvaluator evaluator({{{1, 0}, 0.5}, {{1, 1}, 0.6}});
    const SearchResult result = run(evaluator, {});
    CHECK(order_of(result) == Order{{1, 0}, {1, 1}, {1, 2}, {2, 0}});
    CHECK_FALSE(evaluator.saw_network);
    CHECK(result.decisions[2].reason == "not in the table");
    CHECK(result.decisions[2].curve.empty());
    CHECK(result.best->candidate == Candidate{1, 1});
    CHECK(result.best->score == 0.6);
}

TEST_CASE("a candidate's seed depends on the run's seed and the candidate alone") {
    SearchOptions options;
    options.seed = 42;
    FakeEvaluator evaluator({{{1, 0}, 0.5}});
    const SearchResult result = run(evaluator, options);
    for (const Decision& decision : result.decisions) {
        CHECK(decision.seed ==
              derive_seed(42, "candidate", decision.candidate.at[0], decision.candidate.at[1]));
        CHECK(evaluator.seeds.at(decision.candidate) == decision.seed);
    }
}

TEST_CASE("a candidate asked for again is told what it was, not evaluated or recorded again") {
    for (const std::size_t workers : {1u, 3u}) {
        Listed strategy({{1, 0}, {2, 0}, {1, 0}, {3, 0}, {2, 0}});
        FakeEvaluator evaluator(rising());
        SearchOptions options;
        options.space = &test::kCells;
        options.workers = workers;
        const SearchResult result = search(strategy, evaluator, options);
        CHECK(order_of(result) == Order{{1, 0}, {2, 0}, {3, 0}});
        CHECK(evaluator.calls.size() == 3);
        REQUIRE(strategy.told.size() == 5);
        CHECK(strategy.told[4].score == 2.0);
    }
}

TEST_CASE("hooks tell of every decision in order, with the best so far") {
    FakeEvaluator evaluator({{{1, 0}, 0.5}, {{1, 1}, 0.6}, {{2, 0}, 0.9}});
    std::vector<Decided> events;
    Order started;
    Order ended;
    SearchHooks hooks;
    hooks.decided = [&](const Decided& event) { events.push_back(event); };
    hooks.started = [&](const Trial& trial, bool speculative) {
        CHECK_FALSE(speculative);
        started.push_back(trial.candidate);
    };
    hooks.ended = [&](const Trial& trial) { ended.push_back(trial.candidate); };
    const SearchResult result = run(evaluator, {}, hooks);
    REQUIRE(events.size() == result.decisions.size());
    for (std::size_t i = 0; i < events.size(); ++i) {
        CHECK(events[i].index == i);
        CHECK(events[i].decision == result.decisions[i]);
        CHECK_FALSE(events[i].replayed);
    }
    CHECK(events[2].best->trial.candidate == Candidate{1, 1});
    CHECK(events.back().best->trial.candidate == Candidate{2, 0});
    CHECK(started == order_of(result));
    CHECK(ended == started);
}

TEST_CASE("what the evaluator throws reaches the caller") {
    FakeEvaluator evaluator(rising());
    evaluator.before = [](const Candidate& candidate, const EvaluationContext&) {
        if (candidate == Candidate{1, 2}) {
            throw DataError("broken");
        }
    };
    CHECK_THROWS_WITH(run(evaluator, {}), "broken");
}

TEST_CASE("a score that is not finite is an error that names the candidate") {
    FakeEvaluator evaluator({{{1, 0}, std::numeric_limits<double>::quiet_NaN()}});
    CHECK_THROWS_WITH(run(evaluator, {}), "(1,0): its score or curve is not finite");
}

TEST_CASE("no workers and no space are refused") {
    FakeEvaluator evaluator({});
    SearchOptions options;
    options.workers = 0;
    CHECK_THROWS_AS(run(evaluator, options), ConfigError);
    options.workers = 1;
    Listed strategy({{1, 0}});
    CHECK_THROWS_AS(search(strategy, evaluator, options), std::invalid_argument);
}
