// How far one search scales: its walk in simulated time, on recorded scores and seconds.
#include <algorithm>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "apps/nanonas/interrupt.hpp"
#include "apps/nanonas/verbs/bench_search.hpp"
#include "apps/nanonas/views/table.hpp"
#include "apps/pipeline/data_sets.hpp"
#include "apps/pipeline/evaluators.hpp"
#include "apps/pipeline/feasibility.hpp"
#include "apps/pipeline/resolve.hpp"
#include "nas/evaluators/recording_evaluator.hpp"
#include "nas/evaluators/table_evaluator.hpp"
#include "nas/simulated_search.hpp"
#include "space/cost.hpp"
#include "space/errors.hpp"
#include "space/files.hpp"
#include "space/json/candidate_json.hpp"

namespace nanonas::app {

namespace {

constexpr std::size_t kMostWorkers = 256;

/// What the simulated searches have in common.
struct Problem {
    std::unique_ptr<space::SearchSpace> space;
    std::unique_ptr<space::CostModel> cost_model;  ///< null: the table alone decides
    space::Budget budget;
};

Problem problem_of(const Config& config, const std::optional<space::Problem>& problem,
                   const std::vector<std::string>& labels) {
    const Platform platform = resolve_platform(config.budget);
    return {problem ? space_of(config, *problem) : space_of(config),
            problem ? resolve_cost_model(config.budget, platform.device, labels) : nullptr,
            platform.budget};
}

nas::SearchResult simulated(Session& session, const Problem& problem, nas::Evaluator& evaluator,
                            std::size_t workers) {
    nas::SearchOptions options;
    options.seed = session.config().training.seed;
    options.trials = session.config().search.trials;
    options.workers = workers;
    options.budget = problem.budget;
    options.space = problem.space.get();
    options.cost_model = problem.cost_model.get();
    options.stop = &stop_requested();
    session.display().line("a search with " + std::to_string(workers) +
                           (workers == 1 ? " worker" : " workers") + ", simulated");
    const auto strategy = nas::make_strategy(pipeline::strategy_of(session.config().search));
    nas::SearchResult result = nas::simulate_search(*strategy, evaluator, options);
    if (!result.best) {
        throw NothingFits("bench scaling: no network fits");
    }
    return result;
}

/// The table of everything that a search with any number of workers may ask for.
std::string recorded_table(Session& session, const DataSets& data, const Problem& problem) {
    const auto inner = make_training_evaluator(session.config(), data.training);
    nas::RecordingEvaluator recording(*inner);
    for (std::size_t workers = 1; workers <= kMostWorkers; workers *= 2) {
        simulated(session, problem, recording, workers);
        session.display().line(std::to_string(recording.trials()) + " candidates recorded, " +
                               std::to_string(recording.repeats()) + " trainings each");
    }
    return recording.csv(problem.space->axes());
}

void print_scaling(Session& session, const Problem& problem, nas::Evaluator& evaluator) {
    const nas::SearchResult one = simulated(session, problem, evaluator, 1);
    const std::vector<space::Axis> axes = problem.space->axes();
    nlohmann::json document = {{"verb", "bench"},
                               {"what", "scaling"},
                               {"seconds", one.seconds},
                               {"candidates", one.decisions.size()},
                               {"evaluated", one.evaluated},
                               {"repeats", evaluator.repeats()},
                               {"winner", json::candidate_json(one.best->candidate, axes)}};
    std::vector<std::vector<std::string>> cells = {
        {"workers", "seconds", "speed-up", "efficiency", "in vain s"}};
    for (std::size_t workers = 2; workers <= kMostWorkers; workers *= 2) {
        const nas::SearchResult many = simulated(session, problem, evaluator, workers);
        if (many.decisions != one.decisions) {
            throw Error("bench scaling: decisions differ between 1 and " + std::to_string(workers) +
                        " workers");
        }
        const double speedup = many.seconds > 0.0 ? one.seconds / many.seconds : 1.0;
        const double efficiency = speedup / static_cast<double>(workers);
        cells.push_back({std::to_string(workers), fixed(many.seconds, 2), fixed(speedup, 2),
                         fixed(100 * efficiency, 0) + " %",
                         fixed(many.speculation.wasted_seconds, 2)});
        document["rows"].push_back({{"workers", workers},
                                    {"seconds", many.seconds},
                                    {"speedup", speedup},
                                    {"efficiency", efficiency},
                                    {"seconds_in_vain", many.speculation.wasted_seconds}});
    }
    session.result(document, table(cells, "", 0) + "one worker takes " + fixed(one.seconds, 2) +
                                 " s for " + std::to_string(one.evaluated) + " candidates, " +
                                 std::to_string(evaluator.repeats()) +
                                 (evaluator.repeats() == 1 ? " training" : " trainings") +
                                 " each; in simulated time\n");
}

}  // namespace

int bench_scaling(Session& session) {
    const Config& config = session.config();
    if (!config.search.scores.empty()) {
        for (const std::string& name : session.command().typed) {
            if (name == "data" || name == "out") {
                throw ConfigError("--" + name + ": not together with --scores");
            }
        }
        const Platform platform = resolve_platform(config.budget);
        const Problem problem =
            problem_of(config, table_problem(config, platform.budget, session.task()), {});
        nas::TableEvaluator table(config.search.scores, problem.space->axes());
        if (!table.has_seconds()) {
            throw ConfigError(config.search.scores +
                              ": no column seconds; `nanonas bench scaling --out DIR` records one");
        }
        table.use_repeats(repeats_of(config.search));
        print_scaling(session, problem, table);
        return kDone;
    }
    const std::string file = config.output.out.empty() ? "" : config.output.out + "/scores.csv";
    if (!file.empty() && std::filesystem::exists(file)) {
        throw ConfigError(file + ": is there already; give another --out");
    }
    const DataSets data = load_data(config, session.task());
    const Problem problem = problem_of(config, data.problem(), data.training.set.labels);
    const std::string text = recorded_table(session, data, problem);
    if (!file.empty()) {
        std::filesystem::create_directories(config.output.out);
        write_file(file, text);
    }
    // What is printed is what the table gives again.
    nas::TableEvaluator table(text, "scores.csv", problem.space->axes());
    print_scaling(session, problem, table);
    return kDone;
}

}  // namespace nanonas::app
