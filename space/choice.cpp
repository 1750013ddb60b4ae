#include "space/choice.hpp"

#include "space/errors.hpp"
#include "space/text.hpp"

namespace nanonas {

std::string listed(const std::vector<std::string>& names) {
    std::string text;
    for (const std::string& name : names) {
        text += (text.empty() ? "" : ", ") + name;
    }
    return text;
}

void refuse_name(const std::string& name, const std::vector<std::string>& known,
                 const std::string& problem) {
    throw ConfigError(problem + listed(known) + did_you_mean(name, known));
}

}  // namespace nanonas
