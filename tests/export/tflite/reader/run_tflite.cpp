// run_tflite MODEL IMAGES SCORES [ACTIVATIONS]: the oracle's bytes for raw uint8 images, for the
// peer tests.
//
// IMAGES holds whole images of the model's input, SCORES gets one int8 per class and image,
// ACTIVATIONS for each image every layer's output. Prints
// "<input type> <output type> <scale> <zero point> <output scale> <output zero point>", then
// "<arena> <head> <tail>" of TensorFlow Lite Micro with reference kernels on this computer, "0 0 0"
// where the file is not priced.
#include <cstdio>
#include <exception>

#include "export/int8/interpreter.hpp"
#include "export/tflite/reader/reader.hpp"
#include "export/tflite/tflm/arena.hpp"
#include "space/files.hpp"

int main(int count, char** words) {
    try {
        if (count != 4 && count != 5) {
            std::fputs("run_tflite MODEL IMAGES SCORES [ACTIVATIONS]\n", stderr);
            return 2;
        }
        const nanonas::exporting::ImportedModel model = nanonas::exporting::read_tflite(words[1]);
        const auto& network = model.network;
        const std::string images = nanonas::read_file(words[2]);
        const auto step = static_cast<std::size_t>(network.network.input.elements());
        if (images.empty() || images.size() % step != 0) {
            std::fprintf(stderr, "%s: not whole images of %zu bytes\n", words[2], step);
            return 2;
        }
        nanonas::exporting::Int8Interpreter interpreter(network);
        std::string scores;
        std::string activations;
        for (std::size_t at = 0; at < images.size(); at += step) {
            const auto& image_scores =
                interpreter.run(reinterpret_cast<const std::uint8_t*>(images.data() + at));
            scores.append(image_scores.begin(), image_scores.end());
            for (std::size_t i = 0; count == 5 && i < network.constants.size(); ++i) {
                const auto& map = interpreter.activation(i);
                activations.append(map.begin(), map.end());
            }
        }
        nanonas::write_file(words[3], scores);
        if (count == 5) {
            nanonas::write_file(words[4], activations);
        }
        nanonas::exporting::tflm::Arena arena;
        if (model.tflm_graph) {
            arena = arena_of(*model.tflm_graph, nanonas::exporting::tflm::Kernels::kReference,
                             nanonas::exporting::tflm::host_structs());
        }
        std::printf("%s %s %.9g %d %.9g %d %lld %lld %lld\n", model.input_type.c_str(),
                    model.output_type.c_str(), static_cast<double>(network.input().scale),
                    network.input().zero_point, static_cast<double>(network.output().scale),
                    network.output().zero_point, static_cast<long long>(arena.bytes),
                    static_cast<long long>(arena.tensors),
                    static_cast<long long>(arena.structures));
        return 0;
    } catch (const std::exception& error) {
        std::fprintf(stderr, "%s\n", error.what());
        return 2;
    }
}
