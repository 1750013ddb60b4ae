#include "train/data/image_orientation.hpp"

#include "tests/train/data/picture_bytes.hpp"

using namespace nanonas;
using namespace nanonas::train;
using namespace nanonas::train::testing;

namespace {

/// 32 high, 48 wide: 16 x 16 blocks of grey, 40 apart, so that a JPEG's losses cannot mix them up.
Image blocks() {
    Image image;
    image.shape = {32, 48, 3};
    for (std::int64_t y = 0; y < 32; ++y) {
        for (std::int64_t x = 0; x < 48; ++x) {
            const auto grey = static_cast<std::uint8_t>(40 * (y / 16 * 3 + x / 16) + 20);
            image.pixels.insert(image.pixels.end(), 3, grey);
        }
    }
    return image;
}

Image numbered() {
    Image image;
    image.shape = {2, 3, 1};
    image.pixels = {1, 2, 3, 4, 5, 6};
    return image;
}

}  // namespace

TEST_CASE("each orientation is turned to what EXIF says is seen") {
    const std::vector<Bytes> seen = {
        {1, 2, 3, 4, 5, 6},  // first row on top, first column on the left
        {3, 2, 1, 6, 5, 4},  // top, right
        {6, 5, 4, 3, 2, 1},  // bottom, right
        {4, 5, 6, 1, 2, 3},  // bottom, left
        {1, 4, 2, 5, 3, 6},  // left, top
        {4, 1, 5, 2, 6, 3},  // right, top
        {6, 3, 5, 2, 4, 1},  // right, bottom
        {3, 6, 2, 5, 1, 4},  // left, bottom
    };
    for (int orientation = 1; orientation <= 8; ++orientation) {
        INFO(orientation);
        Image image = numbered();
        turn_upright(image, orientation);
        CHECK(image.shape == (orientation < 5 ? space::Shape{2, 3, 1} : space::Shape{3, 2, 1}));
        CHECK(image.pixels == seen[static_cast<std::size_t>(orientation) - 1]);
    }
}

TEST_CASE("a pixel's channels stay together") {
    Image image;
    image.shape = {1, 2, 3};
    image.pixels = {1, 2, 3, 4, 5, 6};
    turn_upright(image, 6);
    CHECK(image.shape == space::Shape{2, 1, 3});
    CHECK(image.pixels == Bytes{1, 2, 3, 4, 5, 6});
    turn_upright(image, 3);
    CHECK(image.pixels == Bytes{4, 5, 6, 1, 2, 3});
}

TEST_CASE("a JPEG with an orientation is loaded and probed upright") {
    const TemporaryFolder folder;
    write_jpeg(folder / "stored.jpg", blocks().shape, blocks().pixels);
    const Bytes stored = read_bytes(folder / "stored.jpg");
    for (const bool little : {false, true}) {
        for (int orientation = 1; orientation <= 8; ++orientation) {
            INFO(orientation << (little ? " little" : " big"));
            const std::string path = folder / "turned.jpg";
            write_bytes(path,
                        with_orientation(stored, static_cast<std::uint16_t>(orientation), little));
            const Image image = load_image(path);
            CHECK(image.orientation == orientation);
            Image exact = blocks();
            turn_upright(exact, orientation);
            REQUIRE(image.shape == exact.shape);
            CHECK(probe_image(path) == exact.shape);
            int worst = 0;
            for (std::size_t i = 0; i < exact.pixels.size(); ++i) {
                worst = std::max(worst, std::abs(image.pixels[i] - exact.pixels[i]));
            }
            CHECK(worst < 20);
        }
    }
}

TEST_CASE("what says nothing of an orientation, or nonsense, is taken as it is stored") {
    const TemporaryFolder folder;
    write_jpeg(folder / "stored.jpg", blocks().shape, blocks().pixels);
    const Bytes stored = read_bytes(folder / "stored.jpg");
    const auto orientation_of = [](const Bytes& file) {
        return jpeg_orientation(file.data(), file.size());
    };
    CHECK(orientation_of(stored) == 1);
    CHECK(orientation_of({}) == 1);
    CHECK(orientation_of(with_orientation(stored, 0)) == 1);
    CHECK(orientation_of(with_orientation(stored, 9)) == 1);
    const Bytes sixth = with_orientation(stored, 6);
    REQUIRE(orientation_of(sixth) == 6);
    // Start of picture, segment, "Exif", TIFF header, number of tags, width, orientation.
    constexpr std::size_t kTold = 2 + 4 + 6 + 8 + 2 + 12 + 12;
    for (std::size_t length = 0; length <= sixth.size(); ++length) {
        const Bytes cut(sixth.begin(), sixth.begin() + static_cast<std::ptrdiff_t>(length));
        INFO(length);
        CHECK((orientation_of(cut) == 6) == (length >= kTold));
    }
    for (std::size_t at = 0; at < kTold; ++at) {
        for (const std::uint8_t other : Bytes{0x00, 0x01, 0x7F, 0x80, 0xFF}) {
            Bytes changed = sixth;
            changed[at] = other;
            const int orientation = orientation_of(changed);
            CHECK(orientation >= 1);
            CHECK(orientation <= 8);
        }
    }
}
