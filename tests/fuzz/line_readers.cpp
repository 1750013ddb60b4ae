// What workers and searches say to each other, as it comes out of a pipe.
#include <stdexcept>

#include "apps/pipeline/workers/line_buffer.hpp"
#include "apps/pipeline/workers/protocol.hpp"
#include "tests/fuzz/readers.hpp"

namespace nanonas::fuzz {

namespace {

constexpr std::size_t kLongest = 4096;
constexpr std::size_t kCut = 7;

/// What is read, written and read again is the same.
template <typename Read>
void read_lines(const std::string& bytes, const Read& read) {
    pipeline::LineBuffer lines(kLongest);
    for (std::size_t at = 0; at < bytes.size(); at += kCut) {
        lines.add(std::string_view(bytes).substr(at, kCut));
        while (const auto line = lines.next()) {
            std::string written = pipeline::line_of(read(*line));
            const std::string once = written;
            written.pop_back();
            if (pipeline::line_of(read(written)) != once) {
                throw std::logic_error("a message is not read as it was written: " + written);
            }
        }
    }
}

}  // namespace

void read_worker_lines(const std::string& bytes) {
    read_lines(bytes, pipeline::read_from_worker);
}

void read_head_lines(const std::string& bytes) {
    read_lines(bytes, pipeline::read_from_head);
}

}  // namespace nanonas::fuzz
