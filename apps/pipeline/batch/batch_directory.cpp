#include "apps/pipeline/batch/batch_directory.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <utility>

#include "apps/pipeline/batch/results.hpp"
#include "apps/pipeline/finished_run.hpp"
#include "apps/pipeline/run_directory.hpp"
#include "apps/pipeline/run_plan.hpp"
#include "space/errors.hpp"
#include "space/files.hpp"
#include "space/json/json_text.hpp"

namespace nanonas::pipeline {

namespace fs = std::filesystem;

namespace {

/// Waits until no other process holds it; released when the process dies, however it dies.
class FileLock {
  public:
    explicit FileLock(const std::string& path)
        : descriptor_(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644)) {
        if (descriptor_ < 0) {
            throw_io_error(path, "cannot be opened for writing", errno);
        }
        while (::flock(descriptor_, LOCK_EX) != 0) {
            if (errno != EINTR) {
                const int why = errno;
                ::close(descriptor_);
                throw_io_error(path, "cannot be locked", why);
            }
        }
    }
    FileLock(const FileLock&) = delete;
    FileLock& operator=(const FileLock&) = delete;
    ~FileLock() { ::close(descriptor_); }

  private:
    int descriptor_;
};

}  // namespace

BatchDirectory::BatchDirectory(std::string path) : path_(std::move(path)) {
    while (path_.size() > 1 && path_.back() == '/') {
        path_.pop_back();
    }
    require_no_run(path_);
}

std::string BatchDirectory::outcome_file(const std::string& run) const {
    return path_ + "/.batch/outcomes/" + run + ".json";
}

BatchRunReport BatchDirectory::look(const BatchRun& run) const {
    BatchRunReport found;
    found.name = run.name;
    found.settings = run.settings;
    found.directory = of_run(run);
    const RunPlan plan = plan_at(found.directory, run.spec, run.verb, true);
    // Whether the images at another place are the same shows when they are read.
    if (plan.finished && !plan.moved) {
        take_report(finished_report(found.directory), found);
        return found;
    }
    found.status = plan.exists ? RunStatus::kUnfinished : RunStatus::kMissing;
    std::error_code error;
    const std::string file = outcome_file(run.name);
    if (!fs::exists(file, error)) {
        return found;
    }
    const nlohmann::json outcome = nlohmann::json::parse(read_file(file), nullptr, false);
    if (outcome.is_object()) {  // else it is damaged, and the run is done again
        found.message = outcome.value("message", "");
        found.bad_input = outcome.value("bad_input", false);
        found.status =
            outcome.value("nothing_fits", false) ? RunStatus::kNothingFits : RunStatus::kFailed;
    }
    return found;
}

void BatchDirectory::take() {
    lock_ = std::make_unique<nas::RunLock>(path_);
    for (const char* folder : {"", "/.batch/outcomes"}) {
        remove_half_written(path_ + folder);
    }
}

void BatchDirectory::keep_outcome(const BatchRunReport& run) const {
    const std::string file = outcome_file(run.name);
    if (run.report || (run.status != RunStatus::kFailed && run.status != RunStatus::kNothingFits)) {
        std::error_code none;
        fs::remove(file, none);
        return;
    }
    write_file(file, json::text({{"nothing_fits", run.status == RunStatus::kNothingFits},
                                 {"bad_input", run.bad_input},
                                 {"message", run.message}},
                                2) +
                         "\n");
}

void BatchDirectory::write_results(BatchReport& report,
                                   const std::function<void(BatchReport&)>& refresh) const {
    std::error_code error;
    fs::create_directories(path_ + "/.batch", error);  // the lock tells why it cannot
    const FileLock turn(path_ + "/.batch/results.lock");
    if (refresh) {
        refresh(report);
    }
    if (!report.work) {
        report.work = earlier_work(path_);
    }
    pipeline::write_results(report);
}

}  // namespace nanonas::pipeline
