// The operators of a TFLite file become layers of the int8 network: here the chain and its ends,
// in export/tflite/op/ each operator.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "export/int8/int8_network.hpp"
#include "export/tflite/reader/view.hpp"

namespace nanonas::exporting {

/// What the file's ends look like; the network between them reads bytes and writes int8.
struct TfliteEnds {
    tflite::TensorType input = tflite::TensorType::INT8;
    tflite::TensorType output = tflite::TensorType::INT8;
};

/// Walks the chain of operators once; all errors are ExportError naming the operator.
class LayerReader {
  public:
    /// Fills the graph, its numbers and `preprocess` of an empty network (one step
    /// of a pixel is one step of the input tensor).
    LayerReader(const TfliteView& graph, Int8Network& network) : graph_(graph), network_(network) {}

    /// `normalization`: what the file's metadata say of the pixels, or null; the first layer then
    /// brings them to the input tensor's parameters, unless they are the same bytes.
    TfliteEnds read(const space::Preprocess* normalization) {
        begin(normalization);
        for (std::int32_t i = 0; i < graph_.operators(); ++i) {
            read_operator(OperatorView(graph_, i));
        }
        finish();
        return ends_;
    }

    /// A node on its way into the network.
    struct Layer {
        std::string name;
        space::Op op;
        Int8Constants constants = {};
        QuantParams out = {};
        std::string end = {};  ///< name of a ReLU that the node fuses
    };

    /// What flows: the map's shape, its parameters, and the network so far.
    const space::Shape& shape() const { return shape_; }
    const QuantParams& params() const { return params_; }
    Int8Network& network() { return network_; }
    const Int8Network& network() const { return network_; }

    void read_quantize(const OperatorView& op);
    void read_dequantize(const OperatorView& op);

    /// The map that flows: what the operator before wrote.
    TensorView flowing(const OperatorView& op, std::size_t position = 0) const;
    /// Position of the flowing map and of the constants of an operator with two inputs.
    std::pair<std::size_t, std::size_t> sides(const OperatorView& op) const;
    /// Throws unless the output is quantized as the flowing map.
    void expect_same_params(const TensorView& output) const;
    /// One value per channel.
    std::vector<std::int8_t> channel_constants(const TensorView& tensor) const;
    std::string name_of(const OperatorView& op, const std::string& kind);
    std::string unique(const std::string& name);
    FixedMultiplier multiplier(const OperatorView& op, double ratio) const;

    /// Advances to what `op` writes, which must be `shape`.
    void advance(const OperatorView& op, const space::Shape& shape);
    /// Appends the node `layer.name`, then the numbers flow at `layer.out`.
    void push(Layer layer);
    /// Makes the layer, which is named, end with a ReLU.
    void fuse_relu(Layer& layer);

  private:
    void begin(const space::Preprocess* normalization);
    void finish();
    void read_operator(const OperatorView& op);

    const TfliteView& graph_;
    Int8Network& network_;
    TfliteEnds ends_;
    std::int32_t tensor_ = 0;  ///< index of the flowing map
    space::Shape shape_;
    QuantParams params_;
    bool begun_ = false;  ///< an operator on int8 was read
    bool ended_ = false;  ///< what leaves the file was written
    std::int64_t map_bytes_ = 0;
    std::set<std::string> names_;
};

/// Whether the options, which may be left out, fuse a ReLU.
template <typename Options>
bool fuses_relu(const Options* options, const OperatorView& op) {
    return options != nullptr && op.relu(options->fused_activation_function());
}

}  // namespace nanonas::exporting
