#include "space/cost/tflm/arena.hpp"

#include <algorithm>

#include "space/cost/tflm/planner.hpp"

namespace nanonas::space::tflm {

namespace {

using Bytes = std::int64_t;

constexpr Bytes kBufferAlignment = 16;       // MicroArenaBufferAlignment()
constexpr Bytes kScratchRequestsAhead = 12;  // kMaxScratchBuffersPerOp
constexpr Bytes kInt = 4;

constexpr Bytes aligned(Bytes bytes, Bytes alignment) {
    return (bytes + alignment - 1) / alignment * alignment;
}

constexpr Bytes buffer(Bytes bytes) {
    return aligned(bytes, kBufferAlignment);
}

/// Scratch a kernel asks for while it runs; 0 for none.
Bytes scratch(const Operator& op, Kernels kernels) {
    switch (op.kind) {
        case OperatorKind::kConvolution: {
            if (kernels == Kernels::kReference || op.kernel == 1) {
                return 0;  // arm_convolve_1x1_s8_fast_get_buffer_size
            }
            // arm_convolve_s8_get_buffer_size: two columns of int16, each a multiple of four taps;
            // with vectors four columns of int8, each a multiple of 16 taps.
            const Bytes taps = op.kernel * op.kernel * op.input.channels;
            return kernels == Kernels::kCmsisVector ? 4 * aligned(taps, 16)
                                                    : 2 * 2 * aligned(taps, 4);
        }
        case OperatorKind::kAveragePool:
            // arm_avgpool_s8_get_buffer_size: an int32 sum per channel.
            return kernels == Kernels::kCmsisDsp ? kInt * op.input.channels : 0;
        case OperatorKind::kMaxPool:
        case OperatorKind::kDense:
            return 0;
    }
    return 0;
}

/// Replays AllocateTensors(). The tail counts from the end of the arena, so that its alignment does
/// not depend on the arena's size, a multiple of 16.
class Replay {
  public:
    Replay(const std::vector<Operator>& operators, Kernels kernels, const Structs& structs)
        : operators_(operators), kernels_(kernels), structs_(structs) {}

    Arena run() {
        create();
        start();
        initialize();
        prepare();
        plan();
        finish();
        arena_.structures = tail_;
        for (Item& item : items_) {
            arena_.items.push_back({item.name, item.bytes});
        }
        arena_.bytes = buffer(need_);
        arena_.items.push_back(
            {"preparation and alignment", arena_.bytes - arena_.tensors - arena_.structures});
        return arena_;
    }

  private:
    struct Item {
        const char* name;
        Bytes bytes = 0;
    };
    enum ItemIndex : std::size_t { kTensors, kInterpreter, kHeaders, kOperators, kTables };

    bool cmsis() const { return kernels_ != Kernels::kReference; }

    void note_need() { need_ = std::max(need_, tail_ + std::max(head_, temp_)); }

    void keep(ItemIndex item, Bytes bytes, Bytes alignment) {
        const Bytes before = tail_;
        tail_ = aligned(tail_ + bytes, alignment);
        items_[item].bytes += tail_ - before;
        note_need();
    }
    void keep(ItemIndex item, Bytes bytes) { keep(item, bytes, structs_.pointer); }

    /// TfLiteContext::AllocatePersistentBuffer.
    void keep_buffer(ItemIndex item, Bytes bytes) { keep(item, bytes, kBufferAlignment); }

    void take(Bytes bytes, Bytes alignment) {
        temp_ = aligned(temp_, alignment) + bytes;
        note_need();
    }

    /// One TfLiteTensor with `scales` zero points; the first of the arena's two ends.
    void take_tensor(Bytes scales) {
        take(structs_.tensor, structs_.pointer);
        take(structs_.quantization, structs_.pointer);
        take(kInt * (1 + scales), kInt);
    }
    void keep_tensor() {
        keep(kHeaders, structs_.tensor);
        keep(kHeaders, structs_.quantization);
        keep(kHeaders, kInt * 2, kInt);
    }

    void resize_head(Bytes bytes) {
        head_ = bytes;
        temp_ = bytes;
        note_need();
    }

    Bytes tensor_count() const {
        Bytes count = 1;
        for (const Operator& op : operators_) {
            count += op.has_weights() ? 3 : 1;
        }
        return count;
    }

    void create() {
        keep(kInterpreter, structs_.arena_allocator);
        keep(kInterpreter, structs_.memory_planner);
        keep(kInterpreter, structs_.allocator);
    }

    void start() {
        keep(kInterpreter, structs_.builtin_allocator);
        resize_head(kScratchRequestsAhead * structs_.scratch_request);
        keep(kInterpreter, structs_.subgraph);
        keep(kHeaders, structs_.eval_tensor * tensor_count());
        keep(kOperators, structs_.node * static_cast<Bytes>(operators_.size()));
        for (const Operator& op : operators_) {
            switch (op.kind) {
                case OperatorKind::kConvolution:
                    keep(kOperators, structs_.conv_params, kInt);
                    break;
                case OperatorKind::kMaxPool:
                case OperatorKind::kAveragePool:
                    keep(kOperators, structs_.pool_params, kInt);
                    break;
                case OperatorKind::kDense:
                    keep(kOperators, structs_.dense_params, structs_.dense_params_align);
                    break;
            }
        }
    }

    void initialize() {
        for (const Operator& op : operators_) {
            switch (op.kind) {
                case OperatorKind::kConvolution:
                    keep_buffer(kOperators,
                                cmsis() ? structs_.cmsis_conv_data : structs_.conv_data);
                    break;
                case OperatorKind::kMaxPool:
                case OperatorKind::kAveragePool:
                    keep_buffer(kOperators,
                                cmsis() ? structs_.cmsis_pool_data : structs_.pool_data);
                    break;
                case OperatorKind::kDense:
                    keep_buffer(kOperators,
                                cmsis() ? structs_.cmsis_dense_data : structs_.dense_data);
                    break;
            }
        }
    }

    void prepare_convolution(const Operator& op) {
        const Bytes channels = op.output.channels;
        // Output, input and weights in Prepare; CMSIS-NN's may take the bias too.
        take_tensor(1);
        take_tensor(1);
        take_tensor(channels);
        if (cmsis()) {
            take_tensor(channels);
        }
        keep_buffer(kTables, kInt * channels);  // multipliers
        keep_buffer(kTables, kInt * channels);  // shifts
        // Input, weights, bias and output in CalculateOpDataConv.
        take_tensor(1);
        take_tensor(channels);
        take_tensor(channels);
        take_tensor(1);
    }

    void prepare_dense(const Operator& op) {
        for (int tensor = 0; tensor < 4; ++tensor) {
            take_tensor(1);
        }
        if (kernels_ == Kernels::kCmsisVector) {
            keep_buffer(kTables, kInt * op.output.channels);  // sums of the weights
        }
    }

    void prepare() {
        for (const Operator& op : operators_) {
            switch (op.kind) {
                case OperatorKind::kConvolution:
                    prepare_convolution(op);
                    break;
                case OperatorKind::kMaxPool:
                    take_tensor(1);
                    take_tensor(1);
                    break;
                case OperatorKind::kAveragePool:
                    // CMSIS-NN's asks for both once more.
                    for (int tensor = 0; tensor < (cmsis() ? 4 : 2); ++tensor) {
                        take_tensor(1);
                    }
                    break;
                case OperatorKind::kDense:
                    prepare_dense(op);
                    break;
            }
            scratches_ += scratch(op, kernels_) > 0 ? 1 : 0;
            resize_head((kScratchRequestsAhead + scratches_) * structs_.scratch_request);
        }
    }

    std::vector<Buffer> buffers() const {
        std::vector<Buffer> buffers = {{buffer(operators_.front().input.elements()), 0, 1}};
        const Bytes count = static_cast<Bytes>(operators_.size());
        Bytes step = 0;
        for (const Operator& op : operators_) {
            ++step;
            buffers.push_back({buffer(op.output.elements()), step, std::min(step + 1, count)});
        }
        step = 0;
        for (const Operator& op : operators_) {
            ++step;
            const Bytes bytes = scratch(op, kernels_);
            if (bytes > 0) {
                buffers.push_back({buffer(bytes), step, step});
            }
        }
        return buffers;
    }

    void plan() {
        if (scratches_ > 0) {
            keep(kOperators, structs_.pointer * scratches_);  // ScratchBufferHandle
        }
        take(structs_.pointer, structs_.pointer);  // the subgraph's first tensor
        take((tensor_count() + scratches_) * structs_.allocation_info, structs_.pointer);
        const std::vector<Buffer> planned = buffers();
        // The planner works in what is left, both ends at multiples of 16.
        need_ = std::max(need_, buffer(tail_) + buffer(temp_) +
                                    static_cast<Bytes>(planned.size()) * structs_.planned_buffer);
        arena_.tensors = greedy_plan(planned).bytes;
        items_[kTensors].bytes = arena_.tensors;
        resize_head(arena_.tensors);
    }

    void finish() {
        for (int end = 0; end < 2; ++end) {  // input and output
            keep_buffer(kHeaders, structs_.pointer);
            keep_tensor();
        }
    }

    const std::vector<Operator>& operators_;
    Kernels kernels_;
    Structs structs_;
    Arena arena_;
    Item items_[5] = {{"tensors and scratch"},
                      {"interpreter structures"},
                      {"tensor structures"},
                      {"operator structures"},
                      {"per-channel tables"}};
    Bytes head_ = 0;
    Bytes temp_ = 0;
    Bytes tail_ = 0;
    Bytes need_ = 0;
    Bytes scratches_ = 0;
};

}  // namespace

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
    host.scratch_request = 16;
    host.allocation_info = 32;
    return host;
}

Arena arena_of(const std::vector<Operator>& operators, Kernels kernels, const Structs& structs) {
    return Replay(operators, kernels, structs).run();
}

}  // namespace nanonas::space::tflm
