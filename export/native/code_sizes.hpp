// What the generated C's code and stack take on each core, measured.
#pragma once

#include <cstdint>
#include <string>

#include "export/native/streaming_plan.hpp"

namespace nanonas::exporting {

/// Of a pointer on a 32-bit core.
inline constexpr std::int64_t kPointerBytes = 4;

struct CodeBytes {
    std::int64_t code = 0;
    std::int64_t stage_table = 0;
};

/// Whether the core is one of those measured. For others each figure below is the largest of all.
bool has_code_sizes(const std::string& core);

/// Flash of the code that is emitted for the plan.
CodeBytes code_bytes(const std::string& core, const StreamingPlan& plan);

/// Worst stack of any function of the emitted C.
std::int64_t stack_bytes(const std::string& core);
/// Of the functions that are emitted for the plan.
std::int64_t stack_bytes(const std::string& core, const StreamingPlan& plan);

/// Vectors, clearing .bss and the loop that calls, in firmware that does nothing else.
std::int64_t start_up_bytes(const std::string& core);

}  // namespace nanonas::exporting
