// Every strategy by name: a new one is a pair of files in strategies/ and one row here.
#include <memory>
#include <string>
#include <vector>

#include "nas/strategies/evolution.hpp"
#include "nas/strategies/halving.hpp"
#include "nas/strategies/nanonas.hpp"
#include "nas/strategies/occam.hpp"
#include "nas/strategies/random_search.hpp"
#include "nas/strategy.hpp"
#include "space/choice.hpp"

namespace nanonas::nas {
namespace {

template <typename T>
std::unique_ptr<Strategy> make() {
    return std::make_unique<T>();
}

struct Row {
    const char* name;
    std::unique_ptr<Strategy> (*make)();
};

constexpr Row kStrategies[] = {
    {"occam", make<Occam>},     {"nanonas", make<NanoNas>},     {"evolution", make<Evolution>},
    {"halving", make<Halving>}, {"random", make<RandomSearch>},
};

}  // namespace

std::vector<std::string> strategy_names() {
    return names_of(kStrategies);
}

std::unique_ptr<Strategy> make_strategy(const std::string& name) {
    return choose(kStrategies, name, "strategy \"" + name + "\": unknown, expected one of ").make();
}

}  // namespace nanonas::nas
