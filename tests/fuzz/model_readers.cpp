#include "export/float_interpreter.hpp"
#include "export/int8/interpreter.hpp"
#include "export/model_file.hpp"
#include "export/onnx/reader/reader.hpp"
#include "export/pytorch/state_file.hpp"
#include "export/tflite/reader/reader.hpp"
#include "export/tflite/tflm/arena.hpp"
#include "space/cost.hpp"
#include "space/json/network_json.hpp"
#include "space/json/safetensors.hpp"
#include "space/json/strict.hpp"
#include "space/json/target_json.hpp"
#include "space/spaces/cells.hpp"
#include "tests/fuzz/readers.hpp"

namespace nanonas::fuzz {

namespace {

/// Multiply-accumulates that one input of the fuzzer may cost.
constexpr std::int64_t kMostMacc = 200'000;
constexpr std::int64_t kMostElements = 1 << 20;

std::int64_t elements(const space::Network& network) {
    std::int64_t total = network.input.elements();
    for (const space::Node& layer : network.nodes) {
        total += layer.output.elements();
    }
    return total;
}

/// Two images, where that is not too much.
template <typename Interpreter, typename Network>
void run_images(const Network& network) {
    const space::Network& source = network.network;
    space::layer_costs(source);
    if (space::macc(source) > kMostMacc || elements(source) > kMostElements) {
        return;
    }
    Interpreter interpreter(network);
    std::vector<std::uint8_t> pixels(static_cast<std::size_t>(source.input.elements()));
    for (int image = 0; image < 2; ++image) {
        for (std::size_t i = 0; i < pixels.size(); ++i) {
            pixels[i] = static_cast<std::uint8_t>(image == 0 ? i * 31 : 255);
        }
        interpreter.run(pixels.data());
    }
}

}  // namespace

void read_tflite_model(const std::string& bytes) {
    const exporting::ImportedModel model = exporting::parse_tflite(bytes, "x.tflite");
    if (model.tflm_graph) {
        for (const auto kernels :
             {exporting::tflm::Kernels::kReference, exporting::tflm::Kernels::kCmsisVector}) {
            exporting::tflm::arena_of(*model.tflm_graph, kernels);
        }
    }
    run_images<exporting::Int8Interpreter>(model.network);
}

void read_onnx_model(const std::string& bytes) {
    const exporting::OnnxModel model = exporting::parse_onnx(bytes, "x.onnx", "", {});
    if (model.quantized) {
        run_images<exporting::Int8Interpreter>(*model.quantized);
    } else {
        run_images<exporting::FloatInterpreter>(*model.real);
    }
}

void read_safetensors(const std::string& bytes) {
    json::read_safetensors(scratch_file("x.safetensors", bytes));
}

void read_model_file(const std::string& bytes) {
    exporting::read_model(scratch_file("model.safetensors", bytes));
}

/// The network of the kept inputs (make_pytorch_corpus.py).
void read_pytorch_state(const std::string& bytes) {
    static const space::Network network = space::CellSpace({4, 4, 3}, 2).build({2, 0});
    space::check_weights(network, exporting::parse_state(bytes, "x.pt", network));
}

void read_network(const std::string& bytes) {
    const nlohmann::json value = json::parse(bytes, "network.json");
    const space::Network network = json::read_network(json::Reader(value, "network.json"));
    space::layer_costs(network);
}

void read_target(const std::string& bytes) {
    json::read_target(scratch_file("target.json", bytes));
}

}  // namespace nanonas::fuzz
