// Text set in columns.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace nanonas::app {

/// Rows of cells, each printable (space/printable.hpp), as aligned columns; the first `left`
/// columns to the left, the others to the right.
std::string table(std::vector<std::vector<std::string>> rows, const std::string& indent,
                  std::size_t left = 1);

/// "3.14" of two decimals.
std::string fixed(double value, int decimals);

/// `text` broken at spaces to lines of at most `width`, each after the first indented.
std::string wrapped(const std::string& text, std::size_t indent, std::size_t width);

}  // namespace nanonas::app
