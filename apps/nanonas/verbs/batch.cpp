#include "apps/pipeline/batch/batch.hpp"

#include <filesystem>
#include <memory>
#include <mutex>

#include "apps/nanonas/verbs/verbs.hpp"
#include "apps/nanonas/views/batch_view.hpp"
#include "apps/pipeline/batch/results.hpp"
#include "apps/pipeline/batch/submission.hpp"
#include "apps/pipeline/resolve.hpp"

namespace nanonas::app {

namespace {

BatchPlan plan_of(const std::vector<std::string>& operands) {
    std::vector<std::string> files, axes;
    for (const std::string& word : operands) {
        std::error_code error;
        const bool is_axis =
            word.find('=') != std::string::npos && !std::filesystem::exists(word, error);
        (is_axis ? axes : files).push_back(word);
    }
    BatchPlan plan = plan_of_files(files);
    for (const std::string& axis : axes) {
        override_axis(plan, axis);
    }
    return plan;
}

/// Lines go to batch.log, too, once the directory is there: nothing is written before.
Task logged(Session& session, const std::string& directory) {
    Task task = session.task();
    const auto begun = std::make_shared<std::once_flag>();
    task.told = [&session, directory, begun, told = task.told](const std::string& text,
                                                               bool detail) {
        std::error_code error;
        if (std::filesystem::is_directory(directory, error)) {
            std::call_once(*begun, [&] { session.display().log_to(directory + "/batch.log"); });
        }
        told(text, detail);
    };
    return task;
}

int exit_code(const BatchReport& report, const BatchPlace& place) {
    const bool alone = place.index || !place.only.empty();
    int code = kDone;
    for (std::size_t i = 0; i < report.runs.size(); ++i) {
        const BatchRunReport& run = report.runs[i];
        const bool meant = !alone || place.index == i || place.only == run.name;
        if (meant && run.status == RunStatus::kFailed) {
            // A scheduler need not try again what is bad.
            code = alone && run.bad_input ? kBadInput : kFailed;
        }
    }
    return code;
}

}  // namespace

int run_batch(Session& session) {
    const BatchOptions& options = session.config().batch;
    const BatchPlan plan = plan_of(session.command().operands);
    BatchPlace place;
    place.out = session.config().output.out;
    place.only = options.only;
    place.tensorboard = session.config().output.tensorboard;
    place.report_images = session.config().output.report_images;
    if (options.index) {
        place.index = static_cast<std::size_t>(*options.index);
    }
    if (!options.emit.empty()) {
        session.display().close();
        print(submission_text(options.emit, plan, place, session.command().operands,
                              worker_count(session.config())));
        return kDone;
    }
    if (options.dry_run) {
        const BatchSurvey survey = survey_batch(plan, place, session.task());
        session.result(to_json(survey), survey_text(survey));
        return kDone;
    }
    const std::string directory = batch_directory(plan, place);
    session.began(directory);
    const Config& config = session.config();
    const BatchReport report = pipeline::run_batch(
        plan, place, logged(session, directory),
        {config.workers_from, config.worker_program, config.workers != kNobodyHere});
    session.result(to_json(report), batch_text(report));
    return exit_code(report, place);
}

}  // namespace nanonas::app
