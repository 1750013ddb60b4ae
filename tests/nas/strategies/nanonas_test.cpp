#include "nas/strategies/nanonas.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <set>

#include "tests/nas/support.hpp"

using namespace nanonas;
using namespace nanonas::nas;
using nanonas::nas::test::random_table;
using nanonas::nas::test::Table;

namespace {

struct Walk {
    std::vector<Candidate> visited;
    std::optional<Candidate> winner;
};

/// The published loop, sentinels and all (k from 1, c from 0); accuracies >= 0, infeasible -3.
Walk published(const Table& table) {
    struct Architecture {
        std::int64_t k, c;
        double score;
    };
    Walk walk;
    const auto evaluate = [&](std::int64_t k, std::int64_t c) {
        walk.visited.push_back({k, c});
        const auto found = table.find({k, c});
        return Architecture{k, c, found == table.end() ? -3.0 : found->second};
    };
    Architecture best{-1, -1, -2.0};
    Architecture fresh{-1, -1, -1.0};
    std::int64_t k = 1;
    while (fresh.score > best.score) {
        best = fresh;
        std::int64_t c = -1;
        Architecture previous{-1, -1, -2.0};
        Architecture current{-1, -1, -1.0};
        while (current.score > previous.score) {
            previous = current;
            ++c;
            current = evaluate(k, c);
        }
        fresh = previous;
        ++k;
    }
    if (best.k > 0) {
        walk.winner = Candidate{best.k, best.c};
    }
    return walk;
}

Walk walk_of(Strategy& strategy, const Table& table) {
    Walk walk;
    while (const auto trial = strategy.ask()) {
        walk.visited.push_back(trial->candidate);
        const auto found = table.find(trial->candidate);
        strategy.tell({*trial,
                       found == table.end() ? std::nullopt : std::optional<double>(found->second),
                       {}});
    }
    if (strategy.best()) {
        walk.winner = strategy.best()->trial.candidate;
    }
    return walk;
}

Walk walk_of(const Table& table) {
    NanoNas nanonas;
    nanonas.begin(test::known_cells());
    return walk_of(nanonas, table);
}

using Order = std::vector<Candidate>;

}  // namespace

TEST_CASE("nanonas visits what the published algorithm visits and returns its winner") {
    std::size_t deepest_walk = 0;
    std::size_t without_winner = 0;
    for (std::uint64_t seed = 0; seed < 3000; ++seed) {
        INFO("seed " << seed);
        Rng rng(seed);
        const double missing = seed % 3 == 0 ? 0.0 : seed % 3 == 1 ? 0.1 : 0.4;
        const Table table = random_table(rng, 12, 8, missing);
        const Walk expected = published(table);
        const Walk walk = walk_of(table);
        REQUIRE(walk.visited == expected.visited);
        REQUIRE(walk.winner == expected.winner);
        deepest_walk = std::max(deepest_walk, walk.visited.size());
        without_winner += expected.winner ? 0u : 1u;
    }
    CHECK(deepest_walk > 20);
    CHECK(without_winner > 0);
}

TEST_CASE("a tie stops the cells") {
    const Walk walk = walk_of({{{1, 0}, 0.5}, {{1, 1}, 0.5}, {{1, 2}, 0.9}});
    CHECK(walk.visited == Order{{1, 0}, {1, 1}, {2, 0}});
    CHECK(walk.winner == Candidate{1, 0});
}

TEST_CASE("a k that only ties the best before ends the search, and the smaller one wins") {
    const Walk walk = walk_of({{{1, 0}, 0.6}, {{2, 0}, 0.6}, {{3, 0}, 0.9}});
    CHECK(walk.visited == Order{{1, 0}, {1, 1}, {2, 0}, {2, 1}});
    CHECK(walk.winner == Candidate{1, 0});
}

TEST_CASE("nothing feasible at (1,0) ends the search without a winner") {
    const Walk walk = walk_of({{{1, 1}, 0.9}, {{2, 0}, 0.9}});
    CHECK(walk.visited == Order{{1, 0}});
    CHECK_FALSE(walk.winner);
}

TEST_CASE("a k infeasible at c=0 ends the search") {
    const Walk walk = walk_of({{{1, 0}, 0.5}, {{2, 1}, 0.9}, {{3, 0}, 0.9}});
    CHECK(walk.visited == Order{{1, 0}, {1, 1}, {2, 0}});
    CHECK(walk.winner == Candidate{1, 0});
}

TEST_CASE("an infeasible cell in the middle hides what is deeper") {
    const Walk walk = walk_of({{{1, 0}, 0.1}, {{1, 2}, 0.9}, {{2, 0}, 0.2}});
    CHECK(walk.visited == Order{{1, 0}, {1, 1}, {2, 0}, {2, 1}, {3, 0}});
    CHECK(walk.winner == Candidate{2, 0});
}

TEST_CASE("feasible scores rank among themselves, however negative, above infeasible") {
    for (std::uint64_t seed = 0; seed < 300; ++seed) {
        INFO("seed " << seed);
        Rng rng(seed);
        const Table table = random_table(rng, 8, 6, 0.2);
        Table shifted = table;
        for (auto& entry : shifted) {
            entry.second -= 1000.0;
        }
        REQUIRE(walk_of(shifted).visited == walk_of(table).visited);
        REQUIRE(walk_of(shifted).winner == walk_of(table).winner);
    }
}

TEST_CASE("best is the best told so far, at every step") {
    Rng rng(5);
    const Table table = random_table(rng, 10, 6, 0.1);
    NanoNas nanonas;
    nanonas.begin(test::known_cells());
    CHECK_FALSE(nanonas.best());
    std::optional<double> highest;
    while (const auto trial = nanonas.ask()) {
        const auto found = table.find(trial->candidate);
        if (found == table.end()) {
            nanonas.tell({*trial, std::nullopt, {}});
        } else {
            highest = std::max(highest.value_or(found->second), found->second);
            nanonas.tell({*trial, found->second, {}});
        }
        REQUIRE(nanonas.best().has_value() == highest.has_value());
        if (highest) {
            REQUIRE(*nanonas.best()->score == *highest);
        }
    }
}

TEST_CASE("ask repeats its answer until told, and being told of another candidate is an error") {
    NanoNas nanonas;
    nanonas.begin(test::known_cells());
    CHECK(nanonas.ask() == Trial(Candidate{1, 0}));
    CHECK(nanonas.ask() == Trial(Candidate{1, 0}));
    CHECK_THROWS_AS(nanonas.tell({Candidate{2, 0}, 0.5, {}}), std::logic_error);
}

TEST_CASE("likely next names at most count fresh candidates, and usually what comes next") {
    std::size_t steps = 0;
    std::size_t foreseen = 0;
    for (std::uint64_t seed = 0; seed < 200; ++seed) {
        INFO("seed " << seed);
        Rng rng(seed);
        const Table table = random_table(rng, 12, 8, 0.05);
        NanoNas nanonas;
        nanonas.begin(test::known_cells());
        std::set<Trial> told;
        std::vector<Trial> hints;
        while (const auto trial = nanonas.ask()) {
            if (!told.empty()) {
                ++steps;
                foreseen += std::count(hints.begin(), hints.end(), *trial) != 0 ? 1u : 0u;
            }
            hints = nanonas.likely_next(3);
            REQUIRE(hints.size() == 3);
            for (const Trial& hint : hints) {
                REQUIRE(told.count(hint) == 0);
                REQUIRE(hint != *trial);
            }
            REQUIRE(std::set<Trial>(hints.begin(), hints.end()).size() == 3);
            told.insert(*trial);
            const auto found = table.find(trial->candidate);
            nanonas.tell(
                {*trial,
                 found == table.end() ? std::nullopt : std::optional<double>(found->second),
                 {}});
        }
        REQUIRE(nanonas.likely_next(3).empty());
    }
    INFO(foreseen << " of " << steps << " foreseen");
    CHECK(static_cast<double>(foreseen) > 0.8 * static_cast<double>(steps));
}

TEST_CASE("the next k is the first hint once it is certain to be asked for") {
    NanoNas nanonas;
    nanonas.begin(test::known_cells());
    nanonas.tell({Candidate{1, 0}, 0.5, {}});
    nanonas.tell({Candidate{1, 1}, 0.6, {}});
    CHECK(nanonas.likely_next(1) == std::vector<Trial>{Candidate{2, 0}});
    CHECK(nanonas.likely_next(0).empty());
}
