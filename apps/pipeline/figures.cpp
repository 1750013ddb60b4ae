#include "apps/pipeline/figures.hpp"

#include <cmath>
#include <cstdio>

namespace nanonas::pipeline {

std::string duration_text(double seconds) {
    char text[48];
    const auto whole = std::llround(seconds);
    if (seconds < 59.95) {
        std::snprintf(text, sizeof text, "%.1f s", seconds);
    } else if (whole < 3600) {
        std::snprintf(text, sizeof text, "%lld min %02lld s", whole / 60, whole % 60);
    } else {
        std::snprintf(text, sizeof text, "%lld h %02lld min", whole / 3600, whole % 3600 / 60);
    }
    return text;
}

std::string percent_text(double share) {
    char text[32];
    std::snprintf(text, sizeof text, "%.2f %%", 100.0 * share);
    return text;
}

std::string score_text(double score, bool from_table) {
    if (!from_table) {
        return percent_text(score);
    }
    char text[32];
    std::snprintf(text, sizeof text, "%.6g", score);
    return text;
}

}  // namespace nanonas::pipeline
