#include "export/tflite/tflm/flatbuffer_size.hpp"

#include <algorithm>

namespace nanonas::exporting::tflm {

namespace {

constexpr std::int64_t kOffset = 4;       // uoffset_t, soffset_t and lengths
constexpr std::int64_t kVtableEntry = 2;  // voffset_t; the first two: vtable size, table size
constexpr std::int64_t kIdentifier = 4;

}  // namespace

void FlatbufferSize::align(std::int64_t alignment, std::int64_t bytes_to_come) {
    largest_alignment_ = std::max(largest_alignment_, alignment);
    const std::int64_t end = size_ + bytes_to_come;
    size_ += (alignment - end % alignment) % alignment;
}

void FlatbufferSize::push(std::int64_t bytes) {
    align(bytes);
    size_ += bytes;
}

void FlatbufferSize::table(const std::vector<Field>& fields) {
    const std::int64_t start = size_;
    std::int64_t entries = 0;
    for (const Field& field : fields) {
        entries = std::max(entries, field.id + 1);
    }
    std::vector<std::int64_t> ends(static_cast<std::size_t>(entries), 0);
    for (const Field& field : fields) {
        push(field.bytes);
        ends[static_cast<std::size_t>(field.id)] = size_;
    }
    push(kOffset);  // to the vtable
    std::vector<std::int64_t> vtable = {size_ - start};
    for (const std::int64_t end : ends) {
        vtable.push_back(end > 0 ? size_ - end : 0);
    }
    if (vtables_.insert(vtable).second) {
        size_ += kVtableEntry * (2 + entries);
    }
}

void FlatbufferSize::vector(std::int64_t count, std::int64_t element_bytes,
                            std::int64_t alignment) {
    const std::int64_t bytes = count * element_bytes;
    align(alignment, bytes);
    align(kOffset, bytes);
    align(element_bytes, bytes);
    size_ += bytes;
    push(kOffset);
}

void FlatbufferSize::string(std::int64_t characters) {
    align(kOffset, characters + 1);
    size_ += characters + 1;
    push(kOffset);
}

std::int64_t FlatbufferSize::finish() {
    align(largest_alignment_, kOffset + kIdentifier);
    size_ += kIdentifier;
    push(kOffset);
    return size_;
}

}  // namespace nanonas::exporting::tflm
