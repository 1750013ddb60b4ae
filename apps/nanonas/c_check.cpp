#include "apps/nanonas/c_check.hpp"

#include <algorithm>
#include <filesystem>

#include "apps/nanonas/interrupt.hpp"
#include "apps/nanonas/sample.hpp"
#include "export/device/toolchain.hpp"
#include "export/format.hpp"
#include "export/int8/quantize.hpp"
#include "space/errors.hpp"
#include "space/spaces/cells.hpp"
#include "space/text.hpp"
#include "train/engine/engine.hpp"

namespace nanonas::app {

namespace {

device::Limits limits(const std::string& scratch) {
    device::Limits own;
    own.stop = &stop_requested();
    own.seconds = 600.0;
    own.scratch = scratch;
    return own;
}

}  // namespace

CCheck check_c_source(const std::string& program, const std::string& source,
                      const exporting::Int8Network& network, const space::ImageView& images,
                      const std::string& scratch) {
    const std::filesystem::path file = std::filesystem::absolute(source).lexically_normal();
    const std::vector<std::int8_t> expected = device::oracle_scores(network, images);
    device::ValidateRequest request;
    request.source = {file.parent_path().string(), file.stem().string()};
    request.network = &network;
    request.images = images;
    request.expected = &expected;
    request.program = std::filesystem::absolute(program).lexically_normal().string();
    CCheck check;
    try {
        const device::HostReport report = device::validate_here(request, limits(scratch));
        check.compiler = report.compiler;
        check.not_done = report.not_done;
        check.images = report.not_done.empty() ? images.count : 0;
        check.mismatches = std::max(report.frame.mismatches, report.rows.mismatches) +
                           (report.shipped_program_failed ? 1 : 0);
    } catch (const ExportError& error) {
        check.failed = error.what();
    }
    return check;
}

nlohmann::json to_json(const CCheck& check, std::int64_t asked) {
    nlohmann::json value = {{"asked", asked},
                            {"compiler", check.compiler},
                            {"images", check.images},
                            {"mismatches", check.mismatches}};
    if (!check.not_done.empty()) {
        value["not_done"] = check.not_done;
    }
    if (!check.failed.empty()) {
        value["failed"] = check.failed;
    }
    return value;
}

std::string check_line(const nlohmann::json& check) {
    if (check.contains("failed")) {
        return "FAILED: " + check.at("failed").get<std::string>();
    }
    if (was_not_done(check)) {
        return "not done: " + check.value("not_done", "no C compiler (cc, gcc or clang) here");
    }
    if (check.at("asked") == 0) {
        return "not asked for";
    }
    const std::string images = grouped(check.at("images"));
    if (check.at("mismatches") > 0) {
        return "FAILED: " + grouped(check.at("mismatches")) + " of " + images +
               " images differ from the integer reference";
    }
    return "compiled with " + check.at("compiler").get<std::string>() + ", " + images +
           " images: every byte equals the integer reference";
}

bool was_not_done(const nlohmann::json& check) {
    return check.value("asked", 0) > 0 && check.value("compiler", "").empty() &&
           !check.contains("failed");
}

std::string check_lacks(const std::string& scratch) {
    return device::find_host(limits(scratch)).missing;
}

void rehearse_products(Session& session, const DataSets& data) {
    static_cast<void>(device::temporary_folder());
    space::TrainedNetwork untrained;
    untrained.network = space::CellSpace{data.shape(), data.classes()}.build({1, 0});
    untrained.weights = train::initial_weights(untrained.network, 1);
    untrained.labels = data.training.set.labels;
    const exporting::Int8Network quantized = exporting::quantize(
        untrained, std::vector<exporting::Range>(
                       exporting::float_network(untrained).network.nodes.size(), {-1.0F, 1.0F}));
    const Sample image(data.training.set.store->view(), {0});
    const exporting::Artifact artifact{&untrained, &quantized, image.view()};
    exporting::WriteOptions options;
    options.name = session.config().output.name;
    options.vectors = 1;
    for (const char* format : {"c", "tflite", "onnx"}) {
        exporting::make_writer(format)->render(artifact, options);
    }
}

void foresee_check(Session& session, const std::string& folder) {
    if (session.config().output.check_images == 0) {
        return;
    }
    const std::string lacks = check_lacks(folder);
    if (!lacks.empty()) {
        session.display().line("the C will not be checked at the end: " + lacks);
    }
}

}  // namespace nanonas::app
