// TensorBoard's event file: TFRecords, each an Event, appended one write a record.
//
//     u64 length, u32 masked CRC-32C of these 8 bytes, the event, u32 masked CRC-32C of it
//
// Who is resumed tells the same events from the beginning again: those that the file holds already
// stay as they are, with their time, and nothing is there twice. From the first that differs on the
// file is written anew.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace nanonas::tensorboard {

/// Of Castagnoli's polynomial, as RFC 3720 has it.
std::uint32_t crc32c(std::string_view bytes);
/// As it stands in records, so that the CRC of bytes that hold CRCs is none of theirs.
std::uint32_t masked_crc32c(std::string_view bytes);

/// One event file; one process at a time writes it.
class EventFile {
  public:
    /// Goes on with a file, or begins one; the folder must be there. What a kill left of a last
    /// record is cut off. Throws IoError.
    explicit EventFile(const std::string& path);
    EventFile(const EventFile&) = delete;
    EventFile& operator=(const EventFile&) = delete;
    ~EventFile();

    /// The next event, as events.hpp makes them; an empty one is passed over. Throws IoError when
    /// it cannot be written whole; the file then holds those before it.
    void add(const std::string& event);

  private:
    struct Record {
        std::int64_t begin = 0;
        std::string event;  ///< without its time
    };

    void read_records();
    void cut(std::int64_t size);

    std::string path_;
    int descriptor_ = -1;
    std::vector<Record> records_;  ///< that the file held
    std::size_t told_ = 0;         ///< of them, that were told again
    std::int64_t size_ = 0;
};

}  // namespace nanonas::tensorboard
