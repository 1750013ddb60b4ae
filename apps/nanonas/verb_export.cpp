#include <filesystem>

#include "apps/nanonas/c_check.hpp"
#include "apps/nanonas/int8_ranges.hpp"
#include "apps/nanonas/resolve.hpp"
#include "apps/nanonas/session.hpp"
#include "export/writers/writer.hpp"
#include "space/errors.hpp"
#include "space/random.hpp"

namespace nanonas::app {

namespace {

constexpr std::int64_t kNoiseImages = 100;

/// Images of seeded noise: any pixels do to show that two programs compute the same.
std::vector<std::uint8_t> noise(std::int64_t bytes) {
    Rng rng(1);
    std::vector<std::uint8_t> pixels(static_cast<std::size_t>(bytes));
    for (std::uint8_t& pixel : pixels) {
        pixel = static_cast<std::uint8_t>(rng.below(256));
    }
    return pixels;
}

}  // namespace

int run_export(Session& session) {
    const OutputOptions& output = session.config().output;
    const std::string file = model_path(output);
    if (output.out.empty()) {
        throw ConfigError("--out: needed; the directory to write the C into");
    }
    std::error_code error;
    const std::string source = output.out + "/" + output.name + ".c";
    if (std::filesystem::exists(source, error)) {
        throw ConfigError("--out: " + source + " exists already; name another directory or --name");
    }
    const exporting::QuantizedNetwork network = read_stored_model(file).quantized(file);
    const std::int64_t count = std::max(output.vectors, kNoiseImages);
    const std::vector<std::uint8_t> pixels = noise(count * network.source.input.elements());
    const std::vector<std::int32_t> labels(static_cast<std::size_t>(count), 0);
    const space::ImageView images{network.source.input, count, pixels.data(), labels.data()};
    exporting::WriteOptions options;
    options.name = output.name;
    options.vectors = output.vectors;
    exporting::write_files(
        output.out,
        exporting::make_writer(output.format)->render({nullptr, &network, images}, options));
    const CCheck check = check_c_source(output.out, output.name, network, images);

    std::string text =
        "Wrote " + source + ", its header, test vectors and Makefile into " + output.out + "\n";
    if (check.compiler.empty()) {
        text += "Not checked: no C compiler (cc, gcc or clang) here\n";
    } else if (check.passed()) {
        text += "Compiled with " + check.compiler + "; on " + std::to_string(check.images) +
                " noise images every byte equals the integer reference\n";
    } else {
        text += "FAILED: " + std::to_string(check.mismatches) + " of " +
                std::to_string(check.images) + " images differ from the integer reference\n";
    }
    session.result({{"verb", "export"},
                    {"model", file},
                    {"out", output.out},
                    {"compiler", check.compiler},
                    {"images", check.images},
                    {"mismatches", check.mismatches}},
                   text);
    return check.mismatches > 0 ? kFailed : kDone;
}

}  // namespace nanonas::app
