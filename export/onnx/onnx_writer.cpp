#include "export/onnx/onnx_writer.hpp"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>

#include <nlohmann/json.hpp>

#include "export/onnx/onnx_networks.hpp"
#include "space/errors.hpp"
#include "space/json/json_text.hpp"
#include "space/text.hpp"

namespace nanonas::exporting {

namespace {

// ONNX 1.8 (2020): the first with scales per channel in DequantizeLinear. onnxruntime from 1.6.
constexpr std::int64_t kIrVersion = 7;
constexpr std::int64_t kOpset = 13;

std::string json_text(const nlohmann::json& value) {
    return json::plain_text(value, true);
}

std::string input_text(Io io) {
    switch (io) {
        case Io::kUint8:
            return "raw pixels";
        case Io::kInt8:
            return "pixel - 128";
        case Io::kFloat:
            break;
    }
    return "(pixel - mean) * scale";
}

void add_metadata(onnx::ModelProto& model, const std::string& key, const std::string& value) {
    auto& entry = *model.add_metadata_props();
    entry.set_key(key);
    entry.set_value(value);
}

/// Keys are in the order of docs/onnx.md.
void describe(onnx::ModelProto& model, const space::Network& network,
              const space::Preprocess& preprocess, const std::vector<std::string>& labels,
              const std::map<std::string, std::string>& provenance, Io io) {
    const bool rgb = network.input.channels == 3;
    add_metadata(model, "labels", json_text(labels));
    add_metadata(model, "layout", "NCHW");
    add_metadata(model, "colour", rgb ? "RGB" : network.input.channels == 1 ? "grey" : "other");
    add_metadata(model, "input", input_text(io));
    add_metadata(model, "scale", shortest_text(preprocess.scale));
    add_metadata(model, "mean", std::to_string(preprocess.mean));
    for (const auto& [key, value] : provenance) {
        add_metadata(model, "nanonas." + key, json_text(value));
    }
}

std::string serialized(const onnx::ModelProto& model) {
    std::string bytes;
    {
        google::protobuf::io::StringOutputStream stream(&bytes);
        google::protobuf::io::CodedOutputStream coded(&stream);
        coded.SetSerializationDeterministic(true);
        if (!model.SerializeToCodedStream(&coded)) {
            throw ExportError("format onnx: protobuf could not write the model");
        }
    }
    return bytes;
}

}  // namespace

std::string OnnxWriter::description() const {
    return "ONNX for onnxruntime and others: int8 as quantize/dequantize pairs, or float32; opset "
           "13, NCHW";
}

std::vector<OutputFile> OnnxWriter::render(const Artifact& artifact,
                                           const WriteOptions& options) const {
    const Precision precision = options.precision.value_or(precisions().front());
    if (precision != Precision::kInt8 && precision != Precision::kFloat32) {
        throw ExportError("format onnx: --precision " + to_string(precision) +
                          " is not written; expected int8 or float32");
    }
    const bool is_float = precision == Precision::kFloat32;
    const Io io = options.io.value_or(is_float ? Io::kFloat : io_types().front());
    if (is_float && io != Io::kFloat) {
        throw ExportError("format onnx: --precision float32 has float inputs and outputs, not " +
                          to_string(io) + "; leave out --io or --precision");
    }

    onnx::ModelProto model;
    model.set_ir_version(kIrVersion);
    model.set_producer_name("nanonas");
    model.set_producer_version(NANONAS_VERSION);
    model.add_opset_import()->set_version(kOpset);
    onnx::GraphProto& graph = *model.mutable_graph();
    graph.set_name(options.name);
    OnnxGraph building(graph);
    if (is_float) {
        if (artifact.trained == nullptr) {
            throw ExportError(
                "format onnx: --precision float32 needs float weights, which this "
                "model does not hold");
        }
        const space::TrainedNetwork& trained = *artifact.trained;
        write_float(float_network(trained), building);
        describe(model, trained.network, trained.preprocess, trained.labels, trained.provenance,
                 io);
    } else {
        if (artifact.quantized == nullptr) {
            throw ExportError(
                "format onnx: needs an int8 network; `nanonas quantize` makes one, --precision "
                "float32 needs none");
        }
        const Int8Network& network = *artifact.quantized;
        write_int8(network, io, building);
        describe(model, network.network, network.preprocess, network.labels, network.provenance,
                 io);
    }
    model.set_doc_string(
        "Image classifier for a microcontroller. Input 'image': one or more images, NCHW, as "
        "metadata 'input' says. Output 'logits': the largest names the label.");
    return {{options.name + ".onnx", serialized(model)}};
}

}  // namespace nanonas::exporting
