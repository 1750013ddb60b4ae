#include "train/data/image_decode.hpp"

#include "tests/train/data/picture_bytes.hpp"

using namespace nanonas;
using namespace nanonas::train;
using namespace nanonas::train::testing;

namespace {

std::string reason(const Bytes& bytes, const std::string& name = "x") {
    return message_of([&] { decode_image(bytes.data(), bytes.size(), name); });
}

}  // namespace

TEST_CASE("lossless formats give back their pixels") {
    const TemporaryFolder folder;
    for (const char* name : {"a.png", "a.bmp", "a.tga", "a.ppm"}) {
        const std::string path = folder / name;
        write_image(path, 9, 14, 3, 1);
        INFO(name);
        const Image image = load_image(path);
        CHECK(image.shape == space::Shape{9, 14, 3});
        CHECK(image.pixels == picture(9, 14, 3, 1));
        CHECK(probe_image(path) == image.shape);
    }
}

TEST_CASE("a JPEG comes within its losses") {
    const TemporaryFolder folder;
    write_image(folder / "a.jpg", 20, 30, 3);
    const Image image = load_image(folder / "a.jpg");
    const Bytes exact = picture(20, 30, 3, 0);
    REQUIRE(image.shape == space::Shape{20, 30, 3});
    double difference = 0.0;
    for (std::size_t i = 0; i < exact.size(); ++i) {
        difference += std::abs(image.pixels[i] - exact[i]);
    }
    CHECK(difference / static_cast<double>(exact.size()) < 6.0);
}

TEST_CASE("grey stays grey and alpha is dropped") {
    const TemporaryFolder folder;
    for (int channels = 1; channels <= 4; ++channels) {
        write_image(folder / "a.png", 5, 6, channels, 2);
        const Image image = load_image(folder / "a.png");
        const Bytes exact = picture(5, 6, channels, 2);
        const std::size_t kept = channels <= 2 ? 1 : 3;
        REQUIRE(image.shape.channels == static_cast<std::int64_t>(kept));
        for (std::size_t i = 0; i < 30; ++i) {
            for (std::size_t c = 0; c < kept; ++c) {
                REQUIRE(image.pixels[i * kept + c] ==
                        exact[i * static_cast<std::size_t>(channels) + c]);
            }
        }
    }
}

TEST_CASE("16-bit PNG samples keep their high byte") {
    const Bytes row = {0, 0x12, 0x34, 0xFF, 0x00};  // no filter, two grey samples
    const Bytes png = png_file(
        {{"IHDR", {0, 0, 0, 2, 0, 0, 0, 1, 16, 0, 0, 0, 0}}, {"IDAT", packed(row)}, {"IEND", {}}});
    CHECK(decode_image(png.data(), png.size(), "a").pixels == Bytes{0x12, 0xFF});
}

TEST_CASE("16-bit PNM samples are big-endian") {
    const std::string header = "P5 2 1 65535\n";
    Bytes bytes(header.begin(), header.end());
    bytes.insert(bytes.end(), {0x12, 0x34, 0xFF, 0xFF});
    CHECK(decode_image(bytes.data(), bytes.size(), "a.pgm").pixels == Bytes{0x12, 0xFF});
}

TEST_CASE("PNM samples are scaled by their largest value") {
    const std::string header = "P5 # comment 9 9\n3 1\n15\n";
    Bytes bytes(header.begin(), header.end());
    bytes.insert(bytes.end(), {0, 5, 15});
    CHECK(decode_image(bytes.data(), bytes.size(), "a.pgm").pixels == Bytes{0, 85, 255});
}

TEST_CASE("every cut of an image file is found out") {
    const TemporaryFolder folder;
    for (const char* name : {"a.jpg", "a.png", "a.bmp", "a.tga", "a.ppm"}) {
        write_image(folder / name, 12, 11, 3);
        const Bytes whole = read_bytes(folder / name);
        for (std::size_t length = 1; length < whole.size(); ++length) {
            INFO(name << " cut to " << length << " of " << whole.size());
            REQUIRE_FALSE(
                reason(Bytes(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(length)),
                       name)
                    .empty());
        }
    }
}

TEST_CASE("the reason names the damage") {
    const TemporaryFolder folder;
    write_image(folder / "a.jpg", 16, 16, 3);
    write_image(folder / "a.png", 16, 16, 3);
    const auto cut = [&](const char* name, std::size_t less) {
        Bytes bytes = read_bytes(folder / name);
        bytes.resize(bytes.size() - less);
        return bytes;
    };
    CHECK(reason(cut("a.jpg", 1)) == "truncated JPEG");
    CHECK(reason(cut("a.jpg", 100)) == "truncated JPEG");
    CHECK(reason(cut("a.png", 1)) == "truncated PNG");
    Bytes flipped = read_bytes(folder / "a.png");
    flipped[60] ^= 0x10;
    CHECK(reason(flipped) == "corrupt PNG: bad checksum in chunk IDAT");
    CHECK(reason({}) == "empty file");
    CHECK(reason({'h', 'e', 'l', 'l', 'o'}) == "no JPEG, PNG, BMP, GIF, TGA, PNM or PSD");
    CHECK_THAT(reason({0xFF, 0xD8, 0xFF, 0xD9}),
               Catch::StartsWith("corrupt or unsupported JPEG: "));
}

TEST_CASE("load_image names the file") {
    const TemporaryFolder folder;
    write_text(folder / "7.jpg", "\xFF\xD8\xFF\xE0");
    CHECK(message_of([&] { load_image(folder / "7.jpg"); }) ==
          (folder / "7.jpg") + ": not a decodable image (truncated JPEG)");
    CHECK_THAT(message_of([&] { load_image(folder / "none.jpg"); }),
               Catch::Contains("none.jpg: not a decodable image (cannot be read: No such file"));
}

TEST_CASE("an image of impossible size is refused before it is unpacked") {
    const std::string header = "P5 20000 1 255\n";
    Bytes bytes(header.begin(), header.end());
    bytes.resize(bytes.size() + 20000);
    CHECK(reason(bytes) == "too large: 1x20000, at most 16384 a side and 1e8 pixels");
    // A BMP header of 16384 x 16384 with one bit per pixel: 268 million pixels from 33 MB.
    Bytes bmp = {'B', 'M', 0, 0, 0, 0, 0, 0, 0, 0, 62, 0, 0, 0, 40, 0, 0, 0, 0, 64, 0, 0,
                 0,   64,  0, 0, 1, 0, 1, 0, 0, 0, 0,  0, 0, 0, 0,  0, 0, 0, 0, 0,  0, 0};
    bmp.resize(62 + 16384 / 8 * 16384);
    CHECK(reason(bmp) == "too large: 16384x16384, at most 16384 a side and 1e8 pixels");
}

TEST_CASE("an image without pixels is refused") {
    const TemporaryFolder folder;
    write_image(folder / "a.bmp", 4, 4, 3);
    for (const std::size_t at : {18U, 22U}) {  // width, height
        Bytes bytes = read_bytes(folder / "a.bmp");
        bytes[at] = 0;
        CHECK_THAT(reason(bytes), Catch::StartsWith("no pixels: "));
    }
}

TEST_CASE("a GIF gives its first frame") {
    // 2 x 1, palette {red, blue, black, black}; LZW codes clear, 0, 1, end (minimum size 2).
    const Bytes gif = {'G', 'I', 'F', '8', '9', 'a', 2, 0, 1, 0,    0x81, 0,    0,   255,
                       0,   0,   0,   0,   255, 0,   0, 0, 0, 0,    0,    0x2C, 0,   0,
                       0,   0,   2,   0,   1,   0,   0, 2, 2, 0x44, 0x0A, 0,    0x3B};
    const Image image = decode_image(gif.data(), gif.size(), "a.gif");
    CHECK(image.shape == space::Shape{1, 2, 3});
    CHECK(image.pixels == Bytes{255, 0, 0, 0, 0, 255});
    CHECK(reason(Bytes(gif.begin(), gif.end() - 3)) == "truncated GIF");
}
