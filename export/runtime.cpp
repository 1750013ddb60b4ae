#include "export/runtime.hpp"

#include "export/native/cost.hpp"
#include "export/tflite/tflm/cost.hpp"
#include "space/errors.hpp"
#include "space/text.hpp"

namespace nanonas::exporting {

namespace {

struct Runtime {
    const char* name;
    std::unique_ptr<space::CostModel> (*make)(const space::Device& device);
};

template <typename Model>
std::unique_ptr<space::CostModel> make(const space::Device& device) {
    return std::make_unique<Model>(device);
}

// One row per runtime, the default first.
const Runtime kRuntimes[] = {
    {"native", make<NativeCostModel>},
    {"native-rows",
     [](const space::Device& device) -> std::unique_ptr<space::CostModel> {
         return std::make_unique<NativeCostModel>(device, NativeCostModel::Entry::kRows);
     }},
    {"tflm", make<TflmCostModel>},
    {"tflm-reference",
     [](const space::Device& device) -> std::unique_ptr<space::CostModel> {
         return std::make_unique<TflmCostModel>(device, TflmKernels::kReference);
     }},
};

}  // namespace

std::vector<std::string> runtime_names() {
    std::vector<std::string> names;
    for (const Runtime& runtime : kRuntimes) {
        names.emplace_back(runtime.name);
    }
    return names;
}

std::unique_ptr<space::CostModel> make_cost_model(const std::string& runtime,
                                                  const space::Device& device) {
    std::string known;
    for (const Runtime& row : kRuntimes) {
        if (runtime == row.name) {
            return row.make(device);
        }
        known += (known.empty() ? "" : ", ") + std::string(row.name);
    }
    throw ConfigError("runtime '" + runtime + "': unknown; expected one of " + known +
                      did_you_mean(runtime, runtime_names()));
}

std::vector<std::unique_ptr<space::CostModel>> all_cost_models(const space::Device& device) {
    std::vector<std::unique_ptr<space::CostModel>> models;
    for (const Runtime& runtime : kRuntimes) {
        models.push_back(runtime.make(device));
    }
    return models;
}

}  // namespace nanonas::exporting
