// Writes models and what TensorFlow Lite Micro must do with them, for .ci/peers.d/tflm:
// tflm_cases FOLDER.
//
// FOLDER/cases.json    [{name, input, classes, images, file_bytes, arena: {...}}], figures from
//                      space/cost/tflm before any weight is known
// FOLDER/NAME.tflite   format tflite, int8 input and output
// FOLDER/NAME.pixels   raw uint8 [images][height][width][channels]
// FOLDER/NAME.once     the oracle's int8 [images][classes], as LiteRT computes them
// FOLDER/NAME.scores   the oracle's with dense layers rounded twice, as TFLM and CMSIS-NN do
#include <cstdio>
#include <exception>
#include <nlohmann/json.hpp>

#include "export/interpreter.hpp"
#include "export/quantize/quantize.hpp"
#include "export/writers/tflite_writer.hpp"
#include "space/cost/tflm.hpp"
#include "space/cost/tflm/file_size.hpp"
#include "space/files.hpp"
#include "tests/export/support.hpp"

namespace nanonas {

namespace {

using space::tflm::arena_of;
using space::tflm::Kernels;

constexpr std::uint64_t kSeed = 20260211;
constexpr std::int64_t kImages = 1000;        // of the published sizes
constexpr std::int64_t kRandomImages = 100;   // of the random networks
constexpr std::int64_t kRandomNetworks = 60;  // half cells, half other chains

std::int64_t below(Rng& rng, std::int64_t count) {
    return static_cast<std::int64_t>(rng.below(static_cast<std::uint64_t>(count)));
}

/// Kernels of 1, 3 and 5, several convolutions between pools, few and many channels.
space::Network random_chain(Rng& rng) {
    space::Network network{{1 + below(rng, 40), 1 + below(rng, 40), 1 + 2 * below(rng, 2)}, {}};
    const std::int64_t layers = 1 + below(rng, 5);
    for (std::int64_t i = 0; i < layers; ++i) {
        const std::string n = std::to_string(i);
        network.add("conv" + n, space::Conv2d{1 + below(rng, 40), 1 + 2 * below(rng, 3)});
        network.add("norm" + n, space::BatchNorm{});
        network.add("relu" + n, space::Relu{});
        const space::Shape at = network.output();
        if (std::min(at.height, at.width) >= 2 && below(rng, 3) > 0) {
            network.add("pool" + n, space::MaxPool2d{});
        }
    }
    network.add("average", space::GlobalAveragePool{});
    network.add("dense", space::Dense{2 + below(rng, 30)});
    return network;
}

std::string scores_of(const exporting::QuantizedNetwork& network, const space::ImageView& images) {
    exporting::Int8Interpreter oracle(network);
    std::string scores;
    for (std::int64_t i = 0; i < images.count; ++i) {
        for (const std::int8_t score : oracle.run(images.image(i))) {
            scores.push_back(static_cast<char>(score));
        }
    }
    return scores;
}

nlohmann::json write_case(const std::string& name, const space::Network& network,
                          std::int64_t images, const std::string& folder, Rng& rng) {
    space::TrainedNetwork trained = test::random_trained(network, rng);
    const test::Images pixels = test::random_images(network.input, images, network.classes(), rng);
    std::vector<std::int64_t> calibration = pixels.rows();
    calibration.resize(std::min<std::size_t>(calibration.size(), 32));
    const exporting::QuantizedNetwork int8 =
        exporting::quantize(trained, pixels.view(), calibration, {});

    const std::string file = exporting::tflite_model({&trained, &int8, {}}, {});
    write_file(folder + "/" + name + ".tflite", file);
    write_file(folder + "/" + name + ".pixels",
               std::string(pixels.pixels.begin(), pixels.pixels.end()));
    write_file(folder + "/" + name + ".once", scores_of(int8, pixels.view()));
    write_file(folder + "/" + name + ".scores",
               scores_of(exporting::rounded_twice(int8), pixels.view()));

    const auto operators = space::tflm::operators_of(network);
    const auto host = arena_of(operators, Kernels::kReference, space::tflm::host_structs());
    std::int64_t label_bytes = 0;
    for (const std::string& label : int8.labels) {
        label_bytes += static_cast<std::int64_t>(label.size()) + 1;
    }
    return {{"name", name},
            {"input", {network.input.height, network.input.width, network.input.channels}},
            {"classes", network.classes()},
            {"images", images},
            {"file_bytes", space::tflm::file_bytes(operators, label_bytes)},
            {"host", {{"arena", host.bytes}, {"head", host.tensors}, {"tail", host.structures}}},
            {"reference", arena_of(operators, Kernels::kReference).bytes},
            {"cmsis_nn", arena_of(operators, Kernels::kCmsisDsp).bytes}};
}

void write_cases(const std::string& folder) {
    Rng rng(kSeed);
    nlohmann::json cases = nlohmann::json::array();
    const auto add = [&](const std::string& name, const space::Network& network,
                         std::int64_t images) {
        cases.push_back(write_case(name, network, images, folder, rng));
    };
    add("k3c3", space::CellSpace{{50, 50, 3}, 2}.build({3, 3}), kImages);
    add("k5c4", space::CellSpace{{50, 50, 3}, 2}.build({5, 4}), kImages);
    add("k7c4", space::CellSpace{{50, 50, 3}, 2}.build({7, 4}), kImages);
    add("k14c4", space::CellSpace{{32, 32, 3}, 10}.build({14, 4}), kImages);
    add("k12c4", space::CellSpace{{28, 28, 1}, 10}.build({12, 4}), kImages);
    for (std::int64_t i = 0; i < kRandomNetworks; ++i) {
        const space::Network network = i % 2 == 0 ? random_chain(rng) : test::random_cells(rng);
        add("random" + std::to_string(i), network, kRandomImages);
    }
    write_file(folder + "/cases.json", cases.dump(1) + "\n");
}

}  // namespace

}  // namespace nanonas

int main(int argc, char** argv) {
    if (argc != 2) {
        std::fprintf(stderr, "usage: tflm_cases FOLDER\n");
        return 2;
    }
    try {
        nanonas::write_cases(argv[1]);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "tflm_cases: %s\n", error.what());
        return 1;
    }
    return 0;
}
