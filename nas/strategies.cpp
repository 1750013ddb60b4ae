// Every strategy by name: a new one is a pair of files in strategies/ and one row here.
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "nas/strategies/nanonas.hpp"
#include "nas/strategies/occam.hpp"
#include "nas/strategy.hpp"
#include "space/errors.hpp"
#include "space/text.hpp"

namespace nanonas::nas {
namespace {

template <typename T>
std::unique_ptr<Strategy> make() {
    return std::make_unique<T>();
}

constexpr std::pair<const char*, std::unique_ptr<Strategy> (*)()> kStrategies[] = {
    {"occam", make<Occam>},
    {"nanonas", make<NanoNas>},
};

}  // namespace

std::vector<std::string> strategy_names() {
    std::vector<std::string> names;
    for (const auto& row : kStrategies) {
        names.emplace_back(row.first);
    }
    return names;
}

std::unique_ptr<Strategy> make_strategy(const std::string& name) {
    std::string known;
    for (const auto& row : kStrategies) {
        if (name == row.first) {
            return row.second();
        }
        known += (known.empty() ? "" : ", ") + std::string(row.first);
    }
    throw ConfigError("strategy \"" + name + "\": unknown, expected one of " + known +
                      did_you_mean(name, strategy_names()));
}

}  // namespace nanonas::nas
