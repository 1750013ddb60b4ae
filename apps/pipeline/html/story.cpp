#include "apps/pipeline/html/story.hpp"

#include <filesystem>

#include "apps/pipeline/finished_run.hpp"
#include "apps/pipeline/model_source.hpp"
#include "apps/pipeline/resolve.hpp"
#include "apps/pipeline/stored_model.hpp"
#include "space/errors.hpp"
#include "space/json/json_text.hpp"
#include "train/checkpoint.hpp"

namespace nanonas::pipeline::html {

namespace {

namespace fs = std::filesystem;

std::string name_of(const std::string& directory) {
    fs::path path = fs::absolute(directory).lexically_normal();
    return (path.has_filename() ? path : path.parent_path()).filename().string();
}

/// The space may be of a program of its own, which is not here.
bool has_own_space(const std::string& directory) {
    const nlohmann::json read = json::parse_file(directory + "/data.json");
    return read.contains("own") && read["own"].contains("space");
}

void read_mistakes(const std::string& directory, const Config& config, std::int64_t pictures,
                   const Task& task, const InMemory& memory, RunStory& story) {
    const std::string model = model_path(directory);
    const StoredModel stored = read_stored_model(model);
    const Platform platform = resolve_platform(config.budget);
    story.cost = resolve_cost_model(config.budget, platform.device, stored.trained.labels)
                     ->cost(stored.trained.network);
    const space::Shape& input = stored.trained.network.input;
    try {
        Config of_run = config;
        of_run.data.of_run = true;
        const EvaluationImages images =
            memory.images
                ? memory.images()
                : load_evaluation_images(of_run, directory, input, stored.trained.labels, task);
        story.mistakes = mistakes_of(model, images, pictures, task);
    } catch (const Interrupted&) {
        throw;
    } catch (const Error& error) {
        story.no_mistakes = error.what();
    }
}

}  // namespace

RunStory read_story(const std::string& directory, std::int64_t pictures, const Task& task,
                    const InMemory& memory) {
    if (!fs::exists(directory + "/summary.json")) {
        throw ConfigError(directory + ": " +
                          (fs::exists(directory + "/config.json")
                               ? "a run that is not finished; --resume goes on with it"
                               : "no run; expected a directory of search or train"));
    }
    RunStory story;
    story.name = name_of(directory);
    story.options = json::parse_file(directory + "/config.json");
    story.report = finished_report(directory);
    const Config config = config_of_run(directory);
    if (story.report.verb == "search" && (!memory.axes.empty() || !has_own_space(directory))) {
        story.axes = memory.axes.empty() ? space_of(config)->axes() : memory.axes;
        story.decisions = nas::read_journal(directory + "/journal.jsonl", story.axes);
    }
    if (const auto trained = train::read_checkpoint(directory + "/training.ckpt")) {
        for (std::size_t i = 0; i < trained->curve.size(); ++i) {
            story.epochs.push_back(
                {trained->losses[i], trained->validation_losses[i], trained->curve[i]});
        }
    }
    if (!story.report.files.count("model")) {
        story.no_mistakes = "nothing was trained to its end";
        return story;
    }
    read_mistakes(directory, config, pictures, task, memory, story);
    return story;
}

}  // namespace nanonas::pipeline::html
