#include "apps/pipeline/tensorboard/event_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>

#include "space/files.hpp"
#include "space/little_endian.hpp"

namespace nanonas::tensorboard {

namespace {

constexpr std::size_t kLengthBytes = 8;
constexpr std::size_t kCrcBytes = 4;
constexpr std::size_t kHeadBytes = kLengthBytes + kCrcBytes;
/// Field 1 of an Event, a double: its key and eight bytes.
constexpr char kTimeKey = 0x09;
constexpr std::size_t kTimeBytes = 9;

std::array<std::uint32_t, 256> make_crc_table() {
    constexpr std::uint32_t kReversedPolynomial = 0x82F63B78;
    std::array<std::uint32_t, 256> table{};
    for (std::uint32_t byte = 0; byte < table.size(); ++byte) {
        std::uint32_t crc = byte;
        for (int bit = 0; bit < 8; ++bit) {
            crc = (crc >> 1) ^ ((crc & 1) != 0 ? kReversedPolynomial : 0);
        }
        table[byte] = crc;
    }
    return table;
}

std::string timed(const std::string& event) {
    const std::chrono::duration<double> now = std::chrono::system_clock::now().time_since_epoch();
    const double seconds = now.count();
    std::uint64_t bits = 0;
    std::memcpy(&bits, &seconds, sizeof bits);
    std::string bytes(1, kTimeKey);
    append_little_endian(bytes, bits, sizeof bits);
    return bytes + event;
}

std::string record_of(const std::string& event) {
    std::string record;
    append_little_endian(record, event.size(), kLengthBytes);
    append_little_endian(record, masked_crc32c(record), kCrcBytes);
    record += event;
    append_little_endian(record, masked_crc32c(event), kCrcBytes);
    return record;
}

/// The event of the record that `bytes` begins with; empty: no whole one.
std::string_view first_event(std::string_view bytes) {
    if (bytes.size() < kHeadBytes || read_little_endian(bytes, kLengthBytes, kCrcBytes) !=
                                         masked_crc32c(bytes.substr(0, kLengthBytes))) {
        return {};
    }
    const std::uint64_t length = read_little_endian(bytes, 0, kLengthBytes);
    const std::size_t left = bytes.size() - kHeadBytes;
    if (left < kCrcBytes || length > left - kCrcBytes) {
        return {};
    }
    const std::string_view event = bytes.substr(kHeadBytes, length);
    const std::uint64_t crc = read_little_endian(bytes, kHeadBytes + length, kCrcBytes);
    return crc == masked_crc32c(event) ? event : std::string_view();
}

}  // namespace

std::uint32_t crc32c(std::string_view bytes) {
    static const std::array<std::uint32_t, 256> table = make_crc_table();
    std::uint32_t crc = 0xFFFFFFFF;
    for (const char byte : bytes) {
        crc = (crc >> 8) ^ table[(crc ^ static_cast<unsigned char>(byte)) & 0xFF];
    }
    return ~crc;
}

std::uint32_t masked_crc32c(std::string_view bytes) {
    const std::uint32_t crc = crc32c(bytes);
    return ((crc >> 15) | (crc << 17)) + 0xA282EAD8;
}

EventFile::EventFile(const std::string& path) : path_(path) {
    descriptor_ = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
    if (descriptor_ < 0) {
        throw_io_error(path, "cannot be opened for writing", errno);
    }
    try {
        read_records();
    } catch (...) {
        ::close(descriptor_);
        throw;
    }
}

EventFile::~EventFile() {
    ::close(descriptor_);
}

void EventFile::read_records() {
    const std::string bytes = read_file(path_);
    std::string_view rest = bytes;
    while (!rest.empty()) {
        const std::string_view event = first_event(rest);
        if (event.size() < kTimeBytes || event[0] != kTimeKey) {
            break;
        }
        records_.push_back({size_, std::string(event.substr(kTimeBytes))});
        const std::size_t size = kHeadBytes + event.size() + kCrcBytes;
        size_ += static_cast<std::int64_t>(size);
        rest.remove_prefix(size);
    }
    if (!rest.empty()) {
        cut(size_);
    }
}

void EventFile::cut(std::int64_t size) {
    if (::ftruncate(descriptor_, static_cast<off_t>(size)) != 0) {
        throw_io_error(path_, "cannot be written", errno);
    }
    size_ = size;
}

void EventFile::add(const std::string& event) {
    if (event.empty()) {
        return;
    }
    if (told_ < records_.size()) {
        if (records_[told_].event == event) {
            ++told_;
            return;
        }
        cut(records_[told_].begin);
        records_.resize(told_);
    }
    const std::string record = record_of(timed(event));
    ssize_t written = 0;
    do {
        written = ::pwrite(descriptor_, record.data(), record.size(), static_cast<off_t>(size_));
    } while (written < 0 && errno == EINTR);
    if (written != static_cast<ssize_t>(record.size())) {
        const int why = written < 0 ? errno : ENOSPC;
        // Should this fail, too, the torn record is cut off by whoever opens the file next.
        [[maybe_unused]] const int done = ::ftruncate(descriptor_, static_cast<off_t>(size_));
        throw_io_error(path_, "cannot be written", why);
    }
    size_ += written;
}

}  // namespace nanonas::tensorboard
