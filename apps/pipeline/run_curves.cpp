#include "apps/pipeline/run_curves.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <utility>

#include "apps/pipeline/identity.hpp"
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
constexpr const char* kScore = "candidate/score";
constexpr const char* kRam = "candidate/ram_bytes";
constexpr const char* kFlash = "candidate/flash_bytes";
constexpr const char* kMacc = "candidate/macc";
constexpr const char* kValidationAccuracy = "accuracy/validation";
constexpr const char* kEffort = "effort";

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

/// Signs that file systems and TensorBoard's pages take.
std::string file_name(std::string text) {
    for (char& sign : text) {
        const bool good = (sign >= '0' && sign <= '9') || (sign >= 'A' && sign <= 'Z') ||
                          (sign >= 'a' && sign <= 'z') ||
                          std::string("=,.-_").find(sign) != std::string::npos;
        sign = good ? sign : '-';
    }
    return text;
}

/// "0012_k=8,c=3_x2", counted from 1 as the program does.
std::string candidate_folder(std::size_t index, const nas::Decision& decision,
                             const std::vector<space::Axis>& axes) {
    char number[32];
    std::snprintf(number, sizeof number, "%04zu_", index + 1);
    std::string name = number;
    for (std::size_t i = 0; i < axes.size(); ++i) {
        name += (i == 0 ? "" : ",") + axes[i].name + "=" +
                space::value_text(axes[i], decision.candidate.at.at(i));
    }
    return file_name(name + (decision.effort == 1 ? "" : "_x" + std::to_string(decision.effort)));
}

std::string markdown_cell(const nlohmann::json& value) {
    const std::string text = value.is_string() ? value.get<std::string>() : json::text(value);
    std::string cell;
    for (const char sign : text) {
        cell += sign == '|' ? "\\|" : std::string(1, sign);
    }
    return cell;
}

std::string options_table(const nlohmann::json& options) {
    std::string table = "| option | value |\n|---|---|\n";
    for (const auto& item : options.items()) {
        table += "| " + item.key() + " | " + markdown_cell(item.value()) + " |\n";
    }
    return table;
}

std::string experiment(const std::vector<space::Axis>& axes) {
    std::vector<std::pair<std::string, bool>> parameters;
    for (const space::Axis& axis : axes) {
        parameters.emplace_back(axis.name, !axis.choices.empty());
    }
    parameters.emplace_back(kEffort, false);
    return tb::experiment_event(parameters, {kScore, kRam, kFlash, kMacc});
}

/// The validation accuracies of each repeat; empty where the journal does not tell them apart: a
/// training that diverged has fewer epochs than the others.
std::vector<std::vector<double>> curves_of(const nas::Decision& decision) {
    const std::vector<double>& all = decision.curve;
    const std::size_t repeats = std::max<std::size_t>(1, decision.repeats.size());
    std::vector<std::vector<double>> curves;
    if (all.empty() || all.size() % repeats != 0) {
        return curves;
    }
    const auto epochs = static_cast<std::ptrdiff_t>(all.size() / repeats);
    for (std::size_t repeat = 0; repeat < repeats; ++repeat) {
        const auto begin = all.begin() + static_cast<std::ptrdiff_t>(repeat) * epochs;
        curves.emplace_back(begin, begin + epochs);
        const std::vector<double>& curve = curves.back();
        const double score = repeats == 1 ? *decision.score : decision.repeats[repeat];
        if (score != curve.back() && score != *std::max_element(curve.begin(), curve.end())) {
            return {};
        }
    }
    return curves;
}

/// Those that are numbers.
std::vector<tb::Scalar> finite(std::vector<tb::Scalar> scalars) {
    const auto bad = [](const tb::Scalar& scalar) { return !std::isfinite(scalar.value); };
    scalars.erase(std::remove_if(scalars.begin(), scalars.end(), bad), scalars.end());
    return scalars;
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
            file_->add(experiment(axes_));
        }
        file_->add(tb::text_event("options", options_table(run.options)));
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
    const auto step = static_cast<std::int64_t>(index) + 1;
    std::vector<tb::Scalar> scalars;
    if (decision.score) {
        best_ = std::max(best_.value_or(*decision.score), *decision.score);
        scalars.push_back({"search/score", *decision.score});
    } else {
        ++infeasible_;
    }
    if (best_) {
        scalars.push_back({"search/best_score", *best_});
    }
    if (decision.cost) {
        scalars.push_back({"search/ram_bytes", static_cast<double>(decision.cost->ram_bytes)});
        scalars.push_back({"search/flash_bytes", static_cast<double>(decision.cost->flash_bytes)});
        scalars.push_back({"search/macc", static_cast<double>(decision.cost->macc)});
    }
    scalars.push_back({"search/infeasible", static_cast<double>(infeasible_)});
    write([&] {
        write_candidate(index, decision);
        file_->add(tb::scalars_event(step, finite(scalars)));
    });
}

void RunCurves::write_candidate(std::size_t index, const nas::Decision& decision) {
    const std::string folder = folder_ + "/candidates/" + candidate_folder(index, decision, axes_);
    std::error_code error;
    fs::create_directories(folder, error);  // without it the file is what fails
    tb::EventFile file(folder + "/" + name_);
    file.add(tb::version_event());
    std::vector<tb::HParam> parameters;
    for (std::size_t i = 0; i < axes_.size(); ++i) {
        const std::int64_t value = decision.candidate.at.at(i);
        if (axes_[i].names(value)) {
            parameters.emplace_back(axes_[i].name, space::value_text(axes_[i], value));
        } else {
            parameters.emplace_back(axes_[i].name, static_cast<double>(value));
        }
    }
    parameters.emplace_back(kEffort, static_cast<double>(decision.effort));
    file.add(tb::session_start_event(parameters));

    const auto curves = curves_of(decision);
    for (std::size_t epoch = 0; !curves.empty() && epoch < curves.front().size(); ++epoch) {
        std::vector<tb::Scalar> scalars = {{kValidationAccuracy, 0.0}};
        for (std::size_t repeat = 0; repeat < curves.size(); ++repeat) {
            const double accuracy = curves[repeat][epoch];
            scalars[0].value += accuracy / static_cast<double>(curves.size());
            if (curves.size() > 1) {
                scalars.push_back(
                    {"accuracy/validation_repeat_" + std::to_string(repeat + 1), accuracy});
            }
        }
        file.add(tb::scalars_event(static_cast<std::int64_t>(epoch) + 1, finite(scalars)));
    }
    std::vector<tb::Scalar> scalars;
    if (decision.score) {
        scalars.push_back({kScore, *decision.score});
    }
    if (decision.cost) {
        scalars.push_back({kRam, static_cast<double>(decision.cost->ram_bytes)});
        scalars.push_back({kFlash, static_cast<double>(decision.cost->flash_bytes)});
        scalars.push_back({kMacc, static_cast<double>(decision.cost->macc)});
    }
    file.add(tb::scalars_event(static_cast<std::int64_t>(index) + 1, finite(scalars)));
    if (!decision.feasible()) {
        file.add(tb::text_event("infeasible", decision.violations.empty()
                                                  ? decision.reason
                                                  : "over " + to_string(decision.violations)));
    }
    file.add(tb::session_end_event(decision.feasible()));
}

void RunCurves::epoch(const train::EpochResult& epoch) {
    write([&] {
        file_->add(tb::scalars_event(epoch.epoch + 1,
                                     finite({{"loss/train", epoch.loss},
                                             {"loss/validation", epoch.validation_loss},
                                             {kValidationAccuracy, epoch.validation_accuracy},
                                             {"learning_rate", epoch.learning_rate}})));
    });
}

void RunCurves::finished(const RunReport& report) {
    std::vector<tb::Scalar> scalars;
    for (const auto& [role, accuracy] : report.accuracy) {
        scalars.push_back({"winner/" + role + "_accuracy_float", accuracy.of_float});
        scalars.push_back({"winner/" + role + "_accuracy_int8", accuracy.of_int8});
        scalars.push_back({"winner/" + role + "_agreement", accuracy.agreement});
    }
    const auto add = [&scalars](const char* tag, const Figure& figure) {
        scalars.push_back({tag, static_cast<double>(figure.value)});
    };
    if (report.cost) {
        add("winner/ram_bytes", report.cost->ram_bytes);
        add("winner/flash_bytes", report.cost->flash_bytes);
        add("winner/macc", report.cost->macc);
        if (report.cost->latency_us) {
            add("winner/latency_us", *report.cost->latency_us);
        }
        if (report.cost->energy_uj) {
            add("winner/energy_uj", *report.cost->energy_uj);
        }
    }
    write([&] { file_->add(tb::scalars_event(0, finite(scalars))); });
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
                           const RunSpec& spec, const RunReport& report, const Task& task) {
    const std::string checkpoint = directory + "/" + kCheckpoint;
    const auto trained = train::read_checkpoint(checkpoint);
    if (report.training && !trained) {
        refuse(checkpoint + " is gone, which holds the curve of the training");
    }
    const auto stored = [&directory](const char* name) {
        const std::string file = directory + "/" + name;
        return json::parse_text(read_file(file), file);
    };
    const nlohmann::json config = stored("config.json");
    const bool is_search = report.verb == "search";
    const auto axes = is_search ? space_of(spec)->axes() : std::vector<space::Axis>();
    RunCurves curves(folder, {run_fingerprint(config, stored("data.json")), config, axes}, task);
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
