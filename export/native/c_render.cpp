#include "export/native/c_render.hpp"

#include <algorithm>
#include <map>
#include <stdexcept>

#include "export/native/c_model.hpp"
#include "export/native/c_names.hpp"
#include "export/native/c_numbers.hpp"
#include "export/native/c_tables.hpp"
#include "export/native/c_vectors.hpp"
#include "export/native/cost.hpp"
#include "export/native/graph/graph_cost.hpp"
#include "export/native/graph/graph_render.hpp"
#include "export/native/op/ops.hpp"
#include "export/native/templates/c_templates.hpp"
#include "space/errors.hpp"
#include "space/text.hpp"

namespace nanonas::exporting {

namespace {

using Words = std::map<std::string, std::string>;

/// The clamp of a layer relative to its output zero point.
std::int32_t low(const Int8Layer& layer) {
    return layer.constants.clamp_min - layer.out.zero_point;
}
std::int32_t high(const Int8Layer& layer) {
    return layer.constants.clamp_max - layer.out.zero_point;
}

bool has_pool(const CModel& model) {
    return std::any_of(model.plan.stages.begin(), model.plan.stages.end(),
                       [](const StreamingStage& stage) { return stage.pool; });
}

std::string block_member(const CModel& model) {
    return has_pool(model)
               ? "#if USE_DSP\n    int64_t (*block)(const int8_t *, const int16_t *const "
                 "*); /* pairs under a pool */\n#endif\n"
               : "";
}

/// The kernels that stages share by their input channels.
std::string pair_blocks_text(const CModel& model) {
    if (!has_pool(model)) {
        return "";
    }
    std::string text = kBlockOfPairTemplate;
    const std::vector<std::int64_t> depths = model.plan.block_depths();
    const bool one_in_pair = !depths.empty() && depths.front() == 1;
    if (one_in_pair || model.plan.one_channel_last()) {
        text += kBlockOfOneTemplate;
        text += one_in_pair ? kBlockOfOneInPairTemplate : "";
        text += model.plan.one_channel_last() ? kBlockOfOneAloneTemplate : "";
    }
    for (const std::int64_t depth : depths) {
        if (depth == 1) {
            continue;
        }
        const std::int64_t steps = StreamingStage::pair_words(depth);
        const std::int64_t unrolled = std::min(steps, StreamingPlan::kMostUnrolled);
        const std::int64_t entered = steps % unrolled;
        text += "BLOCK_OF_PAIR(" + std::to_string(depth) + ", " + std::to_string(2 * depth) + ", " +
                std::to_string(4 * steps) + ", " + std::to_string((unrolled - entered) % unrolled) +
                ", " + std::to_string(entered == 0 ? unrolled : entered) + ", " +
                (steps == unrolled ? "0" : "1") + ")\n";
    }
    return text +
           "#define BLOCK(in) block_##in,\n#define block_none NULL\n#else\n#define BLOCK(in)\n"
           "#endif\n\n";
}

/// Written before the portable call.
std::string block_of_last(const StreamingPlan& plan) {
    return plan.one_channel_last()
               ? "\n#if USE_DSP\n                (in == 1) ? block_1_of_last(weights, rows) :\n"
                 "#endif\n                "
               : " ";
}

/// Row pointers of the 3x3 kernels, where the ring may hold other stages, too.
std::string square_call(const std::string& call) {
    return "        const int16_t *rows[4];\n"
           "        int32_t row;\n"
           "        for (row = 0; row < 4; row++) { /* the fourth may be the first of three again "
           "*/\n"
           "            rows[row] = slot_start(stage, slot);\n"
           "            slot++;\n"
           "            slot = (slot == stage->ring) ? 0 : slot;\n"
           "        }\n" +
           call;
}

std::string window_call(const CModel& model) {
    const std::string window = "window_row(stage, slot, to, totals);\n";
    if (!model.plan.any_square()) {
        return "    " + window;
    }
    const std::string plain = "plain_row(stage, rows, to, totals);\n";
    return "    if (stage->window != 0U) {\n        " + window + "    } else {\n" +
           square_call(has_pool(model) ? "        if (stage->step == 2U) {\n"
                                         "            pooled_row(stage, rows, to, totals);\n"
                                         "        } else {\n            " +
                                             plain + "        }\n"
                                       : "        " + plain) +
           "    }\n";
}

std::string kernel_call(const CModel& model) {
    if (model.plan.any_window()) {
        return window_call(model);
    }
    const std::string plain = "plain_row(stage, rows, to, totals);\n";
    return has_pool(model) ? "    if (stage->step == 2U) {\n"
                             "        pooled_row(stage, rows, to, totals);\n"
                             "    } else {\n        " +
                                 plain + "    }\n"
                           : "    " + plain;
}

/// What both kinds of C have to say of themselves.
struct Figures {
    std::int64_t stages, rows_arena_bytes, arena_bytes, stack_bytes;
};

std::string pixel_order(std::int64_t channels) {
    return channels == 3   ? "R, G, B"
           : channels == 1 ? "one grey value"
                           : std::to_string(channels) + " values";
}

Words common_words(const Int8Network& network, const Figures& figures, const std::string& name) {
    const space::Shape& input = network.network.input;
    return {
        {"", "@"},
        {"name", name},
        {"NAME", capital_name(name)},
        {"Name", pascal_name(name)},
        {"height", c_number(input.height)},
        {"width", c_number(input.width)},
        {"channels", c_number(input.channels)},
        {"pixel_order", pixel_order(input.channels)},
        {"classes", c_number(network.network.classes())},
        {"score_scale", scientific_text(network.output().scale)},
        {"score_zero_point", std::to_string(network.output().zero_point)},
        {"rows_arena_bytes", c_number(figures.rows_arena_bytes)},
        {"arena_bytes", c_number(figures.arena_bytes)},
        {"stages", c_number(figures.stages)},
        {"stack_bytes", c_number(figures.stack_bytes)},
        {"input_mean", c_number(network.input().zero_point + 128)},
        {"input_scale", scientific_text(network.input().scale)},
    };
}

Words words_of(const Int8Network& network, const CModel& model, const CNumbers& numbers,
               const std::string& name) {
    const StreamingPlan& plan = model.plan;
    Words words =
        common_words(network,
                     {static_cast<std::int64_t>(plan.stages.size()), plan.rows_arena_bytes,
                      plan.arena_bytes, NativeCostModel::stack_bytes()},
                     name);
    words.insert({
        {"call_kernel", kernel_call(model)},
        {"window_members", plan.any_window() ? kWindowMembersTemplate : ""},
        {"put_linkage", numbers.quick ? "static inline" : "OWN_FUNCTION"},
        {"shift_side", numbers.quick ? "right" : "left"},
        {"block_member", block_member(model)},
        {"block_of_last", block_of_last(plan)},
    });
    return words;
}

/// The arena of the plan: members in its order, so that the compiler's offsets are the plan's.
std::string arena_text(const CModel& model) {
    const StreamingPlan& plan = model.plan;
    std::string text = "/* All static memory of the network. */\nstatic struct {\n";
    for (std::size_t i = 0; i < plan.stages.size(); ++i) {
        const StreamingStage& stage = plan.stages[i];
        text += "    int16_t lines_" + std::to_string(i) + "[" +
                std::to_string(stage.line_elements()) + "]; /* " + comment_name(stage.name) + ": " +
                std::to_string(stage.ring_rows) + " rows of " + to_string(stage.input) + " */\n";
    }
    return text + "    counter_t counters[" + std::to_string(plan.stages.size()) +
           "];\n    int32_t sums[" + std::to_string(plan.stages.back().output.channels) + "];\n" +
           kArenaEndTemplate;
}

/// The numbers of kWindowMembersTemplate.
std::string window_members(const StreamingStage& stage) {
    const space::Window& window = stage.window;
    const std::int64_t channels = stage.input.channels;
    const bool depthwise = stage.multiplier > 0;
    std::string text;
    for (const std::int64_t number :
         {stage.border() * channels, (stage.border() - window.left(stage.input)) * channels,
          window.stride_width * channels, depthwise ? window.width : window.width * channels,
          depthwise ? channels : 1, stage.pool ? stage.ring_rows : window.height,
          window.top(stage.input), stage.multiplier, std::int64_t{stage.any_window() ? 1 : 0}}) {
        text += ", " + std::to_string(number);
    }
    return text;
}

std::string stage_table(const CModel& model, const CNumbers& numbers) {
    std::string text =
        "static const stage_t stages[" + std::to_string(model.plan.stages.size()) + "] = {\n";
    for (std::size_t i = 0; i < model.plan.stages.size(); ++i) {
        const StreamingStage& stage = model.plan.stages[i];
        const CStageNumbers& stage_numbers = numbers.stages[i];
        const std::string n = std::to_string(i);
        const std::string tables = "conv_" + n;
        text += "    {arena.lines_" + n + ", " + tables + "_weights, " + tables + "_bias, " +
                tables + "_multiplier, " + tables + "_shift,\n     ";
        if (has_pool(model)) {
            text += "BLOCK(" +
                    (stage.pair_block() ? std::to_string(stage.input.channels) : "none") + ") ";
        }
        for (const std::int64_t number :
             {stage.row_stride(), stage.input.height, stage.input.width, stage.input.channels,
              stage.output.channels, stage.output.height, stage.output.width,
              std::int64_t{stage_numbers.padding}, std::int64_t{stage_numbers.low},
              std::int64_t{stage_numbers.range}, stage.pool ? 2 : stage.window.stride_height}) {
            text += std::to_string(number) + ", ";
        }
        text += std::to_string(stage.ring_rows) +
                (model.plan.any_window() ? window_members(stage) : "") + "},\n";
    }
    return text + "};\n\n";
}

std::string network_table(const CModel& model, const CNumbers& numbers) {
    const Int8Layer& dense = model.dense;
    const space::Shape& last = model.plan.stages.back().output;
    std::string text =
        "static const network_t network = {\n    stages, arena.counters, arena.sums, "
        "dense_weights, "
        "dense_bias, dense_factor, dense_shift,\n    ";
    for (const std::int64_t number :
         {static_cast<std::int64_t>(model.plan.stages.size()),
          model.plan.input.width * model.plan.input.channels, last.height * last.width,
          last.channels, model.plan.classes,
          std::int64_t{dense.in.zero_point + numbers.stages.back().low},
          std::int64_t{dense.in.zero_point}, std::int64_t{low(dense)}, std::int64_t{high(dense)},
          std::int64_t{dense.out.zero_point}}) {
        text += std::to_string(number) + ", ";
    }
    return text.substr(0, text.size() - 2) + kNetworkTemplate;
}

std::string source_text(const Int8Network& network, const CModel& model, const CNumbers& numbers) {
    std::string text = std::string(kPreambleTemplate) + kDspTemplate + kTypesTemplate;
    CTables tables{model, numbers};
    for (const Int8Layer& layer : model.layers) {
        native_op(layer.node).tables(tables, layer);
    }
    text += tables.text + labels_text(network.labels, model.plan.classes) + arena_text(model) +
            pair_blocks_text(model) + stage_table(model, numbers) + network_table(model, numbers) +
            kRequantizeTemplate + (numbers.quick ? kQuickOutputTemplate : kOutputTemplate) +
            kPutTemplate;
    if (has_pool(model)) {
        text += kPooledKernelTemplate;
    }
    const bool windows = model.plan.any_window();
    text += model.plan.any_square() ? kPlainKernelTemplate : "";
    text += windows ? kWindowKernelTemplate : "";
    return text + kStreamTopTemplate + (windows ? kWindowStepTemplate : kStepTemplate) +
           kStreamRunTemplate + (windows ? kWindowBeginTemplate : kBeginTemplate) + kPushTemplate +
           kMeanTemplate + kFinishTemplate + kAnswerTemplate;
}

void check_request(const Int8Network& network, const space::ImageView& samples,
                   const WriteOptions& options) {
    if (samples.count > 0 && samples.shape != network.network.input) {
        throw ExportError("C source: sample images are " + to_string(samples.shape) +
                          ", the network reads " + to_string(network.network.input));
    }
    if (samples.count < 1 || options.vectors < 1) {
        throw ExportError("C source: needs at least one image as a test vector");
    }
}

}  // namespace

std::string fill_template(const std::string& text, const Words& words) {
    std::string filled;
    std::size_t from = 0;
    for (std::size_t mark = text.find('@'); mark != std::string::npos;
         mark = text.find('@', from)) {
        const std::size_t end = text.find('@', mark + 1);
        const auto word = end == std::string::npos
                              ? words.end()
                              : words.find(text.substr(mark + 1, end - mark - 1));
        if (word == words.end()) {
            throw std::logic_error("C template: no word for the mark at " + text.substr(mark, 20));
        }
        filled += text.substr(from, mark - from) + word->second;
        from = end + 1;
    }
    return filled + text.substr(from);
}

CSource render_c_source(const Int8Network& network, const space::ImageView& samples,
                        const WriteOptions& options) {
    check_request(network, samples, options);
    CSource c;
    c.header = kHeaderTemplate;
    if (runs_as_chain(network)) {
        const CModel model = read_c_model(network);
        const CNumbers numbers = c_numbers(model);
        c.source = source_text(network, model, numbers);
        c.words = words_of(network, model, numbers, options.name);
    } else {
        const GraphModel model = read_graph_model(network);
        const GraphPlan& plan = model.plan;
        c.source = graph_source(model);
        c.words = graph_words(model);
        c.words.merge(common_words(network,
                                   {static_cast<std::int64_t>(plan.stages.size()),
                                    plan.rows_arena_bytes, plan.arena_bytes, graph_stack_bytes()},
                                   options.name));
    }
    c.vectors = vectors_text(network, samples, std::min(options.vectors, samples.count));
    c.sample = sample_text(network, samples);
    return c;
}

}  // namespace nanonas::exporting
