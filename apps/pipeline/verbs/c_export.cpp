#include "apps/pipeline/verbs/c_export.hpp"

#include <filesystem>
#include <utility>

#include "apps/pipeline/sample.hpp"
#include "apps/pipeline/stored_model.hpp"
#include "apps/pipeline/verbs/imported.hpp"
#include "export/format.hpp"
#include "export/writer.hpp"

namespace nanonas::pipeline {

namespace fs = std::filesystem;

WrittenModel model_to_write(const Config& config, const std::string& file, const Task& task) {
    if (is_import(file)) {
        exporting::ImportedModel read = read_import(config, file, task);
        std::vector<std::string> labels = read.network.labels;
        return {file, network_to_write(std::move(read)), std::move(labels), true};
    }
    const StoredModel stored = read_stored_model(file);
    return {file, stored.quantized(file), stored.trained.labels, false};
}

CExport::CExport(const WrittenModel& model, std::int64_t vectors) {
    const exporting::Int8Network& network = model.network;
    const fs::path beside = fs::path(model.file).parent_path() / "c";
    std::error_code error;
    shipped_ = !model.imported && fs::is_directory(beside, error);
    if (shipped_) {
        source_ = device::find_export(beside.string());
        return;
    }
    scratch_.emplace();
    const Sample pixels = noise(network.network.input, vectors);
    exporting::WriteOptions options;
    options.vectors = vectors;
    exporting::write_files(scratch_->path(), exporting::make_writer("c")->render(
                                                 {nullptr, &network, pixels.view()}, options));
    source_ = device::find_export(scratch_->path());
}

}  // namespace nanonas::pipeline
