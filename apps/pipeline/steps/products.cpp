#include "apps/pipeline/steps/products.hpp"

#include "apps/pipeline/sample.hpp"
#include "apps/pipeline/steps/c_check.hpp"
#include "apps/pipeline/steps/calibration.hpp"
#include "apps/pipeline/steps/comparison.hpp"
#include "apps/pipeline/steps/int8_loss.hpp"
#include "apps/pipeline/steps/linked.hpp"
#include "apps/pipeline/stored_model.hpp"
#include "export/device/process.hpp"
#include "export/format.hpp"
#include "space/checksum.hpp"
#include "space/files.hpp"
#include "space/stopwatch.hpp"
#include "space/text.hpp"

namespace nanonas::pipeline {

namespace {

/// Written beside the model and the C.
constexpr const char* kFormats[] = {"tflite", "onnx"};

/// The making of one network's products, stage by stage.
class Workshop {
  public:
    Workshop(const RunSpec& spec, const space::TrainedNetwork& trained, const DataSets& data,
             const std::string& folder, const RunDirectory* run, const Task& task,
             RunReport& report)
        : spec_(spec),
          data_(data),
          folder_(folder),
          task_(task),
          report_(report),
          scratch_(run != nullptr ? run->path() : "") {
        stored_.trained = trained;
    }

    void calibrate() {
        const exporting::Calibration calibration = exporting::calibrate(
            exporting::float_network(stored_.trained), images(),
            spread(data_.winner.training, spec_.products.calibration_images),
            calibrate_options(spec_.products, task_.threads_now()),
            [&](double fraction) {
                task_.at({"calibrate", "int8 ranges", fraction, spec_.products.calibration});
            },
            task_.stop);
        task_.ended("calibrate");
        stored_.ranges = calibration.ranges;
        stored_.methods = methods_of(calibration);
        report_.calibration = calibration_report(calibration, spec_.products);
        quantized_ = stored_.quantized(folder_);
    }

    /// The last images judged are the best judges of what int8 costs.
    void judge() {
        judge("validation", images(), data_.winner.validation);
        if (data_.test) {
            const space::ImageView test = data_.test->set.store->view();
            judge("test", test, all_rows(test.count));
        }
    }

    void write_model() {
        write_stored_model(scratch_.file("model"), stored_);
        products_ = {{"model.safetensors", read_file(scratch_.file("model"))}};
        report_.files["model"] = folder_ + "/model.safetensors";
    }

    void write_forms() {
        const Sample vectors(pool(), spread(all_rows(pool().count), spec_.products.vectors));
        const exporting::Artifact artifact{&stored_.trained, &quantized_, vectors.view()};
        exporting::WriteOptions options;
        options.name = spec_.products.name;
        options.vectors = spec_.products.vectors;
        const auto c_files = exporting::make_writer("c")->render(artifact, options);
        exporting::write_files(c_folder(), c_files);
        for (const exporting::OutputFile& file : c_files) {
            products_.push_back({"c/" + file.path, file.bytes});
        }
        report_.files["c"] = folder_ + "/c";
        for (const char* format : kFormats) {
            const auto files = exporting::make_writer(format)->render(artifact, options);
            products_.insert(products_.end(), files.begin(), files.end());
            report_.files[format] = folder_ + "/" + files.front().path;
        }
        for (const exporting::OutputFile& file : products_) {
            report_.products[file.path] = checksum(file.bytes);
        }
    }

    void check_here() {
        const std::int64_t count = spec_.products.check_images;
        CCheck check;
        if (count > 0) {
            task_.at({"check", "C source", 0.0, "compiling and comparing byte for byte"});
            check = check_c_source(c_folder(), c_folder() + "/" + spec_.products.name + ".c",
                                   quantized_,
                                   Sample(pool(), spread(all_rows(pool().count), count)).view(),
                                   scratch_.path(), task_);
            task_.ended("check");
        }
        check.asked = count;
        report_.c_check = check;
    }

    void check_on_device(const Platform& platform) {
        task_.at({"device", "target's core", 0.0, "linking and emulating"});
        report_.linked = link_winner(platform, spec_.budget.runtime, c_folder(), quantized_, task_);
        task_.ended("device");
    }

    void hand_over() {
        exporting::write_files(folder_, products_);
        std::vector<std::string> failures = linked_failures(*report_.linked, spec_.products.strict);
        const CCheck& check = *report_.c_check;
        if (!check.failed.empty()) {
            failures.push_back(check.failed);
        } else if (check.mismatches > 0) {
            failures.push_back("the C differs from the integer reference on " +
                               grouped(check.mismatches) + " of " + grouped(check.images) +
                               " images");
        }
        report_.failures = failures;
    }

  private:
    void judge(const std::string& role, const space::ImageView& set,
               const std::vector<std::int64_t>& rows) {
        const exporting::Comparison comparison =
            compare_rows(exporting::float_network(stored_.trained), quantized_, set, rows,
                         role + " images", task_);
        report_.accuracy[role] = accuracy_report(comparison);
        report_.int8_loss.reset();
        if (int8_costs(comparison)) {
            report_.int8_loss =
                int8_loss_report(comparison, role, stored_.trained, quantized_,
                                 Sample(set, spread(rows, kLossImages)).view(), task_.threads_now(),
                                 spec_.products.calibration == "score");
        }
    }

    space::ImageView images() const { return data_.training.set.store->view(); }
    /// Any images: they only show that two programs compute the same.
    space::ImageView pool() const { return data_.test ? data_.test->set.store->view() : images(); }
    std::string c_folder() const { return scratch_.file("c"); }

    const RunSpec& spec_;
    const DataSets& data_;
    const std::string& folder_;
    const Task& task_;
    RunReport& report_;
    device::TemporaryDirectory scratch_;
    StoredModel stored_;
    exporting::Int8Network quantized_;
    std::vector<exporting::OutputFile> products_;
};

}  // namespace

void make_products(const RunSpec& spec, const space::TrainedNetwork& trained, const DataSets& data,
                   const Platform& platform, const std::string& folder, const RunDirectory* run,
                   const Task& task, RunReport& report) {
    const auto proceed = [&] {
        task.throw_if_stopped();
        if (run != nullptr) {
            run->require_in_place();
        }
    };
    Stopwatch watch;
    proceed();
    Workshop workshop(spec, trained, data, folder, run, task, report);
    workshop.calibrate();
    workshop.judge();
    proceed();
    workshop.write_model();
    report.seconds["int8"] = watch.seconds();

    watch = Stopwatch();
    workshop.write_forms();
    workshop.check_here();
    workshop.check_on_device(platform);
    report.seconds["c"] = watch.seconds();
    proceed();
    workshop.hand_over();
}

}  // namespace nanonas::pipeline
