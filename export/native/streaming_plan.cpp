#include "export/native/streaming_plan.hpp"

#include <algorithm>
#include <set>

#include "space/errors.hpp"
#include "space/passes/passes.hpp"

namespace nanonas::exporting {

namespace {

constexpr std::int64_t kLineValueBytes = 2;
constexpr std::int64_t kSumBytes = 4;

std::int64_t aligned(std::int64_t bytes) {
    return (bytes + 3) / 4 * 4;
}

/// Walks the lowered chain; each node must be one that may follow what was read so far.
class ChainReader {
  public:
    explicit ChainReader(StreamingPlan& plan) : plan_(plan) {}

    void read(const space::Node& layer) {
        std::visit(
            space::Overloaded{
                [&](const space::Conv2d& conv) { read_conv(layer, conv); },
                [&](const space::MaxPool2d& pool) { read_pool(layer, pool); },
                [&](const space::GlobalAveragePool&) { read_average(layer); },
                [&](const space::Dense& dense) { read_dense(layer, dense); },
                [&](const space::BatchNorm&) { expect(layer, false, "a convolution"); },
                [&](const space::Relu&) { expect(layer, false, "a convolution"); },
                [&](const space::Dropout&) { expect(layer, false, "what it is dropped with"); },
                [&](const space::Softmax&) { expect(layer, false, "all others"); },
                [&](const space::ChannelMul&) { refuse(layer); },
                [&](const space::ChannelAdd&) { refuse(layer); },
                [&](const space::Requantize&) { refuse(layer); },
            },
            layer.op);
    }

    void finish() const {
        if (step_ != Step::kDense) {
            throw NetworkError(
                "network: the native runtime needs convolutions, a global average and a dense "
                "layer at the end");
        }
    }

  private:
    enum class Step { kStart, kConv, kPool, kAverage, kDense };

    void read_conv(const space::Node& layer, const space::Conv2d& conv) {
        expect(layer, step_ <= Step::kPool, "a convolution or a pool");
        if (conv.kernel != StreamingPlan::kKernel) {
            throw NetworkError("layer '" + layer.name +
                               "': the native runtime runs 3x3 convolutions, not " +
                               std::to_string(conv.kernel) + "x" + std::to_string(conv.kernel));
        }
        plan_.stages.push_back(
            {layer.name, layer.end.empty() ? layer.name : layer.end, layer.input, layer.output});
        step_ = Step::kConv;
    }

    void read_pool(const space::Node& layer, const space::MaxPool2d& pool) {
        if (pool.size != 2) {
            throw NetworkError("layer '" + layer.name +
                               "': the native runtime runs 2x2 pools, not " +
                               std::to_string(pool.size) + "x" + std::to_string(pool.size));
        }
        expect(layer, step_ == Step::kConv, "a convolution");
        step_ = Step::kPool;
        StreamingStage& stage = plan_.stages.back();
        stage.end = layer.name;
        stage.pool = true;
        stage.ring_rows = 4;
        stage.output = layer.output;
    }

    void read_average(const space::Node& layer) {
        expect(layer, step_ >= Step::kConv && step_ <= Step::kPool, "a convolution or a pool");
        plan_.average = layer.name;
        step_ = Step::kAverage;
    }

    void read_dense(const space::Node& layer, const space::Dense& dense) {
        expect(layer, step_ == Step::kAverage, "the global average");
        if (dense.activation != space::Activation::kNone) {
            throw NetworkError("layer '" + layer.end +
                               "': the native runtime runs a ReLU only behind a convolution");
        }
        plan_.classifier = layer.name;
        plan_.classes = layer.output.channels;
        step_ = Step::kDense;
    }

    [[noreturn]] static void refuse(const space::Node& layer) {
        throw NetworkError("layer '" + layer.name + "': the native runtime runs no " +
                           space::op_name(layer.op));
    }

    static void expect(const space::Node& layer, bool holds, const char* before) {
        if (!holds) {
            throw NetworkError("layer '" + layer.name + "': the native runtime runs a " +
                               space::op_name(layer.op) + " only behind " + before);
        }
    }

    StreamingPlan& plan_;
    Step step_ = Step::kStart;
};

}  // namespace

std::int64_t StreamingStage::weight_table_bytes() const {
    constexpr std::int64_t kRows = StreamingPlan::kKernel;
    constexpr std::int64_t kWordBytes = 4;
    return output.channels / 2 * kRows * kWordBytes * pair_words(input.channels) +
           output.channels % 2 * kRows * kRows * input.channels;
}

std::vector<std::int64_t> StreamingPlan::block_depths() const {
    std::set<std::int64_t> depths;
    for (const StreamingStage& stage : stages) {
        if (stage.pair_block()) {
            depths.insert(stage.input.channels);
        }
    }
    return {depths.begin(), depths.end()};
}

bool StreamingPlan::one_channel_last() const {
    return std::any_of(stages.begin(), stages.end(), [](const StreamingStage& stage) {
        return stage.one_channel() && stage.output.channels % 2 != 0;
    });
}

StreamingPlan plan_streaming(const space::Network& trained) {
    space::Network network = trained;
    space::lower(network);
    space::require_chain(network);
    StreamingPlan plan;
    plan.input = network.input;
    ChainReader reader(plan);
    for (const space::Node& layer : network.nodes) {
        reader.read(layer);
    }
    reader.finish();

    for (StreamingStage& stage : plan.stages) {
        stage.line_offset = plan.lines_bytes;
        stage.line_bytes =
            kLineValueBytes * (stage.ring_rows * stage.row_stride() + stage.input.channels);
        plan.lines_bytes += stage.line_bytes;
    }
    plan.counters_offset = plan.lines_bytes;
    plan.counters_bytes =
        StreamingPlan::kCounterBytes * static_cast<std::int64_t>(plan.stages.size());
    plan.sums_offset = aligned(plan.counters_offset + plan.counters_bytes);
    plan.sums_bytes = kSumBytes * plan.stages.back().output.channels;
    plan.frame_offset = plan.sums_offset + plan.sums_bytes;
    plan.frame_bytes = plan.input.elements();
    plan.rows_arena_bytes = aligned(plan.frame_offset);
    plan.arena_bytes = aligned(plan.frame_offset + plan.frame_bytes);
    return plan;
}

}  // namespace nanonas::exporting
