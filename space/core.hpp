// Arm's cores for microcontrollers: one list. What a room knows of a core is keyed by CoreId.
#pragma once

#include <iterator>
#include <string>
#include <vector>

namespace nanonas::space {

enum class CoreId {
    kCortexM0,
    kCortexM0Plus,
    kCortexM1,
    kCortexM3,
    kCortexM4,
    kCortexM7,
    kCortexM23,
    kCortexM33,
    kCortexM55,
    kCortexM85,
};

/// Multiplies of several integers at once: the DSP extension's two of 16 bits, Helium's vectors.
enum class Simd { kNone, kDsp, kVector };

/// A core that the generated C was measured on.
struct Core {
    CoreId id;
    const char* name;  ///< "cortex-m4", as targets call it and -mcpu takes it
    Simd simd;
};

const std::vector<Core>& cores();

/// nullptr for a name that is not in the list.
const Core* find_core(const std::string& name);

const Core& core_of(CoreId id);

/// The row of a table whose rows have a member `id`; nullptr when the core is unknown or has none.
template <typename Table>
auto find_row(const Table& table, const Core* core) -> decltype(&*std::begin(table)) {
    for (const auto& row : table) {
        if (core != nullptr && row.id == core->id) {
            return &row;
        }
    }
    return nullptr;
}

}  // namespace nanonas::space
