#include "nas/strategies/occam.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <functional>
#include <set>

#include "tests/nas/support.hpp"

using namespace nanonas;
using namespace nanonas::nas;
using nanonas::nas::test::random_table;
using nanonas::nas::test::Table;

namespace {

struct Walk {
    std::vector<Trial> visited;
    std::map<Trial, double> scores;
    std::optional<Trial> winner;
    std::vector<std::string> conclusion;

    bool saw(const Trial& trial) const {
        return std::count(visited.begin(), visited.end(), trial) != 0;
    }
};

/// Scores of the repeats of a trial; none: infeasible.
using Scores = std::function<std::vector<double>(const Trial&)>;

Walk walk_of(const Known& known, const Scores& scores) {
    Occam occam;
    occam.begin(known);
    Walk walk;
    while (const auto trial = occam.ask()) {
        REQUIRE(walk.visited.size() < 500);
        REQUIRE_FALSE(walk.saw(*trial));
        walk.visited.push_back(*trial);
        const std::vector<double> repeats =
            !known.fits || known.fits(trial->candidate) ? scores(*trial) : std::vector<double>{};
        Outcome outcome{*trial, std::nullopt, {}};
        if (!repeats.empty()) {
            double sum = 0.0;
            for (const double score : repeats) {
                sum += score;
            }
            outcome.score = walk.scores[*trial] = sum / static_cast<double>(repeats.size());
            outcome.repeats = repeats.size() > 1 ? repeats : std::vector<double>{};
        }
        occam.tell(outcome);
    }
    if (occam.best()) {
        walk.winner = occam.best()->trial;
    }
    walk.conclusion = occam.conclusion();
    return walk;
}

Walk walk_of(const Table& table) {
    Known known = test::known_cells();
    known.fits = [&table](const Candidate& candidate) { return table.count(candidate) != 0; };
    return walk_of(known, [&table](const Trial& trial) {
        const auto found = table.find(trial.candidate);
        return found == table.end() ? std::vector<double>{} : std::vector<double>{found->second};
    });
}

/// What accuracies look like: rising in k with less and less gain, best at four cells.
double surface(const Candidate& at, double per_k) {
    return 0.8 - per_k / static_cast<double>(at.at[0]) -
           0.03 * std::abs(static_cast<double>(at.at[1] - 4));
}

Known cells(std::int64_t largest_k) {
    Known known = test::known_cells();
    known.axes[1].high = 5;
    known.fits = [largest_k](const Candidate& at) {
        return at.at[0] <= largest_k && at.at[1] <= 5;
    };
    return known;
}

}  // namespace

TEST_CASE("without noise the winner is beaten by nothing that was looked at") {
    for (std::uint64_t seed = 0; seed < 1000; ++seed) {
        INFO("seed " << seed);
        Rng rng(seed);
        const Table table = random_table(rng, 20, 6, seed % 2 == 0 ? 0.0 : 0.2);
        const Walk walk = walk_of(table);
        REQUIRE(walk.winner);
        for (const auto& [trial, score] : walk.scores) {
            REQUIRE(score <= walk.scores.at(*walk.winner));
        }
    }
}

TEST_CASE("a smooth table is climbed to its best, wherever its edge") {
    for (std::int64_t largest = 1; largest <= 60; ++largest) {
        INFO("largest k " << largest);
        const Walk walk = walk_of(cells(largest), [](const Trial& trial) {
            return std::vector<double>{surface(trial.candidate, 0.5)};
        });
        REQUIRE(walk.winner == Trial(Candidate{largest, 4}));
        REQUIRE(walk.visited.size() < 60);
    }
}

TEST_CASE("a peak in the middle is found to the k") {
    for (std::int64_t peak = 1; peak <= 40; ++peak) {
        INFO("peak at k " << peak);
        const Walk walk = walk_of(cells(200), [peak](const Trial& trial) {
            const auto [k, c] = std::pair(trial.candidate.at[0], trial.candidate.at[1]);
            return std::vector<double>{1.0 - 0.01 * std::abs(static_cast<double>(k - peak)) -
                                       0.05 * std::abs(static_cast<double>(c - 3))};
        });
        REQUIRE(walk.winner == Trial(Candidate{peak, 3}));
    }
}

TEST_CASE("noise decides little: three repeats with 1.3 points of deviation, 300 seeds") {
    double worst = 0.0;
    for (std::uint64_t seed = 0; seed < 300; ++seed) {
        Known known = cells(14);
        known.efforts = true;
        const Walk walk = walk_of(known, [seed](const Trial& trial) {
            Rng rng(derive_seed(seed, "noise", trial.candidate.at[0], trial.candidate.at[1],
                                trial.effort));
            std::vector<double> repeats;
            for (int i = 0; i < 3; ++i) {
                double normal = -6.0;
                for (int j = 0; j < 12; ++j) {
                    normal += rng.uniform();
                }
                repeats.push_back(surface(trial.candidate, 0.5) + 0.013 * normal);
            }
            return repeats;
        });
        REQUIRE(walk.winner);
        worst = std::max(worst, surface({14, 4}, 0.5) - surface(walk.winner->candidate, 0.5));
    }
    INFO("worst loss " << worst);
    CHECK(worst < 0.035);
}

TEST_CASE("a candidate that does not fit ends no direction behind which others fit") {
    SECTION("cells: the shallow ones are too slow") {
        const Table table = {{{1, 0}, 0.1}, {{1, 2}, 0.4}, {{2, 2}, 0.5}, {{2, 3}, 0.6}};
        const Walk walk = walk_of(table);
        CHECK(walk.winner == Trial(Candidate{2, 3}));
    }
    SECTION("the first ks") {
        CHECK(walk_of({{{3, 1}, 0.5}}).winner == Trial(Candidate{3, 1}));
    }
    SECTION("a k in between") {
        Table table;
        for (std::int64_t k = 1; k <= 12; ++k) {
            if (k % 4 == 0) {
                table[{k, 1}] = static_cast<double>(k);
            }
        }
        CHECK(walk_of(table).winner == Trial(Candidate{12, 1}));
    }
}

TEST_CASE("nothing fits: (1,0) is asked for, to say why, and there is no winner") {
    const Walk walk = walk_of(Table{});
    CHECK(walk.visited == std::vector<Trial>{Candidate{1, 0}});
    CHECK_FALSE(walk.winner);
    CHECK(walk.conclusion.empty());
}

TEST_CASE("a dip that the next stride makes good does not end the climb, two do") {
    const auto dip = [](const std::set<std::int64_t>& dips) {
        return [dips](const Trial& trial) {
            const double low = dips.count(trial.candidate.at[0]) != 0 ? 0.3 : 0.0;
            return std::vector<double>{surface(trial.candidate, 0.5) - low};
        };
    };
    CHECK(walk_of(cells(19), dip({4})).winner == Trial(Candidate{19, 4}));
    CHECK(walk_of(cells(19), dip({13})).winner == Trial(Candidate{19, 4}));
    const Walk ended = walk_of(cells(60), dip({13, 19}));
    CHECK_FALSE(ended.saw(Candidate{28, 4}));
    CHECK(ended.conclusion.front().find("gained nothing") != std::string::npos);
}

TEST_CASE("the best few are trained for longer, and the smaller of two alike wins") {
    Known known = cells(3);
    known.efforts = true;
    const auto scores = [](double lead_of_3, double spread) {
        return [=](const Trial& trial) {
            const auto [k, c] = std::pair(trial.candidate.at[0], trial.candidate.at[1]);
            const double base =
                c == 4 ? (k == 3 ? 0.7 + lead_of_3 : 0.7) : 0.4 + 0.02 * static_cast<double>(c % 5);
            return std::vector<double>{base - spread, base, base + spread};
        };
    };
    const Walk alike = walk_of(known, scores(0.005, 0.02));
    CHECK(alike.winner == Trial({1, 4}, 2));
    CHECK(alike.conclusion.back().find("noise cannot tell them apart") != std::string::npos);
    const Walk clear = walk_of(known, scores(0.05, 0.002));
    CHECK(clear.winner == Trial({3, 4}, 2));
    CHECK_FALSE(clear.saw(Trial({1, 4}, 2)));
}

TEST_CASE("the bound that ends the climb is asked for, so that the journal shows it") {
    const Walk walk = walk_of(cells(9), [](const Trial& trial) {
        return std::vector<double>{surface(trial.candidate, 0.5)};
    });
    CHECK(walk.saw(Candidate{10, 4}));
    CHECK(walk.conclusion.front() == "ended because nothing beyond k = 9 fits");
}

TEST_CASE("hints are fresh, at most as many as asked for, and usually what comes next") {
    std::size_t steps = 0, foreseen = 0;
    for (std::uint64_t seed = 0; seed < 50; ++seed) {
        INFO("seed " << seed);
        Rng rng(seed);
        const Table table = random_table(rng, 20, 6, 0.05);
        Occam occam;
        Known known = test::known_cells();
        known.fits = [&table](const Candidate& candidate) { return table.count(candidate) != 0; };
        occam.begin(known);
        std::set<Trial> told;
        std::vector<Trial> hints;
        while (const auto trial = occam.ask()) {
            if (!told.empty()) {
                ++steps;
                foreseen += std::count(hints.begin(), hints.end(), *trial) != 0 ? 1u : 0u;
            }
            hints = occam.likely_next(4);
            REQUIRE(hints.size() <= 4);
            REQUIRE(std::set<Trial>(hints.begin(), hints.end()).size() == hints.size());
            for (const Trial& hint : hints) {
                REQUIRE(told.count(hint) == 0);
                REQUIRE(hint != *trial);
            }
            told.insert(*trial);
            const auto found = table.find(trial->candidate);
            occam.tell({*trial,
                        found == table.end() ? std::nullopt : std::optional<double>(found->second),
                        {}});
        }
        REQUIRE(occam.likely_next(4).empty());
    }
    INFO(foreseen << " of " << steps << " foreseen");
    CHECK(static_cast<double>(foreseen) > 0.8 * static_cast<double>(steps));
}

TEST_CASE("being told of another trial is an error") {
    Occam occam;
    occam.begin(test::known_cells());
    CHECK(occam.ask() == Trial(Candidate{1, 0}));
    CHECK(occam.ask() == Trial(Candidate{1, 0}));
    CHECK_THROWS_AS(occam.tell({Candidate{2, 0}, 0.5, {}}), std::logic_error);
}

TEST_CASE("strategies are found by name, and an unknown name is answered with the known") {
    REQUIRE(strategy_names() ==
            std::vector<std::string>{"occam", "nanonas", "evolution", "halving", "random"});
    for (const std::string& name : strategy_names()) {
        CHECK(make_strategy(name)->name() == name);
    }
    CHECK_THROWS_WITH(
        make_strategy("ocam"),
        "strategy \"ocam\": unknown, expected one of occam, nanonas, evolution, halving, "
        "random; did you mean occam?");
    CHECK_THROWS_AS(make_strategy(""), ConfigError);
}
