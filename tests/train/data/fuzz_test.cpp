// Damaged files end in a data set or in one of our errors: nothing else.
#include "space/random.hpp"
#include "tests/train/data/support.hpp"
#include "train/data/image_decode.hpp"

using namespace nanonas;
using namespace nanonas::train;
using namespace nanonas::train::testing;

namespace {

constexpr std::uint64_t kSeed = 4242;

Bytes damaged(Bytes bytes, Rng& rng) {
    if (rng.below(3) == 0 && !bytes.empty()) {
        bytes.resize(static_cast<std::size_t>(rng.below(bytes.size())));
    }
    for (std::uint64_t flips = rng.below(6); flips > 0 && !bytes.empty(); --flips) {
        // Half of the flips hit the header, where they do the most.
        const std::uint64_t reach =
            rng.below(2) == 0 ? std::min<std::uint64_t>(64, bytes.size()) : bytes.size();
        bytes[static_cast<std::size_t>(rng.below(reach))] ^=
            static_cast<std::uint8_t>(1U << rng.below(8));
    }
    return bytes;
}

template <typename Work>
bool ends_well(const Work& work) {
    try {
        work();
        return true;
    } catch (const Error& error) {
        return std::string(error.what()).find('\n') == std::string::npos;
    }
}

}  // namespace

TEST_CASE("damaged images decode or are refused") {
    const TemporaryFolder folder;
    INFO("seed " << kSeed);
    Rng rng(kSeed);
    int refused = 0;
    for (const char* name : {"a.jpg", "a.png", "a.bmp", "a.tga", "a.ppm", "a.pgm"}) {
        write_image(folder / name, 13, 10, name[3] == 'g' && name[2] == 'p' ? 1 : 3);
        const Bytes whole = read_bytes(folder / name);
        for (int round = 0; round < 1500; ++round) {
            const Bytes bytes = damaged(whole, rng);
            INFO(name << " round " << round);
            try {
                const Image image = decode_image(bytes.data(), bytes.size(), name);
                REQUIRE(image.pixels.size() == static_cast<std::size_t>(image.shape.elements()));
            } catch (const DataError&) {
                ++refused;
            }
        }
    }
    CHECK(refused > 1000);
}

TEST_CASE("damaged IDX files load or are refused") {
    const TemporaryFolder folder;
    write_idx(folder / "whole");
    const Bytes images = read_bytes(folder / "whole/train-images-idx3-ubyte");
    const Bytes labels = read_bytes(folder / "whole/train-labels-idx1-ubyte");
    write_gzip(folder / "images.gz", images);
    const Bytes packed = read_bytes(folder / "images.gz");
    INFO("seed " << kSeed);
    Rng rng(kSeed);
    for (int round = 0; round < 600; ++round) {
        INFO("round " << round);
        const bool gzipped = rng.below(2) == 0;
        const std::string data = folder / (gzipped ? "packed" : "plain");
        write_bytes(data + "/train-images-idx3-ubyte" + (gzipped ? ".gz" : ""),
                    damaged(gzipped ? packed : images, rng));
        write_bytes(data + "/train-labels-idx1-ubyte",
                    rng.below(2) == 0 ? labels : damaged(labels, rng));
        LoadOptions options;
        options.skip_bad = rng.below(2) == 0;
        REQUIRE(ends_well([&] { load_training(data, options, 0.3, 1); }));
    }
}

TEST_CASE("damaged CIFAR-10 batches load or are refused") {
    const TemporaryFolder folder;
    const Bytes whole = cifar10_batch({0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9});
    INFO("seed " << kSeed);
    Rng rng(kSeed);
    for (int round = 0; round < 200; ++round) {
        INFO("round " << round);
        write_bytes(folder / "data_batch_1.bin", damaged(whole, rng));
        LoadOptions options;
        options.skip_bad = rng.below(2) == 0;
        REQUIRE(ends_well([&] { load_training(folder.path(), options, 0.3, 1); }));
    }
}
