// The one printer of text from outside: names in files, labels, metadata of models.
#pragma once

#include <string>

namespace nanonas {

/// One line of text for a terminal: control characters, bytes that are no UTF-8, and characters
/// that break lines or turn the direction of text are shown escaped ("\\n", "\\x1b", "\\u{202e}").
std::string one_line(const std::string& text);

/// The same for text of several lines: newlines stay.
std::string many_lines(const std::string& text);

/// The word as a POSIX shell reads it back: quoted where it must be.
std::string shell_quoted(const std::string& word);

}  // namespace nanonas
