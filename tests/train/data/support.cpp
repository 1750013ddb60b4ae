#include "tests/train/data/support.hpp"

#include <stb_image_write.h>
#include <stdlib.h>
#include <zlib.h>

#include <filesystem>
#include <fstream>
#include <iterator>

namespace nanonas::train::testing {

namespace fs = std::filesystem;

namespace {

void make_parent(const std::string& path) {
    fs::create_directories(fs::path(path).parent_path());
}

void append_big_endian(Bytes& bytes, std::uint32_t number) {
    for (int shift = 24; shift >= 0; shift -= 8) {
        bytes.push_back(static_cast<std::uint8_t>(number >> shift));
    }
}

}  // namespace

Bytes read_bytes(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

void write_bytes(const std::string& path, const Bytes& bytes) {
    make_parent(path);
    std::ofstream file(path, std::ios::binary);
    file.write(reinterpret_cast<const char*>(bytes.data()),
               static_cast<std::streamsize>(bytes.size()));
}

void write_text(const std::string& path, const std::string& text) {
    write_bytes(path, Bytes(text.begin(), text.end()));
}

void write_gzip(const std::string& path, const Bytes& bytes) {
    make_parent(path);
    gzFile file = gzopen(path.c_str(), "wb");
    REQUIRE(file != nullptr);
    REQUIRE(gzwrite(file, bytes.data(), static_cast<unsigned>(bytes.size())) ==
            static_cast<int>(bytes.size()));
    REQUIRE(gzclose(file) == Z_OK);
}

Bytes picture(int height, int width, int channels, int seed) {
    Bytes pixels;
    for (int y = 0; y < height; ++y) {
        for (int x = 0; x < width; ++x) {
            for (int c = 0; c < channels; ++c) {
                pixels.push_back(static_cast<std::uint8_t>(3 * y + 2 * x + 40 * c + 17 * seed));
            }
        }
    }
    return pixels;
}

void write_image(const std::string& path, int height, int width, int channels, int seed) {
    make_parent(path);
    const Bytes pixels = picture(height, width, channels, seed);
    const std::string ending = fs::path(path).extension().string();
    int written = 0;
    if (ending == ".jpg") {
        written = stbi_write_jpg(path.c_str(), width, height, channels, pixels.data(), 90);
    } else if (ending == ".png") {
        written = stbi_write_png(path.c_str(), width, height, channels, pixels.data(), 0);
    } else if (ending == ".bmp") {
        written = stbi_write_bmp(path.c_str(), width, height, channels, pixels.data());
    } else if (ending == ".tga") {
        written = stbi_write_tga(path.c_str(), width, height, channels, pixels.data());
    } else {
        const std::string header = std::string(channels == 3 ? "P6" : "P5") + "\n# made here\n" +
                                   std::to_string(width) + " " + std::to_string(height) + "\n255\n";
        Bytes bytes(header.begin(), header.end());
        bytes.insert(bytes.end(), pixels.begin(), pixels.end());
        write_bytes(path, bytes);
        written = 1;
    }
    REQUIRE(written != 0);
}

void write_jpeg(const std::string& path, const space::Shape& shape, const Bytes& pixels) {
    REQUIRE(stbi_write_jpg(path.c_str(), static_cast<int>(shape.width),
                           static_cast<int>(shape.height), static_cast<int>(shape.channels),
                           pixels.data(), 90) != 0);
}

void write_class_folders(const std::string& root, int classes, int each, int height, int width) {
    for (int label = 0; label < classes; ++label) {
        for (int i = 0; i < each; ++i) {
            write_image(root + "/class" + std::to_string(label) + "/" + std::to_string(i) + ".png",
                        height, width, 3, label * each + i);
        }
    }
}

Bytes idx_images(std::uint32_t count, std::uint32_t rows, std::uint32_t columns) {
    Bytes bytes;
    for (const std::uint32_t number : {std::uint32_t{0x803}, count, rows, columns}) {
        append_big_endian(bytes, number);
    }
    for (std::uint32_t i = 0; i < count * rows * columns; ++i) {
        bytes.push_back(static_cast<std::uint8_t>(i * 7));
    }
    return bytes;
}

Bytes idx_labels(const Bytes& labels) {
    Bytes bytes;
    append_big_endian(bytes, 0x801);
    append_big_endian(bytes, static_cast<std::uint32_t>(labels.size()));
    bytes.insert(bytes.end(), labels.begin(), labels.end());
    return bytes;
}

void write_idx(const std::string& folder, const std::string& half) {
    write_bytes(folder + "/" + half + "-images-idx3-ubyte", idx_images(12, 4, 3));
    write_bytes(folder + "/" + half + "-labels-idx1-ubyte",
                idx_labels({0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2}));
}

Bytes cifar10_batch(const Bytes& labels) {
    Bytes bytes;
    for (const std::uint8_t label : labels) {
        bytes.push_back(label);
        for (int i = 0; i < 3072; ++i) {
            bytes.push_back(static_cast<std::uint8_t>(label + i));
        }
    }
    return bytes;
}

std::string training_error(const std::string& path, const LoadOptions& options) {
    return message_of([&] { load_training(path, options, 0.3, 1); });
}

}  // namespace nanonas::train::testing
