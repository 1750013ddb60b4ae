#include "apps/pipeline/resolve.hpp"

#include <dlfcn.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <limits>
#include <thread>

#include "export/runtime.hpp"
#include "space/cost.hpp"
#include "space/errors.hpp"
#include "space/json/target_json.hpp"
#include "space/spaces/cells.hpp"
#include "space/text.hpp"
#include "train/engine/engine.hpp"

namespace nanonas::pipeline {

namespace fs = std::filesystem;

namespace {

/// A bound in whole units: 1.001 ms are 1,001 us, though the double times 1,000 is a little less.
std::int64_t whole_at_most(double value) {
    // The text's double and the product are each off by half of this at most.
    constexpr double kRounding = 4.0 * std::numeric_limits<double>::epsilon();
    return static_cast<std::int64_t>(std::floor(value * (1.0 + kRounding)));
}

/// The shared library that this code is in; empty when it is a part of the program.
fs::path own_library() {
    Dl_info found = {};
    if (::dladdr(reinterpret_cast<const void*>(&own_library), &found) == 0 ||
        found.dli_fname == nullptr || fs::path(found.dli_fname).extension() != ".so") {
        return {};
    }
    return found.dli_fname;
}

}  // namespace

std::string configs_folder(const std::string& name) {
    std::error_code error;
    const fs::path library = own_library();
    if (!library.empty()) {
        const fs::path beside = library.parent_path() / "configs" / name;
        if (fs::is_directory(beside, error)) {
            return fs::absolute(beside).lexically_normal().string();
        }
    }
    const fs::path program = fs::read_symlink("/proc/self/exe", error);
    if (!error) {
        const fs::path folder = program.parent_path();
        for (const char* above :
             {"../../configs", "../../../../configs", "../share/nanonas/configs"}) {
            const fs::path candidate = folder / above / name;
            if (fs::is_directory(candidate, error)) {
                return candidate.lexically_normal().string();
            }
        }
    }
    return std::string(NANONAS_CONFIGS) + "/" + name;
}

std::string shipped_file(const std::string& name, const std::string& folder,
                         const std::string& ending) {
    std::error_code error;
    const std::string shipped = configs_folder(folder) + "/" + name + ending;
    const bool is_name = name.find('/') == std::string::npos;
    return is_name && !fs::exists(name, error) && fs::exists(shipped, error) ? shipped : name;
}

std::string config_file(const std::string& name) {
    return shipped_file(name, "searches", ".json");
}

Platform resolve_platform(const BudgetOptions& options) {
    Platform platform;
    space::Budget& budget = platform.budget;
    if (!options.target.empty()) {
        const space::Target target = json::find_target(options.target, configs_folder("targets"));
        budget = target.budget();
        platform.device = target.device();
    }
    if (options.ram_bytes) {
        budget.ram_bytes = options.ram_bytes;
    }
    if (options.flash_bytes) {
        budget.flash_bytes = options.flash_bytes;
    }
    if (options.macc) {
        budget.macc = options.macc;
    }
    if (options.max_latency_ms) {
        budget.latency_us = whole_at_most(*options.max_latency_ms * 1e3);
    }
    if (options.max_energy_uj) {
        budget.energy_uj = whole_at_most(*options.max_energy_uj);
    }
    return platform;
}

std::unique_ptr<space::CostModel> resolve_cost_model(const BudgetOptions& options,
                                                     const space::Device& device,
                                                     const std::vector<std::string>& labels) {
    space::Device labelled = device;
    labelled.labels = labels;
    auto model = exporting::make_cost_model(options.runtime, labelled);
    const auto require = [&](const char* option, bool bounded, bool known, const char* needed) {
        if (bounded && !known) {
            throw ConfigError(std::string(option) + ": " +
                              (options.target.empty()
                                   ? "needs --target, whose core and clock tell it"
                                   : "target " + options.target + " with runtime " +
                                         options.runtime + " does not tell it; needs " + needed));
        }
    };
    if (options.max_latency_ms || options.max_energy_uj) {
        const space::CostReport probe = model->cost(space::CellSpace{{8, 8, 1}, 2}.build({1, 0}));
        require("--max-latency-ms", options.max_latency_ms.has_value(),
                probe.latency_us.has_value(), "a known core, clock_hz and runtime native");
        require("--max-energy-uj", options.max_energy_uj.has_value(), probe.energy_uj.has_value(),
                "active_power_mw beside a known core, clock_hz and runtime native");
    }
    return model;
}

std::string budget_text(const space::Budget& budget) {
    std::string text;
    const auto add = [&text](const std::string& part) {
        text += (text.empty() ? "" : ", ") + part;
    };
    if (budget.ram_bytes) {
        add("RAM " + bytes_text(*budget.ram_bytes));
    }
    if (budget.flash_bytes) {
        add("flash " + bytes_text(*budget.flash_bytes));
    }
    if (budget.macc) {
        add("MACC " + grouped(*budget.macc));
    }
    if (budget.latency_us) {
        add("latency " + milliseconds_text(*budget.latency_us));
    }
    if (budget.energy_uj) {
        add("energy " + grouped(*budget.energy_uj) + " uJ");
    }
    return text.empty() ? "no bound" : text;
}

void resolve_defaults(RunSpec& spec) {
    if (spec.training.engine.empty()) {
        spec.training.engine = train::engine_names().front();
    }
    if (spec.budget.runtime.empty()) {
        spec.budget.runtime = exporting::runtime_names().front();
    }
    const auto absolute = [](std::string& path) {
        if (!path.empty()) {
            path = fs::absolute(path).lexically_normal().string();
            if (path.size() > 1 && path.back() == '/') {
                path.pop_back();
            }
        }
    };
    absolute(spec.data.data);
    absolute(spec.data.test);
    absolute(spec.data.cache);
    absolute(spec.search.scores);
    std::error_code error;
    if (fs::is_regular_file(spec.budget.target, error)) {
        absolute(spec.budget.target);
    }
}

int worker_count(const RunSpec& spec) {
    if (spec.workers > 0) {
        return static_cast<int>(spec.workers);
    }
    return static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
}

std::string dataset_name(const RunSpec& spec) {
    if (spec.data.data.empty()) {
        return spec.search.scores.empty() ? "fashion-mnist"
                                          : fs::path(spec.search.scores).stem().string();
    }
    const fs::path path = fs::path(spec.data.data);
    const std::string name = path.filename().string();
    const std::string parent = path.parent_path().filename().string();
    return (name == "train" || name == "training") && !parent.empty() ? parent : name;
}

}  // namespace nanonas::pipeline
