#include "space/json/safetensors.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <fstream>

#include "space/errors.hpp"
#include "space/files.hpp"
#include "space/little_endian.hpp"
#include "tests/export/support.hpp"

using namespace nanonas;
using namespace nanonas::json;

namespace {

std::string bytes_of(const std::string& header, const std::string& data) {
    std::string bytes;
    append_little_endian(bytes, header.size(), 8);
    return bytes + header + data;
}

std::string floats(std::size_t count) {
    return std::string(4 * count, '\0');
}

/// In place: syncing thousands of files to disk would take minutes.
void put(const std::string& path, const std::string& bytes) {
    std::ofstream(path, std::ios::binary) << bytes;
}

}  // namespace

TEST_CASE("tensors and metadata come back bit by bit") {
    const test::ScratchFolder folder;
    TensorFile file;
    file.tensors["a.weight"] = {{2, 1, 2}, {1.5F, -0.0F, 1e-42F, 3.4e38F}};
    file.tensors["scalar"] = {{}, {7.0F}};
    file.tensors["empty"] = {{0, 5}, {}};
    file.metadata = {{"format", "pt"}, {"ü", "line\n\"quoted\""}};
    write_safetensors(folder / "f", file);
    const TensorFile read = read_safetensors(folder / "f");
    CHECK(read.tensors == file.tensors);
    CHECK(std::signbit(read.tensors.at("a.weight").values[1]));
    CHECK(read.metadata == file.metadata);
    CHECK((read_file(folder / "f").size() - 8) % 4 == 0);
}

TEST_CASE("a file written by hand is read") {
    const test::ScratchFolder folder;
    write_file(folder / "f",
               bytes_of(R"({"w":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}   )",
                        std::string("\0\0\x80\x3f\0\0\0\xc0", 8)));
    const TensorFile read = read_safetensors(folder / "f");
    CHECK(read.tensors.at("w").values == std::vector<float>{1.0F, -2.0F});
    CHECK(read.metadata.empty());
}

TEST_CASE("malformed files are refused with their path") {
    const test::ScratchFolder folder;
    const std::string path = folder / "f.safetensors";
    const auto refused = [&](const std::string& bytes) {
        INFO(bytes.substr(0, 200));
        put(path, bytes);
        CHECK_THROWS_AS(read_safetensors(path), ExportError);
        CHECK_THROWS_WITH(read_safetensors(path),
                          Catch::StartsWith(path + ": not a safetensors file ("));
    };
    const auto entry = [](const std::string& dtype, const std::string& shape,
                          const std::string& offsets) {
        return R"({"w":{"dtype":)" + dtype + R"(,"shape":)" + shape + R"(,"data_offsets":)" +
               offsets + "}}";
    };
    SECTION("length") {
        refused("");
        refused("1234567");
        refused(std::string(8, '\0'));
        refused(std::string(8, '\xff') + "{}");
        refused(std::string("\x03\0\0\0\0\0\0\0{}", 10));
        refused(std::string("\0\xe1\xf5\x05\0\0\0\0{}", 10));
    }
    SECTION("another format is named") {
        const std::pair<std::string, const char*> formats[] = {
            {std::string("\x08\x07\x12\x07nanonas:model"), "it is an ONNX model)"},
            {std::string("PK\x03\x04", 4) + "12345678", "it is a zip archive"},
            {std::string("\x1c\0\0\0TFL3", 8) + "12345678", "it is a TensorFlow Lite model)"},
            {std::string(8, '\x11'), "its first 8 bytes are no length of a header)"},
        };
        for (const auto& [bytes, message] : formats) {
            put(path, bytes);
            CHECK_THROWS_WITH(read_safetensors(path), Catch::Contains(message));
        }
    }
    SECTION("header") {
        refused(bytes_of("", ""));
        refused(bytes_of("{", ""));
        refused(bytes_of("[]", ""));
        refused(bytes_of(" {}", ""));
        refused(bytes_of("{} x", ""));
        refused(bytes_of("{\"\xff\":1}", ""));
        refused(bytes_of(std::string(100'000, '['), ""));
        refused(
            bytes_of("{\"a\":" + std::string(100'000, '[') + std::string(100'000, ']') + "}", ""));
    }
    SECTION("keys") {
        const std::string one = R"("w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]})";
        refused(bytes_of("{" + one + "," + one + "}", floats(1)));
        refused(bytes_of(R"({"w":1})", ""));
        refused(bytes_of(R"({"w":{"dtype":"F32","shape":[1]}})", floats(1)));
        refused(
            bytes_of(R"({"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4],"x":1}})", floats(1)));
        refused(bytes_of(R"({"w":{"dtype":"F32","dtype":"F32","shape":[1],"data_offsets":[0,4]}})",
                         floats(1)));
    }
    SECTION("dtype") {
        refused(bytes_of(entry(R"("F16")", "[2]", "[0,4]"), floats(1)));
        refused(bytes_of(entry("4", "[1]", "[0,4]"), floats(1)));
        refused(bytes_of(entry("null", "[1]", "[0,4]"), floats(1)));
    }
    SECTION("shape") {
        for (const char* shape :
             {"[-1]", "[1.0]", "[2]", "1", "null", "[\"1\"]", "[[1]]", "[4294967296,4294967296]",
              "[18446744073709551615,2]", "[18446744073709551616]", "[4611686018427387905]",
              "[9223372036854775807,0]", "[0]", "[true]"}) {
            refused(bytes_of(entry(R"("F32")", shape, "[0,4]"), floats(1)));
        }
    }
    SECTION("offsets") {
        for (const char* offsets :
             {"[0,8]", "[4,8]", "[4,0]", "[-4,0]", "[0]", "[0,4,8]", "{}", "[0,4.0]", "[0.0,4]",
              "[18446744073709551612,0]", "[0,18446744073709551615]", "[null,4]"}) {
            refused(bytes_of(entry(R"("F32")", "[1]", offsets), floats(1)));
        }
    }
    SECTION("bytes that belong to no tensor, or to two") {
        refused(bytes_of(entry(R"("F32")", "[1]", "[0,4]"), floats(2)));
        refused(bytes_of(entry(R"("F32")", "[1]", "[4,8]"), floats(2)));
        refused(bytes_of(entry(R"("F32")", "[1]", "[0,4]"), floats(1) + "x"));
        refused(bytes_of("{}", "x"));
        refused(bytes_of(R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},)"
                         R"("b":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}})",
                         floats(3)));
        refused(bytes_of(R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},)"
                         R"("b":{"dtype":"F32","shape":[1],"data_offsets":[8,12]}})",
                         floats(3)));
    }
    SECTION("metadata") {
        refused(bytes_of(R"({"__metadata__":{"a":1}})", ""));
        refused(bytes_of(R"({"__metadata__":{"a":null}})", ""));
        refused(bytes_of(R"({"__metadata__":"a"})", ""));
        refused(bytes_of(R"({"__metadata__":{"a":"1","a":"2"}})", ""));
    }
}

TEST_CASE("no byte flip or truncation crashes the reader") {
    const test::ScratchFolder folder;
    TensorFile file;
    file.tensors["a.weight"] = {{2, 3}, {1, 2, 3, 4, 5, 6}};
    file.tensors["a.bias"] = {{2}, {7, 8}};
    file.metadata = {{"format", "pt"}, {"nanonas.labels", "[\"x\",\"y\"]"}};
    write_safetensors(folder / "good", file);
    const std::string good = read_file(folder / "good");
    const std::uint64_t seed = 61;
    Rng rng(seed);
    int refused = 0;
    for (int round = 0; round < 6000; ++round) {
        std::string bytes = good;
        for (std::uint64_t flips = 1 + rng.below(3); flips > 0; --flips) {
            bytes[rng.below(bytes.size())] = static_cast<char>(rng.below(256));
        }
        if (rng.below(4) == 0) {
            bytes.resize(rng.below(bytes.size() + 1));
        }
        INFO("seed " << seed << " round " << round);
        put(folder / "bad", bytes);
        try {
            for (const auto& [name, tensor] : read_safetensors(folder / "bad").tensors) {
                REQUIRE(tensor.values.size() <= bytes.size() / 4);
            }
        } catch (const ExportError&) {
            ++refused;
        }
    }
    CHECK(refused > 1000);
    for (std::size_t length = 0; length < good.size(); ++length) {
        put(folder / "bad", good.substr(0, length));
        REQUIRE_THROWS_AS(read_safetensors(folder / "bad"), ExportError);
    }
}

TEST_CASE("what cannot be read back is not written") {
    const test::ScratchFolder folder;
    TensorFile file;
    file.tensors["w"] = {{3}, {1.0F}};
    CHECK_THROWS_AS(write_safetensors(folder / "f", file), ExportError);
    CHECK_FALSE(std::filesystem::exists(folder / "f"));
}
