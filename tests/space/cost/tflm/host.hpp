// TensorFlow Lite Micro as PyPI ships it: package tflite-micro 0.dev20261023182759, x86-64,
// recording allocator, reference kernels, tensor compression compiled in.
#pragma once

#include "space/cost/tflm/arena.hpp"

namespace nanonas::test {

/// sizeof() there, read from the requests its allocator gets (docs/tflm.md).
inline space::tflm::Structs host_structs() {
    space::tflm::Structs host;
    host.pointer = 8;
    host.arena_allocator = 104;  // RecordingSingleArenaBufferAllocator
    host.memory_planner = 72;
    host.allocator = 272;  // RecordingMicroAllocator
    host.builtin_allocator = 16;
    host.subgraph = 24;
    host.eval_tensor = 24;
    host.tensor = 64;
    host.quantization = 24;
    host.node = 64;
    host.dense_params = 32;
    host.dense_params_align = 8;
    host.conv_data = 80;
    host.pool_data = 32;
    host.dense_data = 72;
    host.scratch_request = 16;
    host.allocation_info = 32;
    return host;
}

}  // namespace nanonas::test
