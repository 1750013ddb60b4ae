// run_onnx MODEL IMAGES SCORES SCALE MEAN: what we compute for raw uint8 images, for the peer
// tests.
//
// IMAGES holds whole images [height][width][channels]; a float file reads (pixel - MEAN) * SCALE.
// SCORES gets one float per class and image of a float file, one int8 of a quantized one. Prints
// "<float or int8> <input type> <output type> <input scale> <input zero point> <output scale>
// <output zero point> <height> <width> <channels>".
#include <cstdio>
#include <cstdlib>
#include <exception>

#include "export/float_interpreter.hpp"
#include "export/int8/interpreter.hpp"
#include "export/onnx/reader/reader.hpp"
#include "space/files.hpp"

using namespace nanonas;
using namespace nanonas::exporting;

namespace {

/// One run for each image of the file; what they write, one behind the other.
template <typename Interpreter, typename Network>
std::string scores_of(const Network& network, const std::string& images) {
    Interpreter interpreter(network);
    const auto step = static_cast<std::size_t>(network.network.input.elements());
    std::string scores;
    for (std::size_t at = 0; at + step <= images.size(); at += step) {
        const auto& image =
            interpreter.run(reinterpret_cast<const std::uint8_t*>(images.data() + at));
        scores.append(reinterpret_cast<const char*>(image.data()), image.size() * sizeof image[0]);
    }
    return scores;
}

}  // namespace

int main(int count, char** words) {
    try {
        if (count != 6) {
            std::fputs("run_onnx MODEL IMAGES SCORES SCALE MEAN\n", stderr);
            return 2;
        }
        const OnnxModel model =
            read_onnx(words[1], {std::strtof(words[4], nullptr), std::atoi(words[5])});
        const std::string images = read_file(words[2]);
        const space::Network& network = model.real ? model.real->network : model.quantized->network;
        QuantParams in, out;
        if (model.real) {
            write_file(words[3], scores_of<FloatInterpreter>(*model.real, images));
        } else {
            in = model.quantized->input();
            out = model.quantized->output();
            write_file(words[3], scores_of<Int8Interpreter>(*model.quantized, images));
        }
        std::printf("%s %s %s %.9g %d %.9g %d %lld %lld %lld\n", model.real ? "float" : "int8",
                    model.input_type.c_str(), model.output_type.c_str(),
                    static_cast<double>(in.scale), in.zero_point, static_cast<double>(out.scale),
                    out.zero_point, static_cast<long long>(network.input.height),
                    static_cast<long long>(network.input.width),
                    static_cast<long long>(network.input.channels));
        return 0;
    } catch (const std::exception& error) {
        std::fprintf(stderr, "%s\n", error.what());
        return 2;
    }
}
