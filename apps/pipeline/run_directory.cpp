#include "apps/pipeline/run_directory.hpp"

#include <filesystem>

#include "apps/pipeline/identity.hpp"
#include "export/device/process.hpp"
#include "space/errors.hpp"
#include "space/files.hpp"
#include "space/json/json_text.hpp"

namespace nanonas::pipeline {

namespace fs = std::filesystem;

namespace {

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

}  // namespace

void remove_half_written(const std::string& directory) {
    std::vector<fs::path> leftovers;
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(directory, error)) {
        if (is_half_written(entry.path().filename().string())) {
            leftovers.push_back(entry.path());
        }
    }
    for (const fs::path& path : leftovers) {
        fs::remove(path, error);
    }
}

RunDirectory::RunDirectory(const std::string& path, const RunSpec& spec, Verb verb, bool resume,
                           const nlohmann::json& data)
    : path_(path), lock_(path), plan_(plan_at(path, spec, verb, resume)) {
    remove_leftovers(path_);
    const std::string data_file = file("data.json");
    std::error_code error;
    if (plan_.exists && fs::exists(data_file, error)) {
        const nlohmann::json before = json::parse_file(data_file);
        if (!same_data(before, data)) {
            const bool table = before.contains("scores");
            const bool parts =
                before.value("own", nlohmann::json()) != data.value("own", nlohmann::json());
            throw DataError(path_ + ": the " +
                            (parts   ? "parts of its search"
                             : table ? "data"
                                     : "images") +
                            " have changed since this run began (" + json::text(before) +
                            " then, " + json::text(data) +
                            " now); start a new run with another --out");
        }
    } else if (!plan_.finished) {
        write_file(data_file, json::text(data, 2) + "\n");
    }
    if (plan_.finished) {
        return;
    }
    // Last, because it is what makes the directory a run.
    if (!fs::exists(file("config.json"), error)) {
        write_file(file("config.json"), json::text(config_json(spec, verb), 2) + "\n");
    }
}

}  // namespace nanonas::pipeline
