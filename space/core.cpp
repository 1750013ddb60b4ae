#include "space/core.hpp"

#include "space/choice.hpp"

namespace nanonas::space {

const std::vector<Core>& cores() {
    static const std::vector<Core> table = {
        // in the order of CoreId
        {CoreId::kCortexM0, "cortex-m0", Simd::kNone},
        {CoreId::kCortexM0Plus, "cortex-m0plus", Simd::kNone},
        {CoreId::kCortexM1, "cortex-m1", Simd::kNone},
        {CoreId::kCortexM3, "cortex-m3", Simd::kNone},
        {CoreId::kCortexM4, "cortex-m4", Simd::kDsp},
        {CoreId::kCortexM7, "cortex-m7", Simd::kDsp},
        {CoreId::kCortexM23, "cortex-m23", Simd::kNone},
        {CoreId::kCortexM33, "cortex-m33", Simd::kDsp},
        {CoreId::kCortexM55, "cortex-m55", Simd::kVector},
        {CoreId::kCortexM85, "cortex-m85", Simd::kVector},
    };
    return table;
}

const Core* find_core(const std::string& name) {
    return find_named(cores(), name);
}

const Core& core_of(CoreId id) {
    return cores()[static_cast<std::size_t>(id)];
}

}  // namespace nanonas::space
