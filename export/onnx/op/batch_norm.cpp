#include <cmath>

#include "export/onnx/op/ops.hpp"

namespace nanonas::exporting {

/// x f + (beta - mean f) with f = gamma / sqrt(variance + epsilon).
void read_batch_norm(GraphReader& reader, const OnnxNode& node) {
    node.expect_inputs(5, 5);
    node.expect(node.integer("training_mode", 0) == 0, "in training, expected training_mode 0");
    GraphReader::Flow flow = reader.flow(node);
    const std::vector<double> gamma = reader.constant(node, 1, "scale").exact();
    const std::vector<double> beta = reader.constant(node, 2, "bias").exact();
    const std::vector<double> mean = reader.constant(node, 3, "mean").exact();
    const std::vector<double> variance = reader.constant(node, 4, "variance").exact();
    const double epsilon = static_cast<double>(node.real("epsilon", 1e-5F));
    const auto channels = static_cast<std::size_t>(reader.shape(flow).channels);
    node.expect(
        flow.dims.size() > 1 && flow.axes[1] == "C",
        "reads dimensions " + dims_text(flow.dims) + ", expected channels to be the second");
    for (const auto* each : {&gamma, &beta, &mean, &variance}) {
        node.expect(each->size() == channels, std::to_string(each->size()) +
                                                  " numbers, expected one for each of " +
                                                  std::to_string(channels) + " channels");
    }
    std::vector<double> factors, shifts;
    for (std::size_t i = 0; i < channels; ++i) {
        factors.push_back(gamma[i] / std::sqrt(variance[i] + epsilon));
        shifts.push_back(beta[i] - mean[i] * factors[i]);
        node.expect(std::isfinite(factors[i]) && std::isfinite(shifts[i]),
                    "channel " + std::to_string(i) + " has no finite factor");
    }
    reader.scale_channels(node, flow, factors, shifts);
    reader.set_dims(flow);
    reader.write(node, std::move(flow));
}

}  // namespace nanonas::exporting
