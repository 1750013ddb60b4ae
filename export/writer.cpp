#include "export/writer.hpp"

#include <algorithm>
#include <filesystem>

#include "space/errors.hpp"
#include "space/files.hpp"
#include "space/text.hpp"

namespace nanonas::exporting {

namespace {

struct IoName {
    Io value;
    const char* name;
};
const IoName kIoNames[] = {{Io::kInt8, "int8"}, {Io::kUint8, "uint8"}, {Io::kFloat, "float"}};

struct PrecisionName {
    Precision value;
    const char* name;
};
const PrecisionName kPrecisionNames[] = {{Precision::kInt8, "int8"},
                                         {Precision::kFloat32, "float32"},
                                         {Precision::kFloat16, "float16"},
                                         {Precision::kDynamic, "dynamic"}};

template <typename Value, typename Row, std::size_t kRows>
std::string name_of(Value value, const Row (&rows)[kRows]) {
    const auto found = std::find_if(std::begin(rows), std::end(rows),
                                    [&](const Row& row) { return row.value == value; });
    return found == std::end(rows) ? "" : found->name;
}

std::string listed(const std::vector<std::string>& names) {
    std::string text;
    for (const std::string& name : names) {
        text += (text.empty() ? "" : ", ") + name;
    }
    return text;
}

template <typename Row, std::size_t kRows>
auto value_of(const std::string& text, const Row (&rows)[kRows]) {
    std::vector<std::string> names;
    for (const Row& row : rows) {
        if (text == row.name) {
            return row.value;
        }
        names.emplace_back(row.name);
    }
    throw ConfigError("\"" + text + "\" is not one of " + listed(names) +
                      did_you_mean(text, names));
}

template <typename Value>
void check_option(const char* option, const std::optional<Value>& chosen,
                  const std::vector<Value>& allowed, const std::string& format) {
    if (!chosen || std::find(allowed.begin(), allowed.end(), *chosen) != allowed.end()) {
        return;
    }
    if (allowed.empty()) {
        throw ConfigError(std::string(option) + ": does not apply to format " + format);
    }
    std::vector<std::string> names;
    for (const Value value : allowed) {
        names.push_back(to_string(value));
    }
    throw ConfigError(std::string(option) + ": format " + format + " takes " + listed(names) +
                      ", not " + to_string(*chosen));
}

}  // namespace

std::string to_string(Io io) {
    return name_of(io, kIoNames);
}

std::string to_string(Precision precision) {
    return name_of(precision, kPrecisionNames);
}

Io parse_io(const std::string& text) {
    return value_of(text, kIoNames);
}

Precision parse_precision(const std::string& text) {
    return value_of(text, kPrecisionNames);
}

std::string Writer::c_source(const std::string& /*name*/) const {
    return {};
}

void check_options(const Writer& writer, const WriteOptions& options) {
    check_option("--io", options.io, writer.io_types(), writer.name());
    check_option("--precision", options.precision, writer.precisions(), writer.name());
}

void require_absent(const std::string& folder, const std::vector<OutputFile>& files) {
    for (const OutputFile& file : files) {
        const std::string path = folder + "/" + file.path;
        std::error_code error;
        if (std::filesystem::exists(path, error)) {
            throw IoError(path + ": exists already; nothing is written over");
        }
    }
}

void write_files(const std::string& folder, const std::vector<OutputFile>& files) {
    std::vector<FileContent> contents;
    for (const OutputFile& file : files) {
        contents.push_back({folder + "/" + file.path, file.bytes});
    }
    nanonas::write_files(contents);
}

}  // namespace nanonas::exporting
