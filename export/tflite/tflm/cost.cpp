#include "export/tflite/tflm/cost.hpp"

#include "export/tflite/tflm/file_size.hpp"
#include "space/core.hpp"

namespace nanonas::exporting {

namespace {

using Bytes = std::int64_t;

// Measured on NanoNAS's four published int8 models, linked bare-metal with arm-none-eabi-gcc 12.2
// and CMSIS-NN: .text of the runtime on Cortex-M4 and on M0+ (66 KiB, stands for the cores that
// were not measured), what else the ELF holds (start-up, initial values), .data + .bss, and the
// deepest stack. Those models need more operators than ours, so their runtime is the larger one.
constexpr Bytes kCodeM4 = 60'256;
constexpr Bytes kCodeOther = 67'584;
constexpr Bytes kStartUp = 576;
constexpr Bytes kStaticData = 624;
constexpr Bytes kStack = 950;

bool is_m4(const std::string& core) {
    const space::Core* const known = space::find_core(core);
    return known != nullptr && known->id == space::CoreId::kCortexM4;
}

tflm::Kernels flavour(TflmKernels kernels, const std::string& core) {
    if (kernels == TflmKernels::kReference) {
        return tflm::Kernels::kReference;
    }
    const space::Core* const known = space::find_core(core);
    const space::Simd simd = known == nullptr ? space::Simd::kDsp : known->simd;
    switch (simd) {
        case space::Simd::kNone:
            return tflm::Kernels::kCmsisPlain;
        case space::Simd::kDsp:
            break;
        case space::Simd::kVector:
            return tflm::Kernels::kCmsisVector;
    }
    return tflm::Kernels::kCmsisDsp;
}

/// "class 0", "class 1", ... where none are told.
std::vector<std::string> labels_of(const space::Device& device, std::int64_t classes) {
    std::vector<std::string> labels = device.labels;
    for (std::int64_t i = 0; device.labels.empty() && i < classes; ++i) {
        labels.push_back("class " + std::to_string(i));
    }
    return labels;
}

TflmFile written_file(const space::Network& network, const space::Device& device) {
    return {tflm::graph_of(tflm::operators_of(network)),
            tflm::file_bytes(network, labels_of(device, network.classes()))};
}

Bytes sum(const std::vector<space::CostItem>& items) {
    Bytes bytes = 0;
    for (const space::CostItem& item : items) {
        bytes += item.bytes;
    }
    return bytes;
}

}  // namespace

tflm::Arena tflm_arena(const space::Network& network, TflmKernels kernels,
                       const std::string& core) {
    return tflm::arena_of(tflm::operators_of(network), flavour(kernels, core));
}

std::string TflmCostModel::name() const {
    return kernels_ == TflmKernels::kCmsisNn ? "tflm" : "tflm-reference";
}

std::string TflmCostModel::basis() const {
    const bool cmsis = kernels_ == TflmKernels::kCmsisNn;
    return std::string("TensorFlow Lite Micro with ") +
           (cmsis ? "CMSIS-NN" : "its reference kernels") +
           (file_ ? " running this .tflite"
                  : " running our int8 .tflite without softmax (logits out)") +
           ": the smallest arena that AllocateTensors() works in on a 32-bit core and the file to "
           "the byte" +
           (!file_ && device_.labels.empty() ? " with labels \"class 0\", ..." : "") +
           "; runtime code, static data and stack as linked for Cortex-M" +
           (is_m4(device_.core) ? "4" : "0+ and M4") +
           (cmsis ? "" : " with CMSIS-NN, the larger one") + " (docs/tflm.md)";
}

space::CostReport TflmCostModel::cost(const space::Network& network) const {
    space::CostReport report = space::layer_costs(network);
    report.runtime = name();
    const TflmFile file = file_ ? *file_ : written_file(network, device_);
    report.ram_items = tflm::arena_of(file.graph, flavour(kernels_, device_.core)).items;
    for (space::CostItem& item : report.ram_items) {
        item.name = "arena: " + item.name;
    }
    report.ram_items.push_back({"static data", kStaticData});
    report.ram_items.push_back({"stack", kStack});
    report.flash_items = {{"model file", file.bytes},
                          {"runtime code", is_m4(device_.core) ? kCodeM4 : kCodeOther},
                          {"start-up and data", kStartUp}};
    report.ram_bytes = sum(report.ram_items);
    report.flash_bytes = sum(report.flash_items);
    return report;
}

}  // namespace nanonas::exporting
