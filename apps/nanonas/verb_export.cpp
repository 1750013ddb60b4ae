#include <algorithm>
#include <iterator>

#include "apps/nanonas/c_check.hpp"
#include "apps/nanonas/data_sets.hpp"
#include "apps/nanonas/formats.hpp"
#include "apps/nanonas/imported.hpp"
#include "apps/nanonas/int8_ranges.hpp"
#include "apps/nanonas/resolve.hpp"
#include "apps/nanonas/run_directory.hpp"
#include "apps/nanonas/sample.hpp"
#include "apps/nanonas/session.hpp"
#include "export/device/process.hpp"
#include "export/format.hpp"
#include "space/errors.hpp"

namespace nanonas::app {

namespace {

constexpr std::int64_t kCheckedImages = 100;

/// The images vectors are taken from and the check runs on: from --test, or noise.
struct Samples {
    std::string kind;
    Sample images;
};

Samples take_samples(Session& session, const space::Shape& shape,
                     const std::vector<std::string>& labels) {
    const Config& config = session.config();
    const std::int64_t count = std::max(config.output.vectors, kCheckedImages);
    if (config.data.test.empty()) {
        return {"noise", noise(shape, count)};
    }
    const train::TestSet test = load_evaluation(config, shape, labels, session.display());
    const space::ImageView all = test.set.store->view();
    // The vectors are the first ones: spread those over the classes, then the others.
    std::vector<std::int64_t> rows = spread(all_rows(all.count), config.output.vectors);
    std::vector<std::int64_t> others;
    const std::vector<std::int64_t> every = all_rows(all.count);
    std::set_difference(every.begin(), every.end(), rows.begin(), rows.end(),
                        std::back_inserter(others));
    others = spread(others, count - static_cast<std::int64_t>(rows.size()));
    rows.insert(rows.end(), others.begin(), others.end());
    return {"test", Sample(all, rows)};
}

exporting::WriteOptions write_options(const OutputOptions& output) {
    exporting::WriteOptions options;
    options.name = output.name;
    options.vectors = output.vectors;
    if (!output.io.empty()) {
        options.io = exporting::parse_io(output.io);
    }
    if (!output.precision.empty()) {
        options.precision = exporting::parse_precision(output.precision);
    }
    return options;
}

/// The written source with the test program of format "c", which the packagings leave out.
CCheck check_written(const OutputOptions& output, const std::string& source,
                     const exporting::Artifact& artifact,
                     const std::vector<exporting::OutputFile>& files) {
    const device::TemporaryDirectory scratch;
    std::string program = output.out;
    if (std::none_of(files.begin(), files.end(),
                     [](const auto& file) { return file.path == "main.c"; })) {
        program = scratch.file("program");
        auto all = exporting::make_writer("c")->render(artifact, write_options(output));
        all.erase(std::remove_if(all.begin(), all.end(),
                                 [&](const auto& file) {
                                     return file.path == output.name + ".c" ||
                                            file.path == output.name + ".h";
                                 }),
                  all.end());
        exporting::write_files(program, all);
    }
    return check_c_source(program, output.out + "/" + source, *artifact.quantized, artifact.samples,
                          scratch.path());
}

std::string check_text(const CCheck& check, const std::string& kind) {
    if (!check.not_done.empty()) {
        return "Not checked: " + check.not_done + "\n";
    }
    if (!check.failed.empty()) {
        return "FAILED: " + check.failed + "\n";
    }
    if (check.good()) {
        return "Compiled with " + check.compiler + "; on " + std::to_string(check.images) + " " +
               kind + " images every byte equals the integer reference\n";
    }
    return "FAILED: " + std::to_string(check.mismatches) + " of " + std::to_string(check.images) +
           " images differ from the integer reference\n";
}

}  // namespace

int run_export(Session& session) {
    const OutputOptions& output = session.config().output;
    const std::string file = model_path(output);
    if (output.out.empty()) {
        throw ConfigError("--out: needed; the directory to write into");
    }
    require_no_run(output.out);
    static_cast<void>(device::temporary_folder());  // one that is wrong, before anything is written
    const auto writer = make_writer(output.format);
    const exporting::WriteOptions options = write_options(output);
    exporting::check_options(*writer, options);
    if (session.command().typed.count("vectors") > 0 && !writer->ships_vectors()) {
        throw ConfigError("--vectors: does not apply to format " + output.format);
    }

    const bool imported = exporting::is_tflite(file);
    StoredModel stored;
    std::optional<exporting::Int8Network> quantized;
    std::vector<std::string> labels;  // the file's own, which those of --test must equal
    if (imported) {
        exporting::ImportedModel read = exporting::read_tflite(file);
        labels = read.network.labels;
        quantized = network_to_write(std::move(read));
    } else {
        stored = read_stored_model(file);
        labels = stored.trained.labels;
    }
    if (stored.ranges) {
        quantized = stored.quantized(file);
    }
    const Samples samples = take_samples(
        session, imported ? quantized->network.input : stored.trained.network.input, labels);
    const exporting::Artifact artifact{imported ? nullptr : &stored.trained,
                                       quantized ? &*quantized : nullptr, samples.images.view()};
    const std::vector<exporting::OutputFile> files = writer->render(artifact, options);
    exporting::require_absent(output.out, files);
    exporting::write_files(output.out, files);

    std::string text = "Wrote format " + output.format + " into " + output.out + ":\n";
    nlohmann::json document = {{"verb", "export"},
                               {"model", file},
                               {"format", output.format},
                               {"out", output.out},
                               {"files", nlohmann::json::array()}};
    for (const exporting::OutputFile& each : files) {
        text += "  " + each.path + "\n";
        document["files"].push_back(each.path);
    }
    const std::string source = writer->c_source(output.name);
    CCheck check;
    if (!source.empty()) {
        check = check_written(output, source, artifact, files);
        text += check_text(check, samples.kind);
        document["compiler"] = check.compiler;
        document["images"] = check.images;
        document["mismatches"] = check.mismatches;
        for (const auto& [key, why] :
             {std::pair("not_done", check.not_done), std::pair("failed", check.failed)}) {
            if (!why.empty()) {
                document[key] = why;
            }
        }
    }
    session.result(document, text);
    return check.good() ? kDone : kFailed;
}

}  // namespace nanonas::app
