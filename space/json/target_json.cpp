#include "space/json/target_json.hpp"

#include <algorithm>
#include <cctype>
#include <cstring>
#include <filesystem>
#include <iterator>
#include <map>

#include "space/choice.hpp"
#include "space/errors.hpp"
#include "space/files.hpp"
#include "space/json/schema.hpp"
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

Schema described(const char* description, Schema schema) {
    Schema all = {{"description", description}};
    all.update(schema);
    return all;
}

Schema name_schema() {
    return {{"type", "string"}, {"minLength", 1}};
}

Schema number_schema(const char* type, Schema low, Schema high) {
    return {{"type", type}, {"minimum", std::move(low)}, {"maximum", std::move(high)}};
}

constexpr std::int64_t kLargestBytes = std::int64_t{1} << 40;
constexpr std::int64_t kFastestHz = 100'000'000'000;
constexpr double kMostCoreMark = 1e9;
constexpr double kMostMilliwatts = 1e6;
const std::vector<std::string> kFigures = {"core",        "clock_hz", "ram_bytes",
                                           "flash_bytes", "coremark", "active_power_mw"};

void read_aliases(space::Target& target, const Reader& reader) {
    for (const Reader& alias : reader.items()) {
        target.aliases.push_back(read_name(alias));
    }
}

void read_sources(space::Target& target, const Reader& reader) {
    reader.only_keys(kFigures);
    for (const auto& [figure, source] : reader.value().items()) {
        target.sources[figure] = reader[figure].string();
    }
}

Schema sources_schema() {
    Schema properties;
    for (const std::string& figure : kFigures) {
        properties[figure] = {{"type", "string"}};
    }
    return {{"type", "object"}, {"additionalProperties", false}, {"properties", properties}};
}

/// A key of a target file.
struct Field {
    const char* name;
    bool required;
    Schema schema;
    void (*read)(space::Target&, const Reader&);
};

const std::vector<Field>& fields() {
    using space::Target;
    static const std::vector<Field> table = {
        {"name", true, described("what --target calls it", name_schema()),
         [](Target& t, const Reader& r) { t.name = read_name(r); }},
        {"aliases", false,
         described("other names of it", {{"type", "array"}, {"items", name_schema()}}),
         read_aliases},
        {"part", false, described("the maker's part number", {{"type", "string"}}),
         [](Target& t, const Reader& r) { t.part = r.string(); }},
        {"core", false,
         described("such as cortex-m4; latency is estimated for those that are known",
                   {{"type", "string"}}),
         [](Target& t, const Reader& r) { t.core = r.string(); }},
        {"clock_hz", false,
         described("clock; latency needs it", number_schema("integer", 1, kFastestHz)),
         [](Target& t, const Reader& r) { t.clock_hz = r.integer(1, kFastestHz); }},
        {"ram_bytes", true, described("RAM, such as 40960 or 40KiB", size_schema(kLargestBytes)),
         [](Target& t, const Reader& r) { t.ram_bytes = r.bytes(1, kLargestBytes); }},
        {"flash_bytes", true, described("flash, such as 128KiB", size_schema(kLargestBytes)),
         [](Target& t, const Reader& r) { t.flash_bytes = r.bytes(1, kLargestBytes); }},
        {"coremark", false,
         described("CoreMark at clock_hz; 10,000 times it bounds MACC",
                   number_schema("number", 0.0, kMostCoreMark)),
         [](Target& t, const Reader& r) { t.coremark = r.number(0.0, kMostCoreMark); }},
        {"active_power_mw", false,
         described("power at clock_hz, running from flash; energy needs it",
                   number_schema("number", 0.0, kMostMilliwatts)),
         [](Target& t, const Reader& r) { t.active_power_mw = r.number(0.0, kMostMilliwatts); }},
        {"sources", false, described("where each figure comes from", sources_schema()),
         read_sources},
    };
    return table;
}

}  // namespace

space::Target read_target(const std::string& file) {
    const nlohmann::json value = parse(read_file(file), file);
    const Reader root(value, file);
    std::vector<std::string> known = names_of(fields());
    known.emplace_back(kSchemaKey);
    root.only_keys(known);
    if (root.has(kSchemaKey)) {
        root[kSchemaKey].string();
    }
    space::Target target;
    for (const Field& field : fields()) {
        if (field.required || root.has(field.name)) {
            field.read(target, root[field.name]);
        }
    }
    return target;
}

std::string target_schema() {
    Schema properties;
    std::vector<std::string> required;
    for (const Field& field : fields()) {
        properties[field.name] = field.schema;
        if (field.required) {
            required.emplace_back(field.name);
        }
    }
    return file_schema("nanonas target", "A board or part, for --target", properties, required);
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
