#include "export/runtime.hpp"

#include "export/native/cost.hpp"
#include "export/tflite/tflm/cost.hpp"
#include "space/choice.hpp"

namespace nanonas::exporting {

namespace {

using Model = std::unique_ptr<space::CostModel>;

template <NativeCostModel::Entry kEntry>
Model native(const space::Device& device) {
    return std::make_unique<NativeCostModel>(device, kEntry);
}

template <TflmKernels kKernels>
Model on_tflm(const space::Device& device) {
    return std::make_unique<TflmCostModel>(device, kKernels);
}

template <TflmKernels kKernels>
Model file_on_tflm(const space::Device& device, const TflmFile& file) {
    return std::make_unique<TflmCostModel>(device, kKernels, file);
}

}  // namespace

const std::vector<Runtime>& runtimes() {
    using Entry = NativeCostModel::Entry;
    static const std::vector<Runtime> table = {
        {"native", "the C this program writes, whole frames", native<Entry::kFrame>, nullptr, true,
         false},
        {"native-rows", "the same, rows pushed one by one: no frame in memory",
         native<Entry::kRows>, nullptr, true, true},
        {"tflm", "TensorFlow Lite Micro with CMSIS-NN", on_tflm<TflmKernels::kCmsisNn>,
         file_on_tflm<TflmKernels::kCmsisNn>, false, false},
        {"tflm-reference", "with its own kernels", on_tflm<TflmKernels::kReference>,
         file_on_tflm<TflmKernels::kReference>, false, false},
    };
    return table;
}

const Runtime* find_runtime(const std::string& name) {
    return find_named(runtimes(), name);
}

const Runtime& runtime_named(const std::string& name) {
    return choose(runtimes(), name, "runtime '" + name + "': unknown; expected one of ");
}

std::vector<std::string> runtime_names() {
    return names_of(runtimes());
}

std::unique_ptr<space::CostModel> make_cost_model(const std::string& runtime,
                                                  const space::Device& device) {
    return runtime_named(runtime).make(device);
}

std::vector<std::unique_ptr<space::CostModel>> all_cost_models(const space::Device& device) {
    std::vector<std::unique_ptr<space::CostModel>> models;
    for (const Runtime& runtime : runtimes()) {
        models.push_back(runtime.make(device));
    }
    return models;
}

}  // namespace nanonas::exporting
