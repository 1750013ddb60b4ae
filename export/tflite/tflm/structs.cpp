#include "export/tflite/tflm/structs.hpp"

namespace nanonas::exporting::tflm {

Structs host_structs() {
    Structs host;
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
    host.softmax_data = 80;
    host.scratch_request = 16;
    host.allocation_info = 32;
    return host;
}

}  // namespace nanonas::exporting::tflm
