#include <catch2/catch.hpp>

#include "space/errors.hpp"
#include "space/files.hpp"
#include "tests/support/message_of.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tests/train/fake_engine.hpp"
#include "tests/train/memory_set.hpp"
#include "train/stages/stage.hpp"

using namespace nanonas;
using namespace nanonas::train;
using Catch::Contains;
using test::FakeEngine;

namespace {

const TrainingSet& data() {
    static const TrainingSet set = test::bright_bands({1, 1, 6}, 2, 200, 3);
    return set;
}

space::TrainedNetwork barely_trained(const Engine& engine) {
    space::TrainedNetwork trained;
    trained.network = test::fake_network(6, 2);
    TrainOptions options;
    options.epochs = 1;
    options.learning_rate = 1e-4;
    trained.weights =
        train::train(engine, trained.network, trained.preprocess, data(), options, {}).best_weights;
    trained.labels = data().set.labels;
    return trained;
}

double accuracy_of(const space::TrainedNetwork& trained, const Engine& engine) {
    return validation_accuracy(trained, engine, data(), 1);
}

StageInputs inputs_of(const Engine& engine, const space::TrainedNetwork& trained) {
    StageInputs inputs{engine, data(), {}, accuracy_of(trained, engine)};
    inputs.training.learning_rate = 0.1;
    inputs.training.seed = 5;
    return inputs;
}

space::TrainedNetwork fine_tuned(const StageInputs& inputs, const space::TrainedNetwork& from,
                                 const char* text = "fine-tune=5", const Task& task = {}) {
    return parse_stages(text).at(0).run(from, inputs, task);
}

std::string refusal(const std::string& text) {
    return testing::message_of<ConfigError>([&] { parse_stages(text); });
}

}  // namespace

TEST_CASE("stages are read in the order they run, and what is wrong is named") {
    CHECK(parse_stages("").empty());
    const auto two = parse_stages("fine-tune=2,fine-tune=3");
    REQUIRE(two.size() == 2);
    CHECK(two[0].name == "fine-tune=2");
    CHECK(two[1].name == "fine-tune=3");
    CHECK_THAT(refusal("fine-tun=2"),
               Contains("stage 'fine-tun' is unknown") && Contains("did you mean fine-tune?"));
    CHECK_THAT(refusal("fine-tune"), Contains("stage fine-tune: needs fine-tune=EPOCHS"));
    CHECK_THAT(refusal("fine-tune=0"), Contains("stage fine-tune"));
    CHECK_THAT(refusal("fine-tune=2,,"), Contains("stage '' is unknown"));
}

TEST_CASE("fine-tuning goes on from the weights there are and is no worse on validation images") {
    const FakeEngine engine;
    const space::TrainedNetwork trained = barely_trained(engine);
    const StageInputs inputs = inputs_of(engine, trained);
    const double before = accuracy_of(trained, engine);
    const space::TrainedNetwork tuned = fine_tuned(inputs, trained);
    CHECK(accuracy_of(tuned, engine) > before);
    CHECK(tuned.network == trained.network);
    CHECK(tuned.labels == trained.labels);
    // The best there is stays, to the bit.
    const space::TrainedNetwork again = fine_tuned(inputs_of(engine, tuned), tuned, "fine-tune=1");
    CHECK(accuracy_of(again, engine) >= accuracy_of(tuned, engine));
    CHECK(fine_tuned(inputs, trained).weights == tuned.weights);
}

TEST_CASE("a training that begins with given weights begins there") {
    const FakeEngine engine;
    const space::TrainedNetwork trained = barely_trained(engine);
    TrainOptions options;
    options.epochs = 1;
    options.learning_rate = 1e-12;
    options.initial = &trained.weights;
    const TrainResult result =
        train::train(engine, trained.network, trained.preprocess, data(), options, {});
    CHECK(result.best_accuracy == accuracy_of(trained, engine));
}

TEST_CASE("a stopped fine-tuning goes on from its checkpoint, and not from another network's") {
    const testing::TemporaryFolder folder;
    const FakeEngine engine;
    const space::TrainedNetwork trained = barely_trained(engine);
    const space::Weights whole = fine_tuned(inputs_of(engine, trained), trained).weights;
    StageInputs inputs = inputs_of(engine, trained);
    inputs.training.checkpoint = folder / "stage.ckpt";
    std::atomic<bool> stop{false};
    Task task;
    task.stop = &stop;
    task.progress = [&stop](const Progress& at) { stop = stop || at.fraction > 0.5; };
    CHECK_THROWS_AS(fine_tuned(inputs, trained, "fine-tune=5", task), Interrupted);
    CHECK(fine_tuned(inputs, trained).weights == whole);
    space::TrainedNetwork other = trained;
    other.weights.begin()->second.values[0] += 1.0F;
    CHECK_THROWS_WITH(fine_tuned(inputs, other), Contains("checkpoint of another training"));
}
