#include "apps/pipeline/run_spec.hpp"

#include <charconv>
#include <cmath>
#include <sstream>

#include "apps/pipeline/formats.hpp"
#include "apps/pipeline/workers/source.hpp"
#include "export/device/core.hpp"
#include "export/native/c_names.hpp"
#include "export/runtime.hpp"
#include "nas/strategy.hpp"
#include "space/choice.hpp"
#include "space/errors.hpp"
#include "space/text.hpp"
#include "train/stages/stage.hpp"

namespace nanonas::pipeline {

namespace {

void require(bool holds, const std::string& message) {
    if (!holds) {
        throw ConfigError(message);
    }
}

}  // namespace

double parse_number(const std::string& text, const std::string& what, double low, double high) {
    double value = 0.0;
    const char* end = text.data() + text.size();
    const auto read = std::from_chars(text.data(), end, value);
    if (read.ec != std::errc{} || read.ptr != end || !std::isfinite(value) || value < low ||
        value > high) {
        throw ConfigError(what + ": \"" + text + "\" is not a number from " + shortest_text(low) +
                          " to " + shortest_text(high));
    }
    return value;
}

train::AugmentOptions parse_augment(const std::string& text, const std::string& what) {
    train::AugmentOptions augment;
    if (text.empty() || text == "none") {
        return augment;
    }
    std::stringstream parts(text);
    std::string part;
    while (std::getline(parts, part, ',')) {
        const auto equals = part.find('=');
        const std::string key = part.substr(0, equals);
        const bool has_value = equals != std::string::npos;
        const std::string value = has_value ? part.substr(equals + 1) : "";
        if (key == "flip" && !has_value) {
            augment.flip = true;
        } else if (key == "shift" && has_value) {
            augment.shift = parse_integer(value, what + " shift", 0, 64);
        } else if (key == "brightness" && has_value) {
            augment.brightness = parse_number(value, what + " brightness", 0.0, 1.0);
        } else {
            throw ConfigError(what + ": \"" + part +
                              "\" is not one of flip, shift=PIXELS, brightness=0..1" +
                              did_you_mean(key, {"flip", "shift", "brightness"}));
        }
    }
    return augment;
}

std::string to_string(const train::AugmentOptions& augment) {
    std::string text = augment.flip ? "flip" : "";
    const auto add = [&text](const std::string& part) { text += (text.empty() ? "" : ",") + part; };
    if (augment.shift > 0) {
        add("shift=" + std::to_string(augment.shift));
    }
    if (augment.brightness > 0.0) {
        add("brightness=" + shortest_text(augment.brightness));
    }
    return text.empty() ? "none" : text;
}

void DataOptions::validate() const {
    require(val_split > 0.0 && val_split < 1.0, "--val-split: must lie between 0 and 1");
}

void BudgetOptions::validate() const {
    if (!runtime.empty() && runtime != "all") {
        exporting::make_cost_model(runtime);
    }
}

std::unique_ptr<space::SearchSpace> space_of(const RunSpec& spec, const space::Problem& problem) {
    return space::make_space(spec.search.space, problem);
}

space::Candidate arch_of(const RunSpec& spec) {
    try {
        return space::parse_candidate(spec.training.arch, space_of(spec)->axes());
    } catch (const ConfigError& error) {
        throw ConfigError(std::string("--arch: ") + error.what());
    }
}

std::vector<std::string> recipe_names() {
    return {"default", "nanonas"};
}

void apply_recipe(RunSpec& spec, const std::string& name, const std::string& what) {
    if (name == "default") {
        SearchOptions search;
        search.space = spec.search.space;
        search.scores = spec.search.scores;
        search.search_only = spec.search.search_only;
        spec.search = search;
        spec.training.schedule = train::Schedule::kCosine;
        spec.training.augment.reset();
        spec.data.final_val_split.reset();
        return;
    }
    if (name != "nanonas") {
        refuse_name(name, recipe_names(), what + ": \"" + name + "\" is unknown; known: ");
    }
    spec.search.strategy = "nanonas";
    spec.search.epochs = 3;
    spec.search.learning_rate = 1e-3;
    spec.search.schedule = train::Schedule::kConstant;
    spec.search.batch = 16;
    spec.search.repeats = 1;
    spec.data.final_val_split = spec.data.val_split;
    spec.training.epochs = 100;
    spec.training.learning_rate = 0.01;
    spec.training.batch = 128;
    spec.training.schedule = train::Schedule::kConstant;
    spec.training.warmup = 0;
    spec.training.average = 0.0;
    spec.training.dropout.reset();
    spec.training.weight_decay = 0.0;
    spec.training.label_smoothing = 0.0;
    spec.training.augment = train::AugmentOptions{};
}

void SearchOptions::validate() const {
    require(!steps || !epochs, "--search-steps and --search-epochs: give one of them");
    space::make_space(space, {});
    nas::make_strategy(strategy_of(*this));
}

std::string strategy_of(const SearchOptions& search) {
    return strategy_of(search, *space::make_space(search.space, {}));
}

std::string strategy_of(const SearchOptions& search, const space::SearchSpace& space) {
    if (!search.strategy.empty()) {
        return search.strategy;
    }
    return nas::has_two_numbers(space.axes()) ? "occam" : "evolution";
}

std::int64_t repeats_of(const SearchOptions& search) {
    return search.repeats > 0 ? search.repeats : nas::make_strategy(strategy_of(search))->repeats();
}

void TrainingOptions::validate() const {
    try {
        train::parse_stages(stages);
    } catch (const ConfigError& error) {
        throw ConfigError(std::string("--stages: ") + error.what());
    }
    constexpr std::int64_t kFewestOfAuto = 100;
    require(warmup < epochs.value_or(kFewestOfAuto),
            "--warmup: " + std::to_string(warmup) + " epochs, expected fewer than --epochs");
    if (!engine.empty()) {
        train::make_engine(engine);
    }
}

void ProductOptions::validate() const {
    try {
        exporting::check_c_name(name);
    } catch (const ExportError& error) {
        throw ConfigError(std::string("--name: ") + error.what());
    }
}

void OutputOptions::validate() const {
    make_writer(format);
}

void DeviceOptions::validate() const {
    if (!device.empty() && device != "all" && device != "host") {
        try {
            nanonas::device::core_named(device);
        } catch (const ConfigError& error) {
            throw ConfigError(std::string("--device: ") + error.what() + " (or all, or host)");
        }
    }
}

void BatchOptions::validate() const {
    require(!index || only.empty(), "--index and --only: give one of them");
    require(emit.empty() || (!index && only.empty() && !dry_run),
            "--emit: not together with --index, --only or --dry-run");
}

void RunSpec::validate() const {
    data.validate();
    budget.validate();
    search.validate();
    training.validate();
    if (!training.arch.empty()) {
        arch_of(*this);
    }
    products.validate();
    try {
        parse_worker_sources(workers_from, worker_program);
    } catch (const ConfigError& error) {
        throw ConfigError(std::string("--workers-from: ") + error.what());
    }
    require(workers_from.empty() || search.scores.empty(),
            "--workers-from: not together with --scores, which leaves workers nothing to train");
    require(workers != kNobodyHere || !workers_from.empty(),
            "--workers: 0 leaves nobody to work without --workers-from");
}

void Config::validate() const {
    RunSpec::validate();
    output.validate();
    device.validate();
    batch.validate();
}

}  // namespace nanonas::pipeline
