// The operators of a TFLite file become layers of the int8 network: here the graph and its ends,
// in export/tflite/op/ each operator.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "export/int8/int8_network.hpp"
#include "export/tflite/reader/view.hpp"
#include "space/errors.hpp"

namespace nanonas::exporting {

/// What the file's ends look like; the network between them reads bytes and writes int8.
struct TfliteEnds {
    tflite::TensorType input = tflite::TensorType::INT8;
    tflite::TensorType output = tflite::TensorType::INT8;
};

/// Walks the operators once, in the order of the file, each tensor by its index; all errors are
/// ExportError naming the operator.
class LayerReader {
  public:
    /// Fills the graph, its numbers and `preprocess` of an empty network (one step
    /// of a pixel is one step of the input tensor).
    LayerReader(const TfliteView& graph, Int8Network& network);

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

    /// A tensor of the file as a value of the network.
    struct Flow {
        space::Value value = 0;
        space::Shape shape = {};
        QuantParams params = {};
    };

    /// What flows into the operator: the map's value, its shape and parameters, and the network so
    /// far.
    const Flow& flow() const { return flow_; }
    const space::Shape& shape() const { return flow_.shape; }
    const QuantParams& params() const { return flow_.params; }
    Int8Network& network() { return network_; }
    const Int8Network& network() const { return network_; }

    void read_quantize(const OperatorView& op);
    void read_dequantize(const OperatorView& op);

    /// Lets the input at `position` flow: what an operator before wrote, or the network's input.
    TensorView flowing(const OperatorView& op, std::size_t position = 0);
    /// Position of the flowing map and of the constants of an operator with two inputs.
    std::pair<std::size_t, std::size_t> sides(const OperatorView& op);
    /// The node that wrote what flows, while nothing else reads it; null: none or not alone.
    space::Node* only_source();
    /// Throws unless the output is quantized as the flowing map.
    void expect_same_params(const TensorView& output) const;
    /// One value per channel.
    std::vector<std::int8_t> channel_constants(const TensorView& tensor) const;
    std::string name_of(const OperatorView& op, const std::string& kind);
    std::string unique(const std::string& name);
    FixedMultiplier multiplier(const OperatorView& op, double ratio) const;

    /// What `operation` makes of the map that flows. Throws ExportError naming the file's operator.
    template <typename Operation>
    space::Shape output_shape(const OperatorView& op, const Operation& operation) const {
        try {
            return operation.output({shape()});
        } catch (const NetworkError& error) {
            op.fail(error.what());
        }
    }
    /// Advances to what `op` writes, which must be `shape`.
    void advance(const OperatorView& op, const space::Shape& shape);
    /// Appends the node `layer.name` that reads what flows, or `inputs`; then what it writes flows,
    /// at `layer.out`.
    void push(Layer layer) { push(std::move(layer), {flow_.value}); }
    void push(Layer layer, std::vector<space::Value> inputs);
    /// Of an operator on shapes alone: a reshape that reads what it writes is told by the file,
    /// too.
    void pass_over() { passed_over_ = true; }
    /// Appends a node that makes one row of all values of the map that flows.
    void flatten();
    /// Makes the layer, which is named, end with a ReLU of at most `ceiling`.
    void fuse_relu(Layer& layer, std::int8_t ceiling);

  private:
    void begin(const space::Preprocess* normalization);
    /// Lets a tensor flow.
    void take(const TensorView& tensor);
    void finish();
    void read_operator(const OperatorView& op);

    const TfliteView& graph_;
    Int8Network& network_;
    TfliteEnds ends_;
    std::int32_t tensor_ = 0;  ///< index of what was written last
    Flow flow_;
    std::map<std::int32_t, Flow> written_;  ///< by tensor
    std::vector<std::int64_t> readers_;     ///< of each tensor; the file's end is one
    std::set<space::Value> shared_;         ///< values that more than one operator reads
    bool passed_over_ = false;              ///< the operator writes no map
    bool ended_ = false;                    ///< what leaves the file was written
    std::int64_t map_bytes_ = 0;
    std::set<std::string> names_;
};

/// Whether the options, which may be left out, fuse a ReLU.
template <typename Options>
bool fuses_relu(const Options* options, const OperatorView& op) {
    return options != nullptr && op.relu(options->fused_activation_function());
}
template <typename Options>
std::int8_t ceiling_of(const Options* options, const OperatorView& op) {
    return options == nullptr ? std::int8_t{127} : op.ceiling(options->fused_activation_function());
}

}  // namespace nanonas::exporting
