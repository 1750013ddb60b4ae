#include "export/device/figures.hpp"

#include <algorithm>
#include <cmath>

#include "space/errors.hpp"
#include "space/little_endian.hpp"

namespace nanonas::device {

namespace {

constexpr std::size_t kSlots = kTracedLayers + 1;
constexpr std::size_t kLongs = 5 + 2 * kSlots;
constexpr std::size_t kWords = 4;

double number(const std::string& bytes, std::size_t at, std::size_t size) {
    return static_cast<double>(read_little_endian(bytes, at, size));
}

}  // namespace

Figures read_figures(const std::string& bytes, const Machine& machine, const std::string& file) {
    constexpr std::size_t kBytes = 8 * kLongs + 4 * kWords;
    if (bytes.size() != kBytes) {
        throw ExportError(file + ": " + std::to_string(bytes.size()) + " bytes, expected " +
                          std::to_string(kBytes));
    }
    const auto ticks = [&](std::size_t index) { return number(bytes, 8 * index, 8); };
    const auto word = [&](std::size_t index) { return number(bytes, 8 * kLongs + 4 * index, 4); };
    const double per_tick = static_cast<double>(machine.tick_ps) / 1000.0;
    const double images = std::max(1.0, word(0));
    const double pairs = std::max(1.0, word(2));
    const double clock_ticks = word(1) * ticks(3) / pairs;
    const auto whole = [&](double raw) {
        return static_cast<std::int64_t>(std::llround(std::max(0.0, raw - clock_ticks) * per_tick));
    };

    Figures figures;
    figures.images = static_cast<std::int64_t>(word(0));
    figures.stack_bytes = static_cast<std::int64_t>(word(3));
    figures.instructions = std::max(0.0, ticks(0) / images - clock_ticks) * per_tick;
    figures.fewest = whole(ticks(1));
    figures.most = whole(ticks(2));
    for (std::size_t i = 0; i < kTracedLayers; ++i) {
        const double spent = ticks(5 + i) - ticks(5 + kSlots + i) * ticks(4) / pairs;
        figures.layer_instructions.push_back(std::max(0.0, spent) / images * per_tick);
    }
    return figures;
}

}  // namespace nanonas::device
