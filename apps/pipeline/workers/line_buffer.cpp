#include "apps/pipeline/workers/line_buffer.hpp"

#include "space/errors.hpp"
#include "space/text.hpp"

namespace nanonas::pipeline {

void LineBuffer::add(std::string_view bytes) {
    bytes_.erase(0, begin_);
    searched_ -= begin_;
    begin_ = 0;
    bytes_.append(bytes);
}

std::optional<std::string> LineBuffer::next() {
    const std::size_t end = bytes_.find('\n', searched_);
    searched_ = end == std::string::npos ? bytes_.size() : end + 1;
    const std::size_t size = (end == std::string::npos ? bytes_.size() : end) - begin_;
    if (size > longest_) {
        throw DataError("a line of more than " + grouped(static_cast<std::int64_t>(longest_)) +
                        " bytes");
    }
    if (end == std::string::npos) {
        return std::nullopt;
    }
    std::string line = bytes_.substr(begin_, size);
    begin_ = end + 1;
    return line;
}

}  // namespace nanonas::pipeline
