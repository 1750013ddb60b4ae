// What a network costs on a device, known before it is trained.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "space/network.hpp"

namespace nanonas::space {

/// One line of a breakdown: "line buffers", 3120.
struct CostItem {
    std::string name;
    std::int64_t bytes = 0;
};

/// int8 network, batch norm folded. `weight_bytes` = int8 weights + int32 biases.
struct LayerCost {
    std::string name;
    std::string kind;
    Shape input;
    Shape output;
    std::int64_t macc = 0;
    std::int64_t weight_bytes = 0;
    /// Input + output map in int8 and those that a later layer reads, what a layer-by-layer runtime
    /// holds at once; 0 for layers that vanish in the folded network (batch norm, ReLU, dropout).
    std::int64_t tensor_bytes = 0;
};

/// What the figures depend on besides the network.
struct Device {
    std::string core;           ///< "cortex-m4"; empty: the largest of all cores, no latency
    std::int64_t clock_hz = 0;  ///< 0: no latency
    /// Active power at clock_hz from the data sheet; 0: no energy.
    double active_power_mw = 0.0;
    /// Names of the classes, which a .tflite carries; empty: "class 0", "class 1", ...
    std::vector<std::string> labels = {};
};

/// The price of a network on one runtime and device, item by item.
struct CostReport {
    std::string runtime;
    std::int64_t macc = 0;
    std::int64_t ram_bytes = 0;    ///< sum of ram_items
    std::int64_t flash_bytes = 0;  ///< sum of flash_items
    std::int64_t weight_bytes = 0;
    std::int64_t peak_tensor_bytes = 0;  ///< largest LayerCost::tensor_bytes
    std::vector<LayerCost> layers;
    std::vector<CostItem> ram_items;
    std::vector<CostItem> flash_items;
    /// Per inference on the Device, estimates (docs/device.md); absent where it says too little.
    std::optional<std::int64_t> instructions;
    std::optional<std::int64_t> latency_us;
    std::optional<std::int64_t> energy_uj;
};

/// One runtime. Stateless: safe to call from several threads.
class CostModel {
  public:
    virtual ~CostModel() = default;
    virtual std::string name() const = 0;
    /// What the figures cover and how they were obtained, one line for reports.
    virtual std::string basis() const = 0;
    /// Throws NetworkError when this runtime cannot run the network.
    virtual CostReport cost(const Network& network) const = 0;
};

/// Fills macc, weight_bytes, peak_tensor_bytes and layers: the part every runtime shares.
CostReport layer_costs(const Network& network);

}  // namespace nanonas::space
