// All that `nanonas search` does, on images in memory: search, training, int8, C, TFLite, ONNX and
// their checks, in a directory from which it goes on after any kill. Started again, it shows what
// it made.
//
//   whole_run [FOLDER]
#include <cstdio>
#include <exception>
#include <string>

#include "apps/pipeline/resolve.hpp"
#include "apps/pipeline/run.hpp"
#include "space/random.hpp"

using namespace nanonas;

namespace {

/// A bright square in noise, in one of four corners.
train::LabelledImages corners(std::int64_t count, std::uint64_t seed) {
    Rng rng(seed);
    train::LabelledImages images;
    images.shape = {12, 12, 1};
    images.classes = {"top left", "top right", "bottom left", "bottom right"};
    images.name = "corners";
    for (std::int64_t i = 0; i < count; ++i) {
        const auto label = static_cast<std::int32_t>(i % 4);
        images.labels.push_back(label);
        for (std::int64_t y = 0; y < 12; ++y) {
            for (std::int64_t x = 0; x < 12; ++x) {
                const bool bright = (y >= 6) == (label >= 2) && (x >= 6) == (label % 2 == 1);
                images.pixels.push_back(
                    static_cast<std::uint8_t>((bright ? 110 : 40) + rng.below(120)));
            }
        }
    }
    return images;
}

/// The same names as the options of the program.
pipeline::RunSpec what_is_wanted() {
    pipeline::RunSpec spec;
    spec.budget.ram_bytes = 8 * 1024;
    spec.budget.flash_bytes = 16 * 1024;
    spec.search.steps = 60;
    spec.search.repeats = 1;
    spec.training.epochs = 8;
    spec.training.batch = 16;
    spec.products.name = "corners";
    spec.products.check_images = 20;
    pipeline::resolve_defaults(spec);
    spec.validate();
    return spec;
}

int run(const std::string& folder) {
    const pipeline::RunSpec spec = what_is_wanted();
    const pipeline::DataSets images =
        pipeline::data_in_memory(spec, corners(800, 1), corners(200, 2));
    Task task;
    task.threads = 2;
    task.told = [](const std::string& text, bool detail) {
        std::printf("%s%s\n", detail ? "  " : "", text.c_str());
    };
    pipeline::Run run =
        pipeline::Run::open(spec, pipeline::Verb::kSearch, {folder, true}, task, &images);
    if (!run.finished()) {
        run.search();
        run.products(run.train());
        run.finish();
    }
    const pipeline::RunReport& report = run.report();
    std::printf("%swinner %s: RAM %lld B, flash %lld B, test accuracy %.1f %% int8\n",
                run.finished() ? "finished before: " : "", report.winner->name.c_str(),
                static_cast<long long>(report.cost->ram_bytes.value),
                static_cast<long long>(report.cost->flash_bytes.value),
                100.0 * report.accuracy.at("test").of_int8);
    return report.failed() ? 1 : 0;
}

}  // namespace

int main(int argc, char** argv) {
    try {
        return run(argc > 1 ? argv[1] : "whole_run.out");
    } catch (const std::exception& error) {
        std::fprintf(stderr, "%s\n", error.what());
        return 2;
    }
}
