#include "apps/nanonas/verbs/bench_search.hpp"

#include <algorithm>
#include <exception>
#include <vector>

#include "apps/nanonas/interrupt.hpp"
#include "apps/nanonas/views/search_view.hpp"
#include "apps/nanonas/views/table.hpp"
#include "apps/pipeline/data_sets.hpp"
#include "apps/pipeline/evaluators.hpp"
#include "apps/pipeline/feasibility.hpp"
#include "apps/pipeline/figures.hpp"
#include "apps/pipeline/resolve.hpp"
#include "nas/search.hpp"
#include "space/cost.hpp"
#include "space/errors.hpp"
#include "space/json/candidate_json.hpp"
#include "space/parallel.hpp"
#include "space/stopwatch.hpp"
#include "space/text.hpp"
#include "train/bench/bench_learning.hpp"
#include "train/engine/engine.hpp"

namespace nanonas::app {

namespace {

constexpr int kRounds = 3;

struct Timed {
    nas::SearchResult result;
    double cpu_seconds = 0.0;  ///< of the whole process meanwhile
    std::vector<space::Axis> axes;
};

Timed search_once(Session& session, const DataSets& data, const std::string& engine,
                  std::size_t workers) {
    Config config = session.config();
    config.training.engine = engine;
    const Platform platform = resolve_platform(config.budget);
    const auto cost_model =
        resolve_cost_model(config.budget, platform.device, data.training.set.labels);
    nas::SearchOptions options;
    options.seed = config.training.seed;
    options.workers = workers;
    options.budget = platform.budget;
    const auto space = space_of(config, data.problem());
    options.space = space.get();
    options.cost_model = cost_model.get();
    options.stop = &stop_requested();
    const auto strategy = nas::make_strategy(pipeline::strategy_of(config.search));
    const auto evaluator = make_training_evaluator(config, data.training);
    session.display().line("search with engine " + engine + ", " + std::to_string(workers) +
                           (workers == 1 ? " worker" : " workers"));
    SearchView view(session.display(), space->axes(), true, false);
    const double begin = process_cpu_seconds();
    Timed run{nas::search(*strategy, *evaluator, options, view.hooks()), 0.0, space->axes()};
    run.cpu_seconds = process_cpu_seconds() - begin;
    if (!run.result.best) {
        const space::Candidate lowest = space::lowest(space->axes());
        const auto smallest = cost_model->cost(space->build(lowest));
        throw NothingFits("no network fits: the smallest, " +
                          space::to_string(lowest, space->axes()) + ", has " +
                          space::to_string(space::violations(platform.budget, smallest)));
    }
    return run;
}

nlohmann::json to_json(const Timed& run) {
    const nas::Decision& best = *run.result.best;
    nlohmann::json value = json::candidate_json(best.candidate, run.axes);
    value.update({{"score", *best.score},
                  {"evaluated", run.result.evaluated},
                  {"seconds", run.result.seconds},
                  {"cpu_seconds", run.cpu_seconds},
                  {"ahead", run.result.speculation.started},
                  {"ahead_in_vain", run.result.speculation.wasted},
                  {"seconds_in_vain", run.result.speculation.wasted_seconds}});
    return value;
}

/// Wall time of `count` searches with one worker each, all at the same time.
double seconds_together(Session& session, const DataSets& data, std::size_t count) {
    std::vector<std::exception_ptr> failures(count);
    std::vector<double> seconds(count);
    ThreadGroup threads;
    for (std::size_t i = 0; i < count; ++i) {
        const bool started = threads.start([&, i] {
            try {
                seconds[i] =
                    search_once(session, data, session.config().training.engine, 1).result.seconds;
            } catch (...) {
                failures[i] = std::current_exception();
            }
        });
        if (!started) {
            failures[i] = std::make_exception_ptr(
                IoError("bench workers: the system gives no thread for " + std::to_string(count) +
                        " searches at the same time; give fewer --workers"));
            break;
        }
    }
    threads.join();
    for (const std::exception_ptr& failure : failures) {
        if (failure) {
            std::rethrow_exception(failure);
        }
    }
    return *std::max_element(seconds.begin(), seconds.end());
}

std::string training_length(const train::TrainOptions& training) {
    return training.steps > 0 ? grouped(training.steps) + " steps"
                              : std::to_string(training.epochs) + " epochs";
}

double median(std::vector<double> values) {
    std::sort(values.begin(), values.end());
    return values[values.size() / 2];
}

}  // namespace

int bench_search(Session& session) {
    const Config& config = session.config();
    const DataSets data = load_data(config, session.task());
    const auto workers = static_cast<std::size_t>(worker_count(config));
    nlohmann::json document = {{"verb", "bench"}, {"what", "search"}, {"workers", workers}};
    std::vector<std::vector<std::string>> cells = {
        {"engine", "winner", "score", "candidates", "wall s", "CPU s", "wall", "CPU"}};
    std::vector<Timed> runs;
    for (const std::string& engine : train::engine_names()) {
        runs.push_back(search_once(session, data, engine, workers));
        const Timed& run = runs.back();
        const Timed& first = runs.front();
        const nas::Decision& best = *run.result.best;
        const double wall = run.result.seconds / first.result.seconds;
        const double cpu = run.cpu_seconds / first.cpu_seconds;
        cells.push_back({engine, space::to_string(best.candidate, run.axes),
                         percent_text(*best.score), std::to_string(run.result.evaluated),
                         fixed(run.result.seconds, 1), fixed(run.cpu_seconds, 1),
                         fixed(wall, 2) + " x", fixed(cpu, 2) + " x"});
        nlohmann::json row = to_json(run);
        row["engine"] = engine;
        row["seconds_over_first"] = wall;
        row["cpu_seconds_over_first"] = cpu;
        document["rows"].push_back(row);
    }
    session.result(document, table(cells, "", 1) + std::to_string(workers) +
                                 (workers == 1 ? " worker" : " workers") + ", " +
                                 std::to_string(repeats_of(config.search)) +
                                 " trainings a candidate\n");
    return kDone;
}

int bench_workers(Session& session) {
    const Config& config = session.config();
    const DataSets data = load_data(config, session.task());
    const std::string& engine = config.training.engine;
    const auto workers = static_cast<std::size_t>(worker_count(config));
    if (workers < 2) {
        throw ConfigError("bench workers: one worker has nothing to compare with; give --workers");
    }
    nlohmann::json document = {{"verb", "bench"}, {"what", "workers"}, {"workers", workers}};
    const std::string all = std::to_string(workers);
    std::vector<std::vector<std::string>> cells = {{"round", "1 worker s", all + " workers s",
                                                    "ratio", "in vain s", "CPU s", all + " CPU s",
                                                    "the machine's"}};
    std::vector<double> ratios, ceilings;
    for (int round = 1; round <= kRounds; ++round) {
        const Timed one = search_once(session, data, engine, 1);
        const Timed many = search_once(session, data, engine, workers);
        if (one.result.decisions != many.result.decisions) {
            throw Error("bench workers: decisions differ between 1 and " + all + " workers");
        }
        const double together = seconds_together(session, data, workers);
        ratios.push_back(one.result.seconds / many.result.seconds);
        ceilings.push_back(static_cast<double>(workers) * one.result.seconds / together);
        cells.push_back(
            {std::to_string(round), fixed(one.result.seconds, 2), fixed(many.result.seconds, 2),
             fixed(ratios.back(), 3), fixed(many.result.speculation.wasted_seconds, 2),
             fixed(one.cpu_seconds, 2), fixed(many.cpu_seconds, 2), fixed(ceilings.back(), 3)});
        document["rows"].push_back({{"one", to_json(one)},
                                    {"many", to_json(many)},
                                    {"together_seconds", together},
                                    {"ratio", ratios.back()},
                                    {"ceiling", ceilings.back()}});
    }
    document["ratio"] = median(ratios);
    document["ceiling"] = median(ceilings);
    session.result(
        document,
        table(cells, "", 1) + "medians: " + all + " workers are " + fixed(median(ratios), 3) +
            " times as fast as one; as many searches of one worker at the same time give " +
            fixed(median(ceilings), 3) + "\nall decisions and scores are the same\n");
    return kDone;
}

int bench_learning(Session& session) {
    const Config& config = session.config();
    const DataSets data = load_data(config, session.task());
    train::BenchLearningOptions options;
    options.engines = train::engine_names();
    options.training = search_training(config);
    options.workers = worker_count(config);
    options.stop = &stop_requested();
    const auto learning =
        train::bench_learning(options, data.training,
                              [&](const std::string& engine, std::uint64_t seed, double accuracy) {
                                  session.display().line(engine + ", seed " + std::to_string(seed) +
                                                         ": " + percent_text(accuracy));
                              });
    nlohmann::json document = {{"verb", "bench"}, {"what", "learning"}};
    std::vector<std::vector<std::string>> cells = {{"engine"}};
    for (const std::uint64_t seed : options.seeds) {
        cells.front().push_back("seed " + std::to_string(seed));
    }
    for (const char* head : {"mean", "deviation", "difference", "CPU s"}) {
        cells.front().emplace_back(head);
    }
    for (const train::LearningOfEngine& engine : learning) {
        const double difference = engine.mean - learning.back().mean;
        cells.push_back({engine.engine});
        for (const double accuracy : engine.accuracies) {
            cells.back().push_back(fixed(100 * accuracy, 2));
        }
        for (const double share : {engine.mean, engine.deviation, difference}) {
            cells.back().push_back(fixed(100 * share, 2));
        }
        cells.back().push_back(fixed(engine.cpu_seconds, 1));
        document["rows"].push_back({{"engine", engine.engine},
                                    {"accuracies", engine.accuracies},
                                    {"mean", engine.mean},
                                    {"deviation", engine.deviation},
                                    {"difference", difference},
                                    {"cpu_seconds", engine.cpu_seconds}});
    }
    session.result(document, table(cells, "", 1) + "best validation accuracy in %, " +
                                 space::to_string(options.candidate) + ", " +
                                 training_length(options.training) + "\n");
    return kDone;
}

}  // namespace nanonas::app
