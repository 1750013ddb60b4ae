#include "nas/evaluators/recording_evaluator.hpp"

#include <catch2/catch.hpp>
#include <map>

#include "nas/evaluators/table_evaluator.hpp"
#include "nas/simulated_search.hpp"
#include "tests/nas/support.hpp"

using namespace nanonas;
using namespace nanonas::nas;
using namespace nanonas::nas::test;

TEST_CASE("an evaluator is asked for each repeat once, whole trials at a time") {
    FakeEvaluator inner(hill(3));
    inner.its_repeats = 3;
    RecordingEvaluator recording(inner);
    EvaluationContext context;
    context.repeat = 2;
    const Evaluation third = recording.evaluate({2, 1}, nullptr, context);
    CHECK(inner.calls.size() == 3);
    CHECK(recording.evaluate({2, 1}, nullptr, context).score == third.score);
    context.repeat = 0;
    CHECK(recording.evaluate({2, 1}, nullptr, context).score < third.score);
    CHECK(inner.calls.size() == 3);
    context.effort = 2;
    recording.evaluate({2, 1}, nullptr, context);
    CHECK(inner.calls.size() == 6);
    CHECK(recording.trials() == 2);
}

TEST_CASE("what was recorded replays: the same decisions, in the same time") {
    Rng rng(3);
    const Table table = random_table(rng, 8, 5, 0.1);
    FakeEvaluator inner(table);
    inner.its_repeats = 3;
    inner.before = [&](const Candidate& candidate, const EvaluationContext&) {
        if (table.count(candidate) == 0) {
            return;  // infeasible: no row tells how long that took to find
        }
        volatile double sum = 0.0;  // processor time, not sleep
        for (std::int64_t i = 0; i < 20000 * (candidate.at[0] + candidate.at[1]); ++i) {
            sum = sum + 1.0;
        }
    };
    RecordingEvaluator recording(inner);
    SearchOptions options = with_workers(4);
    options.space = &kCells;
    NanoNas first;
    const SearchResult recorded = simulate_search(first, recording, options);
    CHECK(recorded.seconds > 0.0);
    const std::size_t calls = inner.calls.size();

    TableEvaluator replay(recording.csv(kCells.axes()), "recorded.csv", kCells.axes());
    CHECK(replay.has_seconds());
    CHECK(replay.repeats() == 3);
    NanoNas second;
    const SearchResult replayed = simulate_search(second, replay, options);
    REQUIRE(order_of(replayed) == order_of(recorded));
    CHECK(replayed.evaluation_seconds == Approx(recorded.evaluation_seconds).epsilon(0.05));
    for (std::size_t i = 0; i < replayed.decisions.size(); ++i) {
        const Decision& decision = replayed.decisions[i];
        CHECK(decision.feasible() == recorded.decisions[i].feasible());
        if (decision.feasible()) {
            // The seed decides which repeat is the first.
            std::vector<double> a = decision.repeats, b = recorded.decisions[i].repeats;
            std::sort(a.begin(), a.end());
            std::sort(b.begin(), b.end());
            CHECK(a == b);
        }
    }
    CHECK(inner.calls.size() == calls);
}

TEST_CASE("a recorded table names choices") {
    const std::vector<space::Axis> axes = {{"width", 8, 32, 8, {}},
                                           {"pool", 0, 1, 1, {"max", "avg"}}};
    FakeEvaluator inner({{{16, 1}, 0.1}});
    RecordingEvaluator recording(inner);
    recording.evaluate({16, 1}, nullptr, {});
    recording.evaluate({8, 0}, nullptr, {});  // infeasible
    const std::string csv = recording.csv(axes);
    CHECK(csv.rfind("width,pool,effort,repeat,score,seconds\n16,avg,1,0,0.1,", 0) == 0);
    const TableEvaluator table(csv, "recorded.csv", axes);
    CHECK(table.scores().at({16, 1}).at(1).at(0).score == 0.1);
    CHECK(table.scores().size() == 1);
}
