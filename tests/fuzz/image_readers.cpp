#include <filesystem>

#include "tests/fuzz/readers.hpp"
#include "train/data/dataset.hpp"
#include "train/data/image_decode.hpp"

namespace nanonas::fuzz {

namespace {

void decode(const std::string& bytes, const char* name) {
    const train::Image image = train::decode_image(
        reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size(), name);
    if (image.pixels.size() != static_cast<std::size_t>(image.shape.elements())) {
        throw std::logic_error("an image of another size than its shape");
    }
}

void load(const std::string& path) {
    train::LoadOptions options;
    options.skip_bad = false;
    train::load_training(std::filesystem::path(path).parent_path().string(), options, 0.3, 1);
}

}  // namespace

void read_image(const std::string& bytes) {
    // The ending picks nothing but TGA, which has no signature.
    decode(bytes, !bytes.empty() && bytes[0] == '\0' ? "x.tga" : "x.png");
    train::probe_image(scratch_file("x.png", bytes));
}

void read_pnm(const std::string& bytes) {
    decode(bytes, "x.ppm");
}

/// Images; the labels beside them are right for four.
void read_idx(const std::string& bytes) {
    static const std::string labels = scratch_file("idx/train-labels-idx1-ubyte",
                                                   std::string("\0\0\x08\x01\0\0\0\4\0\1\0\1", 12));
    load(scratch_file("idx/train-images-idx3-ubyte", bytes));
}

void read_cifar(const std::string& bytes) {
    load(scratch_file("cifar/data_batch_1.bin", bytes));
}

}  // namespace nanonas::fuzz
