#include "apps/pipeline/batch/prepared.hpp"

#include <utility>

#include "apps/pipeline/resolve.hpp"
#include "nas/evaluators/table_evaluator.hpp"
#include "space/errors.hpp"
#include "space/text.hpp"

namespace nanonas::pipeline {

namespace {

/// What needs no image.
void check(const BatchRun& run) {
    const Platform platform = resolve_platform(run.spec.budget);
    resolve_cost_model(run.spec.budget, platform.device);
    if (!run.spec.search.scores.empty()) {
        nas::TableEvaluator{run.spec.search.scores, space_of(run.spec)->axes()};
    }
}

std::vector<std::size_t> runs_meant(const BatchPlan& plan, const std::vector<BatchRun>& runs,
                                    const BatchPlace& place) {
    if (place.index) {
        if (*place.index >= runs.size()) {
            throw ConfigError("--index: " + std::to_string(*place.index) + ", but " + plan.file +
                              " has " + std::to_string(runs.size()) + " runs, counted from 0");
        }
        return {*place.index};
    }
    std::vector<std::size_t> meant;
    std::vector<std::string> names;
    for (std::size_t i = 0; i < runs.size(); ++i) {
        names.push_back(runs[i].name);
        if (place.only.empty() || place.only == runs[i].name) {
            meant.push_back(i);
        }
    }
    if (meant.empty()) {
        throw ConfigError("--only: " + place.only + " is no run of " + plan.file +
                          did_you_mean(place.only, names));
    }
    return meant;
}

}  // namespace

std::string batch_directory(const BatchPlan& plan, const BatchPlace& place) {
    return place.out.empty() ? "runs/" + plan.name : place.out;
}

std::unique_ptr<Prepared> prepare(const BatchPlan& plan, const BatchPlace& place, const Task& task,
                                  Purpose purpose) {
    auto batch = std::make_unique<Prepared>(batch_directory(plan, place));
    batch->runs = expand(plan);
    batch->report.name = plan.name;
    batch->report.directory = batch->directory.path();
    batch->report.options = varying_options(plan);
    batch->all = !place.index && place.only.empty();
    for (const BatchRun& run : batch->runs) {
        try {
            check(run);
            batch->report.runs.push_back(batch->directory.look(run));
        } catch (const ConfigError& error) {
            throw ConfigError(plan.file + ": " + run.name + ": " + error.what());
        }
    }
    for (const std::size_t i : runs_meant(plan, batch->runs, place)) {
        const bool finished = batch->report.runs[i].report.has_value();
        if (!finished) {
            batch->missing.push_back(i);
        }
        if (!finished || purpose == Purpose::kSurvey) {
            batch->images.add(batch->runs[i].spec, task);
        }
    }
    return batch;
}

}  // namespace nanonas::pipeline
