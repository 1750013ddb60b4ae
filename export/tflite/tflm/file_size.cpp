#include "export/tflite/tflm/file_size.hpp"

#include "export/tflite/tflite_writer.hpp"
#include "export/tflite/tflm/operators.hpp"
#include "space/errors.hpp"

namespace nanonas::exporting::tflm {

namespace {

using Bytes = std::int64_t;

/// Where the writer aligns constants, the largest alignment in the file: whole multiples of it
/// move nothing that comes before or behind.
constexpr Bytes kConstantAlignment = 16;

/// An int8 network with the shapes and names of a real one. Of the weights only so many are there
/// that leaving out the others is leaving out whole multiples of the alignment.
class StandIn {
  public:
    StandIn(const space::Network& network, const std::vector<std::string>& labels) {
        int8_.source = network;
        int8_.labels = labels;
        int8_.input = kParams;
        int8_.output = kParams;
        for (const Operator& op : operators_of(network)) {
            add(op);
        }
    }

    const QuantizedNetwork& int8() const { return int8_; }
    Bytes left_out() const { return left_out_; }

  private:
    static constexpr QuantParams kParams{1.0F, 0};

    void add(const Operator& op) {
        switch (op.kind) {
            case OperatorKind::kConvolution:
            case OperatorKind::kDense:
                int8_.layers.emplace_back(linear(op));
                break;
            case OperatorKind::kMaxPool:
                int8_.layers.emplace_back(
                    QuantizedMaxPool{op.name, op.kernel, op.input, op.output});
                break;
            case OperatorKind::kAveragePool:
                int8_.layers.emplace_back(QuantizedAveragePool{op.name, op.input, op.output});
                break;
        }
    }

    QuantizedLinear linear(const Operator& op) {
        const auto outputs = static_cast<std::size_t>(op.output.channels);
        const Bytes weights = op.output.channels * op.kernel * op.kernel * op.input.channels;
        const Bytes kept = (weights - 1) % kConstantAlignment + 1;  // none at all is no constant
        left_out_ += weights - kept;
        QuantizedLinear layer;
        layer.name = op.name;
        layer.dense = op.kind == OperatorKind::kDense;
        layer.kernel = op.kernel;
        layer.input = op.input;
        layer.output = op.output;
        layer.weights.resize(static_cast<std::size_t>(kept));
        layer.bias.resize(outputs);
        layer.weight_scales.assign(outputs, 1.0F);
        layer.in = kParams;
        layer.out = kParams;
        if (op.relu) {
            layer.clamp_min = static_cast<std::int8_t>(kParams.zero_point);
        }
        return layer;
    }

    QuantizedNetwork int8_;
    Bytes left_out_ = 0;
};

}  // namespace

std::int64_t file_bytes(const space::Network& network, const std::vector<std::string>& labels) {
    const StandIn stand_in(network, labels);
    try {
        const std::string file = tflite_model({nullptr, &stand_in.int8(), {}}, {});
        return static_cast<Bytes>(file.size()) + stand_in.left_out();
    } catch (const ExportError& error) {
        throw NetworkError(error.what());
    }
}

}  // namespace nanonas::exporting::tflm
