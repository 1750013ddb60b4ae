#include "apps/pipeline/run_curves.hpp"

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "apps/pipeline/identity.hpp"
#include "apps/pipeline/run_events.hpp"
#include "apps/pipeline/steps/training.hpp"
#include "apps/pipeline/tensorboard/event_file.hpp"
#include "apps/pipeline/tensorboard/events.hpp"
#include "space/errors.hpp"
#include "space/files.hpp"
#include "space/json/json_text.hpp"
#include "train/checkpoint.hpp"

namespace nanonas::pipeline {

namespace fs = std::filesystem;
namespace tb = nanonas::tensorboard;

namespace {

/// What TensorBoard knows event files by.
constexpr const char* kMark = "tfevents";

[[noreturn]] void refuse(const std::string& why) {
    throw ConfigError("--tensorboard: " + why);
}

void require_no_other(const std::string& folder, const std::string& name) {
    std::error_code error;
    for (fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
        const std::string found = at->path().filename().string();
        if (found != name && found.find(kMark) != std::string::npos) {
            refuse(folder + " holds another run's events (" + found +
                   "); expected a folder for this run alone, such as " + folder + "/2");
        }
    }
}

/// The topmost folder that had to be made; empty: none.
std::string make_folders(const std::string& folder) {
    std::error_code error;
    const fs::path whole = fs::absolute(folder).lexically_normal();
    std::string made;
    for (fs::path at = whole; !at.empty() && !fs::exists(at, error); at = at.parent_path()) {
        made = at.string();
    }
    fs::create_directories(whole, error);
    if (error || !fs::is_directory(whole, error)) {
        refuse(folder + ": no folder and none can be made" +
               (error ? " (" + error.message() + ")" : ""));
    }
    return made;
}

}  // namespace

RunCurves::RunCurves(const std::string& folder, const CurvesOf& run, const Task& task)
    : folder_(folder),
      name_(std::string("events.out.") + kMark + ".nanonas." + run.fingerprint),
      axes_(run.axes),
      task_(task) {
    made_ = make_folders(folder);
    try {
        require_no_other(folder, name_);
        std::error_code error;
        made_file_ = !fs::exists(folder + "/" + name_, error);
        file_ = std::make_unique<tb::EventFile>(folder + "/" + name_);
        file_->add(tb::version_event());
        if (!axes_.empty()) {
            file_->add(columns_event(axes_));
        }
        file_->add(options_event(run.options));
    } catch (const IoError& error) {
        withdraw();
        refuse(error.what());
    } catch (...) {
        withdraw();
        throw;
    }
}

RunCurves::~RunCurves() = default;

void RunCurves::withdraw() {
    file_.reset();
    std::error_code error;
    if (made_file_) {
        fs::remove(folder_ + "/" + name_, error);
    }
    if (!made_.empty()) {
        fs::remove_all(made_, error);
    }
}

void RunCurves::write(const std::function<void()>& write_it) {
    if (file_ == nullptr) {
        return;
    }
    try {
        write_it();
    } catch (const Error& error) {
        file_.reset();
        task_.tell(
            "--tensorboard: " + std::string(error.what()) +
            "; no more curves are written, the run goes on; --resume writes what is missing");
    }
}

void RunCurves::decided(std::size_t index, const nas::Decision& decision) {
    if (decision.score) {
        best_ = std::max(best_.value_or(*decision.score), *decision.score);
    } else {
        ++infeasible_;
    }
    write([&] {
        write_candidate(index, decision);
        file_->add(decision_event(index, decision, best_, infeasible_));
    });
}

void RunCurves::write_candidate(std::size_t index, const nas::Decision& decision) {
    const std::string folder = folder_ + "/candidates/" + candidate_folder(index, decision, axes_);
    std::error_code error;
    fs::create_directories(folder, error);  // without it the file is what fails
    tb::EventFile file(folder + "/" + name_);
    for (const std::string& event : candidate_events(index, decision, axes_)) {
        file.add(event);
    }
}

void RunCurves::epoch(const train::EpochResult& epoch) {
    write([&] { file_->add(epoch_event(epoch)); });
}

void RunCurves::finished(const RunReport& report) {
    write([&] { file_->add(result_event(report)); });
}

void make_curves_folder(const std::string& folder) {
    const std::string made = make_folders(folder);
    const std::string probe = folder + "/.nanonas";
    std::error_code error;
    try {
        write_file(probe, "probe\n");
        fs::remove(probe, error);
    } catch (const IoError& failure) {
        if (!made.empty()) {
            fs::remove_all(made, error);
        }
        refuse(failure.what());
    }
}

void write_finished_curves(const std::string& folder, const std::string& directory,
                           const RunSpec& spec, const std::vector<space::Axis>& own_axes,
                           const RunReport& report, const Task& task) {
    const std::string checkpoint = directory + "/" + kCheckpoint;
    const auto trained = train::read_checkpoint(checkpoint);
    if (report.training && !trained) {
        refuse(checkpoint + " is gone, which holds the curve of the training");
    }
    const bool is_search = report.verb == "search";
    const auto axes = !is_search         ? std::vector<space::Axis>()
                      : own_axes.empty() ? space_of(spec)->axes()
                                         : own_axes;
    RunCurves curves(
        folder, {run_fingerprint(directory), json::parse_file(directory + "/config.json"), axes},
        task);
    if (is_search) {
        const auto decisions = nas::read_journal(directory + "/journal.jsonl", axes);
        for (std::size_t i = 0; i < decisions.size(); ++i) {
            curves.decided(i, decisions[i]);
        }
    }
    if (report.training) {
        train::TrainOptions options;
        options.learning_rate = spec.training.learning_rate;
        options.schedule = spec.training.schedule;
        options.epochs = report.training->epochs;
        options.warmup = spec.training.warmup;
        const auto epochs = static_cast<double>(report.training->epochs);
        for (std::size_t i = 0; i < trained->curve.size(); ++i) {
            curves.epoch({static_cast<std::int64_t>(i),
                          train::scheduled_rate(options, static_cast<double>(i) / epochs),
                          trained->losses[i], trained->validation_losses[i], trained->curve[i]});
        }
    }
    curves.finished(report);
}

}  // namespace nanonas::pipeline
