#include "export/tflite/tflm/file_size.hpp"

#include <optional>
#include <set>
#include <string>
#include <tuple>

#include "export/tflite/tflm/flatbuffer_size.hpp"

namespace nanonas::exporting::tflm {

namespace {

using Bytes = std::int64_t;
using Indices = std::vector<std::int64_t>;

constexpr Bytes kOffset = 4;
constexpr Bytes kConstantAlignment = 16;

constexpr Bytes length(const char* text) {
    return static_cast<Bytes>(std::char_traits<char>::length(text));
}

/// A list with one table in it.
void list_of_one(FlatbufferSize& buffer) {
    buffer.vector(1, kOffset);
}

/// What export/tflite/tflite_metadata.cpp writes.
Bytes metadata_bytes(bool labelled) {
    FlatbufferSize buffer;
    // The image: normalization, colours, name.
    buffer.vector(1, 4);
    buffer.vector(1, 4);
    buffer.table({{1, 4}, {0, 4}});
    buffer.table({{1, 4}, {0, 1}});
    buffer.table({{0, 1}});
    buffer.table({{1, 4}, {0, 1}});
    buffer.string(length("image"));
    list_of_one(buffer);
    buffer.table({{0, 4}, {3, 4}, {4, 4}});
    list_of_one(buffer);
    // The scores: name and labels.
    buffer.table({});
    buffer.table({{1, 4}, {0, 1}});
    buffer.string(length("scores"));
    if (labelled) {
        buffer.string(length("labels.txt"));
        buffer.table({{0, 4}, {2, 1}});
        list_of_one(buffer);
        buffer.table({{0, 4}, {3, 4}, {6, 4}});
    } else {
        buffer.table({{0, 4}, {3, 4}});
    }
    list_of_one(buffer);
    buffer.table({{2, 4}, {3, 4}});
    list_of_one(buffer);
    buffer.string(length("nanonas image classifier"));
    buffer.string(length("1.0.0"));
    buffer.table({{0, 4}, {3, 4}, {7, 4}});
    return buffer.finish();
}

/// A zip archive with one stored file: local header, file, directory entry, end.
Bytes archive_bytes(Bytes label_bytes) {
    return 30 + length("labels.txt") + label_bytes + 46 + length("labels.txt") + 22;
}

class Model {
  public:
    Bytes bytes(const std::vector<Operator>& operators, bool labelled) {
        buffer_.table({});  // the buffer without data
        ++buffers_;
        const space::Shape& input = operators.front().input;
        activation("input", {1, input.height, input.width, input.channels}, false);
        std::vector<Node> nodes;
        for (const Operator& op : operators) {
            nodes.push_back(tensors_of(op));
        }
        for (std::size_t i = 0; i < nodes.size(); ++i) {
            node(operators[i], nodes[i]);
        }
        metadata("min_runtime_version", 16);
        metadata("TFLITE_METADATA", metadata_bytes(labelled));
        for (std::size_t i = 0; i < codes_.size(); ++i) {
            buffer_.table({{3, 4}, {2, 4}, {0, 1}});
        }
        const auto count = static_cast<Bytes>(operators.size());
        buffer_.vector(tensors_, kOffset);
        integers({0});
        integers({tensors_ - 1});
        buffer_.vector(count, kOffset);
        buffer_.string(length("main"));
        buffer_.table({{4, 4}, {3, 4}, {2, 4}, {1, 4}, {0, 4}});
        buffer_.vector(static_cast<Bytes>(codes_.size()), kOffset);
        list_of_one(buffer_);
        buffer_.string(length("nanonas ") + static_cast<Bytes>(to_string(input).size()) +
                       length(" int8"));
        buffer_.vector(buffers_, kOffset);
        buffer_.vector(2, kOffset);
        buffer_.table({{6, 4}, {4, 4}, {3, 4}, {2, 4}, {1, 4}, {0, 4}});
        return buffer_.finish();
    }

  private:
    struct Node {
        Indices inputs, outputs;
    };

    void integers(const Indices& values) {
        if (integers_.insert(values).second) {
            buffer_.vector(static_cast<Bytes>(values.size()), 4);
        }
    }

    /// Shape, name, scales and zero points; the table itself comes after the data.
    void tensor_parts(const std::string& name, const Indices& shape, Bytes scales, bool constant) {
        integers(shape);
        buffer_.string(static_cast<Bytes>(name.size()));
        if (scales == 0) {
            return;
        }
        buffer_.vector(scales, 4);
        if (!constant || zeros_.insert(scales).second) {
            buffer_.vector(scales, 8);
        }
        buffer_.table({{2, 4}, {3, 4}});
    }

    void add_buffer(Bytes bytes) {
        buffer_.vector(bytes, 1, kConstantAlignment);
        buffer_.table({{0, 4}});
        ++buffers_;
    }

    void activation(const std::string& name, const Indices& shape, bool quantized_as_input) {
        tensor_parts(name, shape, quantized_as_input ? 0 : 1, false);
        buffer_.table({{4, 4}, {3, 4}, {0, 4}, {1, 1}});
        value_ = tensors_++;
    }

    Bytes constant(const std::string& name, const Indices& shape, Bytes scales, Bytes bytes) {
        tensor_parts(name, shape, scales, true);
        add_buffer(bytes);
        buffer_.table({{4, 4}, {3, 4}, {2, 4}, {0, 4}, {1, 1}});
        return tensors_++;
    }

    Node tensors_of(const Operator& op) {
        const bool dense = op.kind == OperatorKind::kDense;
        Node made{{value_}, {}};
        if (op.has_weights()) {
            const Bytes outputs = op.output.channels;
            const Bytes inputs = op.input.channels;
            const Bytes scales = dense ? 1 : outputs;
            const Indices shape =
                dense ? Indices{outputs, inputs} : Indices{outputs, op.kernel, op.kernel, inputs};
            made.inputs.push_back(constant(op.name + ".weight", shape, scales,
                                           outputs * op.kernel * op.kernel * inputs));
            made.inputs.push_back(constant(op.name + ".bias", {outputs}, scales, 4 * outputs));
        }
        activation(op.name,
                   dense ? Indices{1, op.output.channels}
                         : Indices{1, op.output.height, op.output.width, op.output.channels},
                   !op.has_weights());
        made.outputs = {value_};
        return made;
    }

    void options(const Operator& op) {
        const bool average = op.kind == OperatorKind::kAveragePool;
        const bool pool = average || op.kind == OperatorKind::kMaxPool;
        const Bytes height = pool ? (average ? op.input.height : op.kernel) : 0;
        const Bytes width = pool ? (average ? op.input.width : op.kernel) : 0;
        if (!options_.insert({op.kind, op.relu, height, width}).second) {
            return;
        }
        std::vector<FlatbufferSize::Field> fields;
        switch (op.kind) {
            case OperatorKind::kConvolution:
                fields = {{2, 4}, {1, 4}};
                if (op.relu) {
                    fields.push_back({3, 1});
                }
                break;
            case OperatorKind::kMaxPool:
            case OperatorKind::kAveragePool:
                fields = {{4, 4}, {3, 4}, {2, 4}, {1, 4}, {0, 1}};
                break;
            case OperatorKind::kDense:
                if (op.relu) {
                    fields.push_back({0, 1});
                }
                break;
        }
        buffer_.table(fields);
    }

    void node(const Operator& op, const Node& made) {
        integers(made.inputs);
        integers(made.outputs);
        options(op);
        codes_.insert(op.kind);
        std::vector<FlatbufferSize::Field> fields = {{4, 4}, {2, 4}, {1, 4}};
        first_code_ = first_code_ ? first_code_ : std::optional<OperatorKind>(op.kind);
        if (op.kind != *first_code_) {
            fields.push_back({0, 4});  // index 0 is the default
        }
        fields.push_back({3, 1});
        buffer_.table(fields);
    }

    void metadata(const char* name, Bytes bytes) {
        buffer_.string(length(name));
        add_buffer(bytes);
        buffer_.table({{1, 4}, {0, 4}});
    }

    FlatbufferSize buffer_;
    Bytes tensors_ = 0;
    Bytes buffers_ = 0;
    Bytes value_ = 0;  ///< the tensor the next operator reads
    std::set<Indices> integers_;
    std::set<Bytes> zeros_;
    std::set<std::tuple<OperatorKind, bool, Bytes, Bytes>> options_;
    std::set<OperatorKind> codes_;
    std::optional<OperatorKind> first_code_;
};

}  // namespace

std::int64_t file_bytes(const std::vector<Operator>& operators, std::int64_t label_bytes) {
    const bool labelled = label_bytes > 0;
    return Model().bytes(operators, labelled) + (labelled ? archive_bytes(label_bytes) : 0);
}

}  // namespace nanonas::exporting::tflm
