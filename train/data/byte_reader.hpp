// Numbers out of a byte range that may be shorter than it promises.
#pragma once

#include <cstddef>
#include <cstdint>

namespace nanonas::train {

/// Reads numbers from a byte range; remembers when it was asked for more than there is.
class ByteReader {
  public:
    ByteReader(const std::uint8_t* bytes, std::size_t size) : bytes_(bytes), size_(size) {}

    bool overrun() const { return overrun_; }
    bool at_end() const { return at_ >= size_; }
    std::size_t left() const { return size_ - at_; }
    const std::uint8_t* here() const { return bytes_ + at_; }

    void skip(std::size_t count) {
        if (count > left()) {
            overrun_ = true;
            at_ = size_;
        } else {
            at_ += count;
        }
    }
    std::uint32_t byte() {
        if (at_end()) {
            overrun_ = true;
            return 0;
        }
        return bytes_[at_++];
    }
    std::uint32_t little(int count) {
        std::uint32_t value = 0;
        for (int i = 0; i < count; ++i) {
            value |= byte() << (8 * i);
        }
        return value;
    }
    std::uint32_t big(int count) {
        std::uint32_t value = 0;
        for (int i = 0; i < count; ++i) {
            value = (value << 8) | byte();
        }
        return value;
    }

  private:
    const std::uint8_t* bytes_;
    std::size_t size_;
    std::size_t at_ = 0;
    bool overrun_ = false;
};

}  // namespace nanonas::train
