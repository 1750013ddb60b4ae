// What a run found and made. summary.json holds it (report_json.hpp); nothing here is text for
// people but the sentences of a conclusion or a failure.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "apps/pipeline/device_report.hpp"
#include "space/budget.hpp"
#include "space/cost.hpp"
#include "space/search_space.hpp"

namespace nanonas::pipeline {

/// The network that was found or named.
struct WinnerReport {
    std::string name;  ///< "(4,3)"
    /// By axis: a number, or a choice.
    std::map<std::string, std::variant<std::int64_t, std::string>> point;
    std::string input;            ///< "50x50x3"; empty when nothing was built
    std::optional<double> score;  ///< of a search
    bool from_table = false;      ///< the score is a table's, no accuracy
};
WinnerReport winner_report(const space::Candidate& candidate, const std::vector<space::Axis>& axes);

/// A cost and its bound; absent: no bound.
struct Figure {
    std::int64_t value = 0;
    std::optional<std::int64_t> limit;
};
/// Costs beside their bounds.
struct BudgetReport {
    std::string runtime;
    std::string basis;
    Figure ram_bytes, flash_bytes, macc;
    std::optional<std::int64_t> instructions;
    std::optional<Figure> latency_us, energy_uj;
};
BudgetReport budget_report(const space::CostReport& cost, const std::string& basis,
                           const space::Budget& budget);
/// Prices `network` first; throws as the model does.
BudgetReport budget_report(const space::Network& network, const space::CostModel& model,
                           const space::Budget& budget);

/// What somebody who trains candidates did.
struct WorkerReport {
    std::string host;              ///< "here"; empty: no worker was ever ready
    std::string source;            ///< as --workers-from names it; empty: the search itself
    std::int64_t slots = 0;        ///< evaluations at a time, the most there were
    std::int64_t evaluations = 0;  ///< trainings brought to an end
    std::int64_t losses = 0;       ///< trainings that it did not bring to an end
    double seconds = 0.0;          ///< of training

    friend bool operator==(const WorkerReport& a, const WorkerReport& b) {
        return a.host == b.host && a.source == b.source && a.slots == b.slots &&
               a.evaluations == b.evaluations && a.losses == b.losses && a.seconds == b.seconds;
    }
};

/// How many candidates were decided, and how it ended.
struct SearchReport {
    std::size_t decided = 0, evaluated = 0, infeasible = 0, replayed = 0;
    std::size_t ahead = 0, ahead_in_vain = 0;  ///< evaluations on idle cores
    double seconds_in_vain = 0.0;
    std::vector<std::string> conclusion;  ///< sentences: why it ended, what is unspent, what to try
    std::vector<WorkerReport> workers;    ///< of a search with workers elsewhere
};

/// Whether mirrored images are known as well (train/mirror.hpp).
struct MirrorReport {
    double plain = 0.0, mirrored = 0.0;  ///< accuracies of a short training, [0, 1]
    std::int64_t images = 0;
};
/// The final training.
struct TrainingReport {
    std::string engine;
    std::int64_t epochs = 0, batch = 0;
    std::int64_t best_epoch = 0;  ///< from 1
    double validation_accuracy = 0.0;
    bool diverged = false;
    std::string augment;  ///< as --augment takes it
    std::optional<MirrorReport> mirror;
};

/// A stage after training (train/stages/stage.hpp).
struct StageReport {
    std::string name;                  ///< as it was asked for: "fine-tune=5"
    double before = 0.0, after = 0.0;  ///< validation accuracy of the float network
    double seconds = 0.0;
};

/// A convolution or dense layer.
struct LayerRangeReport {
    std::string name;
    std::string chosen;  ///< method
    float low = 0.0F, high = 0.0F;
    /// By method tried: 10 log10(signal / noise), infinite without error.
    std::map<std::string, double> sqnr_db;
};
/// How the int8 ranges were found.
struct CalibrationReport {
    std::string method;
    double percentile = 0.0;
    std::int64_t images = 0;
    std::int64_t sqnr_images = 0;  ///< of them, that the ratios were measured on
    std::vector<LayerRangeReport> layers;
};

/// One set of images: shares that are right, and the same in both.
struct AccuracyReport {
    std::int64_t images = 0;
    double of_float = 0.0, of_int8 = 0.0, agreement = 0.0;  ///< [0, 1]
};

/// One layer: how many images keep their float class up to it, and of 256 steps those it takes.
struct LayerLossReport {
    std::string name;
    double agreement = 0.0;
    int steps = 0;
};
/// Told when int8 costs more than it should: where it is lost and what to try.
struct Int8LossReport {
    std::string images;   ///< "validation" or "test"
    double points = 0.0;  ///< of accuracy, in per cent
    std::string layer;    ///< that loses most
    double agreement_before = 0.0, agreement_after = 0.0;
    int steps = 0;
    std::vector<LayerLossReport> layers;
    std::vector<std::string> advice;
};

/// The emitted C compiled on this computer.
struct CCheck {
    std::int64_t asked = 0;       ///< images; 0: no check was wanted
    std::string compiler;         ///< empty: nothing was checked
    std::string not_done;         ///< why nothing could be checked on this computer; no verdict
    std::string failed;           ///< the C does not compile, or its program fails
    std::int64_t images = 0;      ///< compared, through both entry points
    std::int64_t mismatches = 0;  ///< images with any differing byte, shipped vectors included

    bool good() const { return failed.empty() && mismatches == 0; }
    /// Asked for and no verdict.
    bool was_not_done() const { return asked > 0 && compiler.empty() && failed.empty(); }
};

/// All that a run, or a verb that makes the same products, has to tell; a part that it has not is
/// absent.
struct RunReport {
    std::string verb;     ///< "search", "train", "quantize"
    std::string version;  ///< of the program
    std::string run;      ///< its directory; empty for a verb that makes none
    std::optional<WinnerReport> winner;
    std::optional<BudgetReport> cost;
    std::optional<SearchReport> search;
    std::optional<TrainingReport> training;
    std::vector<StageReport> stages;
    std::optional<CalibrationReport> calibration;
    std::map<std::string, AccuracyReport> accuracy;  ///< "validation", "test"
    std::optional<Int8LossReport> int8_loss;
    std::optional<LinkedReport> linked;
    std::optional<CCheck> c_check;
    std::map<std::string, double> seconds;             ///< "load", "search", ..., "total"
    std::map<std::string, std::string> files;          ///< "run", "model", "c", "tflite", "onnx"
    std::map<std::string, std::string> products;       ///< checksum by path in winner/
    std::optional<std::vector<std::string>> failures;  ///< empty: all that was made is right
    std::string check;                                 ///< of summary.json, see space/checksum.hpp

    bool failed() const { return failures && !failures->empty(); }
};

}  // namespace nanonas::pipeline
