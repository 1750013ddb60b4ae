// Writes models and what TensorFlow Lite Micro must do with them, for .ci/peers.d/tflm:
// tflm_cases FOLDER.
//
// FOLDER/cases.json    [{name, input, classes, images, file_bytes, arena: {...}}], figures from
//                      the cost model before any weight is known
// FOLDER/NAME.tflite   format tflite, int8 input and output
// FOLDER/NAME.pixels   raw uint8 [images][height][width][channels]
// FOLDER/NAME.once     the oracle's int8 [images][classes], as LiteRT computes them
// FOLDER/NAME.scores   the oracle's with dense layers rounded twice, as TFLM and CMSIS-NN do
#include <cstdio>
#include <exception>
#include <nlohmann/json.hpp>

#include "export/int8/quantize.hpp"
#include "export/tflite/tflite_writer.hpp"
#include "export/tflite/tflm/cost.hpp"
#include "export/tflite/tflm/file_size.hpp"
#include "space/files.hpp"
#include "tests/export/support.hpp"
#include "tests/peers/answers.hpp"
#include "tests/support/draw.hpp"

namespace nanonas {

namespace {

using exporting::tflm::arena_of;
using exporting::tflm::Kernels;
using testing::draw;

constexpr std::uint64_t kSeed = 20260211;
constexpr std::int64_t kImages = 1000;        // of the published sizes
constexpr std::int64_t kRandomImages = 100;   // of the random networks
constexpr std::int64_t kRandomNetworks = 60;  // half cells, half other chains

/// Kernels of 1, 3 and 5, several convolutions between pools, few and many channels.
space::Network random_chain(Rng& rng) {
    space::Network network{{draw(rng, 1, 40), draw(rng, 1, 40), 1 + 2 * draw(rng, 0, 1)}, {}};
    const std::int64_t layers = draw(rng, 1, 5);
    for (std::int64_t i = 0; i < layers; ++i) {
        const std::string n = std::to_string(i);
        network.add("conv" + n, space::Conv2d{draw(rng, 1, 40), 1 + 2 * draw(rng, 0, 2)});
        network.add("norm" + n, space::BatchNorm{});
        network.add("relu" + n, space::Relu{});
        const space::Shape at = network.output();
        if (std::min(at.height, at.width) >= 2 && draw(rng, 0, 2) > 0) {
            network.add("pool" + n, space::MaxPool2d{});
        }
    }
    network.add("average", space::GlobalAveragePool{});
    network.add("dense", space::Dense{draw(rng, 2, 31)});
    return network;
}

nlohmann::json write_case(const std::string& name, const space::Network& network,
                          std::int64_t images, const std::string& folder, Rng& rng) {
    space::TrainedNetwork trained = test::random_trained(network, rng);
    const test::Images pixels = test::random_images(network.input, images, network.classes(), rng);
    std::vector<std::int64_t> calibration = pixels.rows();
    calibration.resize(std::min<std::size_t>(calibration.size(), 32));
    const exporting::Int8Network int8 =
        exporting::quantize(trained, pixels.view(), calibration, {});

    const std::string file = exporting::tflite_model({&trained, &int8, {}}, {});
    write_file(folder + "/" + name + ".tflite", file);
    write_file(folder + "/" + name + ".pixels", peers::pixels_of(pixels.view()));
    write_file(folder + "/" + name + ".once", peers::scores_of(int8, pixels.view()));
    write_file(folder + "/" + name + ".scores",
               peers::scores_of(exporting::rounded_twice(int8), pixels.view()));

    const auto operators = exporting::tflm::operators_of(network);
    const auto host = arena_of(operators, Kernels::kReference, exporting::tflm::host_structs());
    return {{"name", name},
            {"input", {network.input.height, network.input.width, network.input.channels}},
            {"classes", network.classes()},
            {"images", images},
            {"file_bytes", exporting::tflm::file_bytes(network, int8.labels)},
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
