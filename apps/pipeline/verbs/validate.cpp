#include "apps/pipeline/verbs/validate.hpp"

#include <filesystem>
#include <optional>

#include "apps/pipeline/data_sets.hpp"
#include "apps/pipeline/model_source.hpp"
#include "apps/pipeline/resolve.hpp"
#include "apps/pipeline/sample.hpp"
#include "apps/pipeline/steps/linked.hpp"
#include "apps/pipeline/stored_model.hpp"
#include "apps/pipeline/verbs/c_export.hpp"
#include "export/device/validate.hpp"
#include "export/format.hpp"
#include "export/tflite/reader/reader.hpp"
#include "space/errors.hpp"
#include "space/random.hpp"
#include "space/text.hpp"

namespace nanonas::pipeline {

namespace {

namespace fs = std::filesystem;

constexpr std::int64_t kMostDefaultImages = 1000;

/// The shipped vectors first; then images of --test, or else seeded changes of the vectors: pixels
/// moved by up to 32, noise, and noise of 0 and 255 only.
class Images {
  public:
    Images(const Config& config, const std::vector<std::string>& labels,
           const device::ShippedVectors& vectors, const Task& task)
        : shape_(vectors.shape), pixels_(vectors.pixels) {
        std::int64_t wanted = config.device.images;
        if (!config.data.test.empty()) {
            const train::TestSet test = load_evaluation(config, shape_, labels, task);
            const space::ImageView all = test.set.store->view();
            wanted = wanted == 0 ? std::min(all.count, kMostDefaultImages) : wanted;
            for (const std::int64_t row :
                 spread(all_rows(all.count), std::max<std::int64_t>(0, wanted - vectors.count))) {
                pixels_.insert(pixels_.end(), all.image(row), all.image(row) + shape_.elements());
            }
        } else {
            vary(vectors, wanted);
        }
        count_ = static_cast<std::int64_t>(pixels_.size()) / shape_.elements();
        if (wanted > 0) {
            count_ = std::min(count_, wanted);
        }
    }

    space::ImageView view() const { return {shape_, count_, pixels_.data(), nullptr}; }

  private:
    void vary(const device::ShippedVectors& vectors, std::int64_t wanted) {
        Rng rng(1);
        for (std::int64_t i = vectors.count; i < wanted; ++i) {
            const std::uint8_t* base = vectors.view().image(i % vectors.count);
            for (std::int64_t at = 0; at < shape_.elements(); ++at) {
                const int drawn = static_cast<int>(rng.below(256));
                const int moved = base[at] + drawn / 4 - 32;
                const int value = i % 3 == 0   ? std::min(255, std::max(0, moved))
                                  : i % 3 == 1 ? drawn
                                               : drawn % 2 * 255;
                pixels_.push_back(static_cast<std::uint8_t>(value));
            }
        }
    }

    space::Shape shape_;
    std::int64_t count_ = 0;
    std::vector<std::uint8_t> pixels_;
};

/// "RAM 20,480 B (20.0 KiB), flash ... of stm32l010rb": what the whole firmware is held to.
std::string bounds_text(const space::Budget& budget, const std::string& target) {
    space::Budget linked;
    linked.ram_bytes = budget.ram_bytes;
    linked.flash_bytes = budget.flash_bytes;
    return linked.binds() ? budget_text(linked) + (target.empty() ? "" : " of " + target) : "none";
}

/// Where to run, and what bounds the linked firmware has there.
struct Plan {
    std::vector<std::string> cores;  ///< empty: this computer only
    std::string target;              ///< that of --target, else of the run; may be empty
    std::string target_core;
    space::Budget of_target;  ///< with the explicit bounds
    space::Budget explicit_only;
    bool rows = false;  ///< bounds hold for the rows entry, as the run was made for it

    /// A target's bounds are those of firmware for its own core.
    const space::Budget& budget(const std::string& core) const {
        return target_core.empty() || core == target_core ? of_target : explicit_only;
    }
};

Plan make_plan(const Config& config, const std::string& model_file) {
    const std::string& asked = config.device.device;
    BudgetOptions options = config.budget;
    options.target = "";
    Plan plan;
    plan.explicit_only = resolve_platform(options).budget;
    plan.target = config.budget.target;
    const std::string folder = run_of_model(model_file);
    const auto run = folder.empty() ? std::nullopt : std::optional(config_of_run(folder));
    if (run && plan.target.empty() && asked != "host") {
        plan.target = run->budget.target;
    }
    plan.rows = run && prices_rows(run->budget.runtime);
    options.target = plan.target;
    const Platform platform = resolve_platform(options);
    plan.of_target = platform.budget;
    const device::Core* const core = device::find_core(platform.device.core);
    plan.target_core = core == nullptr ? platform.device.core : core->name;
    if (asked == "all") {
        plan.cores = device::core_names();
    } else if (!asked.empty() && asked != "host") {
        plan.cores = {device::core_named(asked).name};
        if (!config.budget.target.empty() && !plan.target_core.empty() &&
            plan.cores[0] != plan.target_core) {
            throw ConfigError("--device: " + asked + " is not the core of --target " +
                              config.budget.target + " (" + plan.target_core +
                              "); leave one out, bounds for another core go by --ram and --flash");
        }
    } else if (asked.empty() && !plan.target.empty()) {
        plan.cores = {device::core_named(platform.device.core).name};
    }
    if (config.products.strict && plan.cores.empty()) {
        throw ConfigError(asked == "host"
                              ? "--strict: --device host links nothing for a core; leave one out"
                              : "--strict: no core to link for; name one by --device or --target");
    }
    return plan;
}

/// One emulated core, added to `report`.
void validate_core(const device::ValidateRequest& request, const std::string& core,
                   const Plan& plan, const device::Toolchain& tools, const device::Limits& limits,
                   const Task& task, ValidateReport& report) {
    device::DeviceReport device = device::validate(request, device::core_named(core), tools, limits,
                                                   [&](const char* part, double fraction) {
                                                       task.at({"device", core, fraction, part});
                                                   });
    task.ended("device");
    const space::Budget& budget = plan.budget(core);
    const device::EntryReport& bound = plan.rows ? device.rows : device.frame;
    const auto broken = overruns(bound.ram_bytes(), bound.flash_bytes(), budget, core);
    report.overruns.insert(report.overruns.end(), broken.begin(), broken.end());
    report.devices.push_back(core_report(std::move(device), *request.network));
    report.devices.back().bounds = bounds_text(budget, core == plan.target_core ? plan.target : "");
}

}  // namespace

ValidateReport validate(const Config& config, const Task& task) {
    const std::string file = model_path(config.output.model);
    const WrittenModel model = model_to_write(config, file, task);
    const exporting::Int8Network& network = model.network;
    const Plan plan = make_plan(config, file);
    const device::Limits limits = device_limits(task);
    const device::Toolchain tools =
        plan.cores.empty() ? device::Toolchain{} : device::find_toolchain(limits);
    if (!plan.cores.empty() && !tools.can_run()) {
        throw ConfigError("--device: " + tools.missing);
    }
    const CExport source(model, config.products.vectors);
    const std::int64_t classes = network.network.classes();
    const device::ShippedVectors vectors =
        device::read_vectors(source.source(), network.network.input, classes);
    const Images images(config, model.labels, vectors, task);
    const std::vector<std::int8_t> expected = device::oracle_scores(network, images.view());

    ValidateReport report;
    report.model = file;
    report.c = source.shipped() ? source.source().folder : "the C export of " + file;
    report.network = to_string(network.network.input) + ", " + std::to_string(classes) + " classes";
    report.images = images.view().count;
    report.vectors = device::compare_scores(
        vectors.scores, device::oracle_scores(network, vectors.view()), classes);
    device::ValidateRequest request;
    request.source = source.source();
    request.network = &network;
    request.images = images.view();
    request.expected = &expected;
    try {
        if (config.device.device.empty() || config.device.device == "host") {
            report.host = device::validate_here(request, limits);
        }
        for (const std::string& core : plan.cores) {
            validate_core(request, core, plan, tools, limits, task, report);
        }
    } catch (const ExportError& error) {
        report.failed = error.what();
    }
    return report;
}

}  // namespace nanonas::pipeline
