#include "train/data/fingerprint.hpp"

#include <algorithm>
#include <cstring>

#include "space/random.hpp"

namespace nanonas::train {

void Fingerprint::mix(std::uint64_t word) {
    // Both multipliers are odd 64-bit constants of xxHash64 (Collet), spread over all bits.
    state_ ^= word * 0xC2B2AE3D27D4EB4Full;
    state_ = ((state_ << 31) | (state_ >> 33)) * 0x9E3779B185EBCA87ull;
}

void Fingerprint::add(const void* bytes, std::size_t size) {
    const auto* from = static_cast<const unsigned char*>(bytes);
    total_ += size;
    if (pending_size_ > 0) {
        const std::size_t taken = std::min(size, pending_.size() - pending_size_);
        std::copy_n(from, taken, pending_.data() + pending_size_);
        pending_size_ += taken;
        from += taken;
        size -= taken;
        if (pending_size_ < pending_.size()) {
            return;
        }
        std::uint64_t word = 0;
        std::memcpy(&word, pending_.data(), sizeof(word));
        mix(word);
        pending_size_ = 0;
    }
    for (; size >= 8; from += 8, size -= 8) {
        std::uint64_t word = 0;
        std::memcpy(&word, from, sizeof(word));
        mix(word);
    }
    std::copy_n(from, size, pending_.data());
    pending_size_ = size;
}

void Fingerprint::add(std::string_view text) {
    add(static_cast<std::int64_t>(text.size()));
    add(text.data(), text.size());
}

void Fingerprint::add(std::int64_t number) {
    add(&number, sizeof(number));
}

std::uint64_t Fingerprint::digest() const {
    std::uint64_t last = 0;
    std::memcpy(&last, pending_.data(), pending_size_);
    return split_mix64(split_mix64(state_ ^ last) ^ total_);
}

}  // namespace nanonas::train
