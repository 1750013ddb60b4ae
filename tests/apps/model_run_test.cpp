// What evaluate and profile take from the run that a model comes from.
#include <catch2/catch.hpp>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "tests/apps/program.hpp"

using namespace nanonas;
using namespace nanonas::test;
using Catch::Contains;
using nlohmann::json;

namespace {

struct TrainedRun : Scratch {
    explicit TrainedRun(const std::string& more) {
        make_images(path("data"), 3, 12);
        make_images(path("test"), 3, 8, 2);
        trained = result(
            "train --data data --arch 2,1 --epochs 2 --batch 8 --check-images 0 "
            "--out a " +
            more);
    }
    json result(const std::string& line) const {
        const Ran ran = run(words(line + " --json --quiet"), folder());
        INFO(line << "\n" << ran.err);
        REQUIRE(ran.code == 0);
        return json::parse(ran.out);
    }
    json profiled(const std::string& more) const {
        return result("profile --model a " + more)["runtimes"][0];
    }
    json trained;
};

}  // namespace

TEST_CASE("profile and evaluate hold a run's model against the run's own target and runtime") {
    const TrainedRun scratch("--test test --target stm32l010rb --ram 19KiB --runtime tflm");
    const json evaluated = scratch.result("evaluate --model a");
    CHECK(evaluated["cost"] == scratch.trained["cost"]);
    CHECK(evaluated["accuracy"]["test"] == scratch.trained["accuracy"]["test"]);
    CHECK(scratch.result("evaluate --model a --test test")["cost"] == scratch.trained["cost"]);
    CHECK(scratch.profiled("")["budget"] == scratch.trained["cost"]);
    CHECK(scratch.trained["cost"]["ram_bytes"]["limit"] == 19456);

    const json other = scratch.profiled("--ram 9000");
    CHECK(other["budget"]["ram_bytes"]["limit"] == 9000);
    CHECK(other["budget"]["flash_bytes"] == scratch.trained["cost"]["flash_bytes"]);
    CHECK(scratch.profiled("--runtime native")["runtime"] == "native");
    const json target = scratch.profiled("--target stm32l412kb");
    CHECK(target["budget"]["ram_bytes"]["limit"] != 19456);

    std::filesystem::copy(scratch.path("a/winner/model.safetensors"), scratch.path("lone"));
    const json lone = scratch.result("profile --model lone")["runtimes"][0];
    CHECK(lone["runtime"] == "native");
    CHECK(lone["budget"]["ram_bytes"]["limit"].is_null());

    const Ran told = run(words("evaluate --model a"), scratch.folder());
    CHECK_THAT(told.out, Contains("test images of the run " + scratch.path("a")));
    const json file = scratch.result("evaluate --model a/winner/model.tflite");
    CHECK(file["accuracy"]["test"]["int8"] == scratch.trained["accuracy"]["test"]["int8"]);
    CHECK_THAT(run(words("profile --model a"), scratch.folder()).out,
               Contains("of the run " + scratch.path("a")));
}

TEST_CASE("a run without test images is evaluated on the images it kept for validation") {
    const TrainedRun scratch("--val-split 0.4 --seed 5");
    const json evaluated = scratch.result("evaluate --model a");
    CHECK(evaluated["accuracy"]["validation"] == scratch.trained["accuracy"]["validation"]);
    CHECK_FALSE(evaluated["accuracy"].contains("test"));
    const json file = scratch.result("evaluate --model a/winner/model.tflite");
    CHECK(file["accuracy"]["validation"]["int8"] ==
          scratch.trained["accuracy"]["validation"]["int8"]);
    CHECK(scratch.result("evaluate --model a --test test")["accuracy"]["test"]["images"] == 24);

    std::filesystem::remove_all(scratch.path("data"));
    const Ran gone = run(words("evaluate --model a --quiet"), scratch.folder());
    CHECK(gone.code == 2);
    CHECK(lines(gone.err) == 1);
    CHECK_THAT(gone.err, Contains("--test: needed") && Contains(scratch.path("data")));
}
