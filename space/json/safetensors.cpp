#include "space/json/safetensors.hpp"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <nlohmann/json.hpp>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "space/errors.hpp"
#include "space/files.hpp"
#include "space/json/json_text.hpp"
#include "space/json/strict.hpp"
#include "space/little_endian.hpp"

namespace nanonas::json {

namespace {

constexpr std::size_t kLengthBytes = 8;
constexpr std::uint64_t kLongestHeader = 100'000'000;  // as in the reference implementation
constexpr std::size_t kAlignment = 8;
constexpr const char* kMetadata = "__metadata__";

using nlohmann::json;

/// Where a tensor lies in the data part.
struct Extent {
    std::uint64_t begin = 0;
    std::uint64_t end = 0;
    std::string name;
};

/// What people hold for a model, by its first bytes; else empty.
std::string other_format(const std::string& bytes, const std::string& path) {
    const auto begins = [&](std::string_view with, std::size_t at = 0) {
        return bytes.compare(std::min(at, bytes.size()), with.size(), with) == 0;
    };
    const std::string onnx = ".onnx";
    // ONNX is a protobuf: field 1, its version, then most often 2 (producer), 7 or 8.
    const bool protobuf = bytes.size() > 2 && bytes[0] == '\x08' && bytes[1] < 32 &&
                          std::string_view("\x12\x3a\x42").find(bytes[2]) != std::string::npos;
    if (protobuf || (path.size() > onnx.size() &&
                     path.compare(path.size() - onnx.size(), onnx.size(), onnx) == 0)) {
        return "an ONNX model";
    }
    return begins("TFL3", 4)      ? "a TensorFlow Lite model"
           : begins("\x89HDF")    ? "an HDF5 file, as Keras writes"
           : begins("PK\x03\x04") ? "a zip archive, as PyTorch and Keras write"
           : begins("\x80\x02")   ? "a Python pickle, as PyTorch wrote"
           : begins("\x1f\x8b")   ? "a gzip archive"
           : begins("{")          ? "text"
                                  : "";
}

class FileReader {
  public:
    FileReader(const std::string& path, const std::string& bytes) : path_(path), bytes_(bytes) {}

    TensorFile run() {
        const json header = parse_header();
        for (const auto& [name, entry] : header.items()) {
            if (name == kMetadata) {
                read_metadata(entry);
            } else {
                read_tensor(name, entry);
            }
        }
        check_cover();
        return std::move(file_);
    }

  private:
    [[noreturn]] void fail(const std::string& why) const {
        throw ExportError(path_ + ": not a safetensors file (" + why + ")");
    }

    json parse_header() {
        if (bytes_.size() < kLengthBytes) {
            fail(std::to_string(bytes_.size()) + " bytes, shorter than the header length");
        }
        const std::uint64_t length = read_little_endian(bytes_, 0, kLengthBytes);
        const std::uint64_t rest = bytes_.size() - kLengthBytes;
        if (length > kLongestHeader || length > rest) {
            const std::string other = other_format(bytes_, path_);
            if (!other.empty()) {
                fail("it is " + other);
            }
            if (length > kLongestHeader) {
                fail("its first 8 bytes are no length of a header");
            }
            fail("header of " + std::to_string(length) + " bytes, but " + std::to_string(rest) +
                 " follow");
        }
        data_ = std::string_view(bytes_).substr(kLengthBytes + length);
        const std::string text = bytes_.substr(kLengthBytes, length);
        if (text.empty() || text.front() != '{') {
            fail("the header does not begin with {");
        }
        json header;
        try {
            header = parse(text, "header");
        } catch (const ConfigError& error) {
            fail(error.what());
        }
        if (!header.is_object()) {
            fail("the header is not a JSON object");
        }
        return header;
    }

    void read_metadata(const json& entry) {
        if (!entry.is_object()) {
            fail("__metadata__ is not an object");
        }
        for (const auto& [key, value] : entry.items()) {
            if (!value.is_string()) {
                fail("__metadata__ '" + key + "' is not a string");
            }
            file_.metadata.emplace(key, value.get<std::string>());
        }
    }

    std::uint64_t natural(const json& value, const std::string& name, const char* key) const {
        if (!value.is_number_unsigned()) {
            fail("tensor '" + name + "': " + key + " holds something else than whole numbers");
        }
        return value.get<std::uint64_t>();
    }

    void read_tensor(const std::string& name, const json& entry) {
        if (!entry.is_object() || entry.size() != 3 || !entry.contains("dtype") ||
            !entry.contains("shape") || !entry.contains("data_offsets")) {
            fail("tensor '" + name + "': expected exactly dtype, shape and data_offsets");
        }
        if (entry["dtype"] != "F32") {
            fail("tensor '" + name + "': dtype " + plain_text(entry["dtype"], true) +
                 ", only \"F32\" is read");
        }
        const json& offsets = entry["data_offsets"];
        if (!entry["shape"].is_array() || !offsets.is_array() || offsets.size() != 2) {
            fail("tensor '" + name + "': shape and data_offsets are not arrays as expected");
        }
        const std::uint64_t begin = natural(offsets[0], name, "data_offsets");
        const std::uint64_t end = natural(offsets[1], name, "data_offsets");
        if (begin > end || end > data_.size()) {
            fail("tensor '" + name + "': data_offsets [" + std::to_string(begin) + ", " +
                 std::to_string(end) + "] leave the " + std::to_string(data_.size()) +
                 " bytes of data");
        }
        space::Tensor tensor;
        // Never more than the file can hold, so nothing overflows and nothing huge is allocated.
        std::uint64_t elements = 1;
        const std::uint64_t most = bytes_.size() / sizeof(float);
        for (const json& side_value : entry["shape"]) {
            const std::uint64_t side = natural(side_value, name, "shape");
            if (side > most || elements > most / std::max<std::uint64_t>(side, 1)) {
                fail("tensor '" + name + "': its shape is larger than the file");
            }
            elements *= side;
            tensor.shape.push_back(static_cast<std::int64_t>(side));
        }
        if (end - begin != elements * sizeof(float)) {
            fail("tensor '" + name + "': " + std::to_string(end - begin) + " bytes for " +
                 std::to_string(elements) + " values");
        }
        tensor.values.resize(elements);
        for (std::size_t i = 0; i < elements; ++i) {
            const auto bits = static_cast<std::uint32_t>(
                read_little_endian(data_, begin + i * sizeof(float), sizeof(float)));
            std::memcpy(&tensor.values[i], &bits, sizeof bits);
        }
        extents_.push_back({begin, end, name});
        file_.tensors.emplace(name, std::move(tensor));
    }

    /// The tensors cover the data once, from its first byte to its last.
    void check_cover() {
        std::sort(extents_.begin(), extents_.end(), [](const Extent& a, const Extent& b) {
            return std::tie(a.begin, a.end) < std::tie(b.begin, b.end);
        });
        std::uint64_t covered = 0;
        for (const Extent& extent : extents_) {
            if (extent.begin != covered) {
                fail("tensor '" + extent.name + "' begins at byte " + std::to_string(extent.begin) +
                     " of the data, expected " + std::to_string(covered));
            }
            covered = extent.end;
        }
        if (covered != data_.size()) {
            fail(std::to_string(data_.size() - covered) + " bytes of data belong to no tensor");
        }
    }

    const std::string& path_;
    const std::string& bytes_;
    std::string_view data_;
    TensorFile file_;
    std::vector<Extent> extents_;
};

std::size_t elements_of(const space::Tensor& tensor) {
    std::size_t elements = 1;
    for (const std::int64_t side : tensor.shape) {
        elements *= static_cast<std::size_t>(side);
    }
    return elements;
}

}  // namespace

std::string safetensors_bytes(const std::string& path, const TensorFile& file) {
    json header = json::object();
    if (!file.metadata.empty()) {
        header[kMetadata] = file.metadata;
    }
    std::string data;
    for (const auto& [name, tensor] : file.tensors) {
        if (name == kMetadata || tensor.values.size() != elements_of(tensor)) {
            throw ExportError(path + ": tensor '" + name + "' has a reserved name or wrong shape");
        }
        const std::size_t begin = data.size();
        data += little_endian(tensor.values);
        header[name] = {{"dtype", "F32"},
                        {"shape", tensor.shape},
                        {"data_offsets", json::array({begin, data.size()})}};
    }
    std::string text = plain_text(header);
    text.resize((text.size() + kAlignment - 1) / kAlignment * kAlignment, ' ');
    std::string bytes;
    append_little_endian(bytes, text.size(), kLengthBytes);
    return bytes + text + data;
}

void write_safetensors(const std::string& path, const TensorFile& file) {
    write_file(path, safetensors_bytes(path, file));
}

TensorFile parse_safetensors(const std::string& path, const std::string& bytes) {
    return FileReader(path, bytes).run();
}

TensorFile read_safetensors(const std::string& path) {
    const std::string bytes = read_file(path);
    return parse_safetensors(path, bytes);
}

}  // namespace nanonas::json
