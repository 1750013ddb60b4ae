#include <catch2/catch.hpp>

#include "export/format.hpp"
#include "export/int8/quantize.hpp"
#include "export/runtime.hpp"
#include "nas/signature.hpp"
#include "nas/strategy.hpp"
#include "space/checksum.hpp"
#include "space/errors.hpp"
#include "tests/golden/golden.hpp"

namespace nanonas::golden {
namespace {

std::string hash_of(const std::vector<exporting::OutputFile>& files) {
    std::string all;
    for (const exporting::OutputFile& file : files) {
        all += file.path + "\n" + checksum(file.bytes) + "\n";
    }
    return checksum(all);
}

/// "net07 tflite io=int8 precision=float32 HASH", or why the format does not take it.
std::string line_of(const Sample& sample, const exporting::Int8Network& quantized,
                    const exporting::Writer& writer, const exporting::WriteOptions& options) {
    std::string line = sample.name + " " + writer.name();
    line += options.io ? " io=" + to_string(*options.io) : "";
    line += options.precision ? " precision=" + to_string(*options.precision) : "";
    try {
        return line + " " +
               hash_of(writer.render({&sample.trained, &quantized, sample.images.view()}, options));
    } catch (const ExportError& error) {
        return line + " refused: " + error.what();
    }
}

}  // namespace

TEST_CASE("every format of thirty networks has the bytes it had") {
    std::vector<std::string> lines;
    for (const Sample& sample : samples()) {
        const auto quantized =
            exporting::quantize(sample.trained, sample.images.view(), sample.images.rows(), {});
        for (const std::string& format : exporting::format_names()) {
            const auto writer = exporting::make_writer(format);
            exporting::WriteOptions options;
            options.name = "golden";
            options.vectors = 2;
            lines.push_back(line_of(sample, quantized, *writer, options));
            for (const exporting::Io io : writer->io_types()) {
                options.io = io;
                lines.push_back(line_of(sample, quantized, *writer, options));
            }
            options.io = {};
            for (const exporting::Precision precision : writer->precisions()) {
                options.precision = precision;
                lines.push_back(line_of(sample, quantized, *writer, options));
            }
        }
    }
    check("formats.txt", lines);
}

TEST_CASE("what fixed searches propose and price has the hash it had") {
    const auto runtimes = exporting::all_cost_models();
    const std::vector<std::string> walks = {"occam", "nanonas"};
    const std::vector<std::string> drawn = {"evolution", "halving", "random"};
    REQUIRE(walks.size() + drawn.size() == nas::strategy_names().size());
    check("signature.txt", {"seed 1 " + nas::signature(walks, runtimes, 1),
                            "seed 2 " + nas::signature(walks, runtimes, 2),
                            "drawn " + nas::signature(drawn, runtimes, 1)});
}

}  // namespace nanonas::golden
