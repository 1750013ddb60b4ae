#include "apps/pipeline/verbs/report.hpp"

#include <algorithm>
#include <filesystem>

#include "apps/pipeline/html/report.hpp"
#include "space/errors.hpp"
#include "space/files.hpp"

namespace nanonas::pipeline {

namespace {

namespace fs = std::filesystem;

constexpr const char* kPage = "<!DOCTYPE html>";

bool is_finished(const fs::path& directory) {
    std::error_code error;
    return fs::exists(directory / "summary.json", error);
}

/// The run, or the finished runs of a batch by name.
std::vector<std::string> runs_in(const std::string& name) {
    std::error_code error;
    if (!fs::is_directory(name, error)) {
        throw ConfigError(name + ": no such directory; expected that of a run or of a batch");
    }
    if (is_finished(name) || fs::exists(fs::path(name) / "config.json", error)) {
        return {name};
    }
    std::vector<std::string> runs;
    for (const fs::directory_entry& entry : fs::directory_iterator(name, error)) {
        if (is_finished(entry.path())) {
            runs.push_back(entry.path().string());
        }
    }
    if (runs.empty()) {
        throw ConfigError(name + ": neither a run nor a batch with finished runs");
    }
    std::sort(runs.begin(), runs.end());
    return runs;
}

/// Nothing but a page is written over.
void require_page(const std::string& file) {
    std::error_code error;
    if (fs::is_directory(file, error)) {
        throw ConfigError("--out: " + file + " is a directory, expected a file to write");
    }
    if (fs::exists(file, error) && read_file(file).rfind(kPage, 0) != 0) {
        throw ConfigError("--out: " + file + " exists and is no page of a report");
    }
}

}  // namespace

WrittenPage write_page(const Config& config, const std::vector<std::string>& names,
                       const Task& task) {
    WrittenPage page;
    page.file = config.output.out;
    if (page.file.empty()) {
        if (names.size() != 1) {
            throw ConfigError("--out: needed where several runs are named; a file to write");
        }
        page.file = (fs::path(names.front()) / "report.html").string();
    }
    for (const std::string& name : names) {
        const std::vector<std::string> runs = runs_in(name);
        page.runs.insert(page.runs.end(), runs.begin(), runs.end());
    }
    require_page(page.file);
    std::vector<html::RunStory> stories;
    for (const std::string& run : page.runs) {
        stories.push_back(html::read_story(run, config.output.report_images, task));
        const html::RunStory& story = stories.back();
        if (story.report.training && !story.mistakes) {
            page.notes.push_back(run + ": its mistakes are not told: " + story.no_mistakes);
        }
    }
    write_file(page.file, html::report(stories));
    return page;
}

}  // namespace nanonas::pipeline
