// Searches in simulated time.
#include "nas/simulated_search.hpp"

#include <algorithm>
#include <atomic>
#include <catch2/catch.hpp>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <set>
#include <utility>
#include <vector>

#include "tests/nas/support.hpp"

using namespace nanonas;
using namespace nanonas::nas;
using namespace nanonas::nas::test;

namespace {

using Unit = std::pair<Trial, std::int64_t>;

/// Lets threads go on in the order of times that are told, one at a time, each when nothing has
/// come or ended for the given while: long enough for the others to have seen what the last one
/// did.
class Turns {
  public:
    explicit Turns(std::chrono::milliseconds quiet) : quiet_(quiet) {}

    /// Returns when `seconds` have passed by this clock, or with Interrupted once it is asked to
    /// stop.
    void pass(double seconds, const EvaluationContext& context) {
        std::unique_lock<std::mutex> lock(mutex_);
        const auto me = waiting_.insert(now_ + seconds);
        happened();
        while (me != waiting_.begin() || Clock::now() - last_ < quiet_) {
            if (context.stop != nullptr && *context.stop) {
                waiting_.erase(me);
                happened();
                throw Interrupted();
            }
            changed_.wait_for(lock, std::chrono::milliseconds(1));
        }
        now_ = *me;
        waiting_.erase(me);
        happened();
    }

  private:
    using Clock = std::chrono::steady_clock;
    void happened() { last_ = Clock::now(); }

    const std::chrono::milliseconds quiet_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::multiset<double> waiting_;
    double now_ = 0.0;
    Clock::time_point last_ = Clock::now();
};

/// Scores of a table, each repeat with a duration.
class TimedEvaluator : public Evaluator {
  public:
    using Duration = std::function<double(const Candidate&, std::int64_t repeat)>;
    TimedEvaluator(const Table& table, std::int64_t repeats, Duration duration)
        : fake_(table), duration_(std::move(duration)) {
        fake_.its_repeats = repeats;
    }

    std::int64_t repeats() const override { return fake_.its_repeats; }
    Evaluation evaluate(const Candidate& candidate, const space::Network* network,
                        const EvaluationContext& context) override {
        const double seconds = duration_(candidate, context.repeat);
        {
            const std::lock_guard<std::mutex> lock(mutex_);
            begun.insert({{candidate, context.effort}, context.repeat});
        }
        if (turns != nullptr) {
            turns->pass(seconds, context);
        }
        Evaluation evaluation = fake_.evaluate(candidate, network, context);
        evaluation.seconds = seconds;
        return evaluation;
    }

    Turns* turns = nullptr;  ///< what is evaluated ends in its order, none: at once
    std::multiset<Unit> begun;

  private:
    FakeEvaluator fake_;
    const Duration duration_;
    std::mutex mutex_;
};

/// Some 0.1 to 2 s, larger networks longer; seeded.
double some_seconds(const Candidate& candidate, std::int64_t repeat) {
    Rng rng(space::candidate_seed(static_cast<std::uint64_t>(repeat), "seconds", candidate));
    const auto size = static_cast<double>(candidate.at[0] + candidate.at[1]);
    return 0.1 * size * (0.5 + rng.uniform());
}

SearchResult simulate(Evaluator& evaluator, std::size_t workers,
                      const std::string& strategy = "nanonas") {
    SearchOptions options = with_workers(workers);
    options.space = &kCells;
    return simulate_search(*make_strategy(strategy), evaluator, options);
}

}  // namespace

TEST_CASE("simulated: one worker takes the sum of the times, N at least its Nth part") {
    for (std::uint64_t seed = 0; seed < 6; ++seed) {
        Rng rng(seed);
        const Table table = random_table(rng, 12, 6, seed % 2 == 0 ? 0.0 : 0.15);
        for (const std::string strategy : {"nanonas", "occam"}) {
            const auto repeats = static_cast<std::int64_t>(1 + seed % 3);
            TimedEvaluator evaluator(table, repeats, some_seconds);
            const SearchResult one = simulate(evaluator, 1, strategy);
            double sum = 0.0;
            for (const auto& [trial, repeat] : evaluator.begun) {
                sum += some_seconds(trial.candidate, repeat);
            }
            CHECK(one.seconds == Approx(sum));
            CHECK(one.speculation.started == 0);
            for (const std::size_t workers : {2u, 3u, seed == 0 ? 32u : 8u}) {
                INFO("seed " << seed << ", " << strategy << ", workers " << workers);
                const SearchResult many = simulate(evaluator, workers, strategy);
                CHECK(many.decisions == one.decisions);
                CHECK(one.seconds / many.seconds <= static_cast<double>(workers) * (1 + 1e-9));
                CHECK(many.seconds <= one.seconds * (1 + 1e-9));
                CHECK(simulate(evaluator, workers, strategy).seconds == many.seconds);
            }
        }
    }
}

TEST_CASE("simulated: decisions and the journal are those of a search") {
    const ScratchFolder folder;
    Rng rng(7);
    TimedEvaluator evaluator(random_table(rng, 10, 6, 0.1), 2, some_seconds);
    SearchOptions options = with_workers(4);
    Journal real = Journal::create(folder / "real", cells_header(1, ""));
    options.journal = &real;
    const SearchResult expected = run(evaluator, options);
    Journal simulated = Journal::create(folder / "simulated", cells_header(1, ""));
    options.journal = &simulated;
    options.space = &kCells;
    NanoNas strategy;
    const SearchResult result = simulate_search(strategy, evaluator, options);
    CHECK(result.decisions == expected.decisions);
    CHECK(result.best->candidate == expected.best->candidate);
    CHECK(slurp(folder / "simulated") == slurp(folder / "real"));
}

TEST_CASE("simulated: repeats are shared, and times are worked out by hand") {
    // Nothing can be guessed: the only candidate that is feasible is the first. Its repeats take
    // 1, 2, 3 and 4 s; infeasible ones take none.
    TimedEvaluator evaluator({{{1, 0}, 0.5}}, 4, [](const Candidate& candidate, std::int64_t i) {
        return candidate == Candidate{1, 0} ? 1.0 + static_cast<double>(i) : 0.0;
    });
    CHECK(simulate(evaluator, 1).seconds == 10.0);
    CHECK(simulate(evaluator, 2).seconds == 6.0);  // 1 + 3, 2 + 4
    CHECK(simulate(evaluator, 3).seconds == 5.0);  // 1 + 4, 2, 3
    CHECK(simulate(evaluator, 4).seconds == 4.0);
    CHECK(simulate(evaluator, 32).seconds == 4.0);
}

TEST_CASE("simulated: what is cancelled ends at once, and its time was in vain") {
    Table table = {{{1, 0}, 0.5}, {{1, 1}, 0.4}, {{2, 0}, 0.3}, {{2, 1}, 0.2}};
    TimedEvaluator evaluator(table, 1, [](const Candidate& candidate, std::int64_t) {
        return candidate.at[0] > 2 ? 1000.0 : 1.0;
    });
    const SearchResult one = simulate(evaluator, 1);
    const SearchResult four = simulate(evaluator, 4);
    CHECK(four.decisions == one.decisions);
    CHECK(four.seconds < one.seconds);
    CHECK(four.speculation.wasted > 0);
    CHECK(four.speculation.wasted_seconds <= 3.0 * four.seconds);
}

TEST_CASE("simulated: what is begun is what a pool of threads begins") {
    // Between two ends passes a while that is enough for the threads of a machine that is not busy,
    // twice as long with each attempt.
    for (const std::size_t workers : {1u, 2u, 3u}) {
        for (const std::int64_t repeats : {1, 2}) {
            INFO("workers " << workers << ", repeats " << repeats);
            TimedEvaluator evaluator(hill(4), repeats, [](const Candidate& c, std::int64_t repeat) {
                const std::int64_t ticks = 1 + (3 * c.at[0] + 5 * c.at[1] + 7 * repeat) % 11;
                return static_cast<double>(ticks) + 0.31 * static_cast<double>(c.at[1]);
            });
            const SearchResult simulated = simulate(evaluator, workers);
            const std::multiset<Unit> expected = std::exchange(evaluator.begun, {});
            bool same = false;
            for (int attempt = 0; attempt < 10 && !same; ++attempt) {
                evaluator.begun.clear();
                Turns turns(std::chrono::milliseconds(2 << attempt));
                evaluator.turns = &turns;
                const SearchResult real = run(evaluator, with_workers(workers));
                REQUIRE(real.decisions == simulated.decisions);
                same = evaluator.begun == expected &&
                       real.speculation.started == simulated.speculation.started &&
                       real.speculation.used == simulated.speculation.used;
            }
            CHECK(same);
        }
    }
}

TEST_CASE("simulated: errors and a stop end it as they end a search") {
    TimedEvaluator evaluator(hill(3), 2, [](const Candidate& candidate, std::int64_t repeat) {
        if (candidate == Candidate{1, 2} && repeat == 1) {
            throw DataError("broken (1,2)");
        }
        return 1.0;
    });
    for (const std::size_t workers : {1u, 2u, 16u}) {
        CHECK_THROWS_WITH(simulate(evaluator, workers), "broken (1,2)");
    }
    const std::atomic<bool> stop{true};
    SearchOptions options = with_workers(2);
    options.space = &kCells;
    options.stop = &stop;
    NanoNas strategy;
    CHECK_THROWS_AS(simulate_search(strategy, evaluator, options), Interrupted);
}
