#include "apps/pipeline/run_plan.hpp"

#include <algorithm>
#include <filesystem>
#include <set>

#include "apps/pipeline/identity.hpp"
#include "apps/pipeline/report_json.hpp"
#include "apps/pipeline/resolve.hpp"
#include "apps/pipeline/steps/c_check.hpp"
#include "space/checksum.hpp"
#include "space/errors.hpp"
#include "space/files.hpp"
#include "space/json/json_text.hpp"
#include "space/json/strict.hpp"

namespace nanonas::pipeline {

namespace fs = std::filesystem;

namespace {

bool holds(const std::string& directory, const char* name) {
    std::error_code error;
    return fs::exists(fs::path(directory) / name, error);
}

/// What a start writes before config.json makes the directory a run.
bool is_of_a_start(const std::string& name) {
    return name == ".lock" || name.rfind("data.json", 0) == 0 || name.rfind("config.json.", 0) == 0;
}

/// Nothing there but what a start left that got no further.
bool is_vacant(const std::string& directory) {
    std::error_code error;
    if (!fs::exists(directory, error)) {
        return true;
    }
    if (!fs::is_directory(directory, error)) {
        throw ConfigError("--out: " + directory + " exists and is not a directory");
    }
    for (const auto& entry : fs::directory_iterator(directory, error)) {
        if (!is_of_a_start(entry.path().filename().string())) {
            return false;
        }
    }
    return true;
}

std::string numbered(const std::string& base, int number) {
    return number == 1 ? base : base + "-" + std::to_string(number);
}

std::string shown(const nlohmann::json& options, const std::string& key) {
    if (!options.contains(key)) {
        return "absent";
    }
    return options[key].is_string() ? options[key].get<std::string>() : json::text(options[key]);
}

/// Throws ConfigError for an option that differs. Whether the images, and the table of scores, are
/// those the run began with shows when they are read; true when they are named elsewhere.
bool require_same_options(const std::string& directory, const nlohmann::json& now) {
    const std::string file = directory + "/config.json";
    const nlohmann::json before = json::parse_file(file);
    nlohmann::json keys = before;
    keys.update(now);
    bool moved = false;
    for (const auto& item : keys.items()) {
        const std::string& key = item.key();
        const std::string was = shown(before, key);
        const std::string is = shown(now, key);
        if (was == is) {
            continue;
        }
        if (names_a_place(key) && before.contains(key) && now.contains(key)) {
            moved = true;
            continue;
        }
        throw ConfigError("--resume: " + directory + " was started with --" + key + " " + was +
                          ", now it is " + is +
                          "; give the same options, or another --out for a new run");
    }
    return moved;
}

/// What keeps a run that has a summary from being finished; else empty.
std::string what_is_amiss(const std::string& directory) {
    const std::string file = directory + "/summary.json";
    const std::string text = read_file(file);
    const nlohmann::json summary = nlohmann::json::parse(text, nullptr, false);
    const nlohmann::json products =
        summary.is_object() ? summary.value("products", nlohmann::json()) : nlohmann::json();
    // Earlier versions kept no checks, and the products as a list of names.
    const bool is_old = seal_of(text) == Seal::kNone && !products.is_object();
    if (summary.is_discarded() || (!is_old && seal_of(text) != Seal::kWhole)) {
        return "summary.json is damaged";
    }
    std::error_code error;
    for (const auto& [key, value] : products.items()) {
        const std::string name = "winner/" + (is_old ? json::Reader(value, file).string() : key);
        const std::string product = directory + "/" + name;
        if (!fs::exists(product, error)) {
            return name + " is gone";
        }
        if (!is_old && checksum(read_file(product)) != value) {
            return name + " is damaged";
        }
    }
    return "";
}

bool can_be_checked_now(const std::string& directory) {
    const std::string file = directory + "/summary.json";
    const nlohmann::json summary = json::parse_file(file);
    return read_c_check(summary.value("c_check", nlohmann::json::object())).was_not_done() &&
           check_lacks(directory).empty();
}

constexpr std::size_t kRunsTold = 3;

/// "; runs here: a, runs/b": those beside `directory`, in the working folder and in its runs/.
std::string runs_near(const std::string& directory) {
    const std::set<fs::path> folders = {"", "runs", fs::path(directory).parent_path()};
    std::vector<std::string> found;
    for (const fs::path& folder : folders) {
        std::error_code error;
        for (const auto& entry :
             fs::directory_iterator(folder.empty() ? fs::path(".") : folder, error)) {
            if (fs::exists(entry.path() / "config.json", error) &&
                fs::exists(entry.path() / "data.json", error)) {
                found.push_back((folder / entry.path().filename()).string());
            }
        }
    }
    std::sort(found.begin(), found.end());
    std::string text;
    for (std::size_t i = 0; i < std::min(found.size(), kRunsTold); ++i) {
        text += (i == 0 ? "; runs here: " : ", ") + found[i];
    }
    return text + (found.size() > kRunsTold ? ", ..." : "");
}

}  // namespace

void require_no_run(const std::string& directory) {
    if (holds(directory, "config.json") && holds(directory, "data.json")) {
        throw ConfigError("--out: " + directory + " already holds a run; name another directory");
    }
}

std::string run_base(const RunSpec& spec, Verb verb) {
    std::string base = dataset_name(spec);
    if (verb == Verb::kTrain) {
        const std::vector<space::Axis> axes = space_of(spec)->axes();
        const space::Candidate arch = arch_of(spec);
        base += "-";
        for (std::size_t i = 0; i < axes.size(); ++i) {
            base += axes[i].name + space::value_text(axes[i], arch.at[i]);
        }
        return base;
    }
    const BudgetOptions& budget = spec.budget;
    if (!budget.target.empty()) {
        return base + "-" + fs::path(budget.target).stem().string();
    }
    const std::string plain = base;
    if (budget.ram_bytes) {
        base += "-r" + std::to_string(*budget.ram_bytes);
    }
    if (budget.flash_bytes) {
        base += "-f" + std::to_string(*budget.flash_bytes);
    }
    if (budget.macc) {
        base += "-m" + std::to_string(*budget.macc);
    }
    return base == plain ? base + "-unbounded" : base;
}

RunPlan plan_at(const std::string& path, const RunSpec& spec, Verb verb, bool resume) {
    RunPlan plan;
    plan.path = path;
    if (is_vacant(plan.path)) {
        return plan;
    }
    if (!holds(plan.path, "config.json")) {
        throw ConfigError("--out: " + plan.path +
                          " is not empty and holds no run; name a new directory");
    }
    if (!resume) {
        throw ConfigError("--out: " + plan.path +
                          " already holds a run; go on with it by --resume, or name another "
                          "directory");
    }
    plan.moved = require_same_options(plan.path, config_json(spec, verb));
    plan.exists = true;
    if (holds(plan.path, "summary.json")) {
        plan.amiss = what_is_amiss(plan.path);
        plan.unchecked = plan.amiss.empty() && can_be_checked_now(plan.path);
        plan.finished = plan.amiss.empty() && !plan.unchecked;
    }
    return plan;
}

RunPlan plan_run(const RunSpec& spec, Verb verb, const RunPlace& place) {
    std::string path = place.out;
    if (path.empty()) {
        const std::string stem = "runs/" + run_base(spec, verb);
        int number = 1;
        while (!is_vacant(numbered(stem, number))) {
            ++number;
        }
        path = numbered(stem, place.resume && number > 1 ? number - 1 : number);
    }
    while (path.size() > 1 && path.back() == '/') {
        path.pop_back();
    }
    return plan_at(path, spec, verb, place.resume);
}

bool reads_table_only(const RunSpec& spec) {
    return !spec.search.scores.empty() && spec.search.search_only;
}

void require_named_data(const RunSpec& spec, bool named) {
    if (named || !spec.data.data.empty()) {
        return;
    }
    if (!spec.search.scores.empty() && !reads_table_only(spec)) {
        throw ConfigError(
            "--data: needed to train the winner that --scores finds; or --search-only to stop "
            "there");
    }
    if (!spec.data.test.empty()) {
        throw ConfigError("--data: needed beside --test; the training images");
    }
}

void require_run_or_data(const RunSpec& spec, const RunPlace& place, const RunPlan& plan) {
    if (!place.resume || plan.exists || !spec.data.data.empty() || reads_table_only(spec)) {
        return;
    }
    std::error_code error;
    if (!fs::exists(fs::path(plan.path) / ".lock", error)) {
        throw ConfigError("--resume: " + plan.path +
                          " holds no run; give the run's options or its --out, or --data to begin "
                          "one" +
                          runs_near(plan.path));
    }
}

}  // namespace nanonas::pipeline
