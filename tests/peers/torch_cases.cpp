// torch_cases OUT: networks as TorchScript modules with images and what they must answer, for
// tests/peers/torch_check.py.
//
// OUT/<case>/net.pt; images.bin [count][h][w][c] uint8; float.bin [count][classes], the float
// interpreter's; case.json.
#include <cstdio>
#include <nlohmann/json.hpp>

#include "apps/pipeline/formats.hpp"
#include "export/model_file.hpp"
#include "space/errors.hpp"
#include "space/files.hpp"
#include "tests/export/support.hpp"
#include "tests/peers/answers.hpp"

using namespace nanonas;
using namespace nanonas::exporting;

namespace {

constexpr std::int64_t kImages = 200;

void write_case(const std::string& folder, const space::Network& network, Rng& rng) {
    const space::TrainedNetwork trained = test::random_trained(network, rng);
    const test::Images images = test::random_images(network.input, kImages, network.classes(), rng);
    WriteOptions options;
    options.name = "net";
    write_files(folder,
                pipeline::make_writer("torchscript")->render({&trained, nullptr, {}}, options));
    write_model(folder + "/model.safetensors", trained);
    write_file(folder + "/images.bin", peers::pixels_of(images.view()));
    write_file(folder + "/float.bin", peers::logits_of(float_network(trained), images.view()));
    const nlohmann::json about = {{"count", kImages},
                                  {"height", network.input.height},
                                  {"width", network.input.width},
                                  {"channels", network.input.channels},
                                  {"labels", trained.labels},
                                  {"scale", trained.preprocess.scale},
                                  {"mean", trained.preprocess.mean}};
    write_file(folder + "/case.json", about.dump(2) + "\n");
}

void write_all(const std::string& out) {
    Rng rng(11);
    using namespace space;
    const auto cells = [](Shape input, std::int64_t classes, Candidate candidate) {
        return CellSpace{input, classes}.build(candidate);
    };
    write_case(out + "/small", cells({12, 12, 1}, 3, {4, 2}), rng);
    write_case(out + "/odd", cells({27, 18, 3}, 10, {7, 3}), rng);
    write_case(out + "/deep", cells({50, 50, 3}, 2, {12, 4}), rng);
    write_case(out + "/flat", cells({7, 7, 3}, 2, {1, 0}), rng);
    const Network input{{13, 10, 3}, {}};
    write_case(out + "/orders",
               Network(input)
                   .add("wide", Conv2d{7, 5, true})
                   .add("relu", Relu{})
                   .add("pool", MaxPool2d{3})
                   .add("average", GlobalAveragePool{})
                   .add("hidden", Dense{6})
                   .add("hidden_relu", Relu{})
                   .add("classifier", Dense{4})
                   .add("softmax", Softmax{}),
               rng);
}

}  // namespace

int main(int count, char** words) {
    if (count != 2) {
        std::fputs("usage: torch_cases OUT\n", stderr);
        return 2;
    }
    try {
        write_all(words[1]);
    } catch (const Error& error) {
        std::fprintf(stderr, "torch_cases: %s\n", error.what());
        return 2;
    }
    return 0;
}
