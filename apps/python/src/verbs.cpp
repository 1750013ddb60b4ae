#include "apps/python/src/verbs.hpp"

#include <nanobind/ndarray.h>
#include <nanobind/stl/map.h>
#include <nanobind/stl/string.h>

#include <utility>

#include "apps/pipeline/resolve.hpp"
#include "apps/pipeline/verbs/evaluate.hpp"
#include "apps/pipeline/verbs/export.hpp"
#include "apps/pipeline/verbs/predict.hpp"
#include "apps/pipeline/verbs/profile.hpp"
#include "apps/pipeline/verbs/verbs_json.hpp"
#include "apps/python/src/bridge.hpp"
#include "apps/python/src/dataset.hpp"
#include "apps/python/src/runs.hpp"
#include "space/json/json_text.hpp"

namespace nanonas::python {

using pipeline::Verb;

namespace {

std::string profile(const Texts& texts, const space::Network* network) {
    const pipeline::Asked asked = asked_for(Verb::kProfile, texts, nullptr);
    const nb::gil_scoped_release released;
    return json::text(pipeline::to_json(pipeline::profile(asked.config, network)));
}

std::string evaluate(const Texts& texts, const ImageSet* images, const nb::object& listener) {
    const pipeline::Asked asked = asked_for(Verb::kEvaluate, texts, images);
    std::string report;
    run_bridged(listener, [&](EventQueue& events, const std::atomic<bool>& stop) {
        const Task task = task_for(events, stop, pipeline::worker_count(asked.config));
        report = json::text(pipeline::to_json(
            pipeline::evaluate(asked.config, task, images == nullptr ? nullptr : &images->set)));
    });
    return report;
}

std::string export_model(const Texts& texts, const nb::object& listener) {
    const pipeline::Asked asked = asked_for(Verb::kExport, texts, nullptr);
    std::string report;
    run_bridged(listener, [&](EventQueue& events, const std::atomic<bool>& stop) {
        const Task task = task_for(events, stop, pipeline::worker_count(asked.config));
        report = json::text(pipeline::to_json(
            pipeline::export_model(asked.config, asked.typed.count("vectors") > 0, task)));
    });
    return report;
}

/// An array that owns its values.
template <typename Value>
nb::object array_of(std::vector<Value> values, std::initializer_list<std::size_t> shape) {
    auto* const held = new std::vector<Value>(std::move(values));
    const nb::capsule owner(
        held, [](void* each) noexcept { delete static_cast<std::vector<Value>*>(each); });
    return nb::cast(nb::ndarray<nb::numpy, Value>(held->data(), shape, owner));
}

nb::tuple predict(const std::string& model, const Pixels& pixels, const Labels& labels,
                  const nb::object& listener) {
    pipeline::Predictions predictions;
    auto store = array_store(pixels, labels);
    run_bridged(listener, [&](EventQueue& events, const std::atomic<bool>& stop) {
        const Task task = task_for(events, stop, pipeline::worker_count({}));
        predictions = pipeline::predict(model, std::move(store), task);
    });
    const std::size_t count = predictions.classes.size();
    const std::size_t classes = count == 0 ? 0 : predictions.probabilities.size() / count;
    return nb::make_tuple(array_of(std::move(predictions.classes), {count}),
                          array_of(std::move(predictions.probabilities), {count, classes}));
}

}  // namespace

void bind_verbs(nb::module_& module) {
    module.def("profile", &profile, nb::arg("texts"), nb::arg("network").none());
    module.def("evaluate", &evaluate, nb::arg("texts"), nb::arg("images").none(),
               nb::arg("listener"));
    module.def("export_model", &export_model);
    module.def("predict", &predict);
}

}  // namespace nanonas::python
