#include "apps/pipeline/verbs/imported.hpp"

#include <filesystem>

#include "apps/pipeline/data_sets.hpp"
#include "apps/pipeline/sample.hpp"
#include "apps/pipeline/steps/calibration.hpp"
#include "export/format.hpp"
#include "export/int8/quantize.hpp"
#include "export/native/native_model.hpp"
#include "export/onnx/reader/reader.hpp"
#include "export/runtime.hpp"
#include "export/tflite/tflm/cost.hpp"
#include "space/errors.hpp"

namespace nanonas::pipeline {

namespace {

/// The graph of the .tflite that the network is written as.
void add_tflm_graph(exporting::ImportedModel& model) {
    try {
        const exporting::Int8Network network = network_to_write(model);
        const std::vector<std::uint8_t> pixels(
            static_cast<std::size_t>(network.network.input.elements()));
        const std::int32_t label = 0;
        const auto files = exporting::make_writer("tflite")->render(
            {nullptr, &network, {network.network.input, 1, pixels.data(), &label}}, {});
        exporting::ImportedModel written =
            exporting::parse_tflite(files.front().bytes, files.front().path);
        model.tflm_graph = std::move(written.tflm_graph);
        model.tflm_bytes = written.tflm_bytes;
        model.tflm_obstacle = std::move(written.tflm_obstacle);
    } catch (const ExportError& error) {
        model.tflm_obstacle = error.what();
    }
}

space::Preprocess pixels_of(const Config& config) {
    return {static_cast<float>(config.data.pixel_scale),
            static_cast<std::int32_t>(config.data.pixel_mean)};
}

/// The facts of the file; its network where that is in integers already.
exporting::ImportedModel imported(exporting::OnnxModel&& read) {
    exporting::ImportedModel model;
    model.input_type = read.input_type;
    model.output_type = read.output_type;
    model.file_bytes = read.file_bytes;
    if (read.quantized) {
        model.network = std::move(*read.quantized);
    }
    model.real = std::move(read.real);
    return model;
}

void take_rounded(exporting::ImportedModel& model, const std::vector<exporting::Range>& ranges,
                  const std::string& file, const std::vector<std::string>& labels) {
    model.network = exporting::quantize(*model.real, ranges);
    model.network.labels = labels;
    model.network.provenance["imported"] = std::filesystem::path(file).filename().string();
}

std::vector<exporting::Range> ranges_of(const exporting::FloatNetwork& network,
                                        const std::string& file, const Config& config,
                                        const Task& task) {
    if (config.data.calibration.empty()) {
        throw ConfigError(file +
                          ": holds floats; --calibration DIR names the images on which it is "
                          "rounded to int8");
    }
    const train::LoadedSet set = load_calibration(config, network.network.input, task);
    const space::ImageView images = set.store->view();
    const exporting::Calibration found = exporting::calibrate(
        network, images, spread(all_rows(images.count), config.products.calibration_images),
        calibrate_options(config.products, task.threads),
        [&](double fraction) {
            task.at({"calibrate", "int8 ranges", fraction, config.products.calibration});
        },
        task.stop);
    task.ended("calibrate");
    return found.ranges;
}

}  // namespace

bool is_import(const std::string& file) {
    return exporting::is_tflite(file) || exporting::is_onnx(file);
}

exporting::ImportedModel read_import(const Config& config, const std::string& file,
                                     const Task& task) {
    if (!exporting::is_onnx(file)) {
        return exporting::read_tflite(file);
    }
    exporting::OnnxModel read = exporting::read_onnx(file, pixels_of(config));
    const std::vector<std::string> labels = read.labels;
    exporting::ImportedModel model = imported(std::move(read));
    if (model.real) {
        take_rounded(model, ranges_of(*model.real, file, config, task), file, labels);
    }
    return model;
}

exporting::ImportedModel read_import_to_price(const std::string& file) {
    if (!exporting::is_onnx(file)) {
        return exporting::read_tflite(file);
    }
    exporting::OnnxModel read = exporting::read_onnx(file, {});
    const std::vector<std::string> labels = read.labels;
    exporting::ImportedModel model = imported(std::move(read));
    if (model.real) {
        const std::vector<exporting::Range> ranges(model.real->network.nodes.size(),
                                                   exporting::Range{-1.0F, 1.0F});
        take_rounded(model, ranges, file, labels);
    }
    add_tflm_graph(model);
    return model;
}

exporting::Int8Network network_to_write(exporting::ImportedModel model,
                                        std::vector<exporting::PassSaving>* savings) {
    exporting::Int8Network network = std::move(model.network);
    const std::vector<exporting::PassSaving> saved = exporting::optimize(network);
    if (savings != nullptr) {
        *savings = saved;
    }
    if (network.labels.empty()) {
        for (std::int64_t i = 0; i < network.network.classes(); ++i) {
            network.labels.push_back(std::to_string(i));
        }
    }
    return network;
}

std::string cost_obstacle(const exporting::ImportedModel& model,
                          const exporting::Int8Network& written, const std::string& runtime) {
    if (!exporting::runtime_named(runtime).generated_c) {
        return model.tflm_obstacle;
    }
    try {
        exporting::require_native(written);
        return "";
    } catch (const Error& error) {
        return error.what();
    }
}

std::unique_ptr<space::CostModel> file_cost_model(const exporting::ImportedModel& model,
                                                  const exporting::Int8Network& written,
                                                  const std::string& runtime,
                                                  const space::Device& device) {
    const exporting::Runtime& row = exporting::runtime_named(runtime);
    if (row.generated_c) {
        return exporting::native_cost_model(written, device, row.by_rows);
    }
    if (row.make_for_file == nullptr || !model.tflm_graph) {
        return nullptr;
    }
    return row.make_for_file(device, {*model.tflm_graph, model.tflm_bytes});
}

}  // namespace nanonas::pipeline
