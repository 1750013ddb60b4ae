// A whole run through the library: nothing printed, everything in the report and the directory.
#include "apps/pipeline/run.hpp"

#include <algorithm>
#include <atomic>
#include <catch2/catch.hpp>
#include <filesystem>

#include "apps/pipeline/resolve.hpp"
#include "apps/pipeline/verbs/evaluate.hpp"
#include "apps/pipeline/verbs/predict.hpp"
#include "space/errors.hpp"
#include "space/files.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tests/train/memory_set.hpp"

using namespace nanonas;
using namespace nanonas::pipeline;
using Catch::Contains;

namespace {

DataSets images(std::uint64_t seed = 1) {
    DataSets data;
    data.training = test::bright_bands({8, 8, 1}, 3, 90, seed);
    data.training.set.description = "bands";
    data.winner = data.training;
    const train::TrainingSet other = test::bright_bands({8, 8, 1}, 3, 30, seed + 100);
    data.test = train::TestSet{other.set};
    return data;
}

RunSpec small_run() {
    RunSpec spec;
    spec.search.steps = 20;
    spec.search.repeats = 1;
    spec.training.epochs = 20;
    spec.training.batch = 16;
    spec.training.augment = train::AugmentOptions{};
    spec.products.check_images = 0;
    spec.budget.ram_bytes = 60000;
    resolve_defaults(spec);
    spec.validate();
    return spec;
}

RunReport whole(const std::string& out, const DataSets& data, const Task& task = {},
                bool resume = false) {
    Run run = Run::open(small_run(), Verb::kSearch, {out, resume}, task, &data);
    if (!run.finished()) {
        run.search();
        run.products(run.train());
        run.finish();
    }
    return run.report();
}

}  // namespace

TEST_CASE("a run from images in memory leaves all its products and says so") {
    const testing::TemporaryFolder folder;
    const std::string out = folder.path() + "/run";
    const RunReport report = whole(out, images());
    CHECK(report.verb == "search");
    REQUIRE(report.winner);
    CHECK(report.winner->score.value() > 0.5);
    CHECK(report.winner->point.count("k") == 1);
    REQUIRE(report.cost);
    CHECK(report.cost->ram_bytes.value <= 60000);
    CHECK(report.cost->ram_bytes.limit == 60000);
    CHECK(report.accuracy.at("test").of_int8 > 0.5);
    CHECK_FALSE(report.failed());
    CHECK(report.products.size() > 8);
    for (const auto& product : report.products) {
        CHECK(std::filesystem::exists(out + "/winner/" + product.first));
    }
    CHECK(std::filesystem::exists(out + "/summary.json"));
}

TEST_CASE("a finished run is shown again from its directory, wherever that lies now") {
    const testing::TemporaryFolder folder;
    const DataSets data = images();
    const RunReport first = whole(folder.path() + "/run", data);
    std::filesystem::rename(folder.path() + "/run", folder.path() + "/moved");
    const Run again =
        Run::open(small_run(), Verb::kSearch, {folder.path() + "/moved", true}, {}, &data);
    CHECK(again.finished());
    CHECK(again.report().winner->name == first.winner->name);
    CHECK(again.report().accuracy.at("test").of_int8 == first.accuracy.at("test").of_int8);
    CHECK(again.report().files.at("c") == folder.path() + "/moved/winner/c");
}

TEST_CASE("a stopped run goes on to the same journal and model, with any number of threads") {
    const testing::TemporaryFolder folder;
    const DataSets data = images();
    whole(folder.path() + "/whole", data);
    std::atomic<bool> stop{false};
    Task task;
    task.stop = &stop;
    const std::string out = folder.path() + "/stopped";
    {
        Run run = Run::open(small_run(), Verb::kSearch, {out, false}, task, &data);
        nas::SearchHooks hooks;
        hooks.decided = [&stop](const nas::Decided& decided) { stop = decided.index == 2; };
        CHECK_THROWS_AS(run.search(hooks), Interrupted);
    }
    stop = false;
    task.threads = 2;
    whole(out, data, task, true);
    for (const char* file : {"/journal.jsonl", "/winner/model.safetensors", "/winner/c/model.c"}) {
        INFO(file);
        CHECK(read_file(out + file) == read_file(folder.path() + "/whole" + file));
    }
}

TEST_CASE("a run is not gone on with on other images or with other options") {
    const testing::TemporaryFolder folder;
    const std::string out = folder.path() + "/run";
    const DataSets data = images();
    { Run run = Run::open(small_run(), Verb::kSearch, {out, false}, {}, &data); }
    const DataSets other = images(2);
    CHECK_THROWS_WITH(Run::open(small_run(), Verb::kSearch, {out, true}, {}, &other),
                      Contains("the images have changed since this run began"));
    RunSpec spec = small_run();
    spec.training.epochs = 4;
    CHECK_THROWS_WITH(Run::open(spec, Verb::kSearch, {out, true}, {}, &data),
                      Contains("was started with --epochs 20, now it is 4"));
    CHECK_THROWS_WITH(Run::open(small_run(), Verb::kSearch, {out, false}, {}, &data),
                      Contains("already holds a run"));
}

TEST_CASE("nothing is written when not even the smallest network fits") {
    const testing::TemporaryFolder folder;
    RunSpec spec = small_run();
    spec.budget.ram_bytes = 10;
    const DataSets data = images();
    CHECK_THROWS_AS(Run::open(spec, Verb::kSearch, {folder.path() + "/run", false}, {}, &data),
                    NothingFits);
    CHECK_FALSE(std::filesystem::exists(folder.path() + "/run"));
}

TEST_CASE("progress tells parts that begin and end, and nothing goes to the screen") {
    const testing::TemporaryFolder folder;
    std::map<std::string, bool> ended;
    Task task;
    task.progress = [&ended](const Progress& at) {
        CHECK(at.fraction >= 0.0);
        CHECK(at.fraction <= 1.0);
        ended[at.part] = at.ended;
    };
    std::vector<std::string> told;
    task.told = [&told](const std::string& text, bool) { told.push_back(text); };
    whole(folder.path() + "/run", images(), task);
    CHECK(ended.count("train") == 1);
    for (const auto& part : ended) {
        INFO(part.first);
        CHECK(part.second);
    }
    CHECK_FALSE(told.empty());
}

TEST_CASE("stages follow the training, are told, and belong to the run") {
    const testing::TemporaryFolder folder;
    const DataSets data = images();
    RunSpec spec = small_run();
    spec.training.stages = "fine-tune=2";
    spec.validate();
    Run run = Run::open(spec, Verb::kSearch, {folder / "run", false}, {}, &data);
    run.search();
    const space::TrainedNetwork trained = run.train();
    REQUIRE(run.report().stages.size() == 1);
    CHECK(run.report().stages[0].name == "fine-tune=2");
    CHECK(run.report().stages[0].after >= run.report().stages[0].before);
    CHECK(trained.provenance.at("stages") == "fine-tune=2");
    run.products(trained);
    run.finish();
    CHECK_THROWS_WITH(Run::open(small_run(), Verb::kSearch, {folder / "run", true}, {}, &data),
                      Contains("was started with --stages fine-tune=2, now it is absent"));
    RunSpec wrong = small_run();
    wrong.training.stages = "polish";
    CHECK_THROWS_WITH(wrong.validate(), Contains("--stages: stage 'polish' is unknown"));
}

TEST_CASE("a finished run is not shown for other images in memory") {
    const testing::TemporaryFolder folder;
    const std::string out = folder.path() + "/run";
    const RunReport report = whole(out, images());
    CHECK(whole(out, images(), {}, true).check == report.check);
    CHECK_THROWS_WITH(whole(out, images(2), {}, true), Contains("have changed since this run"));
}

TEST_CASE("the input that is asked for holds for images in memory") {
    RunSpec spec = small_run();
    const train::TrainingSet bands = test::bright_bands({8, 8, 1}, 3, 90, 1);
    CHECK(data_in_memory(spec, bands.set).shape() == space::Shape{8, 8, 1});
    spec.data.input = space::Shape{6, 4, 1};
    const DataSets resized = data_in_memory(spec, bands.set, bands.set);
    CHECK(resized.shape() == space::Shape{6, 4, 1});
    CHECK(resized.test->set.store->view().shape == space::Shape{6, 4, 1});
    spec.data.input = space::Shape{8, 8, 3};
    CHECK_THROWS_AS(data_in_memory(spec, bands.set), DataError);
}

TEST_CASE("predict and evaluate see the same model on images in memory") {
    const testing::TemporaryFolder folder;
    const RunReport report = whole(folder.path() + "/run", images());
    const train::LoadedSet set = images().test->set;
    Task two;
    two.threads = 2;
    const Predictions predictions = predict(folder.path() + "/run", set.store, two);
    const space::ImageView view = set.store->view();
    REQUIRE(predictions.classes.size() == static_cast<std::size_t>(view.count));
    std::int64_t right = 0;
    for (std::int64_t i = 0; i < view.count; ++i) {
        const auto row = static_cast<std::size_t>(i);
        right += predictions.classes[row] == view.labels[i] ? 1 : 0;
        const float* const shares = predictions.probabilities.data() + 3 * row;
        CHECK(shares[0] + shares[1] + shares[2] == Approx(1.0).margin(1e-5));
        CHECK(std::max_element(shares, shares + 3) - shares == predictions.classes[row]);
    }
    CHECK(static_cast<double>(right) / static_cast<double>(view.count) ==
          Approx(report.accuracy.at("test").of_int8));

    Config config;
    config.output.model = folder.path() + "/run";
    resolve_defaults(config);
    CHECK(evaluate(config, {}, &set).int8_accuracy == report.accuracy.at("test").of_int8);
    train::LoadedSet other = set;
    other.labels.back() = "another";
    CHECK_THROWS_WITH(evaluate(config, {}, &other), Contains("its classes are not the model's"));
}
