#include "export/writer.hpp"

#include <algorithm>
#include <filesystem>

#include "space/choice.hpp"
#include "space/errors.hpp"
#include "space/files.hpp"

namespace nanonas::exporting {

namespace {

constexpr Named<Io> kIoNames[] = {
    {"int8", Io::kInt8}, {"uint8", Io::kUint8}, {"float", Io::kFloat}};
constexpr Named<Precision> kPrecisionNames[] = {{"int8", Precision::kInt8},
                                                {"float32", Precision::kFloat32},
                                                {"float16", Precision::kFloat16},
                                                {"dynamic", Precision::kDynamic}};

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
    return name_of(kIoNames, io);
}

std::string to_string(Precision precision) {
    return name_of(kPrecisionNames, precision);
}

Io parse_io(const std::string& text) {
    return choose(kIoNames, text, "\"" + text + "\" is not one of ").value;
}

Precision parse_precision(const std::string& text) {
    return choose(kPrecisionNames, text, "\"" + text + "\" is not one of ").value;
}

std::vector<std::string> io_names() {
    return names_of(kIoNames);
}

std::vector<std::string> precision_names() {
    return names_of(kPrecisionNames);
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
