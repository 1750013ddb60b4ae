#include "space/json/target_json.hpp"

#include <algorithm>
#include <cctype>
#include <cstring>
#include <filesystem>
#include <iterator>
#include <map>

#include "space/errors.hpp"
#include "space/files.hpp"
#include "space/json/strict.hpp"
#include "space/text.hpp"

namespace nanonas::json {

namespace {

namespace fs = std::filesystem;

std::string lower(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(),
                   [](unsigned char letter) { return static_cast<char>(std::tolower(letter)); });
    return text;
}

bool answers_to(const space::Target& target, const std::string& name) {
    return lower(target.name) == lower(name) ||
           std::any_of(target.aliases.begin(), target.aliases.end(),
                       [&](const std::string& alias) { return lower(alias) == lower(name); });
}

std::string read_name(const Reader& reader) {
    std::string name = reader.string();
    if (name.empty()) {
        reader.fail("expected a name, not an empty string");
    }
    return name;
}

std::vector<std::string> target_files(const std::string& folder) {
    std::vector<std::string> files;
    std::error_code error;
    for (fs::directory_iterator entry(folder, error), end; !error && entry != end;
         entry.increment(error)) {
        if (entry->path().extension() == ".json") {
            files.push_back(entry->path().string());
        }
    }
    if (error) {
        throw IoError(folder + ": cannot be read (" + error.message() + ")");
    }
    std::sort(files.begin(), files.end());
    return files;
}

}  // namespace

space::Target read_target(const std::string& file) {
    constexpr std::int64_t kLargestBytes = std::int64_t{1} << 40;
    constexpr std::int64_t kFastestHz = 100'000'000'000;
    constexpr double kMostCoreMark = 1e9;
    constexpr double kMostMilliwatts = 1e6;
    const nlohmann::json value = parse(read_file(file), file);
    const Reader root(value, file);
    root.only_keys({"name", "aliases", "part", "core", "clock_hz", "ram_bytes", "flash_bytes",
                    "coremark", "active_power_mw", "sources"});
    space::Target target;
    target.name = read_name(root["name"]);
    target.ram_bytes = root["ram_bytes"].bytes(1, kLargestBytes);
    target.flash_bytes = root["flash_bytes"].bytes(1, kLargestBytes);
    if (root.has("aliases")) {
        for (const Reader& alias : root["aliases"].items()) {
            target.aliases.push_back(read_name(alias));
        }
    }
    if (root.has("part")) {
        target.part = root["part"].string();
    }
    if (root.has("core")) {
        target.core = root["core"].string();
    }
    if (root.has("clock_hz")) {
        target.clock_hz = root["clock_hz"].integer(1, kFastestHz);
    }
    if (root.has("coremark")) {
        target.coremark = root["coremark"].number(0.0, kMostCoreMark);
    }
    if (root.has("active_power_mw")) {
        target.active_power_mw = root["active_power_mw"].number(0.0, kMostMilliwatts);
    }
    if (root.has("sources")) {
        const Reader sources = root["sources"];
        sources.only_keys(
            {"core", "clock_hz", "ram_bytes", "flash_bytes", "coremark", "active_power_mw"});
        for (const auto& [figure, source] : sources.value().items()) {
            target.sources[figure] = sources[figure].string();
        }
    }
    return target;
}

namespace {

/// What tells a chip from others of its family: the name from its first word with a digit on,
/// "l412kb" of "nucleo-l412kb".
std::string chip_of(const std::string& name) {
    const std::size_t digit = std::min(name.find_first_of("0123456789"), name.size());
    const std::size_t before = digit == 0 ? std::string::npos : name.find_last_of("-_ ", digit - 1);
    std::string chip;
    for (std::size_t i = before == std::string::npos ? 0 : before + 1; i < name.size(); ++i) {
        chip += std::strchr("-_ ", name[i]) == nullptr ? std::string(1, name[i]) : "";
    }
    return digit == name.size() ? "" : chip;
}

/// A mistyped or cut name of a chip; a name that may be another chip's is no mistake.
std::string same_chip(const std::string& name, const std::vector<std::string>& known) {
    std::vector<std::string> same;
    std::copy_if(known.begin(), known.end(), std::back_inserter(same), [&](const auto& each) {
        return chip_of(lower(each)) == chip_of(name) || lower(each).rfind(name, 0) == 0;
    });
    return did_you_mean(name, same);
}

}  // namespace

std::vector<space::Target> read_targets(const std::string& folder) {
    std::vector<space::Target> targets;
    std::map<std::string, std::string> file_of;
    for (const std::string& file : target_files(folder)) {
        targets.push_back(read_target(file));
        std::vector<std::string> names = targets.back().aliases;
        names.push_back(targets.back().name);
        for (const std::string& name : names) {
            const auto [taken, is_new] = file_of.emplace(lower(name), file);
            if (!is_new) {
                throw ConfigError(file + ": the name '" + name + "' is already used in " +
                                  taken->second);
            }
        }
    }
    std::sort(targets.begin(), targets.end(),
              [](const auto& a, const auto& b) { return a.name < b.name; });
    return targets;
}

space::Target find_target(const std::string& name, const std::string& folder) {
    const std::string suffix = ".json";
    if (name.size() > suffix.size() &&
        name.compare(name.size() - suffix.size(), suffix.size(), suffix) == 0) {
        return read_target(name);
    }
    std::vector<std::string> known;
    for (space::Target& target : read_targets(folder)) {
        if (answers_to(target, name)) {
            return target;
        }
        known.push_back(target.name);
        known.insert(known.end(), target.aliases.begin(), target.aliases.end());
    }
    std::error_code ignored;
    if (fs::is_regular_file(name, ignored)) {
        return read_target(name);
    }
    std::string hint = same_chip(lower(name), known);
    if (hint.empty()) {
        hint = "; expected a .json file of your own that describes it, or one of";
        for (std::size_t i = 0; i < known.size(); ++i) {
            hint += (i == 0 ? " " : ", ") + known[i];
        }
    }
    throw ConfigError("target '" + name + "': unknown" + hint);
}

}  // namespace nanonas::json
