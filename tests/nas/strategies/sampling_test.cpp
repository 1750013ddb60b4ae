// Strategies that draw their candidates: random, evolution, halving.
#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <map>
#include <numeric>
#include <set>

#include "nas/strategy.hpp"
#include "space/random.hpp"

using namespace nanonas;
using namespace nanonas::nas;

namespace {

const std::vector<space::Axis> kAxes = {{"width", 4, 64, 4},
                                        {"depth", 1, 6},
                                        space::choice_axis("kind", {"plain", "wide", "deep"}),
                                        {"unused", 0, 3}};

std::int64_t price(const Candidate& candidate) {
    return candidate.at[0] * candidate.at[1] * (candidate.at[2] == 1 ? 2 : 1);
}

constexpr std::int64_t kBound = 120;

Known known(std::uint64_t seed = 1, std::int64_t trials = 40) {
    Known its;
    its.axes = kAxes;
    its.fits = [](const Candidate& candidate) { return price(candidate) <= kBound; };
    its.architecture = [](const Candidate& candidate) {
        return to_string(Candidate{candidate.at[0], candidate.at[1], candidate.at[2]});
    };
    its.efforts = true;
    its.seed = seed;
    its.trials = trials;
    return its;
}

/// One summit, and a little noise that more effort takes away.
double score_of(const Trial& trial, std::uint64_t seed = 1) {
    const Candidate& at = trial.candidate;
    Rng rng(space::candidate_seed(seed, "noise", at));
    const double width = static_cast<double>(at.at[0]) - 28.0;
    const double depth = static_cast<double>(at.at[1]) - 4.0;
    return 0.9 - 0.0004 * width * width - 0.02 * depth * depth - (at.at[2] == 2 ? 0.0 : 0.05) +
           rng.uniform(-0.02, 0.02) / static_cast<double>(trial.effort);
}

struct Walk {
    std::vector<Trial> asked;
    std::optional<Outcome> best;
    std::vector<std::string> conclusion;
};

using Scores = std::function<std::optional<double>(const Trial&)>;

Walk walk(const std::string& name, const Known& its, const Scores& scores) {
    const auto strategy = make_strategy(name);
    strategy->begin(its);
    Walk walk;
    while (const auto trial = strategy->ask()) {
        REQUIRE(walk.asked.size() < 10'000);
        REQUIRE(strategy->ask() == trial);
        walk.asked.push_back(*trial);
        strategy->tell({*trial, scores(*trial), {}});
    }
    walk.best = strategy->best();
    walk.conclusion = strategy->conclusion();
    return walk;
}

Walk walk(const std::string& name, const Known& its) {
    return walk(name, its, [](const Trial& trial) { return score_of(trial); });
}

std::vector<Candidate> of_effort(const Walk& walk, std::int64_t effort) {
    std::vector<Candidate> found;
    for (const Trial& trial : walk.asked) {
        if (trial.effort == effort) {
            found.push_back(trial.candidate);
        }
    }
    return found;
}

}  // namespace

TEST_CASE("sampling: what is asked for fits, is new, and is as many as were wanted") {
    for (const std::string name : {"random", "evolution", "halving"}) {
        for (std::uint64_t seed = 1; seed <= 5; ++seed) {
            INFO(name << ", seed " << seed);
            const Known its = known(seed);
            const Walk found = walk(name, its);
            const std::vector<Candidate> looks = of_effort(found, 1);
            CHECK(looks.size() == 40);
            std::set<std::string> networks;
            for (const Candidate& candidate : looks) {
                CHECK(its.fits(candidate));
                CHECK(networks.insert(its.architecture(candidate)).second);
            }
            CHECK(walk(name, its).asked == found.asked);
            CHECK(walk(name, known(seed + 100)).asked != found.asked);
            REQUIRE(found.best);
            CHECK(found.best->trial.effort > 1);
        }
    }
}

TEST_CASE("sampling: draws lie near the bound") {
    // There are some twenty of them in all: the first draws find one each.
    std::int64_t near = 0;
    for (const Candidate& candidate : of_effort(walk("random", known(1, 8)), 1)) {
        // Nothing larger on the axes that count fits.
        const auto larger = [&](std::size_t at, std::int64_t by) {
            Candidate next = candidate;
            next.at[at] += by;
            return kAxes[at].holds(next.at[at]) && price(next) <= kBound;
        };
        near += !larger(0, 4) && !larger(1, 1) ? 1 : 0;
    }
    CHECK(near == 8);
}

TEST_CASE("evolution: a space's anchors come first, as large as fits, side by side") {
    Known its = known();
    its.anchors = {{{4, 1, 2, 0}, {64, 5, 2, 0}},    // 32 x 3 = 96, then 40 x 3 = 120
                   {{4, 3, 1, 0}, {64, 3, 1, 0}},    // 2 x 20 x 3 = 120
                   {{64, 6, 0, 0}, {64, 6, 0, 0}}};  // down to 20 x 6, and no way up
    const Walk found = walk("evolution", its);
    const std::vector<Candidate> first = of_effort(found, 1);
    REQUIRE(first.size() == 40);
    CHECK(first[0] == Candidate{40, 3, 2, 0});
    CHECK(first[1] == Candidate{20, 3, 1, 0});
    CHECK(first[2] == Candidate{20, 6, 0, 0});
    its.seed = 2;
    const std::vector<Candidate> other = of_effort(walk("evolution", its), 1);
    CHECK(std::equal(first.begin(), first.begin() + 3, other.begin()));
    CHECK(first != other);
}

TEST_CASE("evolution: anchors that are one network, or do not fit at all, are passed over") {
    Known its = known(1, 2);
    its.anchors = {{{8, 1, 2, 0}, {64, 1, 2, 0}},
                   {{8, 1, 2, 1}, {64, 1, 2, 3}},  // the last axis says nothing
                   {{16, 2, 1, 0}, {64, 2, 1, 0}}};
    CHECK(of_effort(walk("evolution", its), 1) ==
          std::vector<Candidate>{{64, 1, 2, 0}, {28, 2, 1, 0}});
    its.fits = [](const Candidate& candidate) {
        return candidate.at[2] != 2 && price(candidate) <= kBound;
    };
    CHECK(of_effort(walk("evolution", its), 1).front() == Candidate{28, 2, 1, 0});
    its.anchors.push_back({{8, 1, 2, 0}, {66, 1, 2, 0}});
    CHECK_THROWS_WITH(walk("evolution", its), Catch::Contains("width is 66, expected width in"));
    its.anchors.pop_back();
    // As many as are wanted, no more.
    its.trials = 1;
    CHECK(of_effort(walk("evolution", its), 1).size() == 1);
    // Without bounds, the largest.
    its.fits = nullptr;
    CHECK(of_effort(walk("evolution", its), 1).front() == Candidate{64, 1, 2, 0});
}

TEST_CASE("sampling: idle workers are told what comes next, and nothing else") {
    for (const std::string name : {"random", "evolution", "halving"}) {
        INFO(name);
        const Walk expected = walk(name, known());
        const auto strategy = make_strategy(name);
        strategy->begin(known());
        std::size_t told = 0, foreseen = 0;
        while (const auto trial = strategy->ask()) {
            const std::vector<Trial> next = strategy->likely_next(4);
            REQUIRE(next.size() <= 4);
            REQUIRE(std::equal(next.begin(), next.end(),
                               expected.asked.begin() + static_cast<std::ptrdiff_t>(told + 1)));
            foreseen += next.size();
            strategy->tell({*trial, score_of(*trial), {}});
            ++told;
        }
        CHECK(foreseen > 3 * told);
    }
}

TEST_CASE("halving: a third goes on, three times as long, and the last rung decides") {
    const Walk found = walk("halving", known());
    std::map<std::int64_t, std::size_t> rungs;
    for (const Trial& trial : found.asked) {
        ++rungs[trial.effort];
    }
    CHECK(rungs == std::map<std::int64_t, std::size_t>{{1, 40}, {3, 14}, {9, 5}, {27, 2}});
    for (const std::int64_t effort : {1, 3, 9}) {
        double worst = 1.0;
        for (const Candidate& candidate : of_effort(found, 3 * effort)) {
            worst = std::min(worst, score_of({candidate, effort}));
        }
        const std::vector<Candidate> on = of_effort(found, 3 * effort);
        for (const Candidate& candidate : of_effort(found, effort)) {
            if (std::count(on.begin(), on.end(), candidate) == 0) {
                CHECK(score_of({candidate, effort}) <= worst);
            }
        }
    }
    REQUIRE(found.best);
    CHECK(found.best->trial.effort == 27);
}

TEST_CASE("evolution: after as many candidates, ahead of random") {
    // A summit along the bound of six numbers, most of which are too many to try.
    const std::int64_t summit[] = {3, 12, 7, 10, 1, 14};
    Known its;
    for (std::size_t i = 0; i < 6; ++i) {
        its.axes.push_back({std::string(1, static_cast<char>('a' + i)), 0, 15});
    }
    its.fits = [](const Candidate& candidate) {
        return std::accumulate(candidate.at.begin(), candidate.at.end(), std::int64_t{0}) <= 47;
    };
    its.trials = 120;
    const auto height = [&](const Trial& trial) {
        double distance = 0.0;
        for (std::size_t i = 0; i < 6; ++i) {
            const auto apart = static_cast<double>(trial.candidate.at[i] - summit[i]);
            distance += apart * apart;
        }
        return -distance;
    };
    int ahead = 0;
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        its.seed = seed;
        ahead +=
            *walk("evolution", its, height).best->score > *walk("random", its, height).best->score;
    }
    CHECK(ahead >= 18);
}

TEST_CASE("sampling: infeasible candidates count, are no parents, and can be all there are") {
    for (const std::string name : {"random", "evolution", "halving"}) {
        INFO(name);
        const Walk none = walk(name, known(), [](const Trial&) { return std::optional<double>(); });
        CHECK(none.asked.size() == 40);
        CHECK_FALSE(none.best);
        const Walk some = walk(name, known(), [](const Trial& trial) {
            return trial.candidate.at[1] % 2 == 0 ? std::optional<double>(score_of(trial))
                                                  : std::nullopt;
        });
        REQUIRE(some.best);
        CHECK(some.best->trial.candidate.at[1] % 2 == 0);
    }
}

TEST_CASE("sampling: a space of few networks is looked at whole, and that is said") {
    Known few = known();
    few.fits = [](const Candidate& candidate) { return price(candidate) <= 12; };
    for (const std::string name : {"random", "evolution", "halving"}) {
        INFO(name);
        const Walk found = walk(name, few);
        std::set<std::string> all;
        for (std::int64_t width = 4; width <= 64; width += 4) {
            for (std::int64_t depth = 1; depth <= 6; ++depth) {
                for (std::int64_t kind = 0; kind < 3; ++kind) {
                    if (few.fits({width, depth, kind, 0})) {
                        all.insert(few.architecture({width, depth, kind, 0}));
                    }
                }
            }
        }
        CHECK(of_effort(found, 1).size() <= all.size());
        CHECK(of_effort(found, 1).size() + 2 >= all.size());
        REQUIRE_FALSE(found.conclusion.empty());
        CHECK_THAT(found.conclusion.front(), Catch::Contains("no network was found that fits"));
    }
    few.fits = [](const Candidate&) { return false; };
    CHECK(walk("evolution", few).asked.empty());
}

TEST_CASE("sampling: without bounds, draws are anywhere, not all at the far end") {
    Known free = known();
    free.fits = nullptr;
    const std::vector<Candidate> looks = of_effort(walk("random", free), 1);
    CHECK(looks.size() == 40);
    std::set<std::int64_t> widths;
    for (const Candidate& candidate : looks) {
        widths.insert(candidate.at[0]);
    }
    CHECK(widths.size() > 8);
}

TEST_CASE("sampling: one training each, where efforts say nothing") {
    Known one = known();
    one.efforts = false;
    for (const std::string name : {"random", "evolution", "halving"}) {
        const Walk found = walk(name, one);
        CHECK(found.asked.size() == 40);
        REQUIRE(found.best);
        for (const Trial& trial : found.asked) {
            CHECK(score_of(trial) <= *found.best->score);
        }
    }
}
