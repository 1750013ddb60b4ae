#include "apps/pipeline/verbs/export.hpp"

#include <algorithm>
#include <iterator>
#include <optional>

#include "apps/pipeline/data_sets.hpp"
#include "apps/pipeline/formats.hpp"
#include "apps/pipeline/model_source.hpp"
#include "apps/pipeline/run_plan.hpp"
#include "apps/pipeline/sample.hpp"
#include "apps/pipeline/steps/c_check.hpp"
#include "apps/pipeline/stored_model.hpp"
#include "apps/pipeline/verbs/imported.hpp"
#include "export/device/process.hpp"
#include "export/format.hpp"
#include "export/tflite/reader/reader.hpp"
#include "space/errors.hpp"

namespace nanonas::pipeline {

namespace {

constexpr std::int64_t kCheckedImages = 100;

/// The images vectors are taken from and the check runs on: from --test, or noise.
struct Samples {
    std::string kind;
    Sample images;
};

Samples take_samples(const Config& config, const space::Shape& shape,
                     const std::vector<std::string>& labels, const Task& task) {
    const std::int64_t count = std::max(config.products.vectors, kCheckedImages);
    if (config.data.test.empty()) {
        return {"noise", noise(shape, count)};
    }
    const train::TestSet test = load_evaluation(config, shape, labels, task);
    const space::ImageView all = test.set.store->view();
    // The vectors are the first ones: spread those over the classes, then the others.
    std::vector<std::int64_t> rows = spread(all_rows(all.count), config.products.vectors);
    std::vector<std::int64_t> others;
    const std::vector<std::int64_t> every = all_rows(all.count);
    std::set_difference(every.begin(), every.end(), rows.begin(), rows.end(),
                        std::back_inserter(others));
    others = spread(others, count - static_cast<std::int64_t>(rows.size()));
    rows.insert(rows.end(), others.begin(), others.end());
    return {"test", Sample(all, rows)};
}

exporting::WriteOptions write_options(const Config& config) {
    exporting::WriteOptions options;
    options.name = config.products.name;
    options.vectors = config.products.vectors;
    if (!config.output.io.empty()) {
        options.io = exporting::parse_io(config.output.io);
    }
    if (!config.output.precision.empty()) {
        options.precision = exporting::parse_precision(config.output.precision);
    }
    return options;
}

/// The written source with the test program of format "c", which the packagings leave out.
CCheck check_written(const Config& config, const std::string& source,
                     const exporting::Artifact& artifact,
                     const std::vector<exporting::OutputFile>& files, const Task& task) {
    const device::TemporaryDirectory scratch;
    const std::string& name = config.products.name;
    std::string program = config.output.out;
    if (std::none_of(files.begin(), files.end(),
                     [](const auto& file) { return file.path == "main.c"; })) {
        program = scratch.file("program");
        auto all = exporting::make_writer("c")->render(artifact, write_options(config));
        all.erase(std::remove_if(all.begin(), all.end(),
                                 [&](const auto& file) {
                                     return file.path == name + ".c" || file.path == name + ".h";
                                 }),
                  all.end());
        exporting::write_files(program, all);
    }
    return check_c_source(program, config.output.out + "/" + source, *artifact.quantized,
                          artifact.samples, scratch.path(), task);
}

/// What is exported: a model of ours, with int8 where it was calibrated, or an imported file.
struct Source {
    StoredModel stored;
    std::optional<exporting::Int8Network> quantized;
    std::vector<std::string> labels;  ///< the file's own, which those of --test must equal
    bool imported = false;
    std::vector<exporting::PassSaving> savings;  ///< of an imported file

    const space::Shape& input() const {
        return imported ? quantized->network.input : stored.trained.network.input;
    }
};

Source read_source(const Config& config, const std::string& file, const Task& task) {
    Source source;
    source.imported = is_import(file);
    if (source.imported) {
        exporting::ImportedModel read = read_import(config, file, task);
        source.labels = read.network.labels;
        source.quantized = network_to_write(std::move(read), &source.savings);
        return source;
    }
    source.stored = read_stored_model(file);
    source.labels = source.stored.trained.labels;
    if (source.stored.ranges) {
        source.quantized = source.stored.quantized(file);
    }
    return source;
}

}  // namespace

ExportReport export_model(const Config& config, bool vectors_named, const Task& task) {
    const OutputOptions& output = config.output;
    const std::string file = model_path(output.model);
    if (output.out.empty()) {
        throw ConfigError("--out: needed; the directory to write into");
    }
    require_no_run(output.out);
    static_cast<void>(device::temporary_folder());  // one that is wrong, before anything is written
    const auto writer = make_writer(output.format);
    const exporting::WriteOptions options = write_options(config);
    exporting::check_options(*writer, options);
    if (vectors_named && !writer->ships_vectors()) {
        throw ConfigError("--vectors: does not apply to format " + output.format);
    }
    const Source source = read_source(config, file, task);
    const Samples samples = take_samples(config, source.input(), source.labels, task);
    const exporting::Artifact artifact{source.imported ? nullptr : &source.stored.trained,
                                       source.quantized ? &*source.quantized : nullptr,
                                       samples.images.view()};
    const std::vector<exporting::OutputFile> files = writer->render(artifact, options);
    exporting::require_absent(output.out, files);
    exporting::write_files(output.out, files);

    ExportReport report;
    report.model = file;
    report.format = output.format;
    report.out = output.out;
    report.savings = source.savings;
    for (const exporting::OutputFile& each : files) {
        report.files.push_back(each.path);
    }
    const std::string c_source = writer->c_source(config.products.name);
    report.has_c = !c_source.empty();
    report.samples = samples.kind;
    if (report.has_c) {
        report.c_check = check_written(config, c_source, artifact, files, task);
    }
    return report;
}

}  // namespace nanonas::pipeline
