#include "apps/nanonas/run_directory.hpp"

#include <filesystem>

#include "apps/nanonas/c_check.hpp"
#include "export/device/process.hpp"
#include "space/checksum.hpp"
#include "space/errors.hpp"
#include "space/files.hpp"
#include "space/json/json_text.hpp"
#include "space/json/strict.hpp"

namespace nanonas::app {

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

void require_same_options(const std::string& directory, const nlohmann::json& now) {
    const std::string file = directory + "/config.json";
    const nlohmann::json before = json::parse_text(read_file(file), file);
    nlohmann::json keys = before;
    keys.update(now);
    for (const auto& item : keys.items()) {
        const std::string& key = item.key();
        const std::string was = shown(before, key);
        const std::string is = shown(now, key);
        if (was != is) {
            throw ConfigError("--resume: " + directory + " was started with --" + key + " " + was +
                              ", now it is " + is +
                              "; give the same options, or another --out for a new run");
        }
    }
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
    const nlohmann::json summary = json::parse_text(read_file(file), file);
    return was_not_done(summary.value("c_check", nlohmann::json::object())) &&
           check_lacks(directory).empty();
}

bool is_number(const std::string& text) {
    return !text.empty() && text.find_first_not_of("0123456789") == std::string::npos;
}

/// "model.c.tmp1234.0": what write_files leaves when it is killed.
bool is_half_written(const std::string& name) {
    const std::size_t tmp = name.rfind(".tmp");
    const std::size_t dot = name.rfind('.');
    return tmp != std::string::npos && dot > tmp &&
           is_number(name.substr(tmp + 4, dot - tmp - 4)) && is_number(name.substr(dot + 1));
}

/// What processes left that were killed. The lock is held: none of it is in use.
void remove_leftovers(const std::string& directory) {
    std::vector<fs::path> leftovers;
    std::error_code error;
    for (fs::recursive_directory_iterator at(directory, error), end; !error && at != end;
         at.increment(error)) {
        const std::string name = at->path().filename().string();
        if (name.rfind(device::kScratchName, 0) == 0) {
            at.disable_recursion_pending();
            leftovers.push_back(at->path());
        } else if (is_half_written(name)) {
            leftovers.push_back(at->path());
        }
    }
    for (const fs::path& path : leftovers) {
        fs::remove_all(path, error);
    }
}

/// Whether a run may be begun or gone on with in `path`, which is not chosen any more.
RunPlan plan_at(const std::string& path, const Config& config, Verb verb) {
    RunPlan plan;
    plan.path = path;
    if (is_vacant(plan.path)) {
        return plan;
    }
    if (!holds(plan.path, "config.json")) {
        throw ConfigError("--out: " + plan.path +
                          " is not empty and holds no run; name a new directory");
    }
    if (!config.output.resume) {
        throw ConfigError("--out: " + plan.path +
                          " already holds a run; go on with it by --resume, or name another "
                          "directory");
    }
    require_same_options(plan.path, config_json(config, verb));
    plan.exists = true;
    if (holds(plan.path, "summary.json")) {
        plan.amiss = what_is_amiss(plan.path);
        plan.unchecked = plan.amiss.empty() && can_be_checked_now(plan.path);
        plan.finished = plan.amiss.empty() && !plan.unchecked;
    }
    return plan;
}

}  // namespace

void require_no_run(const std::string& directory) {
    if (holds(directory, "config.json") && holds(directory, "data.json")) {
        throw ConfigError("--out: " + directory + " already holds a run; name another directory");
    }
}

std::string run_base(const Config& config, Verb verb) {
    std::string base = dataset_name(config);
    if (verb == Verb::kTrain) {
        const std::vector<space::Axis> axes = space_of(config)->axes();
        const space::Candidate arch = arch_of(config);
        base += "-";
        for (std::size_t i = 0; i < axes.size(); ++i) {
            base += axes[i].name + space::value_text(axes[i], arch.at[i]);
        }
        return base;
    }
    const BudgetOptions& budget = config.budget;
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

nlohmann::json config_json(const Config& config, Verb verb) {
    nlohmann::json values = nlohmann::json::object();
    for (const Option& option : options()) {
        const std::string text = option.show(config);
        if (!option.decides_answer || !option.belongs_to(verb) || text.empty()) {
            continue;
        }
        switch (option.kind) {
            case Kind::kSwitch:
                values[option.name] = text == "true";
                break;
            case Kind::kInteger:
            case Kind::kBytes:
            case Kind::kNumber:
                values[option.name] = nlohmann::json::parse(text);
                break;
            case Kind::kIntegerOrWord:
                values[option.name] = nlohmann::json::parse(text, nullptr, false);
                if (values[option.name].is_discarded()) {
                    values[option.name] = text;
                }
                break;
            case Kind::kText:
                values[option.name] = text;
                break;
        }
    }
    return values;
}

RunPlan plan_run(const Config& config, Verb verb, const std::string& base) {
    std::string path = config.output.out;
    if (path.empty()) {
        const std::string stem = "runs/" + base;
        int number = 1;
        while (!is_vacant(numbered(stem, number))) {
            ++number;
        }
        path = numbered(stem, config.output.resume && number > 1 ? number - 1 : number);
    }
    while (path.size() > 1 && path.back() == '/') {
        path.pop_back();
    }
    return plan_at(path, config, verb);
}

RunDirectory::RunDirectory(const std::string& path, const Config& config, Verb verb,
                           const nlohmann::json& data)
    : path_(path), lock_(path), plan_(plan_at(path, config, verb)) {
    remove_leftovers(path_);
    if (plan_.finished) {
        return;
    }
    const std::string data_file = file("data.json");
    std::error_code error;
    if (plan_.exists && fs::exists(data_file, error)) {
        const nlohmann::json before = json::parse_text(read_file(data_file), data_file);
        if (before != data) {
            throw DataError(path_ + ": the images have changed since this run began (" +
                            json::text(before) + " then, " + json::text(data) +
                            " now); start a new run with another --out");
        }
    } else {
        write_file(data_file, json::text(data, 2) + "\n");
    }
    // Last, because it is what makes the directory a run.
    if (!fs::exists(file("config.json"), error)) {
        write_file(file("config.json"), json::text(config_json(config, verb), 2) + "\n");
    }
}

}  // namespace nanonas::app
