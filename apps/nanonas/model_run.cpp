#include "apps/nanonas/model_run.hpp"

#include <filesystem>

#include "apps/nanonas/resolve.hpp"
#include "space/checksum.hpp"
#include "space/errors.hpp"
#include "space/files.hpp"
#include "space/json/json_text.hpp"
#include "space/json/strict.hpp"

namespace nanonas::app {

namespace {

namespace fs = std::filesystem;

/// The run directory that holds the model; empty when none does.
fs::path run_of(const std::string& model_file) {
    const fs::path winner = fs::absolute(model_file).lexically_normal().parent_path();
    const fs::path run = winner.parent_path();
    std::error_code error;
    const bool is_run = winner.filename() == "winner" && fs::exists(run / "config.json", error) &&
                        fs::exists(run / "data.json", error);
    return is_run ? run : fs::path();
}

void adopt_bounds(const Command& command, const BudgetOptions& run, BudgetOptions& budget) {
    const auto names = [&](const char* option) { return command.named.count(option) > 0; };
    const bool same_runtime = !names("runtime") || budget.runtime == run.runtime;
    if (!names("runtime")) {
        budget.runtime = run.runtime;
    }
    if (names("target")) {
        return;
    }
    budget.target = run.target;
    const auto adopt = [&](const char* option, auto& bound, const auto& of_run) {
        if (!names(option)) {
            bound = of_run;
        }
    };
    adopt("ram", budget.ram_bytes, run.ram_bytes);
    adopt("flash", budget.flash_bytes, run.flash_bytes);
    adopt("macc", budget.macc, run.macc);
    if (same_runtime) {  // another may not tell them
        adopt("max-latency-ms", budget.max_latency_ms, run.max_latency_ms);
        adopt("max-energy-uj", budget.max_energy_uj, run.max_energy_uj);
    }
}

void adopt_images(const Command& command, const Config& run, Config& config) {
    const auto adopt = [&](const char* option, auto& value, const auto& of_run) {
        if (command.named.count(option) == 0) {
            value = of_run;
        }
    };
    config.data.of_run = true;
    config.data.data = run.data.data;
    adopt("test", config.data.test, run.data.test);
    adopt("val-split", config.data.val_split, run.data.val_split);
    adopt("final-val-split", config.data.final_val_split, run.data.final_val_split);
    adopt("seed", config.training.seed, run.training.seed);
    config.data.skip_bad = config.data.skip_bad || run.data.skip_bad;
}

/// A run's summary tells what its products are. One that is damaged itself vouches for nothing.
void require_undamaged(const std::string& model_file, const fs::path& run) {
    const std::string file = (run / "summary.json").string();
    std::error_code error;
    if (run.empty() || !fs::exists(file, error)) {
        return;
    }
    const std::string text = read_file(file);
    const std::string name = fs::path(model_file).filename().string();
    if (seal_of(text) != Seal::kWhole) {
        return;
    }
    const nlohmann::json summary = json::parse_text(text, file);
    const nlohmann::json products = summary.value("products", nlohmann::json::object());
    if (products.contains(name) && products.at(name) != checksum(read_file(model_file))) {
        throw DataError(model_file +
                        ": damaged, not what its run wrote; the run's command with --resume makes "
                        "it again");
    }
}

Config read_run(const fs::path& run) {
    Config own;
    read_config_file((run / "config.json").string(), Verb::kSearch, own);
    return own;
}

}  // namespace

std::optional<Config> config_of_run(const std::string& model_file) {
    const fs::path run = run_of(model_file);
    return run.empty() ? std::nullopt : std::optional(read_run(run));
}

void adopt_run(Command& command) {
    Config& config = command.config;
    const bool prices = command.verb == Verb::kEvaluate || command.verb == Verb::kProfile;
    if (config.output.model.empty() || !config.training.arch.empty()) {
        return;
    }
    const std::string model = model_path(config.output);
    const fs::path run = run_of(model);
    require_undamaged(model, run);
    if (run.empty() ||
        (!prices && command.verb != Verb::kExport && command.verb != Verb::kQuantize)) {
        return;
    }
    const Config own = read_run(run);
    config.output.run = run.string();
    if (prices) {
        adopt_bounds(command, own.budget, config.budget);
    } else if (command.verb == Verb::kExport && command.named.count("name") == 0) {
        config.output.name = own.output.name;
    }
    const char* images = command.verb == Verb::kEvaluate ? "test" : "data";
    if ((command.verb == Verb::kEvaluate || command.verb == Verb::kQuantize) &&
        command.named.count(images) == 0) {
        adopt_images(command, own, config);
    }
}

}  // namespace nanonas::app
