#include "export/tflite/tflm/arena.hpp"

#include <algorithm>

#include "export/tflite/tflm/planner.hpp"

namespace nanonas::exporting::tflm {

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

/// Replays AllocateTensors(). The tail counts from the end of the arena, so that its alignment does
/// not depend on the arena's size, a multiple of 16.
class Replay {
  public:
    Replay(const Graph& graph, Kernels kernels, const Structs& structs)
        : graph_(graph), structs_(structs) {
        for (const Node& node : graph.nodes) {
            needs_.push_back(needs_of(graph, node, kernels, structs));
        }
    }

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

    /// TfLiteTensor and, when quantized, scales and zero points.
    void take_tensor(const Tensor& tensor) {
        take(structs_.tensor, structs_.pointer);
        if (tensor.scales > 0) {
            take(structs_.quantization, structs_.pointer);
            take(kInt * (1 + tensor.scales), kInt);
        }
    }
    void keep_tensor(const Tensor& tensor) {
        keep(kHeaders, structs_.tensor);
        if (tensor.scales > 0) {
            keep(kHeaders, structs_.quantization);
            keep(kHeaders, kInt * (1 + tensor.scales), kInt);
        }
    }

    void resize_head(Bytes bytes) {
        head_ = bytes;
        temp_ = bytes;
        note_need();
    }

    Bytes tensor_count() const { return static_cast<Bytes>(graph_.tensors.size()); }

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
        keep(kOperators, structs_.node * static_cast<Bytes>(graph_.nodes.size()));
        for (const KernelNeeds& needs : needs_) {
            if (needs.params > 0) {
                keep(kOperators, needs.params, needs.params_alignment);
            }
        }
    }

    void initialize() {
        for (const KernelNeeds& needs : needs_) {
            if (needs.data > 0) {
                keep_buffer(kOperators, needs.data);
            }
        }
    }

    void prepare() {
        for (const KernelNeeds& needs : needs_) {
            for (const std::size_t tensor : needs.temporaries) {
                take_tensor(graph_.tensors[tensor]);
            }
            for (const Bytes table : needs.tables) {
                keep_buffer(kTables, table);
            }
            scratches_ += static_cast<Bytes>(needs.scratches.size());
            resize_head((kScratchRequestsAhead + scratches_) * structs_.scratch_request);
        }
    }

    /// A tensor lives from the operator that writes it to the last that reads it, the input from
    /// the start, the output to the end, one that nothing uses before the start.
    std::vector<Buffer> buffers() const {
        std::vector<Buffer> lives;
        for (const Tensor& tensor : graph_.tensors) {
            lives.push_back({buffer(tensor.bytes()), -1, -1});
        }
        lives[graph_.input] = {lives[graph_.input].bytes, 0, 0};
        Bytes step = 0;
        for (const Node& node : graph_.nodes) {
            ++step;
            lives[node.output].first_use = step;
            lives[node.output].last_use = step;
            for (const std::size_t input : node.inputs) {
                lives[input].last_use = step;
            }
        }
        lives[graph_.output].last_use = step;
        std::vector<Buffer> planned;
        for (std::size_t i = 0; i < lives.size(); ++i) {
            if (!graph_.tensors[i].constant && lives[i].bytes > 0) {
                planned.push_back(lives[i]);
            }
        }
        step = 0;
        for (const KernelNeeds& needs : needs_) {
            ++step;
            for (const Bytes scratch : needs.scratches) {
                planned.push_back({buffer(scratch), step, step});
            }
        }
        return planned;
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
        for (const std::size_t end : {graph_.input, graph_.output}) {
            keep_buffer(kHeaders, structs_.pointer);
            keep_tensor(graph_.tensors[end]);
        }
    }

    const Graph& graph_;
    Structs structs_;
    std::vector<KernelNeeds> needs_;
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

Arena arena_of(const Graph& graph, Kernels kernels, const Structs& structs) {
    return Replay(graph, kernels, structs).run();
}

Arena arena_of(const std::vector<Operator>& operators, Kernels kernels, const Structs& structs) {
    return arena_of(graph_of(operators), kernels, structs);
}

}  // namespace nanonas::exporting::tflm
