// What the reader says of a file that it does not read.
#pragma once

#include <catch2/catch.hpp>
#include <cstdint>
#include <string>

#include "export/tflite/reader/reader.hpp"
#include "space/errors.hpp"
#include "space/random.hpp"
#include "tests/export/tflite/reader/model_spec.hpp"

namespace nanonas::test {

/// The refusal of a file; empty when it is read.
inline std::string refusal(const std::string& bytes) {
    try {
        exporting::parse_tflite(bytes, "x.tflite");
    } catch (const ExportError& error) {
        return error.what();
    }
    return "";
}

inline std::string refusal(const ModelSpec& model) {
    return refusal(model.bytes());
}

/// How many of 20,000 copies with up to four bits flipped are refused; each in one line.
inline int damaged_refusals(const std::string& whole, std::uint64_t seed) {
    INFO("seed " << seed);
    Rng rng(seed);
    int refused = 0;
    for (int round = 0; round < 20000; ++round) {
        std::string bytes = whole;
        for (std::uint64_t flips = 1 + rng.below(4); flips > 0; --flips) {
            bytes[static_cast<std::size_t>(rng.below(bytes.size()))] ^=
                static_cast<char>(1U << rng.below(8));
        }
        INFO("round " << round);
        const std::string said = refusal(bytes);
        refused += said.empty() ? 0 : 1;
        REQUIRE(said.find('\n') == std::string::npos);
    }
    return refused;
}

inline std::string quoted(const std::string& what) {
    return "x.tflite: " + what;
}

}  // namespace nanonas::test
