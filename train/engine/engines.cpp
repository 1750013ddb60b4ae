#include <algorithm>
#include <utility>
#include <vector>

#include "space/choice.hpp"
#include "space/errors.hpp"
#include "train/engine/engine.hpp"
#include "train/engine/fast/fast_engine.hpp"
#ifdef NANONAS_HAS_STOCK_ENGINE
#include "train/engine/stock/stock_engine.hpp"
#endif

namespace nanonas::train {

namespace {

struct Entry {
    const char* name;
    std::shared_ptr<const Engine> (*make)();
};

/// The default first.
const std::vector<Entry>& engines_built() {
    static const std::vector<Entry> table = {
        {"fast", make_fast_engine},
#ifdef NANONAS_HAS_STOCK_ENGINE
        {"stock", make_stock_engine},
#endif
    };
    return table;
}

/// The named engine for what it covers, the later ones of the table for the rest.
class EngineWithFallback final : public Engine {
  public:
    explicit EngineWithFallback(std::vector<std::shared_ptr<const Engine>> engines)
        : engines_(std::move(engines)) {}

    std::string name() const override { return engines_.front()->name(); }

    std::string simd() const override {
        std::string text;
        for (const auto& engine : engines_) {
            text += (text.empty() ? "" : ", ") + engine->simd();
        }
        return text;
    }

    bool covers(const space::Network& network) const override {
        return std::any_of(engines_.begin(), engines_.end(),
                           [&](const auto& engine) { return engine->covers(network); });
    }

    const Engine& engine_for(const space::Network& network) const override {
        const auto covers = [&](const auto& engine) { return engine->covers(network); };
        const auto found = std::find_if(engines_.begin(), engines_.end(), covers);
        return found == engines_.end() ? *engines_.back() : **found;
    }

    std::unique_ptr<Model> create(const space::Network& network,
                                  const space::Preprocess& preprocess, std::uint64_t seed,
                                  int threads) const override {
        return engine_for(network).create(network, preprocess, seed, threads);
    }

  private:
    std::vector<std::shared_ptr<const Engine>> engines_;
};

}  // namespace

std::vector<std::string> engine_names() {
    return names_of(engines_built());
}

std::shared_ptr<const Engine> make_engine(const std::string& name) {
#ifndef NANONAS_HAS_STOCK_ENGINE
    if (name == "stock") {
        throw ConfigError(
            "engine 'stock': this build has none (built without LibTorch, "
            "-DNANONAS_LIBTORCH=OFF); it has: fast");
    }
#endif
    const std::vector<Entry>& built = engines_built();
    const std::string problem = "unknown engine '" + name + "', expected one of: ";
    std::vector<std::shared_ptr<const Engine>> engines;
    for (const Entry* entry = &choose(built, name, problem); entry != &built.back() + 1; ++entry) {
        engines.push_back(entry->make());
    }
    return std::make_shared<EngineWithFallback>(std::move(engines));
}

}  // namespace nanonas::train
