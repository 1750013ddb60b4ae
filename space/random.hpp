// Seeded randomness that is the same on every compiler and machine (the standard library's
// distributions are not). Passed explicitly; there is no global generator.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

namespace nanonas {

/// One step of SplitMix64 (Steele, Lea, Flood 2014): a bijective mix of 64 bits.
constexpr std::uint64_t split_mix64(std::uint64_t x) {
    x += 0x9E3779B97F4A7C15ull;
    x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9ull;
    x = (x ^ (x >> 27)) * 0x94D049BB133111EBull;
    return x ^ (x >> 31);
}

/// A child seed named by a word and numbers: neither thread order nor resume can change it.
template <typename... Numbers>
constexpr std::uint64_t derive_seed(std::uint64_t parent, std::string_view purpose,
                                    Numbers... numbers) {
    std::uint64_t seed = split_mix64(parent);
    for (const char letter : purpose) {
        seed = split_mix64(seed ^ static_cast<unsigned char>(letter));
    }
    ((seed = split_mix64(seed ^ static_cast<std::uint64_t>(numbers))), ...);
    return seed;
}

/// xoshiro256** 1.0 (Blackman, Vigna 2018), seeded through SplitMix64.
class Rng {
  public:
    explicit Rng(std::uint64_t seed) {
        for (auto& word : state_) {
            seed = split_mix64(seed);
            word = seed;
        }
    }

    std::uint64_t next() {
        const std::uint64_t result = rotate_left(state_[1] * 5, 7) * 9;
        const std::uint64_t shifted = state_[1] << 17;
        state_[2] ^= state_[0];
        state_[3] ^= state_[1];
        state_[1] ^= state_[2];
        state_[0] ^= state_[3];
        state_[2] ^= shifted;
        state_[3] = rotate_left(state_[3], 45);
        return result;
    }

    /// Uniform in [0, 1), 53 bits.
    double uniform() { return static_cast<double>(next() >> 11) * 0x1.0p-53; }

    /// Uniform in [low, high).
    double uniform(double low, double high) { return low + (high - low) * uniform(); }

    /// Uniform in [0, bound), bound > 0; unbiased (rejection).
    std::uint64_t below(std::uint64_t bound) {
        const std::uint64_t limit = bound * (UINT64_MAX / bound);
        std::uint64_t draw = next();
        while (draw >= limit) {
            draw = next();
        }
        return draw % bound;
    }

    /// Fisher-Yates.
    template <typename T>
    void shuffle(std::vector<T>& values) {
        for (std::size_t i = values.size(); i > 1; --i) {
            std::swap(values[i - 1], values[static_cast<std::size_t>(below(i))]);
        }
    }

  private:
    static constexpr std::uint64_t rotate_left(std::uint64_t x, int bits) {
        return (x << bits) | (x >> (64 - bits));
    }

    std::uint64_t state_[4];
};

}  // namespace nanonas
