// What can be asked: one struct per concern, defaults in place. RunSpec is all that a run is made
// from; Config adds what single verbs of the program take.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "space/budget.hpp"
#include "space/search_space.hpp"
#include "space/shapes.hpp"
#include "train/data/augment.hpp"
#include "train/trainer.hpp"

namespace nanonas::pipeline {

/// The images.
struct DataOptions {
    std::string data;  ///< empty: Fashion-MNIST as Debian's dataset-fashion-mnist installs it
    std::string test;
    double val_split = 0.3;  ///< NanoNAS's own split; what candidates are scored on
    /// Of the winner's training; absent: see final_split.
    std::optional<double> final_val_split;
    std::optional<space::Shape> input;
    std::optional<std::int64_t> classes;  ///< where no data says it (profile, --scores)
    bool skip_bad = false;
    std::string cache;  ///< folder for decoded sets past the memory's allowance; empty: the user's
    bool of_run = false;             ///< the images are those of OutputOptions::run
    std::string calibration;         ///< images that an imported float network is rounded on
    double pixel_scale = 1.0 / 255;  ///< an imported float network reads (pixel - mean) * scale
    std::int64_t pixel_mean = 0;

    /// The winner learns from more images than the candidates did: a tenth is kept at most.
    double final_split() const { return final_val_split.value_or(std::min(0.1, val_split)); }
    void validate() const;
};

/// The device: a target by name, and bounds that win over it.
struct BudgetOptions {
    std::string target;
    std::optional<std::int64_t> ram_bytes;
    std::optional<std::int64_t> flash_bytes;
    std::optional<std::int64_t> macc;
    std::optional<double> max_latency_ms;
    std::optional<double> max_energy_uj;
    std::string runtime;  ///< empty: the default runtime

    void validate() const;
};

/// Defaults: the walk and the short training of docs/decisions/013-sound-walk.md.
constexpr std::int64_t kSearchSteps = 768;
constexpr std::int64_t kLargestBatch = 128;  ///< of --batch auto

/// How networks are found.
struct SearchOptions {
    std::string space = "cells";  ///< of --arch too
    std::string strategy;         ///< empty: see strategy_of
    std::int64_t trials = 0;      ///< 0: as the strategy thinks right
    std::string scores;
    bool search_only = false;
    std::optional<std::int64_t> steps;   ///< of a candidate's training
    std::optional<std::int64_t> epochs;  ///< instead of steps; with neither: kSearchSteps
    double learning_rate = 3e-3;
    train::Schedule schedule = train::Schedule::kCosine;
    std::int64_t batch = 16;
    std::int64_t repeats = 0;  ///< 0: see repeats_of

    void validate() const;
};

/// The strategy by name; without one "occam" for spaces of a width and a depth, "evolution" for
/// others.
std::string strategy_of(const SearchOptions& search);
/// The same for a space that is the caller's own.
std::string strategy_of(const SearchOptions& search, const space::SearchSpace& space);
/// Trainings per candidate; where none is named, what the strategy is made for.
std::int64_t repeats_of(const SearchOptions& search);

/// Defaults: NanoNAS (100 epochs, 0.01, batch 128), but small sets are seen more often
/// (docs/decisions/014-last-epoch.md), the rate falls to zero along a cosine and
/// images move a little (docs/decisions/007-final-training.md), mirrored where that is
/// harmless (docs/decisions/013-sound-walk.md).
struct TrainingOptions {
    std::string arch;                    ///< see arch_of; empty: none named
    std::optional<std::int64_t> epochs;  ///< absent: auto, see final_epochs
    double learning_rate = 0.01;
    std::optional<std::int64_t> batch;  ///< absent: auto, see final_batch
    train::Schedule schedule = train::Schedule::kCosine;
    std::int64_t warmup = 0;        ///< epochs
    double average = 0.0;           ///< share of the steps; 0: none
    std::optional<double> dropout;  ///< absent: as the space has it
    double weight_decay = 0.0;
    double label_smoothing = 0.0;
    std::optional<train::AugmentOptions> augment;  ///< absent: auto, as the images allow
    std::string stages;  ///< after training, in order: "fine-tune=5,..."; empty: none
    std::string engine;  ///< empty: the default engine
    std::uint64_t seed = 1;

    void validate() const;
};

/// What is made of the trained network.
struct ProductOptions {
    std::string name = "model";  ///< C identifier
    std::int64_t vectors = 8;
    std::int64_t calibration_images = 500;
    std::string calibration = "score";
    double calibration_percentile = 99.99;
    std::int64_t check_images = 1000;  ///< 0: the C is not checked
    /// A linked firmware that breaks a bound, or cannot be run, is a failure.
    bool strict = false;

    void validate() const;
};

/// RunSpec::workers when only workers elsewhere train candidates.
constexpr std::int64_t kNobodyHere = -1;

/// All that decides a run, and who works on it.
struct RunSpec {
    DataOptions data;
    BudgetOptions budget;
    SearchOptions search;
    TrainingOptions training;
    ProductOptions products;
    std::int64_t workers = 0;  ///< candidates at a time, and threads for the rest; 0: one per core
    std::string workers_from;  ///< workers elsewhere, a source a line, see docs/workers.md
    std::string worker_program;  ///< how nanonas is called there; empty: nanonas

    void validate() const;
};

constexpr std::int64_t kReportImages = 24;

/// What single verbs read and write.
struct OutputOptions {
    std::string model;    ///< model.safetensors or a run directory to read
    std::string run;      ///< the run directory that holds the model; empty: none does
    std::string weights;  ///< a .pt file whose weights take the place of the model's; empty: none
    std::string out;
    bool resume = false;
    std::string tensorboard;                     ///< folder of event files; empty: none are written
    std::int64_t report_images = kReportImages;  ///< wrongly classified, in report.html
    std::string format = "c";
    std::string io;         ///< empty: the format's default
    std::string precision;  ///< empty: the format's default
    std::string file;       ///< a target file to check
    bool json = false;
    bool quiet = false;
    std::string config;

    void validate() const;
};

/// Where validate runs the C.
struct DeviceOptions {
    std::string device;  ///< a core, "all" or "host"; empty: this computer and the target's core
    std::int64_t images = 0;  ///< 0: the shipped vectors

    void validate() const;
};

/// Which runs of a plan, and what to do with them.
struct BatchOptions {
    bool dry_run = false;
    std::optional<std::int64_t> index;  ///< one run alone, counted from 0
    std::string only;                   ///< one run alone, by name; empty: all
    std::string emit;                   ///< of what to print the submission; empty: none

    void validate() const;
};

/// What predict asks.
struct PredictOptions {
    std::string form = "int8";  ///< as form_names()
    bool csv = false;           ///< a line a picture instead of a table
};

/// Into which tracker.
struct TrackOptions {
    std::string to;
    std::string uri;  ///< empty: the tracker's default
    std::string experiment = "nanonas";
};

/// All that a command, or a config file, can say.
struct Config : RunSpec {
    OutputOptions output;
    DeviceOptions device;
    BatchOptions batch;
    PredictOptions predict;
    TrackOptions track;

    void validate() const;
};

/// The space that is named, for a problem; without one, for its axes.
std::unique_ptr<space::SearchSpace> space_of(const RunSpec& spec,
                                             const space::Problem& problem = {});
/// The candidate that --arch names. Throws ConfigError.
space::Candidate arch_of(const RunSpec& spec);

/// Sets what a named procedure differs in from the defaults: "nanonas", the published one, or
/// "default". Throws ConfigError naming `what`.
void apply_recipe(RunSpec& spec, const std::string& name, const std::string& what);

std::vector<std::string> recipe_names();

/// "flip,shift=2,brightness=0.1" and back; "none" or empty: none. Throws ConfigError naming `what`.
train::AugmentOptions parse_augment(const std::string& text, const std::string& what);
std::string to_string(const train::AugmentOptions& augment);

/// A decimal number in [low, high]. Throws ConfigError naming `what`.
double parse_number(const std::string& text, const std::string& what, double low, double high);

}  // namespace nanonas::pipeline
