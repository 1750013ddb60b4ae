#include "apps/pipeline/memory.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <functional>
#include <numeric>
#include <variant>

#include "space/errors.hpp"

namespace nanonas::pipeline {

namespace {

constexpr std::int64_t kGroup = 16;  // images an engine takes at a time
constexpr std::int64_t kFloat = 4;
constexpr std::int64_t kParameterCopies = 5;  // weights, gradient, two moments, the best so far

/// The number after `key` in a file of "key: number" lines, or a file of one number (empty key).
std::optional<std::int64_t> number_in(const std::string& path, const std::string& key) {
    std::ifstream file(path);
    std::int64_t number = 0;
    for (std::string word; !key.empty() && file >> word && word != key;) {
    }
    return file >> number ? std::optional(number) : std::nullopt;
}

std::string gibibytes(std::int64_t bytes) {
    char text[32];
    std::snprintf(text, sizeof text, "%.1f GiB",
                  static_cast<double>(bytes) / (1024.0 * 1024.0 * 1024.0));
    return text;
}

}  // namespace

std::int64_t training_bytes(const space::Network& network, std::int64_t batch) {
    std::int64_t per_image = network.input.elements();
    for (const space::Node& layer : network.nodes) {
        const std::int64_t out = layer.output.elements();
        if (std::holds_alternative<space::Conv2d>(layer.op) ||
            std::holds_alternative<space::DepthwiseConv2d>(layer.op)) {
            per_image += out;
        } else if (std::holds_alternative<space::MaxPool2d>(layer.op)) {
            per_image += 2 * out;
        } else if (std::holds_alternative<space::Dense>(layer.op)) {
            per_image += out * layer.input.elements();
        }
    }
    std::int64_t weights = 0;
    for (const space::ParameterSpec& parameter : parameters(network)) {
        weights += std::accumulate(parameter.shape.begin(), parameter.shape.end(), std::int64_t{1},
                                   std::multiplies<>());
    }
    const std::int64_t images = (batch + kGroup - 1) / kGroup * kGroup;
    return kFloat * (per_image * images + kParameterCopies * weights);
}

std::optional<std::int64_t> available_bytes() {
    std::optional<std::int64_t> least;
    const auto also = [&least](std::optional<std::int64_t> bytes) {
        if (bytes) {
            least = std::max<std::int64_t>(0, std::min(least.value_or(*bytes), *bytes));
        }
    };
    if (const auto kibibytes = number_in("/proc/meminfo", "MemAvailable:")) {
        also(1024 * *kibibytes);
    }
    const auto group = number_in("/sys/fs/cgroup/memory.max", "");
    const auto used = number_in("/sys/fs/cgroup/memory.current", "");
    const auto cached = number_in("/sys/fs/cgroup/memory.stat", "inactive_file");
    if (group && used) {
        also(*group - *used + cached.value_or(0));
    }
    rlimit limit{};
    const auto pages = number_in("/proc/self/statm", "");
    if (::getrlimit(RLIMIT_AS, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY && pages) {
        also(static_cast<std::int64_t>(limit.rlim_cur) - *pages * ::sysconf(_SC_PAGESIZE));
    }
    return least;
}

void require_memory(const space::Network& network, std::int64_t batch, std::int64_t trainings,
                    const std::string& batch_option, std::optional<std::int64_t> available) {
    const std::int64_t one = training_bytes(network, batch);
    if (!available || one <= *available / trainings) {
        return;
    }
    const bool one_fits = one <= *available;
    throw ConfigError("out of memory: " + std::to_string(trainings) +
                      (trainings == 1 ? " training takes " : " trainings at a time take ") +
                      gibibytes(one * trainings) + " at " + to_string(network.input) + ", " +
                      std::to_string(network.classes()) + " classes and " + batch_option + " " +
                      std::to_string(batch) + ", but " + gibibytes(*available) +
                      " are free: give a smaller --input or " + batch_option +
                      (one_fits ? ", or fewer --workers" : ""));
}

}  // namespace nanonas::pipeline
