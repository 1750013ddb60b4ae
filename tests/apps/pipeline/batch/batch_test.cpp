// Batches through the library: which runs are done, from what, and what is left.
#include "apps/pipeline/batch/batch.hpp"

#include <sys/resource.h>

#include <algorithm>
#include <atomic>
#include <catch2/catch.hpp>
#include <csignal>
#include <filesystem>
#include <mutex>
#include <nlohmann/json.hpp>

#include "apps/pipeline/run.hpp"
#include "space/errors.hpp"
#include "space/files.hpp"
#include "space/random.hpp"
#include "tests/support/message_of.hpp"
#include "tests/support/temporary_folder.hpp"

using namespace nanonas;
using namespace nanonas::pipeline;
using Catch::Contains;
namespace fs = std::filesystem;

namespace {

/// Two classes of noisy 6x6 images; the brighter half of one is above, of the other below.
void make_images(const std::string& folder, int count, std::uint64_t seed) {
    Rng rng(seed);
    for (const int label : {0, 1}) {
        for (int i = 0; i < count; ++i) {
            std::string bytes = "P5\n6 6\n255\n";
            for (int pixel = 0; pixel < 36; ++pixel) {
                const bool bright = (pixel < 18) == (label == 0);
                bytes += static_cast<char>((bright ? 90 : 40) + static_cast<int>(rng.below(100)));
            }
            write_file(folder + "/c" + std::to_string(label) + "/" + std::to_string(i) + ".pgm",
                       bytes);
        }
    }
}

struct Batch : testing::TemporaryFolder {
    Batch() { make_images(*this / "data", 30, 1); }

    /// Searches without the final training.
    BatchPlan plan(const std::string& more, const std::string& name = "plan.yaml") const {
        write_file(*this / name, "defaults: {data: " + (*this / "data") +
                                     ", search-only: true, search-steps: 8, repeats: 2}\n" + more);
        return read_plan(*this / name);
    }
    BatchReport run(const BatchPlan& plan, const std::string& out, const Task& task = {}) const {
        return run_batch(plan, {*this / out, std::nullopt, ""}, task);
    }
    std::string journal(const std::string& out, const std::string& name) const {
        return read_file(*this / (out + "/" + name + "/journal.jsonl"));
    }
};

/// What was told, by part of the sentence.
struct Told {
    std::mutex mutex;
    std::vector<std::string> lines;
    Task task(int threads = 1) {
        Task task;
        task.threads = threads;
        task.told = [this](const std::string& text, bool) {
            const std::lock_guard<std::mutex> lock(mutex);
            lines.push_back(text);
        };
        return task;
    }
    int count(const std::string& part) const {
        return static_cast<int>(std::count_if(
            lines.begin(), lines.end(),
            [&part](const std::string& line) { return line.find(part) != std::string::npos; }));
    }
};

const std::string kTwoByTwo = "matrix: {macc: [3000, 9000], seed: [1, 2]}\n";

}  // namespace

TEST_CASE("each run of a batch is the run that search makes alone; images are read once") {
    const Batch batch;
    const BatchPlan plan = batch.plan(kTwoByTwo);
    Told told;
    const BatchReport report = batch.run(plan, "all", told.task(2));
    CHECK(report.count(RunStatus::kDone) == 4);
    CHECK(told.count("data: ") == 1);
    for (const BatchRun& run : expand(plan)) {
        INFO(run.name);
        Run alone = Run::open(run.spec, Verb::kSearch, {batch / ("alone/" + run.name), false}, {});
        alone.search();
        CHECK(batch.journal("all", run.name) == batch.journal("alone", run.name));
        CHECK(read_file(batch / ("all/" + run.name + "/data.json")) ==
              read_file(batch / ("alone/" + run.name + "/data.json")));
    }
    for (const char* product : {"results.csv", "results.json", "junit.xml"}) {
        CHECK(fs::exists(batch / (std::string("all/") + product)));
    }
}

TEST_CASE("journals are the same for any number of threads and runs side by side") {
    const Batch batch;
    const BatchPlan plan = batch.plan(kTwoByTwo);
    batch.run(plan, "one");
    int number = 0;
    for (const std::int64_t parallel : {1, 2, 4}) {
        BatchPlan other = plan;
        other.run.max_parallel = parallel;
        const std::string out = "many" + std::to_string(++number);
        Task task;
        task.threads = 3;
        batch.run(other, out, task);
        for (const BatchRun& run : expand(plan)) {
            CHECK(batch.journal(out, run.name) == batch.journal("one", run.name));
        }
    }
}

TEST_CASE("what is done is not done again, and a value more of an axis adds its runs alone") {
    const Batch batch;
    BatchPlan plan = batch.plan(kTwoByTwo);
    batch.run(plan, "out");
    const std::string results = read_file(batch / "out/results.csv");
    Told told;
    const BatchReport again = batch.run(plan, "out", told.task());
    CHECK(again.count(RunStatus::kDone) == 4);
    CHECK(std::none_of(again.runs.begin(), again.runs.end(),
                       [](const BatchRunReport& run) { return run.here; }));
    CHECK(told.count("data: ") == 0);
    CHECK(read_file(batch / "out/results.csv") == results);

    override_axis(plan, "seed=1,2,3");
    const BatchReport more = batch.run(plan, "out", told.task());
    CHECK(more.runs.size() == 6);
    CHECK(std::count_if(more.runs.begin(), more.runs.end(),
                        [](const BatchRunReport& run) { return run.here; }) == 2);
    CHECK_THAT(read_file(batch / "out/results.csv"), Contains("\"macc=9000,seed=3\",done"));
}

TEST_CASE("a batch that was stopped goes on to the same journals") {
    const Batch batch;
    const BatchPlan plan = batch.plan(kTwoByTwo);
    batch.run(plan, "whole");
    std::atomic<bool> stop{false};
    int decided = 0, stops = 0;
    for (bool done = false; !done;) {
        stop = false;
        Task task;
        task.stop = &stop;
        task.told = [&](const std::string& text, bool detail) {
            // A few times: decisions that are replayed count, too, and every seventh of them alone
            // may be all that a batch comes to.
            const bool counts = detail && text.find(", score ") != std::string::npos;
            stop = stop || (counts && ++decided % 7 == 0 && stops < 4);
        };
        try {
            done = batch.run(plan, "stopped", task).count(RunStatus::kDone) == 4;
        } catch (const Interrupted&) {
            ++stops;
        }
    }
    CHECK(stops >= 2);
    for (const BatchRun& run : expand(plan)) {
        CHECK(batch.journal("stopped", run.name) == batch.journal("whole", run.name));
    }
}

TEST_CASE("a candidate that one run trained is not trained for another") {
    const Batch batch;
    batch.run(batch.plan("matrix: {macc: [9000], seed: [1]}\n"), "one");
    const auto scores = [&batch](const std::string& out) {
        std::size_t lines = 0;
        for (const auto& entry : fs::directory_iterator(batch / (out + "/.batch/scores"))) {
            const std::string text = read_file(entry.path().string());
            lines += static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
        }
        return lines;
    };
    // The smaller bounds ask for a part of what the larger one asks for.
    batch.run(batch.plan("matrix: {macc: [9000, 9001], runtime: [native, tflm], seed: [1]}\n"),
              "four");
    CHECK(scores("four") == scores("one"));
    CHECK(scores("one") > 4);
    batch.run(batch.plan("matrix: {macc: [9000], seed: [1, 2]}\n"), "seeds");
    CHECK(scores("seeds") > scores("one"));
}

TEST_CASE("runs that train the same candidates do not search at the same time, others do") {
    const Batch batch;
    const auto most_at_once = [&batch](const std::string& matrix, const std::string& out) {
        Told told;
        batch.run(batch.plan("matrix: " + matrix + "\n"), out, told.task(2));
        int searching = 0, most = 0;
        for (const std::string& line : told.lines) {
            searching += line.find(": begins") != std::string::npos ? 1 : 0;
            searching -= line.find(": winner (") != std::string::npos ? 1 : 0;
            most = std::max(most, searching);
        }
        CHECK(searching == 0);
        return most;
    };
    CHECK(most_at_once("{epochs: [1, 2], check-images: [0, 1], macc: [9000, 9001]}", "same") == 1);
    CHECK(most_at_once("{seed: [1, 2, 3, 4]}", "other") == 2);
}

TEST_CASE("what does not fit is a result, bad input of one run is told, and the others go on") {
    const Batch batch;
    const BatchReport report = batch.run(batch.plan("matrix: {macc: [10, 3000], seed: [1]}\n"
                                                    "run: {on-failure: stop}\n"),
                                         "out");
    CHECK(report.runs[0].status == RunStatus::kNothingFits);
    CHECK_THAT(report.runs[0].message, Contains("no network fits"));
    CHECK(report.runs[1].status == RunStatus::kDone);
    CHECK_FALSE(fs::exists(batch / "out/macc=10,seed=1"));

    fs::create_directories(batch / "other/seed=1");
    write_file(batch / "other/seed=1/config.json", "{}");
    const BatchPlan plan = batch.plan("matrix: {seed: [1, 2]}\n");
    CHECK_THAT(testing::message_of<ConfigError>([&] { batch.run(plan, "other"); }),
               Contains("plan.yaml: seed=1: --resume: "));
    CHECK_FALSE(fs::exists(batch / "other/seed=2"));
}

TEST_CASE(
    "a run whose journal is damaged fails alone; the batch goes on or stops as the plan says") {
    const Batch batch;
    const std::string matrix = "matrix: {seed: [1, 2, 3]}\n";
    for (const bool stop : {false, true}) {
        const std::string out = stop ? "stop" : "go";
        const BatchPlan plan =
            batch.plan(matrix + "run: {max-parallel: 1, retries: 2, on-failure: " +
                       (stop ? "stop" : "continue") + "}\n");
        run_batch(plan, {batch / out, std::nullopt, "seed=1"}, {});
        fs::remove(batch / (out + "/seed=1/summary.json"));
        write_file(batch / (out + "/seed=1/journal.jsonl"), "{\"torn\n{}\n");
        Told told;
        const BatchReport report = batch.run(plan, out, told.task());
        CHECK(report.runs[0].status == RunStatus::kFailed);
        CHECK(report.runs[0].bad_input);
        CHECK(report.runs[0].attempts == 1);
        CHECK(told.count("seed=1: FAILED: ") == 1);
        CHECK(report.count(RunStatus::kDone) == (stop ? 0 : 2));
        CHECK(report.stopped_early == stop);
        CHECK_THAT(read_file(batch / (out + "/junit.xml")), Contains("<error message="));
        // Told again by who looks later.
        const BatchSurvey later = survey_batch(plan, {batch / out, std::nullopt, ""}, {});
        CHECK(later.batch.runs[0].status == RunStatus::kFailed);
        CHECK(later.batch.runs[0].message == report.runs[0].message);
    }
}

TEST_CASE("a run that fails for want of room is tried again, as often as the plan says") {
    const Batch batch;
    const BatchPlan plan = batch.plan("matrix: {seed: [1]}\nrun: {retries: 2}\n");
    rlimit whole{};
    REQUIRE(::getrlimit(RLIMIT_FSIZE, &whole) == 0);
    const auto before = std::signal(SIGXFSZ, SIG_IGN);
    const auto limit_files = [&whole](rlim_t bytes) {
        const rlimit limit{std::min(bytes, whole.rlim_max), whole.rlim_max};
        REQUIRE(::setrlimit(RLIMIT_FSIZE, &limit) == 0);
    };
    int again = 0;
    Task task;
    task.told = [&](const std::string& text, bool) {
        if (text.find("tried again") != std::string::npos && ++again == 2) {
            limit_files(whole.rlim_cur);
        }
    };
    limit_files(64);
    const BatchReport report = batch.run(plan, "out", task);
    limit_files(whole.rlim_cur);
    std::signal(SIGXFSZ, before);
    CHECK(again == 2);
    CHECK(report.runs[0].status == RunStatus::kDone);
    CHECK(report.runs[0].attempts == 3);
    CHECK_FALSE(fs::exists(batch / "out/.batch/outcomes/seed=1.json"));
}

TEST_CASE("one run of the plan alone, by its place or its name; results tell of all") {
    const Batch batch;
    const BatchPlan plan = batch.plan(kTwoByTwo);
    const BatchReport first = run_batch(plan, {batch / "out", std::size_t{2}, ""}, {});
    CHECK(first.runs[2].status == RunStatus::kDone);
    CHECK(first.count(RunStatus::kMissing) == 3);
    const BatchReport second =
        run_batch(plan, {batch / "out", std::nullopt, "macc=3000,seed=2"}, {});
    CHECK(second.count(RunStatus::kDone) == 2);
    CHECK(second.runs[2].report);
    CHECK_THAT(read_file(batch / "out/results.csv"), Contains("\"macc=9000,seed=1\",done"));
    CHECK_THROWS_WITH(run_batch(plan, {batch / "out", std::size_t{4}, ""}, {}),
                      Contains("--index: 4, but") && Contains("has 4 runs, counted from 0"));
    CHECK_THROWS_WITH(run_batch(plan, {batch / "out", std::nullopt, "macc=3000,seed=22"}, {}),
                      Contains("is no run of") && Contains("did you mean macc=3000,seed=2?"));
}

TEST_CASE("a survey prices the smallest network, says what is there, and writes nothing") {
    const Batch batch;
    const BatchPlan plan = batch.plan("matrix: {macc: [10, 3000], seed: [1]}\n");
    const BatchSurvey before = survey_batch(plan, {batch / "out", std::nullopt, ""}, {});
    CHECK(before.data_sets == 1);
    CHECK(before.batch.count(RunStatus::kMissing) == 2);
    CHECK_THAT(before.smallest[0].misfit, Contains("no network fits"));
    CHECK(before.smallest[1].misfit.empty());
    CHECK(before.smallest[1].cost->macc.limit == 3000);
    CHECK_FALSE(fs::exists(batch / "out"));
    batch.run(plan, "out");
    const BatchSurvey after = survey_batch(plan, {batch / "out", std::nullopt, ""}, {});
    CHECK(after.batch.count(RunStatus::kDone) == 1);
    CHECK(after.batch.count(RunStatus::kNothingFits) == 1);
}

TEST_CASE("bad input is told before anything is written") {
    const Batch batch;
    const auto message = [&batch](const std::string& more) {
        return testing::message_of<Error>([&] { batch.run(batch.plan(more), "out"); });
    };
    CHECK_THAT(message("matrix: {target: [rp2040, rp2041]}\n"),
               Contains("plan.yaml: target=rp2041: ") && Contains("rp2041"));
    CHECK_THAT(message("matrix: {data: [" + batch / "data" + ", " + batch / "gone" + "]}\n"),
               Contains("/gone"));
    CHECK_THAT(message("matrix: {max-latency-ms: [5]}\n"), Contains("needs --target"));
    CHECK_FALSE(fs::exists(batch / "out"));
    write_file(batch / "run/config.json", "{}");
    write_file(batch / "run/data.json", "{}");
    CHECK_THAT(testing::message_of<Error>([&] { batch.run(batch.plan(kTwoByTwo), "run"); }),
               Contains("already holds a run"));
}
