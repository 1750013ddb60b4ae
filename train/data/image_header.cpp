#include "train/data/image_header.hpp"

#include <cstdlib>

#include "train/data/byte_reader.hpp"

namespace nanonas::train {

namespace {

ImageSize jpeg_size(ByteReader& file) {
    file.skip(2);
    while (!file.overrun()) {
        std::uint32_t marker = file.byte();
        if (marker != 0xFF) {
            continue;
        }
        while (marker == 0xFF && !file.overrun()) {
            marker = file.byte();
        }
        const bool alone = marker == 0x01 || (marker >= 0xD0 && marker <= 0xD8);
        if (alone || marker == 0) {
            continue;
        }
        const std::uint32_t length = file.big(2);
        // Start of frame, any process; C4, C8 and CC are tables among them.
        if (marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 &&
            marker != 0xCC) {
            file.skip(1);
            const std::int64_t height = file.big(2);
            return {height, file.big(2)};
        }
        if (marker == 0xDA || length < 2) {
            file.skip(file.left() + 1);  // no frame before the scan
        } else {
            file.skip(length - 2);
        }
    }
    return {};
}

ImageSize bmp_size(ByteReader& file) {
    file.skip(14);
    const int bytes = file.little(4) == 12 ? 2 : 4;
    const auto width = static_cast<std::int32_t>(file.little(bytes));
    const auto height = static_cast<std::int32_t>(file.little(bytes));
    return {std::abs(std::int64_t{height}), width};
}

ImageSize size_of(ImageKind kind, ByteReader& file) {
    ImageSize size;
    switch (kind) {
        case ImageKind::kJpeg:
            return jpeg_size(file);
        case ImageKind::kPng:
            file.skip(16);
            size.width = file.big(4);
            size.height = file.big(4);
            return size;
        case ImageKind::kBmp:
            return bmp_size(file);
        case ImageKind::kGif:
            file.skip(6);
            size.width = file.little(2);
            size.height = file.little(2);
            return size;
        case ImageKind::kTga:
            file.skip(12);
            size.width = file.little(2);
            size.height = file.little(2);
            return size;
        case ImageKind::kPsd:
            file.skip(14);
            size.height = file.big(4);
            size.width = file.big(4);
            return size;
        case ImageKind::kPnm:
        case ImageKind::kUnknown:
            break;
    }
    file.skip(file.left() + 1);
    return size;
}

}  // namespace

std::optional<ImageSize> header_size(ImageKind kind, const std::uint8_t* bytes, std::size_t size) {
    ByteReader file(bytes, size);
    const ImageSize found = size_of(kind, file);
    return file.overrun() ? std::nullopt : std::optional(found);
}

}  // namespace nanonas::train
