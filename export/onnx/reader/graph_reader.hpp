// The operators of an ONNX file become layers: here the graph, its ends and the order of
// dimensions, in export/onnx/op/ each operator.
//
// A value of the file is a map [height][width][channels] of ours whatever the order of its
// dimensions: what each of them holds goes along as letters (Flow::axes), so that transposes move
// nothing.
#pragma once

#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "export/int8/int8_network.hpp"
#include "export/onnx/reader/view.hpp"
#include "space/network.hpp"

namespace nanonas::exporting {

/// What a node of the network computes with, as the file has it: floats, whole numbers or both.
struct OnnxLayer {
    std::string place;                  ///< of the operator, for messages
    std::vector<float> weights;         ///< as space::parameters() asks for them
    std::vector<std::int8_t> steps;     ///< the same, quantized; empty: they are not
    std::vector<float> scales;          ///< of `steps`, one per output
    std::vector<double> bias;           ///< [outputs]
    std::optional<QuantParams> params;  ///< of what it writes, where the file quantizes that
    float ceiling = std::numeric_limits<float>::infinity();
};

/// What the file computes, before it is known whether in floats or integers.
struct OnnxLayers {
    space::Network network;
    std::vector<OnnxLayer> layers;        ///< of each node
    std::optional<QuantParams> input;     ///< of the network's input
    std::string input_type, output_type;  ///< "int8", "uint8" or "float32"

    bool quantized() const;
};

class GraphReader {
  public:
    explicit GraphReader(const OnnxView& view);

    /// Walks the operators once, in the order of the file. Throws ExportError naming the operator.
    OnnxLayers read();

    /// A value of the file that is a map.
    struct Flow {
        space::Value value = 0;
        std::vector<std::int64_t> dims;
        /// What each dimension holds: N images, C channels, H rows, W columns, or several of them
        /// in that order ("CHW"): a flattened map.
        std::vector<std::string> axes;
        bool stored = false;  ///< in bytes, until a DequantizeLinear
        bool shared = false;  ///< more than one operator reads it, here or on the way
    };

    /// The map at an input. Throws for constants, values that no operator before wrote, and, where
    /// `bytes_too` is false, maps that are still quantized.
    Flow flow(const OnnxNode& node, int position = 0, bool bytes_too = false) const;
    /// The same as [1, channels, height, width] or [1, channels, width]; a row of pixels that the
    /// file turned becomes one of ours.
    Flow image(const OnnxNode& node, bool bytes_too = false);
    /// The same as [1, values], all values in one row of the network; `order`: how the file orders
    /// them ("CHW").
    Flow row(const OnnxNode& node, int position, std::string& order);

    bool constant_at(const OnnxNode& node, int position) const;
    OnnxConstant constant(const OnnxNode& node, int position, const std::string& role) const;
    std::vector<std::int64_t> whole_numbers(const OnnxNode& node, int position,
                                            const std::string& role) const;
    /// The number of a constant of one element.
    float number(const OnnxNode& node, int position, const std::string& role) const;

    void write(const OnnxNode& node, Flow flow);
    void write(const OnnxNode& node, OnnxConstant constant);

    space::Shape shape(const Flow& flow) const { return made_.network.shape(flow.value); }
    const space::Network& network() const { return made_.network; }
    std::optional<QuantParams>& params(space::Value value);

    /// Appends a node; the value that it writes.
    space::Value push(const OnnxNode& node, const std::string& kind, space::Op op,
                      std::vector<space::Value> inputs, OnnxLayer layer = {});
    /// The layer that wrote what flows, while nothing else reads that and it is not quantized yet;
    /// null: there is none.
    OnnxLayer* open_layer(const Flow& flow);
    space::Node& node_of(const Flow& flow) { return made_.network.nodes[flow.value - 1]; }

    /// Dimensions of [1, channels, height, width] for what `flow` is now, in the same order.
    void set_dims(Flow& flow) const;
    /// Times `factors` plus `shifts`, one of each per channel: a part of the layer before, or else
    /// a depthwise convolution of 1x1.
    void scale_channels(const OnnxNode& node, Flow& flow, const std::vector<double>& factors,
                        const std::vector<double>& shifts);
    /// max(x, 0), at most `ceiling`.
    void rectify(const OnnxNode& node, Flow& flow, float ceiling);
    /// Whether nothing that flows is below zero.
    bool never_negative(const Flow& flow) const;
    /// One value of the constant per channel of the map.
    std::vector<double> per_channel(const OnnxNode& node, const Flow& flow, int position) const;
    /// Quantizes what flows, or holds it with other parameters.
    void quantize(const OnnxNode& node, Flow& flow, const QuantParams& params);

  private:
    void begin();
    void finish();
    std::string unique(const std::string& given, const std::string& kind);
    void identity_depthwise(const OnnxNode& node, Flow& flow, const std::vector<double>& factors,
                            const std::vector<double>& shifts);

    const OnnxView& view_;
    OnnxLayers made_;
    std::map<std::string, Flow> flows_;
    std::map<std::string, OnnxConstant> constants_;  ///< that operators made
    std::map<std::string, std::size_t> readers_;
    std::set<std::string> names_;
    std::int64_t values_ = 0;  ///< of all maps
};

/// Keeps the parameters of what it reads.
bool keeps_params(const space::Op& op);

}  // namespace nanonas::exporting
