#include "apps/nanonas/products.hpp"

#include "apps/nanonas/augmentation.hpp"
#include "apps/nanonas/c_check.hpp"
#include "apps/nanonas/calibration_view.hpp"
#include "apps/nanonas/int8_ranges.hpp"
#include "apps/nanonas/int8_warning.hpp"
#include "apps/nanonas/interrupt.hpp"
#include "apps/nanonas/linked.hpp"
#include "apps/nanonas/resolve.hpp"
#include "apps/nanonas/sample.hpp"
#include "export/device/process.hpp"
#include "export/format.hpp"
#include "export/int8/quantize.hpp"
#include "space/checksum.hpp"
#include "space/errors.hpp"
#include "space/files.hpp"
#include "space/random.hpp"
#include "space/stopwatch.hpp"
#include "space/text.hpp"
#include "train/trainer.hpp"

namespace nanonas::app {

namespace {

/// Rows copied at a time for a comparison.
constexpr std::int64_t kPiece = 4096;

void throw_if_stopped() {
    if (stop_requested()) {
        throw Interrupted();
    }
}

train::TrainOptions final_training(const Config& config, const space::Candidate& candidate,
                                   const std::string& checkpoint) {
    train::TrainOptions options;
    options.epochs = config.training.epochs;
    options.learning_rate = config.training.learning_rate;
    options.schedule = config.training.schedule;
    // A rate that falls to zero ends in its best weights; one that does not leaves them behind.
    options.keep =
        options.schedule == train::Schedule::kCosine ? train::Keep::kLast : train::Keep::kBest;
    options.weight_decay = config.training.weight_decay;
    options.label_smoothing = config.training.label_smoothing;
    options.seed = space::candidate_seed(config.training.seed, "final", candidate);
    options.threads = worker_count(config.output);
    options.checkpoint = checkpoint;
    return options;
}

nlohmann::json comparison_json(const exporting::Comparison& comparison) {
    return {{"images", comparison.images},
            {"float", comparison.float_accuracy},
            {"int8", comparison.int8_accuracy},
            {"agreement", comparison.agreement}};
}

}  // namespace

nlohmann::json cost_json(const space::Network& network, const space::CostModel& model,
                         const space::Budget& budget) {
    const space::CostReport report = model.cost(network);
    const auto entry = [](std::int64_t value, const std::optional<std::int64_t>& limit) {
        nlohmann::json one = {{"value", value}};
        one["limit"] = limit ? nlohmann::json(*limit) : nlohmann::json();
        return one;
    };
    nlohmann::json cost = {{"runtime", report.runtime},
                           {"basis", model.basis()},
                           {"ram_bytes", entry(report.ram_bytes, budget.ram_bytes)},
                           {"flash_bytes", entry(report.flash_bytes, budget.flash_bytes)},
                           {"macc", entry(report.macc, budget.macc)}};
    if (report.instructions) {
        cost["instructions"] = *report.instructions;
    }
    if (report.latency_us) {
        cost["latency_us"] = entry(*report.latency_us, budget.latency_us);
    }
    if (report.energy_uj) {
        cost["energy_uj"] = entry(*report.energy_uj, budget.energy_uj);
    }
    return cost;
}

space::TrainedNetwork train_network(Session& session, const space::Candidate& candidate,
                                    const DataSets& data, const RunDirectory& run,
                                    nlohmann::json& summary) {
    const Config& config = session.config();
    Display& display = session.display();
    const auto space = space_of(config, data.problem());
    const std::vector<space::Axis> axes = space->axes();
    const auto engine = train::make_engine(config.training.engine);
    const std::string label = "training " + space::to_string(candidate, axes);
    display.line(label + ": " + grouped(config.training.epochs) + " epochs on " +
                 grouped(static_cast<std::int64_t>(data.winner.training.size())) +
                 " images, engine " + engine->name());

    train::TrainOptions options = final_training(config, candidate, run.file("training.ckpt"));
    options.arithmetic = train::arithmetic_of(*engine);
    train::TrainHooks hooks;
    hooks.before_checkpoint = [&run] { run.require_in_place(); };
    hooks.stop = &stop_requested();
    hooks.progress = [&](const train::TrainProgress& at) {
        if (at.epoch_fraction >= 1.0 && !at.validated) {
            return;  // the bar moves on with the epoch's own accuracy
        }
        char loss[48];
        std::snprintf(loss, sizeof loss, "/%lld, loss %.3f", static_cast<long long>(at.epochs),
                      at.loss);
        const double done = static_cast<double>(at.epoch) + at.epoch_fraction;
        std::string detail = "epoch " + std::to_string(std::min(at.epoch + 1, at.epochs)) + loss;
        if (at.best_accuracy) {
            detail += (options.keep == train::Keep::kBest ? ", best " : ", now ") +
                      percent_text(*at.best_accuracy);
        }
        display.bar("train", {label, done / static_cast<double>(at.epochs), detail}, true);
    };
    space::TrainedNetwork trained;
    trained.network = space->build(candidate);
    nlohmann::json& training = summary["training"] = nlohmann::json::object();
    options.batch_size =
        final_batch(config.training, static_cast<std::int64_t>(data.winner.training.size()));
    training["batch"] = options.batch_size;
    options.augment = chosen_augment(session, *engine, trained.network, data.training, training);
    const train::TrainResult result =
        train::train(*engine, trained.network, trained.preprocess, data.winner, options, hooks);
    display.remove("train");
    if (result.diverged) {
        display.line("training: the loss stopped being finite in epoch " +
                     std::to_string(result.curve.size() + 1) +
                     "; the weights kept before it stand (a smaller --lr may help)");
    }
    display.line("trained: validation accuracy " + percent_text(result.best_accuracy) +
                 (options.keep == train::Keep::kBest ? ", the best, in epoch " : " in epoch ") +
                 std::to_string(result.best_epoch + 1) + " of " +
                 std::to_string(config.training.epochs) + ", " + duration_text(result.seconds));
    trained.weights = result.best_weights;
    trained.labels = data.training.set.labels;
    trained.provenance = {{"program", std::string("nanonas ") + NANONAS_VERSION},
                          {"seed", std::to_string(config.training.seed)},
                          {"data", shipped_description(data.training.set.description)}};
    for (std::size_t i = 0; i < axes.size(); ++i) {
        trained.provenance.emplace(axes[i].name, space::value_text(axes[i], candidate.at[i]));
    }
    training.update({{"engine", engine->name()},
                     {"epochs", config.training.epochs},
                     {"best_epoch", result.best_epoch + 1},
                     {"validation_accuracy", result.best_accuracy},
                     {"diverged", result.diverged}});
    summary["seconds"]["training"] = result.seconds;
    return trained;
}

exporting::Comparison compare_rows(Session& session, const space::TrainedNetwork& trained,
                                   const exporting::Int8Network& quantized,
                                   const space::ImageView& images,
                                   const std::vector<std::int64_t>& rows,
                                   const std::string& label) {
    exporting::Comparison total;
    double right_float = 0.0;
    double right_int8 = 0.0;
    double agreed = 0.0;
    const auto count = static_cast<std::int64_t>(rows.size());
    for (std::int64_t from = 0; from < count; from += kPiece) {
        const std::int64_t to = std::min(count, from + kPiece);
        const Sample piece(images, {rows.begin() + from, rows.begin() + to});
        const auto size = static_cast<double>(to - from);
        const auto part = exporting::compare(
            trained, quantized, piece.view(), worker_count(session.config().output),
            [&](double fraction) {
                session.display().bar("compare", {label,
                                                  (static_cast<double>(from) + fraction * size) /
                                                      static_cast<double>(count),
                                                  "float and int8"});
            },
            &stop_requested());
        right_float += part.float_accuracy * size;
        right_int8 += part.int8_accuracy * size;
        agreed += part.agreement * size;
        if (from == 0) {
            total.layers = part.layers;
            total.confusion = part.confusion;
        } else {
            for (std::size_t i = 0; i < total.confusion.size(); ++i) {
                for (std::size_t j = 0; j < total.confusion[i].size(); ++j) {
                    total.confusion[i][j] += part.confusion[i][j];
                }
            }
        }
    }
    session.display().remove("compare");
    const auto images_count = static_cast<double>(count);
    total.images = count;
    total.float_accuracy = right_float / images_count;
    total.int8_accuracy = right_int8 / images_count;
    total.agreement = agreed / images_count;
    return total;
}

int make_products(Session& session, const space::TrainedNetwork& trained, const DataSets& data,
                  const Platform& platform, const std::string& folder, nlohmann::json& summary,
                  const RunDirectory* run) {
    const OutputOptions& output = session.config().output;
    Display& display = session.display();
    const space::ImageView images = data.training.set.store->view();

    Stopwatch watch;
    throw_if_stopped();
    StoredModel stored;
    stored.trained = trained;
    const exporting::Calibration calibration = exporting::calibrate(
        exporting::float_network(trained), images,
        spread(data.winner.training, output.calibration_images), calibrate_options(output),
        [&](double fraction) {
            display.bar("calibrate", {"int8 ranges", fraction, output.calibration});
        },
        &stop_requested());
    display.remove("calibrate");
    stored.ranges = calibration.ranges;
    stored.methods = methods_of(calibration);
    summary["calibration"] = calibration_json(calibration, output);
    const exporting::Int8Network quantized = stored.quantized(folder);
    // On the images of `role`; the last ones are the best judges of what int8 costs.
    const auto judge = [&](const char* role, const space::ImageView& set,
                           const std::vector<std::int64_t>& rows) {
        const exporting::Comparison comparison =
            compare_rows(session, trained, quantized, set, rows, std::string(role) + " images");
        summary["accuracy"][role] = comparison_json(comparison);
        summary.erase("int8_loss");
        if (int8_costs(comparison)) {
            summary["int8_loss"] = int8_loss_json(
                comparison, role, trained, quantized, Sample(set, spread(rows, kLossImages)).view(),
                worker_count(output), output.calibration == "score");
        }
    };
    judge("validation", images, data.winner.validation);
    if (data.test) {
        const space::ImageView test = data.test->set.store->view();
        judge("test", test, all_rows(test.count));
    }
    // Nothing is in the folder before everything is: made and checked elsewhere.
    if (run != nullptr) {
        run->require_in_place();
    }
    const device::TemporaryDirectory scratch(run != nullptr ? run->path() : "");
    write_stored_model(scratch.file("model"), stored);
    std::vector<exporting::OutputFile> products = {
        {"model.safetensors", read_file(scratch.file("model"))}};
    summary["seconds"]["int8"] = watch.seconds();

    watch = Stopwatch();
    throw_if_stopped();
    // Any images: they only show that two programs compute the same.
    const space::ImageView pool = data.test ? data.test->set.store->view() : images;
    const std::vector<std::int64_t> rows = all_rows(pool.count);
    const std::string c_folder = scratch.file("c");
    exporting::WriteOptions write_options;
    write_options.name = output.name;
    write_options.vectors = output.vectors;
    const Sample vectors(pool, spread(rows, output.vectors));
    const exporting::Artifact artifact{&trained, &quantized, vectors.view()};
    const auto c_files = exporting::make_writer("c")->render(artifact, write_options);
    exporting::write_files(c_folder, c_files);
    for (const exporting::OutputFile& file : c_files) {
        products.push_back({"c/" + file.path, file.bytes});
    }
    CCheck check;
    if (output.check_images > 0) {
        display.bar("check", {"C source", 0.0, "compiling and comparing byte for byte"});
        check =
            check_c_source(c_folder, c_folder + "/" + output.name + ".c", quantized,
                           Sample(pool, spread(rows, output.check_images)).view(), scratch.path());
        display.remove("check");
    }
    display.bar("device", {"target's core", 0.0, "linking and emulating"});
    summary["linked"] = link_winner(platform, session.config().budget.runtime, c_folder, quantized);
    display.remove("device");
    summary["seconds"]["c"] = watch.seconds();
    summary["c_check"] = to_json(check, output.check_images);
    summary["files"] = {{"model", folder + "/model.safetensors"}, {"c", folder + "/c"}};
    for (const char* format : {"tflite", "onnx"}) {
        const auto files = exporting::make_writer(format)->render(artifact, write_options);
        products.insert(products.end(), files.begin(), files.end());
        summary["files"][format] = folder + "/" + files.front().path;
    }
    for (const exporting::OutputFile& file : products) {
        summary["products"][file.path] = checksum(file.bytes);
    }
    throw_if_stopped();
    if (run != nullptr) {
        run->require_in_place();
    }
    exporting::write_files(folder, products);
    summary["failures"] = linked_failures(session.config(), summary["linked"]);
    if (!check.failed.empty()) {
        summary["failures"].push_back(check.failed);
    } else if (check.mismatches > 0) {
        summary["failures"].push_back("the C differs from the integer reference on " +
                                      grouped(check.mismatches) + " of " + grouped(check.images) +
                                      " images");
    }
    return summary["failures"].empty() ? kDone : kFailed;
}

}  // namespace nanonas::app
