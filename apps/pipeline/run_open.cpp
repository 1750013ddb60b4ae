// How a run begins: what can be checked, the images, the bounds, the directory, in this order.
#include "apps/pipeline/finished_run.hpp"
#include "apps/pipeline/identity.hpp"
#include "apps/pipeline/run_state.hpp"
#include "apps/pipeline/steps/c_check.hpp"
#include "apps/pipeline/steps/linked.hpp"
#include "apps/pipeline/version.hpp"
#include "nas/evaluators/table_evaluator.hpp"

namespace nanonas::pipeline {

namespace {

/// A line when a run is not simply begun: there was none to resume, or a product is gone.
void tell_start(const RunPlan& plan, bool resume, const Task& task) {
    if (!plan.amiss.empty()) {
        task.tell(plan.path + ": " + plan.amiss + ": made again");
    } else if (plan.unchecked) {
        task.tell(plan.path + ": its C was not checked yet: the last stage again");
    } else if (resume && !plan.exists) {
        task.tell(plan.path + ": no run there yet: started anew");
    }
}

}  // namespace

/// What needs no image.
void Run::State::check() {
    if (is_search() && needs_data(spec) && spec.data.classes) {
        throw ConfigError(
            "--classes: the images tell the number of classes; only --scores with "
            "--search-only needs it");
    }
    if (!is_search() && spec.training.arch.empty()) {
        throw ConfigError("--arch: needed; K,C such as 8,3");
    }
    if (!is_search()) {
        winner = arch_of(spec);
    }
    if (own.any() && (from_table() || !is_search())) {
        throw ConfigError(
            "parts of your own: of a search that trains candidates, without --scores");
    }
    if ((own.evaluator || own.space) && (shared.workers || !spec.workers_from.empty())) {
        throw ConfigError(
            "--workers-from: not together with an evaluator or a space of your own, which workers "
            "do not have");
    }
    platform = resolve_platform(spec.budget);
    cost_model = resolve_cost_model(spec.budget, platform.device);
    if (is_search() && from_table()) {
        // A malformed table ends it before anything begins.
        nas::TableEvaluator{spec.search.scores, space_of(spec)->axes()};
    }
    require_strict(spec, platform, task);
}

void Run::State::read_data(const RunPlan& plan, const RunPlace& place, const DataSets* images) {
    if (images == nullptr) {
        require_run_or_data(spec, place, plan);
    }
    tell_start(plan, place.resume, task);
    if (is_search() && !needs_data(spec)) {
        return;
    }
    const auto accept = [this](const space::Problem& found) {
        if (is_search()) {
            if (!own.space) {
                require_search_memory(spec, found, task.threads);
            }
        } else {
            require_training_memory(spec, *winner, found);
        }
    };
    if (images != nullptr) {
        accept(images->problem());
        data = *images;
        data_of_path = shared.images_of_path;
    } else {
        data = load_data(spec, task, accept);
        data_of_path = true;
    }
    cost_model = resolve_cost_model(spec.budget, platform.device, data->training.set.labels);
    report.seconds["load"] = watch.seconds();
}

void Run::State::price() {
    if (is_search()) {
        task.tell("budget: " + budget_text(platform.budget) + ", runtime " + spec.budget.runtime);
    }
    problem = data ? std::optional(data->problem()) : table_problem(spec, platform.budget, task);
    space = own.space ? std::shared_ptr<space::SearchSpace>(own.space, [](space::SearchSpace*) {})
                      : space_of(spec, problem.value_or(space::Problem{}));
    axes = space->axes();
    if (is_search()) {
        if (problem && !own.space) {  // of another space nobody knows which is the smallest
            require_smallest_fits(*space, *cost_model, platform.budget);
        }
        return;
    }
    name_winner(*winner);
    require_fits(*winner, *space, *cost_model, platform.budget);
}

/// Before anything is written: without any there is nothing to begin.
void Run::State::start_workers() {
    if (!is_search() || from_table() || (spec.workers_from.empty() && !shared.workers)) {
        return;
    }
    const int here = workers_here(spec, task);
    const auto pool = shared.workers
                          ? shared.workers
                          : std::make_shared<WorkerPool>(
                                fleet_plan(spec.workers_from, spec.worker_program, task), here);
    at_workers = open_search(pool, spec, data->training, data_of_path);
    if (owns_workers() && here == 0) {
        at_workers->wait_for_one(task.stop);
    }
}

void Run::State::name_winner(const space::Candidate& candidate) {
    winner = candidate;
    report.winner = winner_report(candidate, axes);
    if (problem) {
        const space::Network network = space->build(candidate);
        report.winner->input = space::to_string(network.input);
        report.cost = budget_report(network, *cost_model, platform.budget);
    }
}

void Run::State::take_directory(const RunPlan& plan, const std::string& tensorboard) {
    if (makes_products()) {
        rehearse_products(spec.products.name, *data);
    }
    const nlohmann::json read = read_json();
    if (!tensorboard.empty()) {
        const nlohmann::json options = config_json(spec, verb);
        const auto decided = is_search() ? axes : std::vector<space::Axis>();
        curves = std::make_unique<RunCurves>(
            tensorboard, CurvesOf{run_fingerprint(options, read), options, decided}, task);
    }
    try {
        directory = std::make_unique<RunDirectory>(plan.path, spec, verb, resume, read);
    } catch (...) {
        if (curves) {
            curves->withdraw();
        }
        throw;
    }
    resumed = directory->plan().exists;
    if (directory->plan().finished) {
        adopt_finished(tensorboard);
    }
}

/// What data.json holds.
nlohmann::json Run::State::read_json() const {
    nlohmann::json read = data_json(data ? &*data : nullptr, is_search() ? spec.search.scores : "");
    if (own.any()) {
        nlohmann::json& parts = read["own"] = {{"fingerprint", own.fingerprint},
                                               {"evaluator", own.evaluator != nullptr}};
        if (own.strategy) {
            parts["strategy"] = own.strategy->name();
        }
        if (own.space) {
            parts["space"] = own.space->name();
        }
    }
    return read;
}

void Run::State::adopt_finished(const std::string& tensorboard) {
    report = finished_report(path);
    finished = true;
    if (!tensorboard.empty()) {
        write_finished_curves(tensorboard, path, spec,
                              own.space ? axes : std::vector<space::Axis>(), report, task);
    }
}

Run Run::open(const RunSpec& spec, Verb verb, const RunPlace& place, const Task& task,
              const DataSets* images, const SharedWork& shared, const OwnParts& own) {
    auto state = std::make_unique<State>();
    state->spec = spec;
    state->verb = verb;
    state->task = task;
    state->shared = shared;
    state->own = own;
    state->resume = place.resume;
    state->report_images = place.report_images;
    state->check();
    const RunPlan plan = plan_run(spec, verb, place);
    state->path = plan.path;
    // Images in memory, and parts of the caller's, have no place that would tell whether they are
    // the same.
    if (plan.finished && !plan.moved && images == nullptr && !own.any()) {
        state->resumed = true;
        state->adopt_finished(place.tensorboard);
        return Run(std::move(state));
    }
    state->report.verb = verb == Verb::kSearch ? "search" : "train";
    state->report.version = version();
    state->report.run = plan.path;
    state->read_data(plan, place, images);
    state->price();
    state->start_workers();
    state->take_directory(plan, place.tensorboard);
    return Run(std::move(state));
}

}  // namespace nanonas::pipeline
