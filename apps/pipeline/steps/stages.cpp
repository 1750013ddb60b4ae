#include "apps/pipeline/steps/stages.hpp"

#include "apps/pipeline/figures.hpp"
#include "apps/pipeline/steps/augmentation.hpp"
#include "apps/pipeline/steps/training.hpp"
#include "space/random.hpp"
#include "space/stopwatch.hpp"
#include "train/stages/stage.hpp"

namespace nanonas::pipeline {

namespace {

/// As the network is trained in a run; a model of another run is moved, but not mirrored, unless
/// --augment says so: nobody looked at its images.
train::TrainOptions stage_training(const RunSpec& spec, const DataSets& data,
                                   const space::Network& network, const RunReport& report,
                                   int threads) {
    train::TrainOptions options =
        final_training(spec, static_cast<std::int64_t>(data.winner.training.size()), threads);
    options.augment = spec.training.augment.value_or(plain_augment(network.input));
    if (report.training) {
        options.augment = parse_augment(report.training->augment, "augment");
    }
    return options;
}

}  // namespace

space::TrainedNetwork apply_stages(const RunSpec& spec, space::TrainedNetwork trained,
                                   const DataSets& data, const RunDirectory* run, const Task& task,
                                   RunReport& report) {
    const std::vector<train::NamedStage> stages = train::parse_stages(spec.training.stages);
    if (stages.empty()) {
        return trained;
    }
    const auto engine = train::make_engine(spec.training.engine);
    const auto judge = [&](const space::TrainedNetwork& network) {
        return train::validation_accuracy(network, *engine, data.winner, task.threads_now());
    };
    train::StageInputs inputs{
        *engine, data.winner,
        stage_training(spec, data, trained.network, report, task.threads_now()), judge(trained)};
    inputs.training.arithmetic = train::arithmetic_of(*engine, &trained.network);
    if (run != nullptr) {
        inputs.before_checkpoint = [run] { run->require_in_place(); };
    }
    for (std::size_t number = 1; number <= stages.size(); ++number) {
        task.throw_if_stopped();
        const train::NamedStage& stage = stages[number - 1];
        inputs.training.seed = derive_seed(spec.training.seed, "stage", number);
        if (run != nullptr) {
            inputs.training.checkpoint = run->file("stage-" + std::to_string(number) + ".ckpt");
        }
        const Stopwatch watch;
        StageReport one;
        one.name = stage.name;
        one.before = inputs.accuracy;
        trained = stage.run(std::move(trained), inputs, task);
        one.after = inputs.accuracy = judge(trained);
        one.seconds = watch.seconds();
        task.tell("stage " + one.name + ": validation accuracy " + percent_text(one.before) +
                  " before, " + percent_text(one.after) + " after, " + duration_text(one.seconds));
        std::string& applied = trained.provenance["stages"];
        applied += (applied.empty() ? "" : ",") + one.name;
        report.stages.push_back(one);
    }
    return trained;
}

}  // namespace nanonas::pipeline
