#include "apps/pipeline/model_source.hpp"

#include <filesystem>

#include "apps/pipeline/read_config.hpp"
#include "space/checksum.hpp"
#include "space/errors.hpp"
#include "space/files.hpp"
#include "space/json/json_text.hpp"

namespace nanonas::pipeline {

namespace fs = std::filesystem;

std::string model_path(const std::string& model) {
    if (model.empty()) {
        throw ConfigError("--model: needed; a model.safetensors or a run directory");
    }
    std::error_code error;
    if (!fs::is_directory(model, error)) {
        return model;
    }
    for (const char* inside : {"winner/model.safetensors", "model.safetensors"}) {
        const fs::path path = fs::path(model) / inside;
        if (fs::exists(path, error)) {
            return path.string();
        }
    }
    throw IoError(model + ": holds no winner/model.safetensors (an unfinished run?)");
}

std::string run_of_model(const std::string& model_file) {
    const fs::path winner = fs::absolute(model_file).lexically_normal().parent_path();
    const fs::path run = winner.parent_path();
    std::error_code error;
    const bool is_run = winner.filename() == "winner" && fs::exists(run / "config.json", error) &&
                        fs::exists(run / "data.json", error);
    return is_run ? run.string() : "";
}

Config config_of_run(const std::string& run) {
    Config own;
    read_config_file(run + "/config.json", Verb::kSearch, own);
    return own;
}

void require_undamaged(const std::string& model_file, const std::string& run) {
    const std::string file = run + "/summary.json";
    std::error_code error;
    if (run.empty() || !fs::exists(file, error)) {
        return;
    }
    const std::string text = read_file(file);
    const std::string name = fs::path(model_file).filename().string();
    if (seal_of(text) != Seal::kWhole) {
        return;
    }
    const nlohmann::json summary = json::parse_text(text, file);
    const nlohmann::json products = summary.value("products", nlohmann::json::object());
    if (products.contains(name) && products.at(name) != checksum(read_file(model_file))) {
        throw DataError(model_file +
                        ": damaged, not what its run wrote; the run's command with --resume makes "
                        "it again");
    }
}

}  // namespace nanonas::pipeline
