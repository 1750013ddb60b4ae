#include "apps/pipeline/steps/c_check.hpp"

#include <algorithm>
#include <filesystem>

#include "apps/pipeline/sample.hpp"
#include "export/device/toolchain.hpp"
#include "export/format.hpp"
#include "export/int8/quantize.hpp"
#include "space/errors.hpp"
#include "space/spaces/cells.hpp"
#include "train/engine/engine.hpp"

namespace nanonas::pipeline {

namespace {

device::Limits limits(const std::string& scratch, const std::atomic<bool>* stop) {
    device::Limits own;
    own.stop = stop;
    own.seconds = 600.0;
    own.scratch = scratch;
    return own;
}

}  // namespace

CCheck check_c_source(const std::string& program, const std::string& source,
                      const exporting::Int8Network& network, const space::ImageView& images,
                      const std::string& scratch, const Task& task) {
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
        const device::HostReport report =
            device::validate_here(request, limits(scratch, task.stop));
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

std::string check_lacks(const std::string& scratch) {
    return device::find_host(limits(scratch, nullptr)).missing;
}

void rehearse_products(const std::string& name, const DataSets& data) {
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
    options.name = name;
    options.vectors = 1;
    for (const char* format : {"c", "tflite", "onnx"}) {
        exporting::make_writer(format)->render(artifact, options);
    }
}

void foresee_check(const ProductOptions& products, const std::string& folder, const Task& task) {
    if (products.check_images == 0) {
        return;
    }
    const std::string lacks = check_lacks(folder);
    if (!lacks.empty()) {
        task.tell("the C will not be checked at the end: " + lacks);
    }
}

}  // namespace nanonas::pipeline
