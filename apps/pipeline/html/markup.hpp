// Pieces of HTML as text. Everything that comes from outside goes through escaped().
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace nanonas::pipeline::html {

/// Fit for an element or a quoted attribute; bytes that are no UTF-8, and control characters, as
/// one_line() shows them.
std::string escaped(const std::string& text);

/// "12.5", of `digits` places behind the point; "-" for what is no number.
std::string fixed(double value, int digits);

/// <tag class="css">content</tag>; no class where `css` is empty. The content is markup.
std::string element(const char* tag, const std::string& content, const char* css = "");

/// A table that scrolls by itself where it is wider than the page. Cells are markup.
struct Table {
    std::string caption;  ///< text
    std::vector<std::string> head;
    std::vector<std::vector<std::string>> rows;
    std::size_t words = 1;  ///< so many columns hold words, the others numbers
    bool row_heads = true;  ///< the first column names the row
};
std::string table(const Table& table);

/// A table behind a line to click on; open in print.
std::string folded(const std::string& summary, const std::string& content);

/// A picture with its caption. `content` is markup, `caption` text.
std::string figure(const std::string& content, const std::string& caption);

}  // namespace nanonas::pipeline::html
