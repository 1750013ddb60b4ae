// Lines out of a stream of bytes.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace nanonas::pipeline {

class LineBuffer {
  public:
    explicit LineBuffer(std::size_t longest) : longest_(longest) {}

    void add(std::string_view bytes);
    /// The next whole line, without its end. Throws DataError when one is longer than allowed.
    std::optional<std::string> next();
    /// What has come of a line that has not ended.
    std::size_t rest() const { return bytes_.size() - begin_; }

  private:
    std::size_t longest_;
    std::string bytes_;
    std::size_t begin_ = 0;     ///< of the next line
    std::size_t searched_ = 0;  ///< no line ends before
};

}  // namespace nanonas::pipeline
