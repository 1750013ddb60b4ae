// What a network costs on a board, and the C of it, without any data: the weights are those that a
// training would begin with.
//
//   price_and_export [FOLDER]
#include <cstdint>
#include <cstdio>
#include <exception>
#include <string>
#include <vector>

#include "export/format.hpp"
#include "export/int8/quantize.hpp"
#include "export/runtime.hpp"
#include "space/budget.hpp"
#include "space/json/target_json.hpp"
#include "space/spaces/cells.hpp"
#include "train/engine/engine.hpp"

using namespace nanonas;

namespace {

/// An int8 network of weights that learnt nothing. quantize() from images finds the ranges that are
/// given here.
exporting::Int8Network untrained(const space::Network& network) {
    space::TrainedNetwork trained;
    trained.network = network;
    trained.weights = train::initial_weights(network, 1);
    trained.labels = {"cat", "dog"};
    const std::size_t layers = exporting::float_network(trained).network.nodes.size();
    return exporting::quantize(trained, std::vector<exporting::Range>(layers, {-4.0F, 4.0F}));
}

int run(const std::string& folder) {
    const space::Target target = json::find_target("stm32l412kb", NANONAS_CONFIGS "/targets");
    const space::CellSpace cells({50, 50, 3}, 2);
    const space::Network network = cells.build({3, 3});

    bool fits = true;
    for (const auto& runtime : exporting::all_cost_models(target.device())) {
        const space::CostReport cost = runtime->cost(network);
        const auto broken = space::violations(target.budget(), cost);
        std::printf("%-15s RAM %6lld B, flash %6lld B, %lld MACC, %s\n", runtime->name().c_str(),
                    static_cast<long long>(cost.ram_bytes),
                    static_cast<long long>(cost.flash_bytes), static_cast<long long>(cost.macc),
                    broken.empty() ? "fits" : space::to_string(broken).c_str());
        fits = fits && broken.empty();
    }

    const exporting::Int8Network quantized = untrained(network);
    // The C comes with a test of itself: the answer to one grey image.
    const std::vector<std::uint8_t> grey(static_cast<std::size_t>(network.input.elements()), 128);
    const std::vector<std::int32_t> label = {0};
    exporting::Artifact artifact;
    artifact.quantized = &quantized;
    artifact.samples = {network.input, 1, grey.data(), label.data()};
    exporting::WriteOptions options;
    options.name = "cats";
    const auto files = exporting::make_writer("c")->render(artifact, options);
    exporting::write_files(folder, files);
    std::printf("%zu files in %s\n", files.size(), folder.c_str());
    return fits ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
    try {
        return run(argc > 1 ? argv[1] : "price_and_export.out");
    } catch (const std::exception& error) {
        std::fprintf(stderr, "%s\n", error.what());
        return 2;
    }
}
