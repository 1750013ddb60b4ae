// The fuzzers' kept pictures, with bytes changed: .ci/memcheck runs this under valgrind.
#include <zlib.h>

#include <algorithm>
#include <filesystem>
#include <optional>

#include "space/random.hpp"
#include "tests/support/source_folder.hpp"
#include "tests/train/data/picture_bytes.hpp"
#include "train/data/fingerprint.hpp"
#include "train/data/image_decode.hpp"

using namespace nanonas;
using namespace nanonas::train;
using namespace nanonas::train::testing;

namespace {

std::vector<std::pair<std::string, Bytes>> pictures() {
    std::vector<std::pair<std::string, Bytes>> all;
    for (const char* folder : {"image", "pnm"}) {
        for (const auto& entry : std::filesystem::directory_iterator(
                 nanonas::testing::source_folder() + "/tests/fuzz/corpus/" + folder)) {
            all.emplace_back(entry.path().string(), read_bytes(entry.path().string()));
        }
    }
    std::sort(all.begin(), all.end());
    const Bytes colours = {255, 0, 0, 0, 255, 0, 0, 0, 255};
    all.emplace_back("indexed.png", indexed_png(2, 3, 8, colours, {0, 0, 1, 2, 0, 2, 0, 1}));
    all.emplace_back("indexed.bmp",
                     indexed_bmp(2, 3, 8, {1, 2, 3, 0, 4, 5, 6, 0}, {0, 1, 0, 0, 1, 0, 1, 0}));
    FlatJpeg jpeg;
    jpeg.restart_interval = 1;
    jpeg.scan = {0x3F, 0xFF, 0xD0, 0x3F, 0xFF, 0xD1, 0x3F, 0xFF, 0xD2, 0x3F};
    all.emplace_back("restart.jpg", flat_jpeg(jpeg));
    jpeg.components = 4;
    jpeg.adobe_transform = 0;
    jpeg.scan = {0x00, 0xFF, 0xD0, 0x00, 0xFF, 0xD1, 0x00, 0xFF, 0xD2, 0x00};
    all.emplace_back("cmyk.jpg", flat_jpeg(jpeg));
    return all;
}

/// A PNG's check sums made right again, so that what lies behind them is reached.
void mend_check_sums(Bytes& png) {
    for (std::size_t at = 8; at + 12 <= png.size();) {
        const std::size_t length = (std::size_t{png[at]} << 24) | (std::size_t{png[at + 1]} << 16) |
                                   (std::size_t{png[at + 2]} << 8) | png[at + 3];
        if (length > png.size() - at - 12) {
            return;
        }
        const uLong sum = crc32(0, png.data() + at + 4, static_cast<uInt>(length + 4));
        for (std::size_t i = 0; i < 4; ++i) {
            png[at + 8 + length + i] = static_cast<std::uint8_t>(sum >> (24 - 8 * i));
        }
        at += 12 + length;
    }
}

/// Of shape and pixels; nothing when the picture is refused.
std::optional<std::uint64_t> print_of(const Bytes& bytes, const std::string& name) {
    try {
        const Image image = decode_image(bytes.data(), bytes.size(), name);
        Fingerprint print;
        print.add(image.shape.height);
        print.add(image.shape.width);
        print.add(image.pixels.data(), image.pixels.size());
        return print.digest();
    } catch (const DataError&) {
        return std::nullopt;
    }
}

}  // namespace

TEST_CASE("a damaged picture is one picture, or none", "[pictures]") {
    Rng rng(20);
    int decoded = 0;
    int refused = 0;
    for (const auto& [name, whole] : pictures()) {
        for (int round = 0; round < 60; ++round) {
            Bytes bytes = whole;
            for (int change = 0; change < round % 4 && !bytes.empty(); ++change) {
                bytes[static_cast<std::size_t>(rng.below(bytes.size()))] =
                    static_cast<std::uint8_t>(rng.below(256));
            }
            if (name.size() > 4 && name.substr(name.size() - 4) == ".png") {
                mend_check_sums(bytes);
            }
            INFO(name << ", round " << round);
            const auto first = print_of(bytes, name);
            const auto second = print_of(bytes, name);
            REQUIRE(first == second);
            ++(first ? decoded : refused);
        }
    }
    CHECK(decoded > 100);
    CHECK(refused > 100);
}
