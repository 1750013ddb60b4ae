#include "train/data/image_integrity.hpp"

#include <zlib.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <cstring>

#include "train/data/byte_reader.hpp"
#include "train/data/jpeg_integrity.hpp"
#include "train/data/pnm.hpp"

namespace nanonas::train {

namespace {

std::string png_damage(ByteReader file) {
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
        if (type == "CgBI") {
            return "PNG of Apple's own kind (CgBI), expected a plain PNG";
        }
    }
}

std::string bmp_damage(ByteReader file) {
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

void skip_gif_blocks(ByteReader& file) {
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

std::string gif_damage(ByteReader file) {
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

std::string tga_damage(ByteReader file) {
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
    if (is_pnm(bytes, size)) {
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
    const ByteReader file(bytes, size);
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
