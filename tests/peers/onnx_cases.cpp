// onnx_cases OUT [MODEL]: networks as ONNX files with images and what they must answer, for
// tests/peers/onnx_check.py. MODEL, trained on Fashion-MNIST, is added to networks of its own.
//
// OUT/<case>/uint8.onnx, int8.onnx, float.onnx (all int8 networks, by the type of their ends) and
// float32.onnx; images.bin [count][h][w][c] uint8; int8.bin and float.bin [count][classes];
// case.json.
#include <cstdio>
#include <nlohmann/json.hpp>

#include "apps/pipeline/stored_model.hpp"
#include "export/format.hpp"
#include "export/int8/quantize.hpp"
#include "space/errors.hpp"
#include "space/files.hpp"
#include "space/spaces/blocks.hpp"
#include "tests/export/nearest_mean.hpp"
#include "tests/export/support.hpp"
#include "tests/peers/answers.hpp"
#include "train/data/dataset.hpp"

using namespace nanonas;
using namespace nanonas::exporting;

namespace {

constexpr std::int64_t kImages = 1000;
constexpr std::int64_t kCalibration = 500;

void write_case(const std::string& folder, const space::TrainedNetwork& trained,
                const Int8Network& quantized, space::ImageView images, bool learned) {
    images.count = std::min(images.count, kImages);
    struct Variant {
        const char* name;
        Io io;
        Precision precision;
    };
    for (const Variant& variant : {Variant{"uint8", Io::kUint8, Precision::kInt8},
                                   Variant{"int8", Io::kInt8, Precision::kInt8},
                                   Variant{"float", Io::kFloat, Precision::kInt8},
                                   Variant{"float32", Io::kFloat, Precision::kFloat32}}) {
        WriteOptions options;
        options.name = variant.name;
        options.io = variant.io;
        options.precision = variant.precision;
        write_files(folder, make_writer("onnx")->render({&trained, &quantized, images}, options));
    }
    write_file(folder + "/images.bin", peers::pixels_of(images));
    write_file(folder + "/float.bin", peers::logits_of(float_network(trained), images));
    write_file(folder + "/int8.bin", peers::scores_of(quantized, images));
    const nlohmann::json about = {{"count", images.count},
                                  {"height", images.shape.height},
                                  {"width", images.shape.width},
                                  {"channels", images.shape.channels},
                                  {"labels", trained.labels},
                                  {"scale", trained.preprocess.scale},
                                  {"mean", trained.preprocess.mean},
                                  {"output_scale", quantized.output().scale},
                                  {"output_zero_point", quantized.output().zero_point},
                                  {"trained", learned}};
    write_file(folder + "/case.json", about.dump(2) + "\n");
}

/// Random weights on random pixels: every shape and kernel, no class ahead of the others by much.
void write_random(const std::string& folder, const space::Network& network, Rng& rng) {
    const space::TrainedNetwork trained = test::random_trained(network, rng);
    const test::Images images = test::random_images(network.input, kImages, network.classes(), rng);
    std::vector<std::int64_t> rows = images.rows();
    rows.resize(kCalibration);
    write_case(folder, trained, quantize(trained, images.view(), rows, {2}), images.view(), false);
}

/// Sums of maps: at the linear end of inverted residuals, and with a ReLU behind.
space::Network residual() {
    const space::BlockSpace blocks{{14, 12, 3}, 4};
    return blocks.build(space::parse_candidate(
        "100,stride,8,stride,3,2,yes,2,inverted,8,2,separable,12,3,conv,8,1,conv,8,1",
        blocks.axes()));
}

std::vector<space::Network> odd_orders() {
    using namespace space;
    const Network input{{13, 10, 3}, {}};
    return {Network(input)
                .add("wide", Conv2d{7, 5, true})
                .add("point", Conv2d{9, 1, false})
                .add("norm", BatchNorm{})
                .add("relu", Relu{})
                .add("pool", MaxPool2d{3})
                .add("mean", GlobalAveragePool{})
                .add("hidden", Dense{12})
                .add("hidden.relu", Relu{})
                .add("out", Dense{4}),
            Network(input)
                .add("image", Conv2d{5, 3, true})  // the names of the graph's own ends
                .add("logits", Conv2d{6, 3, true})
                .add("relu", Relu{})
                .add("mean", GlobalAveragePool{}),
            residual()};
}

void write_all(const std::string& out, const std::string& model) {
    Rng rng(7);
    for (int i = 0; i < 8; ++i) {
        write_random(out + "/random" + std::to_string(i), test::random_cells(rng), rng);
    }
    int number = 0;
    for (const space::Network& network : odd_orders()) {
        write_random(out + "/odd" + std::to_string(number++), network, rng);
    }
    const train::TrainingSet training = train::load_training("", {}, 0.3, 1);
    const auto test = train::load_test("", "", {}, training.set.labels);
    space::ImageView few = training.set.store->view();
    few.count = 2000;
    std::vector<std::int64_t> rows(kCalibration);
    for (std::size_t i = 0; i < rows.size(); ++i) {
        rows[i] = static_cast<std::int64_t>(i);
    }
    for (const space::Candidate& candidate :
         {space::Candidate{8, 2}, space::Candidate{16, 3}, space::Candidate{5, 0}}) {
        const space::TrainedNetwork trained = test::nearest_mean(candidate, few, 10, rng);
        write_case(out + "/means" + std::to_string(candidate.at[0]) + "," +
                       std::to_string(candidate.at[1]),
                   trained, quantize(trained, few, rows, {2}), test->set.store->view(), false);
    }
    if (!model.empty()) {
        const pipeline::StoredModel stored = pipeline::read_stored_model(model);
        write_case(out + "/trained", stored.trained, stored.quantized(model),
                   test->set.store->view(), true);
    }
}

}  // namespace

int main(int count, char** words) {
    if (count < 2 || count > 3) {
        std::fputs("usage: onnx_cases OUT [MODEL]\n", stderr);
        return 2;
    }
    try {
        write_all(words[1], count == 3 ? words[2] : "");
    } catch (const Error& error) {
        std::fprintf(stderr, "onnx_cases: %s\n", error.what());
        return 2;
    }
    return 0;
}
