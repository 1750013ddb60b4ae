// What a file leaves unsaid must be refused: no pixel may come from memory nobody wrote.
#include <algorithm>

#include "tests/train/data/picture_bytes.hpp"
#include "train/data/image_decode.hpp"

using namespace nanonas;
using namespace nanonas::train;
using namespace nanonas::train::testing;

namespace {

const Bytes kFourColours = {255, 0, 0, 0, 255, 0, 0, 0, 255, 9, 8, 7};

Image decode(const Bytes& bytes, const std::string& name = "x") {
    return decode_image(bytes.data(), bytes.size(), name);
}

std::string reason(const Bytes& bytes) {
    return message_of([&] { decode(bytes); });
}

}  // namespace

TEST_CASE("a PNG's palette indexes are looked up", "[pictures]") {
    const Image image = decode(indexed_png(2, 3, 8, kFourColours, {0, 0, 1, 2, 0, 3, 0, 1}));
    CHECK(image.shape == space::Shape{2, 3, 3});
    CHECK(image.pixels == Bytes{255, 0, 0, 0, 255, 0, 0, 0, 255, 9, 8, 7, 255, 0, 0, 0, 255, 0});
    // 1, 2 and 4 bits; the second row is filtered with what lies above it.
    CHECK(decode(indexed_png(1, 3, 1, kFourColours, {0, 0x40})).pixels ==
          Bytes{255, 0, 0, 0, 255, 0, 255, 0, 0});
    CHECK(decode(indexed_png(2, 2, 2, kFourColours, {0, 0xB0, 2, 0x00})).pixels ==
          Bytes{0, 0, 255, 9, 8, 7, 0, 0, 255, 9, 8, 7});
    CHECK(decode(indexed_png(1, 2, 4, kFourColours, {0, 0x31})).pixels ==
          Bytes{9, 8, 7, 0, 255, 0});
}

TEST_CASE("alpha beside a palette is dropped", "[pictures]") {
    const Bytes header = {0, 0, 0, 1, 0, 0, 0, 1, 8, 3, 0, 0, 0};
    const Bytes png = png_file({{"IHDR", header},
                                {"PLTE", kFourColours},
                                {"tRNS", {0, 0}},
                                {"IDAT", packed({0, 1})},
                                {"IEND", {}}});
    CHECK(decode(png).pixels == Bytes{0, 255, 0});
}

TEST_CASE("an index outside its palette is refused", "[pictures]") {
    CHECK(reason(indexed_png(1, 2, 8, kFourColours, {0, 0, 4})) ==
          "corrupt PNG: palette index 4, but 4 entries");
    CHECK(reason(indexed_png(1, 2, 4, kFourColours, {0, 0x0F})) ==
          "corrupt PNG: palette index 15, but 4 entries");
    CHECK(reason(indexed_png(1, 2, 8, {}, {0, 0, 0})) ==
          "corrupt PNG: palette index 0, but 0 entries");
    const Bytes two = {1, 2, 3, 0, 4, 5, 6, 0};
    CHECK(reason(indexed_bmp(1, 2, 8, two, {0, 2, 0, 0})) ==
          "corrupt BMP: palette index 2, but 2 entries");
    CHECK(reason(indexed_bmp(1, 2, 4, two, {0x0F, 0, 0, 0})) ==
          "corrupt BMP: palette index 15, but 2 entries");
    CHECK(reason(indexed_bmp(1, 2, 1, {1, 2, 3, 0}, {0x40, 0, 0, 0})) ==
          "corrupt BMP: palette index 1, but 1 entries");
}

TEST_CASE("a BMP's palette indexes are looked up, rows from the bottom or the top", "[pictures]") {
    const Bytes two = {1, 2, 3, 0, 4, 5, 6, 0};
    const Bytes both = {3, 2, 1, 6, 5, 4};
    for (const int bits : {1, 4, 8}) {
        INFO(bits << " bits");
        const auto above = static_cast<std::uint8_t>(1 << (8 - bits));
        const Bytes rows = {0, 0, 0, 0, above, 0, 0, 0};
        CHECK(decode(indexed_bmp(2, 1, bits, two, rows)).pixels == Bytes{6, 5, 4, 3, 2, 1});
        const Image image = decode(indexed_bmp(-2, 1, bits, two, rows));
        CHECK(image.shape == space::Shape{2, 1, 3});
        CHECK(image.pixels == both);
    }
    CHECK(decode(indexed_bmp(1, 2, 4, two, {0x01, 0, 0, 0})).pixels == both);
}

TEST_CASE("an OS/2 BMP has all of its 256 colours", "[pictures]") {
    Bytes palette;
    for (int i = 0; i < 256; ++i) {
        palette.insert(palette.end(), {static_cast<std::uint8_t>(i), 7, 9});
    }
    CHECK(decode(indexed_bmp(1, 2, 8, palette, {255, 252, 0, 0}, true)).pixels ==
          Bytes{9, 7, 255, 9, 7, 252});
}

TEST_CASE("an RGB BMP may have its rows from the top", "[pictures]") {
    const TemporaryFolder folder;
    write_image(folder / "a.bmp", 3, 5, 3);
    Bytes bytes = read_bytes(folder / "a.bmp");
    // Height -3: the file's first row is the picture's first.
    for (std::size_t i = 0; i < 4; ++i) {
        bytes[22 + i] = i == 0 ? 0xFD : 0xFF;
    }
    write_bytes(folder / "b.bmp", bytes);
    CHECK(probe_image(folder / "b.bmp") == space::Shape{3, 5, 3});
    const Image image = load_image(folder / "b.bmp");
    REQUIRE(image.shape == space::Shape{3, 5, 3});
    const Bytes exact = picture(3, 5, 3, 0);
    for (std::ptrdiff_t y = 0; y < 3; ++y) {
        CHECK(std::equal(exact.begin() + 15 * y, exact.begin() + 15 * (y + 1),
                         image.pixels.begin() + 15 * (2 - y)));
    }
}

TEST_CASE("a palette of greys makes a grey image", "[pictures]") {
    const TemporaryFolder folder;
    const Bytes greys = {0, 0, 0, 85, 85, 85, 255, 255, 255};
    const Bytes bmp_greys = {0, 0, 0, 0, 85, 85, 85, 0, 255, 255, 255, 0};
    const auto gif = [](std::uint8_t red) {
        return Bytes{'G', 'I', 'F', '8', '9', 'a', 2, 0, 1, 0,    0x81, 0,    0,   red,
                     7,   7,   255, 255, 255, 0,   0, 0, 0, 0,    0,    0x2C, 0,   0,
                     0,   0,   2,   0,   1,   0,   0, 2, 2, 0x44, 0x0A, 0,    0x3B};
    };
    write_bytes(folder / "a.png", indexed_png(1, 3, 8, greys, {0, 0, 1, 2}));
    write_bytes(folder / "a.bmp", indexed_bmp(1, 3, 8, bmp_greys, {0, 1, 2, 0}));
    for (const char* name : {"a.png", "a.bmp"}) {
        INFO(name);
        CHECK(probe_image(folder / name) == space::Shape{1, 3, 1});
        const Image image = load_image(folder / name);
        CHECK(image.shape == space::Shape{1, 3, 1});
        CHECK(image.pixels == Bytes{0, 85, 255});
    }
    write_bytes(folder / "a.gif", gif(7));
    CHECK(probe_image(folder / "a.gif") == space::Shape{1, 2, 1});
    CHECK(load_image(folder / "a.gif").pixels == Bytes{7, 255});
    write_bytes(folder / "a.gif", gif(8));
    CHECK(probe_image(folder / "a.gif") == space::Shape{1, 2, 3});
    CHECK(load_image(folder / "a.gif").pixels == Bytes{8, 7, 7, 255, 255, 255});
}

TEST_CASE("a palette far behind the start of the file is found", "[pictures]") {
    const TemporaryFolder folder;
    const Bytes header = {0, 0, 0, 1, 0, 0, 0, 1, 8, 3, 0, 0, 0};
    write_bytes(folder / "a.png", png_file({{"IHDR", header},
                                            {"tEXt", Bytes(10000, 'x')},
                                            {"PLTE", {5, 5, 5}},
                                            {"IDAT", packed({0, 0})},
                                            {"IEND", {}}}));
    CHECK(probe_image(folder / "a.png") == space::Shape{1, 1, 1});
}

TEST_CASE("a JPEG's scans must be whole", "[pictures]") {
    const Bytes scan = {0x3F, 0xFF, 0xD0, 0x3F, 0xFF, 0xD1, 0x3F, 0xFF, 0xD2, 0x3F};
    FlatJpeg jpeg;
    jpeg.restart_interval = 1;
    jpeg.scan = scan;
    const Image image = decode(flat_jpeg(jpeg));
    CHECK(image.shape == space::Shape{8, 32, 1});
    CHECK(image.pixels == Bytes(8 * 32, 128));
    jpeg.scan = {0x3F, 0xFF, 0xD0, 0x3F};
    CHECK(reason(flat_jpeg(jpeg)) == "truncated JPEG: 1 restart markers in a scan, expected 3");
    jpeg.scan = {};
    CHECK(reason(flat_jpeg(jpeg)) == "truncated JPEG: 0 restart markers in a scan, expected 3");
    jpeg.restart_interval = 2;
    jpeg.scan = {0x0F, 0xFF, 0xD0, 0x0F};
    CHECK(decode(flat_jpeg(jpeg)).pixels == Bytes(8 * 32, 128));
    jpeg.with_scan = false;
    CHECK(reason(flat_jpeg(jpeg)) == "truncated JPEG: no scan of component 1");
}

TEST_CASE("four channels of a JPEG need the marker that names their colours", "[pictures]") {
    FlatJpeg jpeg;
    jpeg.components = 4;
    jpeg.width = 8;
    jpeg.scan = {0x00};
    CHECK(reason(flat_jpeg(jpeg)) ==
          "JPEG with four channels and no Adobe marker that says which colours they are, expected "
          "grey, RGB or marked CMYK");
    jpeg.adobe_transform = 1;
    CHECK_THAT(reason(flat_jpeg(jpeg)), Catch::StartsWith("JPEG with four channels"));
    jpeg.adobe_transform = 0;
    CHECK(decode(flat_jpeg(jpeg)).shape == space::Shape{8, 8, 3});
}

TEST_CASE("Apple's own kind of PNG is refused by name", "[pictures]") {
    const Bytes header = {0, 0, 0, 1, 0, 0, 0, 1, 8, 2, 0, 0, 0};
    CHECK(reason(png_file({{"CgBI", {0x50, 0, 0x20, 2}},
                           {"IHDR", header},
                           {"IDAT", packed({0, 1, 2, 3})},
                           {"IEND", {}}})) ==
          "PNG of Apple's own kind (CgBI), expected a plain PNG");
}

TEST_CASE("an image past the limits says so, whatever its kind", "[pictures]") {
    const TemporaryFolder folder;
    const Bytes png = {0, 0, 0, 1, 0, 0, 0x40, 1, 8, 0, 0, 0, 0};  // 16385 x 1
    const std::string expected = "too large: 16385x1, at most 16384 a side and 1e8 pixels";
    const Bytes tall = png_file({{"IHDR", png}, {"IDAT", packed(Bytes(2 * 16385))}, {"IEND", {}}});
    CHECK(reason(tall) == expected);
    Bytes jpeg = flat_jpeg({});
    const Bytes frame = {0xFF, 0xC0, 0, 11, 8, 0, 8, 0, 32};
    const auto at = std::search(jpeg.begin(), jpeg.end(), frame.begin(), frame.end());
    REQUIRE(at != jpeg.end());
    at[5] = 0x40;
    at[6] = 1;
    CHECK(reason(jpeg) == "too large: 16385x32, at most 16384 a side and 1e8 pixels");
    write_class_folders(folder / "data", 2, 2, 4, 4);
    write_bytes(folder / "data/class0/5.png", tall);
    LoadOptions options;
    options.skip_bad = true;
    CHECK(load_training(folder / "data", options, 0.5, 1).set.skipped == 1);
    CHECK(training_error(folder / "data") ==
          (folder / "data/class0/5.png") + ": not a decodable image (" + expected + ")");
}

TEST_CASE("PNM of every kind gives its pixels", "[pictures]") {
    const auto pixels = [](const std::string& text) {
        return decode(Bytes(text.begin(), text.end()), "a.pnm").pixels;
    };
    const auto problem = [](const std::string& text) {
        return reason(Bytes(text.begin(), text.end()));
    };
    CHECK(pixels("P1 # black is 1\n3 2\n101\n0 1 0\n") == Bytes{0, 255, 0, 255, 0, 255});
    CHECK(pixels("P2\n2 1 15\n15 # white\n 3") == Bytes{255, 51});
    CHECK(pixels("P3 1 1 255 1 2 3\n") == Bytes{1, 2, 3});
    CHECK(pixels(std::string("P4 9 2\n\x80\x80\x00\x80", 11)) ==
          Bytes{0, 255, 255, 255, 255, 255, 255, 255, 0,  //
                255, 255, 255, 255, 255, 255, 255, 255, 0});
    CHECK(problem("P2 2 2 255\n1 2 3") == "truncated PNM");
    CHECK(problem("P2 2 2 255\n1 2 x 34567") == "corrupt PNM: a sample is no number");
    CHECK(problem("P1 2 2\n1 2 0 1") == "corrupt PNM: a sample is no number");
    CHECK(problem(std::string("P4 9 2\n\x80\x80\x00", 10)) == "truncated PNM");
}
