#include "export/native/graph/graph_render.hpp"

#include <algorithm>

#include "export/native/c_names.hpp"
#include "export/native/c_tables.hpp"
#include "export/native/graph/op/ops.hpp"
#include "export/native/templates/c_templates.hpp"
#include "space/errors.hpp"

namespace nanonas::exporting {

namespace {

/// Text and call of a kernel.
struct KernelText {
    GraphKernel kernel;
    const char* text;
    const char* call;
};

const std::vector<KernelText>& kernel_texts() {
    static const std::vector<KernelText> table = {
        {GraphKernel::kConv, kGraphConvTemplate, "conv_row(net, stage, to);"},
        {GraphKernel::kDepthwise, kGraphDepthwiseTemplate, "depthwise_row(net, stage, to);"},
        {GraphKernel::kDepthwise3x3, kGraphDepthwise3x3Template,
         "depthwise_3x3_row(net, stage, to);"},
        {GraphKernel::kDense, kGraphDenseTemplate, "dense_row(net, stage, row, to);"},
        {GraphKernel::kAdd, kGraphAddTemplate,
         "net->at[1] = row_start(net, stage->second, row);\n        add_row(net, stage, to);"},
        {GraphKernel::kChannelMul, kGraphChannelMulTemplate, "channel_mul_row(net, stage, to);"},
        {GraphKernel::kChannelAdd, kGraphChannelAddTemplate, "channel_add_row(net, stage, to);"},
        {GraphKernel::kMaxPool, kGraphMaxPoolTemplate, "max_pool_row(net, stage, rows, to);"},
        {GraphKernel::kAveragePool, kGraphAveragePoolTemplate,
         "average_pool_row(net, stage, rows, to);"},
        {GraphKernel::kGlobalAverage, kGraphGlobalAverageTemplate,
         "global_average_row(net, stage, row, to);"},
        {GraphKernel::kPad, kGraphPadTemplate, "pad_row(net, stage, to);"},
        {GraphKernel::kReshape, kGraphReshapeTemplate, "reshape_row(net, stage, row, to);"},
        {GraphKernel::kSoftmax, kGraphSoftmaxTemplate, "softmax_row(net, stage, to);"},
    };
    return table;
}

std::string kernels_text(const GraphPlan& plan) {
    std::string text;
    if (plan.has(GraphKernel::kDense)) {
        text += kRequantizeTemplate;
    }
    if (plan.has(GraphKernel::kAveragePool) || plan.has(GraphKernel::kGlobalAverage)) {
        text += kMeanTemplate;
    }
    if (plan.has(GraphKernel::kAveragePool) || plan.has(GraphKernel::kMaxPool)) {
        text += kGraphPoolTopTemplate;
    }
    if (plan.has(GraphKernel::kConv)) {
        text += std::string(kGraphSpreadTemplate) + kGraphProductsTemplate + kGraphColumnsTemplate;
    }
    for (const KernelText& kernel : kernel_texts()) {
        text += plan.has(kernel.kernel) ? kernel.text : "";
    }
    return text;
}

std::string number(std::size_t value) {
    return std::to_string(value);
}

/// Members in the order of the plan, none of no elements.
std::string arena_text(const GraphPlan& plan) {
    std::string text = "/* All static memory of the network. */\nstatic struct {\n";
    const auto member = [&](const char* type, const char* name, std::int64_t count) {
        if (count > 0) {
            text += std::string("    ") + type + " " + name + "[" + std::to_string(count) + "];\n";
        }
    };
    member("int32_t", "sums", plan.sums);
    member("int32_t", "at", plan.places);
    member("counter_t", "counters", static_cast<std::int64_t>(plan.rings.size()));
    member("int16_t", "spread", plan.spread);
    member("int8_t", "bytes", plan.rows_bytes);
    return text + kArenaEndTemplate;
}

std::string ring_table(const GraphModel& model) {
    const GraphPlan& plan = model.plan;
    std::string text = "static const ring_t rings[" + number(plan.rings.size()) + "] = {\n";
    for (std::size_t i = 0; i < plan.rings.size(); ++i) {
        const GraphRing& ring = plan.rings[i];
        const QuantParams& params =
            i == 0 ? model.network.input() : model.network.values[plan.stages[i - 1].node + 1];
        text += "    {";
        for (const std::int64_t field :
             {ring.start(), ring.stride(), ring.slots, ring.height, ring.values, ring.border,
              ring.lead, std::int64_t{params.zero_point}}) {
            text += std::to_string(field) + ", ";
        }
        text = text.substr(0, text.size() - 2) + "}, /* " + comment_name(ring.name) + " */\n";
    }
    return text + "};\n\n";
}

std::string stage_table(const GraphModel& model) {
    const GraphPlan& plan = model.plan;
    std::string text = "static const stage_t stages[" + number(plan.stages.size()) + "] = {\n";
    for (std::size_t i = 0; i < plan.stages.size(); ++i) {
        const GraphStage& stage = plan.stages[i];
        const GraphNumbers& numbers = model.numbers[i];
        const auto table = [&](bool there, const char* what) {
            return there ? "layer_" + number(i) + "_" + what + ", " : std::string("NULL, ");
        };
        text += "    {" + table(!numbers.weights.empty(), "weights") +
                table(!numbers.bias.empty(), "bias") +
                table(!numbers.multipliers.empty(), "multiplier") +
                table(!numbers.factors.empty(), "factor") +
                table(!numbers.multipliers.empty() || !numbers.factors.empty(), "shift") +
                "\n     ";
        const auto whole = [](std::size_t value) { return static_cast<std::int64_t>(value); };
        for (const std::int64_t field :
             {stage.kernel == GraphKernel::kSoftmax ? std::int64_t{numbers.least} : stage.taps,
              stage.sums,
              whole(static_cast<std::size_t>(stage.kernel)),
              whole(stage.source),
              whole(stage.second),
              whole(stage.next),
              stage.steps,
              stage.step,
              stage.rows,
              std::int64_t{stage.pads ? 1 : 0},
              stage.above,
              stage.in,
              stage.out,
              stage.width,
              stage.columns,
              stage.window,
              stage.stride,
              stage.left,
              stage.group,
              std::int64_t{numbers.low},
              std::int64_t{numbers.high}}) {
            text += std::to_string(field) + ", ";
        }
        text = text.substr(0, text.size() - 2) + "}, /* " + comment_name(stage.name) + " */\n";
    }
    return text + "};\n\n";
}

std::string network_table(const GraphPlan& plan) {
    return std::string("static const network_t network = {\n    stages, rings, arena.counters, ") +
           (plan.sums > 0 ? "arena.sums" : "NULL") + ", arena.at, " +
           (plan.spread > 0 ? "arena.spread" : "NULL") + ", arena.bytes,\n    " +
           std::to_string(plan.padding_offset) + ", " + number(plan.stages.size()) + ", " +
           number(plan.streamed) + ", " + std::to_string(plan.first) + ", " +
           std::to_string(plan.classes) + "\n" + kNetworkTemplate;
}

std::string calls_text(const GraphPlan& plan) {
    std::string text;
    for (const KernelText& kernel : kernel_texts()) {
        if (plan.has(kernel.kernel)) {
            text += "    case " + number(static_cast<std::size_t>(kernel.kernel)) + "U:\n        " +
                    kernel.call + "\n        break;\n";
        }
    }
    return text;
}

}  // namespace

bool GraphModel::quick() const {
    return std::all_of(numbers.begin(), numbers.end(),
                       [](const GraphNumbers& one) { return one.quick; });
}

GraphModel read_graph_model(const Int8Network& network) {
    GraphModel model{plan_graph(network.network), {}, network};
    if (model.plan.nodes.size() != network.constants.size()) {
        throw ExportError("C source: " + std::to_string(network.constants.size()) +
                          " quantized layers for " + std::to_string(model.plan.nodes.size()) +
                          " nodes");
    }
    for (std::size_t i = 0; i < network.constants.size(); ++i) {
        const Int8Layer layer = layer_of(network, i);
        graph_op(layer.node).check(layer);
    }
    for (const GraphStage& stage : model.plan.stages) {
        const Int8Layer layer = layer_of(network, stage.node);
        model.numbers.push_back(graph_op(layer.node).numbers(stage, layer));
    }
    return model;
}

std::string graph_source(const GraphModel& model) {
    const GraphPlan& plan = model.plan;
    std::string text = std::string(kGraphPreambleTemplate) + kDspTemplate + kGraphTypesTemplate;
    for (std::size_t i = 0; i < plan.stages.size(); ++i) {
        text += graph_tables("layer_" + number(i), model.numbers[i], model.quick());
    }
    return text + labels_text(model.network.labels, plan.classes) + arena_text(plan) +
           ring_table(model) + stage_table(model) + network_table(plan) +
           (model.quick() ? kGraphQuickTemplate : kGraphCarefulTemplate) + kGraphOutputTemplate +
           kernels_text(plan) + kGraphStreamTemplate + kAnswerTemplate;
}

std::map<std::string, std::string> graph_words(const GraphModel& model) {
    return {{"stages", number(model.plan.stages.size())},
            {"kernels", calls_text(model.plan)},
            {"quick", model.quick() ? "1" : "0"},
            {"shift_side", model.quick() ? "right" : "left"}};
}

}  // namespace nanonas::exporting
