#include "space/errors.hpp"
#include "space/text.hpp"
#include "train/engine/engine.hpp"
#ifdef NANONAS_HAS_FAST_ENGINE
#include "train/engine/fast/fast_engine.hpp"
#endif
#ifdef NANONAS_HAS_STOCK_ENGINE
#include "train/engine/stock_engine.hpp"
#endif

namespace nanonas::train {

namespace {

struct Entry {
    const char* name;
    std::shared_ptr<const Engine> (*make)();
};

/// The default first; the last entry only ends the table (a build may have no engine at all).
constexpr Entry kEngines[] = {
#ifdef NANONAS_HAS_FAST_ENGINE
    {"fast", make_fast_engine},
#endif
#ifdef NANONAS_HAS_STOCK_ENGINE
    {"stock", make_stock_engine},
#endif
    {nullptr, nullptr},
};

}  // namespace

std::vector<std::string> engine_names() {
    std::vector<std::string> names;
    for (const Entry* entry = kEngines; entry->name != nullptr; ++entry) {
        names.emplace_back(entry->name);
    }
    return names;
}

std::shared_ptr<const Engine> make_engine(const std::string& name) {
    std::string known;
    for (const Entry* entry = kEngines; entry->name != nullptr; ++entry) {
        if (name == entry->name) {
            return entry->make();
        }
        known += (known.empty() ? "" : ", ") + std::string(entry->name);
    }
    throw ConfigError("unknown engine '" + name +
                      "', expected one of: " + (known.empty() ? "(this build has none)" : known) +
                      did_you_mean(name, engine_names()));
}

}  // namespace nanonas::train
