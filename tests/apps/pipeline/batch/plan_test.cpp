#include "apps/pipeline/batch/plan.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>

#include "apps/pipeline/config_schema.hpp"
#include "apps/pipeline/option_table.hpp"
#include "space/errors.hpp"
#include "space/files.hpp"
#include "tests/support/message_of.hpp"
#include "tests/support/source_folder.hpp"
#include "tests/support/temporary_folder.hpp"

using namespace nanonas;
using namespace nanonas::pipeline;
using Catch::Contains;

namespace {

struct Files : testing::TemporaryFolder {
    std::string plan(const std::string& text) const {
        std::string file = *this / "plan.yaml";
        write_file(file, text);
        return file;
    }
    BatchPlan read(const std::string& text) const { return read_plan(plan(text)); }
    std::string message(const std::string& text) const {
        return testing::message_of<ConfigError>([&] { expand(read(text)); });
    }
};

std::vector<std::string> names(const BatchPlan& plan) {
    std::vector<std::string> found;
    for (const BatchRun& run : expand(plan)) {
        found.push_back(run.name);
    }
    return found;
}

const std::string kMatrix = "matrix:\n  target: [rp2040, stm32l412kb]\n  seed: [1, 2]\n";

}  // namespace

TEST_CASE("a matrix gives a run for each combination, the last axis changing fastest") {
    const Files files;
    const BatchPlan plan = files.read("name: boards\ndefaults: {epochs: 7}\n" + kMatrix);
    CHECK(plan.name == "boards");
    CHECK(names(plan) == std::vector<std::string>{"target=rp2040,seed=1", "target=rp2040,seed=2",
                                                  "target=stm32l412kb,seed=1",
                                                  "target=stm32l412kb,seed=2"});
    const std::vector<BatchRun> runs = expand(plan);
    CHECK(runs[3].spec.budget.target == "stm32l412kb");
    CHECK(runs[3].spec.training.seed == 2);
    CHECK(runs[3].spec.training.epochs == 7);
    CHECK(runs[0].settings == Settings{{"target", "rp2040"}, {"seed", "1"}});
    CHECK(varying_options(plan) == std::vector<std::string>{"target", "seed"});
}

TEST_CASE("a value more of an axis adds runs and renames none") {
    const Files files;
    const std::vector<std::string> one = names(files.read("matrix: {seed: [1]}\n"));
    const std::vector<std::string> two = names(files.read("matrix: {seed: [1, 2]}\n"));
    CHECK(one == std::vector<std::string>{"seed=1"});
    CHECK(two == std::vector<std::string>{"seed=1", "seed=2"});
}

TEST_CASE("exclude takes combinations out, include adds runs of its own") {
    const Files files;
    const BatchPlan plan =
        files.read(kMatrix +
                   "exclude:\n  - {target: rp2040, seed: 2}\n"
                   "include:\n  - {seed: 9, target: stm32f746, epochs: 3}\n  - {lr: 0.5}\n");
    CHECK(names(plan) == std::vector<std::string>{"target=rp2040,seed=1",
                                                  "target=stm32l412kb,seed=1",
                                                  "target=stm32l412kb,seed=2",
                                                  "target=stm32f746,seed=9,epochs=3", "lr=0.5"});
    CHECK(varying_options(plan) == std::vector<std::string>{"target", "seed", "epochs", "lr"});
    CHECK(expand(plan).back().spec.training.learning_rate == 0.5);
    CHECK_THAT(files.message("matrix: {seed: [1]}\nexclude: [{seed: 1}]"),
               Contains("plan.yaml: no run is left by exclude"));
}

TEST_CASE("the option decides what a value means, not YAML") {
    const Files files;
    const BatchPlan plan = files.read(
        "defaults: {ram: \"40KiB\", search-only: true, augment: 'flip,shift=2'}\n"
        "matrix: {seed: [\"007\", 8], flash: [64KiB, 131072]}\n");
    const std::vector<BatchRun> runs = expand(plan);
    REQUIRE(runs.size() == 4);
    CHECK(runs[0].spec.budget.ram_bytes == 40960);
    CHECK(runs[0].spec.search.search_only);
    CHECK(runs[0].spec.training.augment->shift == 2);
    CHECK(runs[0].spec.training.seed == 7);
    CHECK(runs[0].name == "seed=007,flash=64KiB");
    CHECK_THAT(files.message("matrix: {seed: [1, 01]}"),
               Contains("plan.yaml:1: /matrix/seed/1: \"01\" stands twice"));
    CHECK_THAT(files.message("defaults: {search-only: yes}"),
               Contains("plan.yaml:1: /defaults/search-only: \"yes\" is not true or false"));
}

TEST_CASE(
    "base is read first, then defaults, then the axes; a recipe before what stands beside it") {
    const Files files;
    write_file(files / "base.json", R"({"epochs": 5, "seed": 3, "search-batch": 64})");
    const std::string base = "base: " + files / "base.json" + "\n";
    const BatchPlan plan = files.read(base +
                                      "defaults: {seed: 4, repeats: 2}\n"
                                      "matrix: {recipe: [nanonas, default], seed: [5]}\n");
    const std::vector<BatchRun> runs = expand(plan);
    REQUIRE(runs.size() == 2);
    CHECK(runs[0].spec.training.seed == 5);
    CHECK(runs[0].spec.search.strategy == "nanonas");
    CHECK(runs[0].spec.search.batch == 16);   // the recipe's, over base
    CHECK(runs[0].spec.search.repeats == 2);  // not the recipe's: named beside it
    CHECK(strategy_of(runs[1].spec.search) == "occam");
    CHECK_THAT(testing::message_of<Error>([&] { expand(files.read("base: gone.json")); }),
               Contains("gone.json"));
    write_file(files / "base.json", R"({"out": "x"})");
    CHECK_THAT(files.message(base), Contains("base.json: /out: each run of a batch has a folder"));
}

TEST_CASE("names of runs are names of folders, whatever the values are") {
    const Files files;
    write_file(files / "t.csv", "k,c,score\n1,0,0.5\n");
    const BatchPlan plan = files.read(
        "matrix: {data: [/home/x/my flowers, cars/train], "
        "augment: [\"flip,shift=2\", none]}\n");
    CHECK(names(plan) == std::vector<std::string>{"data=home-x-my-flowers,augment=flip-shift-2",
                                                  "data=home-x-my-flowers,augment=none",
                                                  "data=cars-train,augment=flip-shift-2",
                                                  "data=cars-train,augment=none"});
    CHECK(names(files.read("matrix: {data: [" + std::string(400, 'a') + "]}")).front().size() <=
          200);
    CHECK(names(files.read("name: nine\n")) == std::vector<std::string>{"nine"});
    CHECK_THAT(files.message("matrix: {data: [a/b, a-b]}"),
               Contains("plan.yaml: two runs are named data=a-b"));
    CHECK_THAT(files.message("matrix: {seed: [1]}\ninclude: [{seed: 1}]"),
               Contains("two runs are named seed=1"));
}

TEST_CASE("a mistake in a plan is one line with file, line and key") {
    const Files files;
    const std::pair<const char*, const char*> mistakes[] = {
        {"a: [1", "plan.yaml:1:"},
        {"x: 1\n y: 2", "not valid YAML"},
        {"- a", "plan.yaml:1: is a list, expected a mapping"},
        {"", "plan.yaml: is empty"},
        {"~", "plan.yaml:1: has no value, expected a mapping"},
        {"a: 1\n---\nb: 2", "plan.yaml: more than one YAML document"},
        {", z]\n", "plan.yaml: more than one YAML document"},
        {"matrx: {}", "plan.yaml:1: /matrx: unknown key; did you mean matrix?"},
        {"matrix:\n  seed: []", "plan.yaml:2: /matrix/seed: an axis without a value"},
        {"matrix:\n  seed:", "plan.yaml:2: /matrix/seed: has no value, expected a list"},
        {"matrix:\n  seed: 1", "plan.yaml:2: /matrix/seed: is one value, expected a list"},
        {"matrix:\n  sed: [1]", "plan.yaml:2: /matrix/sed: unknown option; did you mean seed?"},
        {"matrix:\n  seed: [1]\n  seed: [2]", "plan.yaml:3: /matrix/seed: stands twice"},
        {"matrix:\n  seed: [1, -1]", "plan.yaml:2: /matrix/seed/1 '-1': expected a whole number"},
        {"matrix:\n  seed: [1,\n    {a: 1}]", "plan.yaml:3: /matrix/seed/1: is a mapping"},
        {"defaults:\n  epochs: many",
         "plan.yaml:2: /defaults/epochs 'many': expected a whole number"},
        {"defaults:\n  strategy: ocam", "did you mean occam?"},
        {"defaults:\n  out: x", "/defaults/out: is for the whole batch"},
        {"defaults:\n  workers: 2", "/defaults/workers: is for the whole batch"},
        {"defaults:\n  workers-from: x", "/defaults/workers-from: is for the whole batch"},
        {"defaults:\n  arch: 3,3", "/defaults/arch: no option of `nanonas search`"},
        {"defaults:\n  runtime: all", "/defaults/runtime: all is for profile"},
        {"defaults: {}", "plan.yaml:1: /defaults: names no option"},
        {"name: a/b", "plan.yaml:1: /name: \"a/b\" cannot name a folder"},
        {"matrix: {seed: [1]}\nexclude: [{sed: 1}]",
         "plan.yaml:2: /exclude/0/sed: no axis of matrix; did you mean seed?"},
        {"exclude: [{seed: 3}]\nmatrix: {seed: [1]}",
         "plan.yaml:1: /exclude/0/seed: \"3\" is no value of this axis"},
        {"matrix: {seed: [1]}\nexclude: [{}]", "plan.yaml:2: /exclude/0: names no axis"},
        {"include: {seed: 1}", "plan.yaml:1: /include: is a mapping, expected a list"},
        {"run: {retries: -1}", "plan.yaml:1: /run/retries '-1': expected"},
        {"run: {on-failure: halt}", "expected one of continue, stop"},
        {"run: {max-paralel: 2}", "unknown key; did you mean max-parallel?"},
        {"defaults: {search-steps: 3, search-epochs: 1}",
         "plan.yaml: plan: --search-steps and --search-epochs: give one of them"},
        {"defaults: {test: x}", "plan.yaml: plan: --data: needed beside --test"},
    };
    for (const auto& mistake : mistakes) {
        INFO(mistake.first);
        const std::string message = files.message(mistake.first);
        CHECK_THAT(message, Contains(mistake.second));
        CHECK(std::count(message.begin(), message.end(), '\n') == 0);
    }
    CHECK_THAT(files.message(std::string(4000, '[')), Contains("nested too deeply"));
    std::string values = "1";
    for (int i = 2; i <= 101; ++i) {
        values += "," + std::to_string(i);
    }
    CHECK_THAT(files.message("matrix: {seed: [" + values + "], epochs: [" + values + "]}"),
               Contains("plan.yaml: more than 10,000 runs"));
}

TEST_CASE("an axis takes other values from the command line; what is no axis is refused") {
    const Files files;
    BatchPlan plan = files.read(kMatrix + "exclude: [{target: rp2040, seed: 2}]\n");
    override_axis(plan, "seed=5,6");
    override_axis(plan, "target=rp2040");
    CHECK(names(plan) == std::vector<std::string>{"target=rp2040,seed=5", "target=rp2040,seed=6"});
    const auto refused = [&](const std::string& text) {
        return testing::message_of<ConfigError>([&] { override_axis(plan, text); });
    };
    CHECK_THAT(refused("sed=1"), Contains("sed=1: \"sed\" is no axis of") &&
                                     Contains("its axes are target, seed; did you mean seed?"));
    CHECK_THAT(refused("seed="), Contains("an axis without a value"));
    CHECK_THAT(refused("seed=1,,2"), Contains("an axis without a value"));
    CHECK_THAT(refused("seed=1,x"), Contains("seed=1,x 'x': expected a whole number"));
    CHECK_THAT(refused("seed=1,1"), Contains("two runs of one name"));
}

TEST_CASE("config files make a batch of one search each; a plan stands alone") {
    const Files files;
    write_file(files / "a.json", R"({"seed": 1})");
    write_file(files / "b.json", R"({"seed": 2})");
    const BatchPlan list = plan_of_files({files / "a.json", files / "b.json"});
    CHECK(names(list) == std::vector<std::string>{"a", "b"});
    CHECK(expand(list)[1].spec.training.seed == 2);
    CHECK(varying_options(list).empty());

    write_file(files / "plan.json", R"({"matrix": {"seed": [1, 2]}, "name": "j"})");
    CHECK(names(plan_of_files({files / "plan.json"})) ==
          std::vector<std::string>{"seed=1", "seed=2"});
    CHECK_THROWS_WITH(plan_of_files({files / "a.json", files / "plan.json"}),
                      Contains("a plan stands alone"));
    std::filesystem::create_directory(files / "x");
    write_file(files / "x/a.json", "{}");
    CHECK_THROWS_WITH(expand(plan_of_files({files / "a.json", files / "x/a.json"})),
                      Contains("two runs are named a"));
}

TEST_CASE("every shipped plan is read, expands, and names its schema") {
    int plans = 0;
    const std::string folder = testing::source_folder() + "/configs/batches";
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        INFO(entry.path().string());
        const std::string text = read_file(entry.path().string());
        CHECK_THAT(text, Contains("$schema: ../schema/batch.json"));
        CHECK(expand(read_plan(entry.path().string())).size() > 1);
        ++plans;
    }
    CHECK(plans >= 1);
}
