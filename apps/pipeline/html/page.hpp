// The whole document around the sections: head, style sheet, nothing from elsewhere.
#pragma once

#include <string>

namespace nanonas::pipeline::html {

/// One self-contained file: no script, and the policy in its head lets nothing be fetched. `title`
/// is text, `body` markup.
std::string page(const std::string& title, const std::string& body);

}  // namespace nanonas::pipeline::html
