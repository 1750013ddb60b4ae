#include "train/data/image_integrity.hpp"

#include <zlib.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <cstring>

namespace nanonas::train {

namespace {

/// Reads numbers from a byte range; remembers when it was asked for more than there is.
class Bytes {
  public:
    Bytes(const std::uint8_t* bytes, std::size_t size) : bytes_(bytes), size_(size) {}

    bool overrun() const { return overrun_; }
    bool at_end() const { return at_ >= size_; }
    std::size_t left() const { return size_ - at_; }
    const std::uint8_t* here() const { return bytes_ + at_; }

    void skip(std::size_t count) {
        if (count > left()) {
            overrun_ = true;
            at_ = size_;
        } else {
            at_ += count;
        }
    }
    std::uint32_t byte() {
        if (at_end()) {
            overrun_ = true;
            return 0;
        }
        return bytes_[at_++];
    }
    std::uint32_t little(int count) {
        std::uint32_t value = 0;
        for (int i = 0; i < count; ++i) {
            value |= byte() << (8 * i);
        }
        return value;
    }
    std::uint32_t big(int count) {
        std::uint32_t value = 0;
        for (int i = 0; i < count; ++i) {
            value = (value << 8) | byte();
        }
        return value;
    }

  private:
    const std::uint8_t* bytes_;
    std::size_t size_;
    std::size_t at_ = 0;
    bool overrun_ = false;
};

/// Tables of a DHT segment: a byte of class and number, 16 counts of codes, that many symbols. Each
/// holds at most 256 codes; stb_image 2.27 writes past its own arrays when there are more.
bool huffman_tables_fit(Bytes segment) {
    while (!segment.at_end()) {
        segment.skip(1);
        std::uint32_t codes = 0;
        for (int length = 1; length <= 16; ++length) {
            codes += segment.byte();
        }
        segment.skip(codes);
        if (codes > 256 || segment.overrun()) {
            return false;
        }
    }
    return true;
}

/// Walks segments and entropy-coded data (ITU T.81 annex B) to the end marker of this image;
/// thumbnails sit inside segments and are stepped over.
std::string jpeg_damage(Bytes file) {
    file.skip(2);
    while (!file.at_end()) {
        if (file.byte() != 0xFF) {
            continue;  // entropy-coded data, or padding between segments
        }
        std::uint32_t marker = file.byte();
        while (marker == 0xFF) {
            marker = file.byte();
        }
        if (marker == 0xD9) {
            return "";
        }
        const bool alone = marker == 0x00 || marker == 0x01 || (marker >= 0xD0 && marker <= 0xD8);
        if (!alone) {
            const std::uint32_t length = file.big(2);
            if (file.overrun()) {
                break;
            }
            if (length < 2) {
                return "corrupt JPEG: segment of length " + std::to_string(length);
            }
            if (length - 2 <= file.left() && marker == 0xC4 &&
                !huffman_tables_fit({file.here(), length - 2})) {
                return "corrupt JPEG: bad Huffman table";
            }
            file.skip(length - 2);
        }
    }
    return "truncated JPEG";
}

std::string png_damage(Bytes file) {
    file.skip(8);
    while (true) {
        const std::uint32_t length = file.big(4);
        if (file.overrun() || file.left() < 8 || length > file.left() - 8) {
            return "truncated PNG";
        }
        const std::string type(reinterpret_cast<const char*>(file.here()), 4);
        const uLong crc = crc32(0, file.here(), length + 4);
        file.skip(std::size_t{length} + 4);
        if (file.big(4) != crc) {
            const bool printable = std::all_of(type.begin(), type.end(), [](unsigned char letter) {
                return std::isalpha(letter) != 0;
            });
            return "corrupt PNG: bad checksum in chunk " + (printable ? type : "of unknown type");
        }
        if (type == "IEND") {
            return "";
        }
    }
}

std::string bmp_damage(Bytes file) {
    const std::size_t size = file.left();
    file.skip(10);
    const std::uint64_t offset = file.little(4);
    const std::uint32_t header = file.little(4);
    const bool old = header == 12;
    const auto width = static_cast<std::int32_t>(file.little(old ? 2 : 4));
    const auto height = static_cast<std::int32_t>(file.little(old ? 2 : 4));
    file.skip(2);
    const std::uint64_t bits = file.little(2);
    const std::uint32_t compression = old ? 0 : file.little(4);
    if (file.overrun()) {
        return "truncated BMP";
    }
    if (compression == 0 || compression == 3) {
        const auto w = static_cast<std::uint64_t>(std::abs(std::int64_t{width}));
        const auto h = static_cast<std::uint64_t>(std::abs(std::int64_t{height}));
        if (w > 65535 || h > 65535 || bits > 32) {
            return "corrupt BMP: impossible header";
        }
        if (offset + (w * bits + 31) / 32 * 4 * h > size) {
            return "truncated BMP";
        }
    }
    return "";
}

void skip_gif_blocks(Bytes& file) {
    while (!file.overrun()) {
        const std::uint32_t length = file.byte();
        if (length == 0) {
            return;
        }
        file.skip(length);
    }
}

std::size_t gif_palette_bytes(std::uint32_t flags) {
    return (flags & 0x80) != 0 ? std::size_t{3} << ((flags & 7) + 1) : 0;
}

std::string gif_damage(Bytes file) {
    file.skip(10);
    const std::uint32_t flags = file.byte();
    file.skip(2 + gif_palette_bytes(flags));
    while (!file.overrun()) {
        const std::uint32_t tag = file.byte();
        if (tag == 0x21) {
            file.skip(1);
            skip_gif_blocks(file);
        } else if (tag == 0x2C) {
            file.skip(8);
            const std::uint32_t frame_flags = file.byte();
            file.skip(gif_palette_bytes(frame_flags) + 1);
            skip_gif_blocks(file);
            return file.overrun() ? "truncated GIF" : "";
        } else if (!file.overrun()) {
            return "corrupt GIF: no frame";
        }
    }
    return "truncated GIF";
}

std::string tga_damage(Bytes file) {
    const std::size_t id = file.byte();
    file.skip(1);
    const std::uint32_t type = file.byte();
    file.skip(2);
    const std::size_t palette_entries = file.little(2);
    const std::size_t palette_bits = file.byte();
    file.skip(4);
    const std::uint64_t width = file.little(2);
    const std::uint64_t height = file.little(2);
    const std::size_t pixel_bytes = (file.byte() + 7) / 8;
    file.skip(1 + id + palette_entries * ((palette_bits + 7) / 8));
    const std::uint64_t pixels = width * height;
    if (type < 8) {
        file.skip(pixels * pixel_bytes);
    } else {
        for (std::uint64_t done = 0; done < pixels && !file.overrun();) {
            const std::uint32_t packet = file.byte();
            const std::uint64_t run = (packet & 127) + 1;
            file.skip((packet & 128) != 0 ? pixel_bytes : run * pixel_bytes);
            done += run;
        }
    }
    return file.overrun() ? "truncated TGA" : "";
}

bool starts_with(const std::uint8_t* bytes, std::size_t size, const char* magic) {
    return size >= std::strlen(magic) && std::memcmp(bytes, magic, std::strlen(magic)) == 0;
}

}  // namespace

ImageKind image_kind(const std::uint8_t* bytes, std::size_t size, const std::string& name) {
    if (starts_with(bytes, size, "\xFF\xD8")) {
        return ImageKind::kJpeg;
    }
    if (starts_with(bytes, size, "\x89PNG\r\n\x1A\n")) {
        return ImageKind::kPng;
    }
    if (starts_with(bytes, size, "BM")) {
        return ImageKind::kBmp;
    }
    if (starts_with(bytes, size, "GIF8")) {
        return ImageKind::kGif;
    }
    if (starts_with(bytes, size, "8BPS")) {
        return ImageKind::kPsd;
    }
    if (starts_with(bytes, size, "P5") || starts_with(bytes, size, "P6")) {
        return ImageKind::kPnm;
    }
    std::string ending = name.size() < 4 ? "" : name.substr(name.size() - 4);
    std::transform(ending.begin(), ending.end(), ending.begin(),
                   [](unsigned char letter) { return static_cast<char>(std::tolower(letter)); });
    return ending == ".tga" ? ImageKind::kTga : ImageKind::kUnknown;
}

const char* to_string(ImageKind kind) {
    switch (kind) {
        case ImageKind::kJpeg:
            return "JPEG";
        case ImageKind::kPng:
            return "PNG";
        case ImageKind::kBmp:
            return "BMP";
        case ImageKind::kGif:
            return "GIF";
        case ImageKind::kPsd:
            return "PSD";
        case ImageKind::kPnm:
            return "PNM";
        case ImageKind::kTga:
            return "TGA";
        case ImageKind::kUnknown:
            break;
    }
    return "unknown";
}

std::string image_damage(ImageKind kind, const std::uint8_t* bytes, std::size_t size) {
    const Bytes file(bytes, size);
    switch (kind) {
        case ImageKind::kJpeg:
            return jpeg_damage(file);
        case ImageKind::kPng:
            return png_damage(file);
        case ImageKind::kBmp:
            return bmp_damage(file);
        case ImageKind::kGif:
            return gif_damage(file);
        case ImageKind::kTga:
            return tga_damage(file);
        case ImageKind::kPnm:
        case ImageKind::kPsd:
        case ImageKind::kUnknown:
            break;
    }
    return "";
}

}  // namespace nanonas::train
