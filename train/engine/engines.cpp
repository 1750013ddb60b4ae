#include <algorithm>
#include <utility>
#include <vector>

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

/// The named engine for what it covers, the later ones of the table for the rest.
class EngineWithFallback final : public Engine {
  public:
    explicit EngineWithFallback(std::vector<std::shared_ptr<const Engine>> engines)
        : engines_(std::move(engines)) {}

    std::string name() const override { return engines_.front()->name(); }

    std::string simd() const override {
        std::string text;
        for (const auto& engine : engines_) {
            text += (text.empty() ? "" : ", ") + engine->name() + " " + engine->simd();
        }
        return text;
    }

    bool covers(const space::Network& network) const override {
        return std::any_of(engines_.begin(), engines_.end(),
                           [&](const auto& engine) { return engine->covers(network); });
    }

    std::unique_ptr<Model> create(const space::Network& network,
                                  const space::Preprocess& preprocess, std::uint64_t seed,
                                  int threads) const override {
        for (const auto& engine : engines_) {
            if (engine->covers(network)) {
                return engine->create(network, preprocess, seed, threads);
            }
        }
        return engines_.back()->create(network, preprocess, seed, threads);  // throws, saying why
    }

  private:
    std::vector<std::shared_ptr<const Engine>> engines_;
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
            std::vector<std::shared_ptr<const Engine>> engines;
            for (; entry->name != nullptr; ++entry) {
                engines.push_back(entry->make());
            }
            return std::make_shared<EngineWithFallback>(std::move(engines));
        }
        known += (known.empty() ? "" : ", ") + std::string(entry->name);
    }
    throw ConfigError("unknown engine '" + name +
                      "', expected one of: " + (known.empty() ? "(this build has none)" : known) +
                      did_you_mean(name, engine_names()));
}

}  // namespace nanonas::train
