// Which names the generated C, and the packages around it, may have.
#pragma once

#include <string>

namespace nanonas::exporting {

/// A name becomes files, symbols, macros, a library and a build target. Throws ExportError unless
/// it is a C identifier of at most 63 characters that starts with a letter and means nothing yet to
/// C, C++ or CMake.
void check_c_name(const std::string& name);

/// "my_model": "MY_MODEL" for macros.
std::string capital_name(const std::string& name);
/// "my_model": "MyModel" for Arduino sketches.
std::string pascal_name(const std::string& name);
std::string lower_name(const std::string& name);

/// A layer's name inside a comment or a template: no mark, no end of the comment.
std::string comment_name(std::string name);

/// Whether " one two three " holds the word.
bool has_word(const char* words, const std::string& word);

}  // namespace nanonas::exporting
