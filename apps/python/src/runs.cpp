#include "apps/python/src/runs.hpp"

#include <nanobind/stl/map.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/tuple.h>
#include <nanobind/stl/vector.h>

#include <memory>
#include <optional>
#include <tuple>
#include <utility>
#include <vector>

#include "apps/pipeline/evaluators.hpp"
#include "apps/pipeline/finished_run.hpp"
#include "apps/pipeline/identity.hpp"
#include "apps/pipeline/model_run.hpp"
#include "apps/pipeline/named_data.hpp"
#include "apps/pipeline/resolve.hpp"
#include "apps/pipeline/run.hpp"
#include "apps/python/src/bridge.hpp"
#include "apps/python/src/own.hpp"
#include "space/json/json_text.hpp"
#include "space/search_space.hpp"
#include "train/engine/arithmetic.hpp"

namespace nanonas::python {

using pipeline::Verb;

pipeline::Asked asked_for(Verb verb, const Texts& texts, const ImageSet* images) {
    pipeline::Asked asked;
    asked.verb = verb;
    pipeline::read_options(texts, asked);
    pipeline::adopt_run(asked);
    if (images == nullptr) {
        pipeline::require_named_data(asked);
    }
    pipeline::resolve_defaults(asked.config);
    if (images != nullptr) {
        asked.config.data.data = images->place;
    }
    return asked;
}

namespace {

std::optional<train::LoadedSet> loaded(const ImageSet* images) {
    return images == nullptr ? std::nullopt : std::optional(images->set);
}

/// Runs to the end, in `listener`'s thread, and returns the directory.
std::string run(bool searches, const Texts& texts, const ImageSet* images, const ImageSet* test,
                const nb::object& evaluator, const nb::object& own_scores, const nb::object& space,
                const nb::object& strategy, const std::string& fingerprint,
                const nb::object& listener) {
    const Verb verb = searches ? Verb::kSearch : Verb::kTrain;
    const pipeline::Asked asked = asked_for(verb, texts, images);
    const pipeline::Config& config = asked.config;
    const auto elsewhere = evaluator.is_none() ? nullptr : own_evaluator(evaluator);
    const auto scores = own_scores.is_none() ? nullptr : own_evaluator(own_scores);
    const auto its_space = space.is_none() ? nullptr : own_space(space);
    const auto its_strategy = strategy.is_none() ? nullptr : own_strategy(strategy);
    const pipeline::OwnParts own{its_strategy.get(), scores.get(), its_space.get(), fingerprint};
    std::string path;
    run_bridged(listener, [&](EventQueue& events, const std::atomic<bool>& stop) {
        const Task task = task_for(events, stop, pipeline::worker_count(config));
        std::optional<pipeline::DataSets> data;
        if (images != nullptr) {
            data = pipeline::data_in_memory(config, images->set, loaded(test));
        }
        pipeline::Run run =
            pipeline::Run::open(config, verb,
                                {config.output.out, config.output.resume, config.output.tensorboard,
                                 config.output.report_images},
                                task, data ? &*data : nullptr, {}, own);
        path = run.path();
        events.put(Began{path, run.resumed()});
        if (run.finished()) {
            return;
        }
        if (searches) {
            run.search(hooks_for(events, run.axes()), elsewhere.get());
        }
        if (run.makes_products()) {
            run.products(run.train());
        }
        run.finish();
    });
    return path;
}

/// What the bits of a training depend on besides its options.
std::string arithmetic_of(const pipeline::Config& config) {
    const train::Arithmetic arithmetic =
        train::arithmetic_of(*train::make_engine(config.training.engine));
    return arithmetic.build + ", " + arithmetic.simd + ", " + arithmetic.probe;
}

/// One repeat of a candidate's first look: what executors do elsewhere. The images are read once
/// and kept by the caller.
class CandidateEvaluator {
  public:
    CandidateEvaluator(const Texts& texts, const ImageSet* images)
        : config_(asked_for(Verb::kSearch, texts, images).config) {
        const nb::gil_scoped_release released;
        Task task;
        data_ = std::make_unique<pipeline::DataSets>(
            images != nullptr ? pipeline::data_in_memory(config_, images->set)
                              : pipeline::load_data(config_, task));
        evaluator_ = pipeline::make_training_evaluator(config_, data_->training);
        arithmetic_ = arithmetic_of(config_);
    }
    const std::string& arithmetic() const { return arithmetic_; }
    std::tuple<double, std::vector<double>, std::optional<std::string>> evaluate(
        const std::vector<std::int64_t>& candidate, std::uint64_t seed, std::int64_t repeat,
        std::int64_t effort) const {
        const nb::gil_scoped_release released;
        const space::Candidate at(candidate);
        const space::Network network = pipeline::space_of(config_, data_->problem())->build(at);
        nas::EvaluationContext context;
        context.seed = seed;
        context.repeat = repeat;
        context.effort = effort;
        const nas::Evaluation evaluation = evaluator_->evaluate(at, &network, context);
        return {evaluation.score, evaluation.curve, evaluation.infeasible};
    }

  private:
    pipeline::Config config_;
    std::unique_ptr<pipeline::DataSets> data_;
    std::unique_ptr<nas::Evaluator> evaluator_;
    std::string arithmetic_;
};

}  // namespace

void bind_runs(nb::module_& module) {
    module.def("run", &run, nb::arg("searches"), nb::arg("texts"), nb::arg("images").none(),
               nb::arg("test").none(), nb::arg("evaluator").none(), nb::arg("own_scores").none(),
               nb::arg("space").none(), nb::arg("strategy").none(), nb::arg("fingerprint"),
               nb::arg("listener"));
    module.def("finished_summary", [](const std::string& directory) {
        return json::text(pipeline::finished_summary(directory));
    });
    module.def("run_fingerprint",
               [](const std::string& directory) { return pipeline::run_fingerprint(directory); });
    module.def("space_axes", [](const std::string& space) {
        std::vector<std::tuple<std::string, std::int64_t, std::int64_t, std::int64_t,
                               std::vector<std::string>>>
            axes;
        for (const space::Axis& axis : space::make_space(space, {})->axes()) {
            axes.emplace_back(axis.name, axis.low, axis.high, axis.step, axis.choices);
        }
        return axes;
    });
    module.def("first_look_of", [](const Texts& texts) {
        pipeline::Asked asked;
        pipeline::read_options(texts, asked);
        pipeline::resolve_defaults(asked.config);
        return std::make_tuple(pipeline::repeats_of(asked.config.search),
                               arithmetic_of(asked.config));
    });
    nb::class_<CandidateEvaluator>(module, "CandidateEvaluator")
        .def(nb::init<const Texts&, const ImageSet*>(), nb::arg("texts"), nb::arg("images").none())
        .def_prop_ro("arithmetic", &CandidateEvaluator::arithmetic)
        .def("evaluate", &CandidateEvaluator::evaluate);
}

}  // namespace nanonas::python
