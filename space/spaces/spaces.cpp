// Every search space by name: a new one is a pair of files beside this one and one row here.
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "space/errors.hpp"
#include "space/search_space.hpp"
#include "space/spaces/blocks.hpp"
#include "space/spaces/cells.hpp"
#include "space/text.hpp"

namespace nanonas::space {
namespace {

template <typename Space>
std::unique_ptr<SearchSpace> make(const Problem& problem) {
    return std::make_unique<Space>(problem.input, problem.classes);
}

constexpr std::pair<const char*, std::unique_ptr<SearchSpace> (*)(const Problem&)> kSpaces[] = {
    {"cells", make<CellSpace>},
    {"blocks", make<BlockSpace>},
};

}  // namespace

std::vector<std::string> space_names() {
    std::vector<std::string> names;
    for (const auto& row : kSpaces) {
        names.emplace_back(row.first);
    }
    return names;
}

std::unique_ptr<SearchSpace> make_space(const std::string& name, const Problem& problem) {
    std::string known;
    for (const auto& row : kSpaces) {
        if (name == row.first) {
            return row.second(problem);
        }
        known += (known.empty() ? "" : ", ") + std::string(row.first);
    }
    throw ConfigError("space \"" + name + "\": unknown, expected one of " + known +
                      did_you_mean(name, space_names()));
}

}  // namespace nanonas::space
