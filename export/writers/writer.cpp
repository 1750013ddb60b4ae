#include "export/writers/writer.hpp"

#include "export/writers/c_writer.hpp"
#include "space/errors.hpp"
#include "space/files.hpp"
#include "space/text.hpp"

namespace nanonas::exporting {

namespace {

struct Format {
    const char* name;
    std::unique_ptr<Writer> (*make)();
};

template <typename Kind>
std::unique_ptr<Writer> make() {
    return std::make_unique<Kind>();
}

// One row per format, the default first.
const Format kFormats[] = {
    {"c", make<CWriter>},
};

}  // namespace

std::vector<std::string> format_names() {
    std::vector<std::string> names;
    for (const Format& format : kFormats) {
        names.emplace_back(format.name);
    }
    return names;
}

std::unique_ptr<Writer> make_writer(const std::string& format) {
    std::string known;
    for (const Format& row : kFormats) {
        if (format == row.name) {
            return row.make();
        }
        known += (known.empty() ? "" : ", ") + std::string(row.name);
    }
    throw ConfigError("format '" + format + "': unknown; expected one of " + known +
                      did_you_mean(format, format_names()));
}

void write_files(const std::string& folder, const std::vector<OutputFile>& files) {
    for (const OutputFile& file : files) {
        write_file(folder + "/" + file.path, file.bytes);
    }
}

}  // namespace nanonas::exporting
