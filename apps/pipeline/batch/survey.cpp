#include <map>
#include <nlohmann/json.hpp>
#include <utility>

#include "apps/pipeline/batch/prepared.hpp"
#include "apps/pipeline/feasibility.hpp"
#include "apps/pipeline/identity.hpp"
#include "apps/pipeline/resolve.hpp"
#include "space/errors.hpp"
#include "space/json/json_text.hpp"

namespace nanonas::pipeline {

namespace {

/// Of a training the network itself. For each price that differs one is built.
class SmallestNetworks {
  public:
    const SmallestNetwork& of(const BatchRun& run, const SharedImages& images) {
        const RunSpec& spec = run.spec;
        const Platform platform = resolve_platform(spec.budget);
        std::optional<space::Problem> problem;
        std::vector<std::string> labels;
        if (needs_data(spec)) {
            const DataSets& data = images.unsplit(spec);
            problem = data.problem();
            labels = data.training.set.labels;
        } else {
            problem = table_problem(spec, platform.budget, {});
        }
        RunSpec budget;
        budget.budget = spec.budget;
        budget.search.space = spec.search.space;
        const std::string key = json::text({config_json(budget, Verb::kSearch), labels,
                                            problem ? space::to_string(problem->input) : "",
                                            problem ? problem->classes : 0,
                                            run.verb == Verb::kTrain ? spec.training.arch : ""});
        const auto known = known_.find(key);
        if (known != known_.end()) {
            return known->second;
        }
        return known_[key] = price(run, platform, problem, labels);
    }

  private:
    static SmallestNetwork price(const BatchRun& run, const Platform& platform,
                                 const std::optional<space::Problem>& problem,
                                 const std::vector<std::string>& labels) {
        const RunSpec& spec = run.spec;
        const auto model = resolve_cost_model(spec.budget, platform.device, labels);
        const auto space = space_of(spec, problem.value_or(space::Problem{}));
        const std::vector<space::Axis> axes = space->axes();
        SmallestNetwork smallest;
        const space::Candidate candidate =
            run.verb == Verb::kTrain ? arch_of(spec) : space::lowest(axes);
        smallest.name = space::to_string(candidate, axes);
        if (!problem) {
            return smallest;
        }
        try {
            smallest.cost = budget_report(space->build(candidate), *model, platform.budget);
            if (run.verb == Verb::kTrain) {
                require_fits(candidate, *space, *model, platform.budget);
            } else {
                require_smallest_fits(*space, *model, platform.budget);
            }
        } catch (const NothingFits& error) {
            smallest.misfit = error.what();
        } catch (const NetworkError& error) {
            if (run.verb == Verb::kTrain) {
                smallest.misfit = error.what();
            }  // else the search says why, and tries others
        }
        return smallest;
    }

    std::map<std::string, SmallestNetwork> known_;
};

}  // namespace

BatchSurvey survey_batch(const BatchPlan& plan, const BatchPlace& place, const Task& task) {
    const std::unique_ptr<Prepared> batch =
        prepare(plan, {place.out, std::nullopt, ""}, task, Purpose::kSurvey);
    BatchSurvey survey;
    SmallestNetworks smallest;
    for (const BatchRun& run : batch->runs) {
        survey.smallest.push_back(smallest.of(run, batch->images));
    }
    survey.batch = std::move(batch->report);
    survey.data_sets = batch->images.sets();
    return survey;
}

}  // namespace nanonas::pipeline
