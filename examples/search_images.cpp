// From images in memory to C and TFLite: a search, the winner trained and quantized, its accuracy
// on images that neither search nor training saw.
//
//   search_images [FOLDER]
#include <cstdio>
#include <exception>
#include <string>

#include "export/format.hpp"
#include "export/int8/quantize.hpp"
#include "export/runtime.hpp"
#include "export/verify.hpp"
#include "nas/search.hpp"
#include "space/random.hpp"
#include "space/spaces/cells.hpp"
#include "train/data/memory_set.hpp"
#include "train/evaluator.hpp"

using namespace nanonas;

namespace {

constexpr space::Shape kInput{16, 16, 1};

/// Stripes in noise: across, down, or both.
train::LabelledImages stripes(std::int64_t count, std::uint64_t seed) {
    Rng rng(seed);
    train::LabelledImages images;
    images.shape = kInput;
    images.classes = {"across", "down", "checks"};
    images.name = "stripes";
    for (std::int64_t i = 0; i < count; ++i) {
        const auto label = static_cast<std::int32_t>(i % 3);
        const auto phase = static_cast<std::int64_t>(rng.below(4));
        images.labels.push_back(label);
        for (std::int64_t y = 0; y < kInput.height; ++y) {
            for (std::int64_t x = 0; x < kInput.width; ++x) {
                const bool across = (y + phase) / 2 % 2 == 0;
                const bool down = (x + phase) / 2 % 2 == 0;
                const bool bright = label == 0 ? across : label == 1 ? down : across != down;
                images.pixels.push_back(
                    static_cast<std::uint8_t>((bright ? 100 : 60) + rng.below(96)));
            }
        }
    }
    return images;
}

nas::SearchResult search(const train::TrainingSet& data, const space::CellSpace& cells) {
    train::EvaluatorOptions first_look;
    first_look.training.steps = 60;
    train::TrainingEvaluator evaluator(train::make_engine("fast"), data, {}, first_look);
    const auto prices = exporting::make_cost_model("native");
    nas::SearchOptions options;
    options.workers = 2;
    options.space = &cells;
    options.cost_model = prices.get();
    options.budget.ram_bytes = 4 * 1024;
    options.budget.flash_bytes = 8 * 1024;
    const auto strategy = nas::make_strategy("occam");
    return nas::search(*strategy, evaluator, options);
}

space::TrainedNetwork train_winner(const train::TrainingSet& data, const space::Network& network) {
    train::TrainOptions options;
    options.epochs = 6;
    options.seed = 1;
    space::TrainedNetwork trained;
    trained.network = network;
    trained.labels = data.set.labels;
    trained.weights =
        train::train(*train::make_engine("fast"), network, trained.preprocess, data, options, {})
            .best_weights;
    return trained;
}

int run(const std::string& folder) {
    const train::TrainingSet data = train::training_set(stripes(600, 1), 0.25, 1);
    const train::TestSet test = train::test_set(stripes(150, 2));
    std::printf("%s\n", data.set.description.c_str());

    const space::CellSpace cells(kInput, 3);
    const nas::SearchResult found = search(data, cells);
    if (!found.best) {
        std::printf("nothing fits\n");
        return 1;
    }
    std::printf("winner %s of %zu candidates: RAM %lld B, flash %lld B\n",
                space::to_string(found.best->candidate).c_str(), found.decisions.size(),
                static_cast<long long>(found.best->cost->ram_bytes),
                static_cast<long long>(found.best->cost->flash_bytes));

    const space::TrainedNetwork trained = train_winner(data, cells.build(found.best->candidate));
    const exporting::Int8Network quantized =
        exporting::quantize(trained, data.set.store->view(), data.training, {});
    const exporting::Comparison on_test =
        exporting::compare(trained, quantized, test.set.store->view(), 1);
    std::printf("test accuracy %.1f %% float, %.1f %% int8\n", 100.0 * on_test.float_accuracy,
                100.0 * on_test.int8_accuracy);

    exporting::WriteOptions options;
    options.name = "stripes";
    const exporting::Artifact artifact{&trained, &quantized, test.set.store->view()};
    for (const char* format : {"c", "tflite"}) {
        const auto files = exporting::make_writer(format)->render(artifact, options);
        exporting::write_files(folder, files);
        std::printf("%s: %s/%s\n", format, folder.c_str(), files.front().path.c_str());
    }
    return on_test.int8_accuracy >= 0.9 ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
    try {
        return run(argc > 1 ? argv[1] : "search_images.out");
    } catch (const std::exception& error) {
        std::fprintf(stderr, "%s\n", error.what());
        return 2;
    }
}
