// A fast 64-bit hash of byte streams: tells data apart, guards against accidents, not attackers.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace nanonas::train {

/// The digest depends on the bytes alone, not on how they were cut into calls.
class Fingerprint {
  public:
    void add(const void* bytes, std::size_t size);
    void add(std::string_view text);  ///< with its length, so neighbours cannot run together
    void add(std::int64_t number);
    std::uint64_t digest() const;

  private:
    void mix(std::uint64_t word);

    std::uint64_t state_ = 0x9E3779B97F4A7C15ull;
    std::uint64_t total_ = 0;
    std::array<unsigned char, 8> pending_{};
    std::size_t pending_size_ = 0;
};

}  // namespace nanonas::train
