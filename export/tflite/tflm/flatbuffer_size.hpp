// How many bytes a FlatBuffer takes, told without its values.
#pragma once

#include <cstdint>
#include <set>
#include <vector>

namespace nanonas::exporting::tflm {

/// Lays out tables, vectors and strings as FlatBufferBuilder does: from the end of the buffer to
/// its start, each part aligned, equal vtables shared. Call in the order the builder is called.
class FlatbufferSize {
  public:
    struct Field {
        std::int64_t id = 0;     ///< as in the schema
        std::int64_t bytes = 0;  ///< 4 for a reference
    };

    /// Only the fields that are stored, in the order they are added (generated Create functions:
    /// larger ones first, of equals the higher id first).
    void table(const std::vector<Field>& fields);

    /// `alignment` of the first element, at least its size.
    void vector(std::int64_t count, std::int64_t element_bytes, std::int64_t alignment = 1);

    void string(std::int64_t characters);

    /// The whole buffer, with a file identifier.
    std::int64_t finish();

  private:
    void align(std::int64_t alignment, std::int64_t bytes_to_come = 0);
    void push(std::int64_t bytes);

    std::int64_t size_ = 0;
    std::int64_t largest_alignment_ = 1;
    std::set<std::vector<std::int64_t>> vtables_;
};

}  // namespace nanonas::exporting::tflm
