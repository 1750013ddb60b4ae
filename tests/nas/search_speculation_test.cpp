// What workers evaluate before it is asked for.
#include <algorithm>
#include <atomic>
#include <catch2/catch.hpp>
#include <chrono>
#include <limits>

#include "nas/evaluation_queue.hpp"
#include "nas/search.hpp"
#include "tests/nas/support.hpp"

using namespace nanonas;
using namespace nanonas::nas;
using namespace nanonas::nas::test;
using std::chrono::milliseconds;

TEST_CASE("two workers share the work, and speculation that was asked for is counted as used") {
    FakeEvaluator evaluator(hill(6));
    evaluator.before = [](const Candidate&, const EvaluationContext& context) {
        work_for(milliseconds(4), context);
    };
    const SearchResult result = run(evaluator, with_workers(2));
    CHECK(result.best->candidate == Candidate{6, 3});
    CHECK(evaluator.most_at_once == 2);
    CHECK(result.evaluated == result.decisions.size());
    CHECK(result.speculation.used >= result.decisions.size() / 3);
    CHECK(result.speculation.wasted <= result.decisions.size() / 3);
    CHECK(result.speculation.used_seconds > 0.0);
    CHECK(result.evaluation_seconds >= result.speculation.used_seconds);
}

TEST_CASE(
    "what was likely before an answer is not begun after it, until it is called likely again") {
    FakeEvaluator evaluator(hill(2));
    EvaluationQueue queue(evaluator);
    const auto job = [](const Candidate& candidate) {
        return EvaluationJob{candidate, nullptr, 0};
    };
    queue.ask(job({1, 0}));
    queue.speculate({job({2, 0})});
    const EvaluationQueue::Unit first = *queue.next(3);
    queue.begin(first);
    CHECK(queue.next(3)->task->job.trial == Trial(Candidate{2, 0}));
    queue.settle(first, {}, nullptr, 0.0);
    queue.leave(*first.task);
    CHECK_FALSE(queue.next(3));
    queue.take_asked();
    queue.ask(job({1, 1}));
    queue.begin(*queue.next(3));
    CHECK_FALSE(queue.next(3));
    queue.speculate({job({2, 0})});
    CHECK(queue.next(3)->task->job.trial == Trial(Candidate{2, 0}));
}

TEST_CASE("a candidate under speculation is waited for, not started again") {
    FakeEvaluator evaluator(hill(2));
    evaluator.before = [](const Candidate& candidate, const EvaluationContext& context) {
        work_for(milliseconds(candidate.at[0] == 2 ? 30 : 1), context);
    };
    const SearchResult result = run(evaluator, with_workers(2));
    CHECK(result.best->candidate == Candidate{2, 3});
    CHECK(std::count(evaluator.calls.begin(), evaluator.calls.end(), Candidate{2, 0}) == 1);
}

TEST_CASE("speculation never evaluates what is over budget or too deep") {
    const FakePrices prices;
    SearchOptions options = with_workers(8);
    const space::CellSpace cells{{16, 16, 1}, 2, 0.5};
    options.space = &cells;
    options.cost_model = &prices;
    options.budget.ram_bytes = 300;
    FakeEvaluator evaluator(hill(20));
    evaluator.before = random_work;
    const SearchResult result = run(evaluator, options);
    for (const Candidate& candidate : evaluator.calls) {
        CHECK(candidate.at[0] <= 3);
        CHECK(candidate.at[1] <= 4);
    }
    CHECK(result.decisions.back().candidate == Candidate{4, 0});
}

TEST_CASE("speculation that is still running at the end is cancelled at once") {
    FakeEvaluator evaluator({{{1, 0}, 0.5}, {{1, 1}, 0.4}, {{2, 0}, 0.3}, {{2, 1}, 0.2}});
    std::atomic<int> cancelled{0};
    evaluator.before = [&](const Candidate& candidate, const EvaluationContext& context) {
        try {
            work_for(candidate.at[0] > 2 ? std::chrono::seconds(60) : milliseconds(5), context);
        } catch (const Interrupted&) {
            ++cancelled;
            throw;
        }
    };
    const SearchResult result = run(evaluator, with_workers(4));
    CHECK(result.best->candidate == Candidate{1, 0});
    CHECK(result.seconds < 30.0);
    CHECK(cancelled > 0);
    CHECK(result.speculation.wasted > 0);
    CHECK(result.speculation.wasted_seconds > 0.0);
}

TEST_CASE("a failed speculation matters only when it is asked for") {
    FakeEvaluator evaluator({{{1, 0}, 0.5}, {{1, 1}, 0.4}, {{2, 0}, 0.3}, {{2, 1}, 0.2}});
    evaluator.before = [](const Candidate& candidate, const EvaluationContext& context) {
        work_for(milliseconds(3), context);
        if (candidate.at[0] > 2 || candidate.at[1] > 1) {
            throw DataError("broken " + to_string(candidate));
        }
    };
    for (int repeat = 0; repeat < 5; ++repeat) {
        CHECK(run(evaluator, with_workers(4)).best->candidate == Candidate{1, 0});
    }

    FakeEvaluator asked(hill(3));
    asked.before = [](const Candidate& candidate, const EvaluationContext& context) {
        work_for(milliseconds(candidate == Candidate{1, 0} ? 20 : 1), context);
        if (candidate == Candidate{1, 2} || candidate.at[0] == 2) {
            throw DataError("broken " + to_string(candidate));
        }
    };
    for (const std::size_t workers : {1u, 2u, 4u, 8u}) {
        CHECK_THROWS_WITH(run(asked, with_workers(workers)), "broken (1,2)");
    }
}

TEST_CASE("a speculative score that is not finite matters only when it is asked for") {
    Table table = {{{1, 0}, 0.5}, {{1, 1}, 0.4}, {{2, 0}, 0.3}, {{2, 1}, 0.2}};
    table[{3, 0}] = table[{1, 2}] = std::numeric_limits<double>::infinity();
    FakeEvaluator evaluator(table);
    evaluator.before = random_work;
    CHECK(run(evaluator, with_workers(8)).best->candidate == Candidate{1, 0});
}
