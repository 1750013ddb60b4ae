#include "apps/pipeline/batch/run_queue.hpp"

#include <catch2/catch.hpp>
#include <thread>

using namespace nanonas::pipeline;

namespace {

using Runs = std::vector<std::size_t>;

RunQueue queue(std::vector<std::string> families, int threads, std::int64_t parallel = 0) {
    RunPolicy policy;
    policy.max_parallel = parallel;
    return RunQueue(std::move(families), threads, policy);
}

}  // namespace

TEST_CASE("runs share the threads out, and one that is alone has all of them") {
    RunQueue two = queue({"a", "b", "c"}, 3, 2);
    const auto first = two.take(nullptr);
    CHECK(first->share == 3);
    const auto second = two.take(nullptr);
    CHECK(first->share == 2);
    CHECK(second->share == 1);
    two.ended(first, false);
    CHECK(second->share == 3);
    const auto third = two.take(nullptr);
    CHECK(third->run == 2);
    two.ended(second, false);
    two.ended(third, false);
    CHECK(two.take(nullptr) == nullptr);
}

TEST_CASE("a run waits while another of its family searches, not while that one is trained") {
    RunQueue runs = queue({"a", "a", "b", "a"}, 2, 3);
    const auto first = runs.take(nullptr);
    const auto other = runs.take(nullptr);
    CHECK(first->run == 0);
    CHECK(other->run == 2);
    std::atomic<bool> begun{false};
    std::thread waits([&] {
        const auto next = runs.take(nullptr);
        CHECK(next->run == 1);
        begun = true;
        runs.ended(next, false);
    });
    std::this_thread::sleep_for(std::chrono::milliseconds(120));
    CHECK_FALSE(begun);
    runs.searched(first);
    waits.join();
    CHECK(begun);
}

TEST_CASE("runs of no family never wait for each other") {
    RunQueue runs = queue({"", "", ""}, 4, 3);
    Runs order;
    for (int i = 0; i < 3; ++i) {
        order.push_back(runs.take(nullptr)->run);
    }
    CHECK(order == Runs{0, 1, 2});
}

TEST_CASE("no run is begun after a stop, after a failure where the plan says so, or too many") {
    std::atomic<bool> stop{true};
    RunQueue stopped = queue({"a"}, 1);
    CHECK(stopped.take(&stop) == nullptr);
    CHECK_FALSE(stopped.stopped_by_policy());

    RunPolicy policy;
    policy.stop_on_failure = true;
    RunQueue strict({"a", "b"}, 1, policy);
    strict.ended(strict.take(nullptr), true);
    CHECK(strict.take(nullptr) == nullptr);
    CHECK(strict.stopped_by_policy());

    policy.stop_on_failure = false;
    policy.max_consecutive_failures = 2;
    RunQueue patient({"a", "b", "c", "d", "e"}, 1, policy);
    for (const bool failed : {true, false, true}) {
        patient.ended(patient.take(nullptr), failed);
    }
    CHECK_FALSE(patient.stopped_by_policy());
    patient.ended(patient.take(nullptr), true);
    CHECK(patient.take(nullptr) == nullptr);
    CHECK(patient.stopped_by_policy());

    policy.max_consecutive_failures = 0;
    RunQueue last({"a"}, 1, policy);
    last.ended(last.take(nullptr), true);
    CHECK_FALSE(last.stopped_by_policy());  // there was none left to begin
}

TEST_CASE("as many runs side by side as there are threads, unless the plan says otherwise") {
    CHECK(queue({"a", "b", "c"}, 2).parallel() == 2);
    CHECK(queue({"a", "b", "c"}, 8).parallel() == 3);
    CHECK(queue({"a", "b", "c"}, 1, 3).parallel() == 3);
    CHECK(queue({"a", "b", "c"}, 8, 1).parallel() == 1);
}

TEST_CASE("workers elsewhere are shared out among searches, what is done here has the threads") {
    RunQueue runs({"a", "b", "c", "d", "e", "f"}, 2, {}, RunQueue::Workers::kBeside);
    CHECK(runs.parallel() == 2);
    CHECK(runs.most_parallel() == 6);
    runs.set_slots(3);
    CHECK(runs.parallel() == 5);
    const auto first = runs.take(nullptr);
    CHECK(first->share == 5);  // three there, two here
    CHECK(runs.places_here() == 2);
    const auto second = runs.take(nullptr);
    CHECK(first->share == 3);
    CHECK(second->share == 2);
    runs.searched(first);
    CHECK(first->share == 1);  // its final training
    CHECK(runs.places_here() == 1);
    CHECK(second->share == 4);
    runs.searched(second);
    CHECK(second->share == 1);
    runs.ended(first, false);
    CHECK(second->share == 2);
    runs.set_slots(0);
    const auto third = runs.take(nullptr);
    CHECK(second->share == 1);
    CHECK(third->share == 1);
    CHECK(runs.places_here() == 1);
}

TEST_CASE("where nobody trains candidates here, the threads are all for final trainings") {
    RunQueue runs({"a", "b", ""}, 2, {}, RunQueue::Workers::kAlone);
    CHECK(runs.places_here() == 0);
    const auto first = runs.take(nullptr);
    CHECK(first->share == 1);  // it waits for a worker
    runs.set_slots(4);
    const auto second = runs.take(nullptr);
    CHECK(first->share == 2);
    CHECK(second->share == 2);
    runs.searched(first);
    CHECK(first->share == 2);
    CHECK(second->share == 4);
    CHECK(runs.places_here() == 0);
    const auto third = runs.take(nullptr);  // trains no candidates
    CHECK(third->share == 1);
    CHECK(first->share == 1);
}
