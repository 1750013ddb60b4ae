#include "tests/train/data/picture_bytes.hpp"

#include <zlib.h>

namespace nanonas::train::testing {

namespace {

void append(Bytes& bytes, const Bytes& more) {
    bytes.insert(bytes.end(), more.begin(), more.end());
}

void append_big(Bytes& bytes, std::size_t number, int count) {
    for (int shift = 8 * (count - 1); shift >= 0; shift -= 8) {
        bytes.push_back(static_cast<std::uint8_t>(number >> shift));
    }
}

void append_little(Bytes& bytes, std::size_t number, int count) {
    for (int i = 0; i < count; ++i) {
        bytes.push_back(static_cast<std::uint8_t>(number >> (8 * i)));
    }
}

void append_segment(Bytes& jpeg, std::uint8_t marker, const Bytes& content) {
    append(jpeg, {0xFF, marker});
    append_big(jpeg, content.size() + 2, 2);
    append(jpeg, content);
}

}  // namespace

Bytes png_file(const Chunks& chunks) {
    Bytes png = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};
    for (const auto& [type, content] : chunks) {
        append_big(png, content.size(), 4);
        const std::size_t start = png.size();
        png.insert(png.end(), type.begin(), type.end());
        append(png, content);
        append_big(png, crc32(0, png.data() + start, static_cast<uInt>(png.size() - start)), 4);
    }
    return png;
}

Bytes packed(const Bytes& bytes) {
    Bytes result(compressBound(bytes.size()));
    uLongf size = result.size();
    REQUIRE(compress(result.data(), &size, bytes.data(), bytes.size()) == Z_OK);
    result.resize(size);
    return result;
}

Bytes indexed_png(int height, int width, int bits, const Bytes& palette, const Bytes& rows) {
    Bytes header;
    append_big(header, static_cast<std::size_t>(width), 4);
    append_big(header, static_cast<std::size_t>(height), 4);
    append(header, {static_cast<std::uint8_t>(bits), 3, 0, 0, 0});
    return png_file({{"IHDR", header}, {"PLTE", palette}, {"IDAT", packed(rows)}, {"IEND", {}}});
}

Bytes indexed_bmp(int height, int width, int bits, const Bytes& palette, const Bytes& rows,
                  bool old) {
    Bytes bmp = {'B', 'M'};
    const std::size_t header = old ? 12 : 40;
    const std::size_t pixels = 14 + header + palette.size();
    append_little(bmp, pixels + rows.size(), 4);
    append_little(bmp, 0, 4);
    append_little(bmp, pixels, 4);
    append_little(bmp, header, 4);
    append_little(bmp, static_cast<std::size_t>(width), old ? 2 : 4);
    append_little(bmp, static_cast<std::size_t>(height), old ? 2 : 4);
    append_little(bmp, 1, 2);
    append_little(bmp, static_cast<std::size_t>(bits), 2);
    bmp.resize(14 + header);  // neither packed nor anything else that matters
    append(bmp, palette);
    append(bmp, rows);
    return bmp;
}

Bytes flat_jpeg(const FlatJpeg& jpeg) {
    Bytes bytes = {0xFF, 0xD8};
    if (jpeg.adobe_transform >= 0) {
        append_segment(bytes, 0xEE,
                       {'A', 'd', 'o', 'b', 'e', 0, 100, 0, 0, 0, 0,
                        static_cast<std::uint8_t>(jpeg.adobe_transform)});
    }
    Bytes quantization(65, 1);
    quantization[0] = 0;
    append_segment(bytes, 0xDB, quantization);
    const auto count = static_cast<std::uint8_t>(jpeg.components);
    Bytes frame = {8, 0, 8, 0, static_cast<std::uint8_t>(jpeg.width), count};
    Bytes scan = {count};
    for (int component = 1; component <= jpeg.components; ++component) {
        const auto id = static_cast<std::uint8_t>(component);
        append(frame, {id, 0x11, 0});
        append(scan, {id, 0});
    }
    append(scan, {0, 63, 0});
    append_segment(bytes, 0xC0, frame);
    // One code of one bit each: a DC difference of zero, and the end of the block.
    for (const std::uint8_t kind : Bytes{0x00, 0x10}) {
        Bytes table(18, 0);
        table[0] = kind;
        table[1] = 1;
        append_segment(bytes, 0xC4, table);
    }
    if (jpeg.restart_interval > 0) {
        append_segment(bytes, 0xDD, {0, static_cast<std::uint8_t>(jpeg.restart_interval)});
    }
    if (jpeg.with_scan) {
        append_segment(bytes, 0xDA, scan);
        append(bytes, jpeg.scan);
    }
    append(bytes, {0xFF, 0xD9});
    return bytes;
}

Bytes with_orientation(const Bytes& jpeg, std::uint16_t orientation, bool little) {
    Bytes block = {'E', 'x', 'i', 'f', 0, 0};
    const std::uint8_t order = little ? 'I' : 'M';
    block.insert(block.end(), {order, order});
    const auto put = [&](std::uint32_t value, int bytes) {
        for (int i = 0; i < bytes; ++i) {
            const int shift = 8 * (little ? i : bytes - 1 - i);
            block.push_back(static_cast<std::uint8_t>(value >> shift));
        }
    };
    put(42, 2);
    put(8, 4);
    put(2, 2);
    // Width of the stored picture first, as cameras do: another tag is passed over.
    for (const std::uint32_t tag : {0x0100U, 0x0112U}) {
        put(tag, 2);
        put(3, 2);
        put(1, 4);
        put(tag == 0x0112U ? orientation : 640, 2);
        put(0, 2);
    }
    put(0, 4);
    Bytes file(jpeg.begin(), jpeg.begin() + 2);
    const std::size_t length = block.size() + 2;
    file.insert(file.end(), {0xFF, 0xE1, static_cast<std::uint8_t>(length >> 8),
                             static_cast<std::uint8_t>(length)});
    file.insert(file.end(), block.begin(), block.end());
    file.insert(file.end(), jpeg.begin() + 2, jpeg.end());
    return file;
}

}  // namespace nanonas::train::testing
