// int8 that costs more than a point is told, with the layer to blame and what to try.
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "apps/pipeline/stored_model.hpp"
#include "tests/apps/program.hpp"

using namespace nanonas;
using namespace nanonas::test;
using Catch::Contains;
using nlohmann::json;

TEST_CASE("evaluate and quantize name the layer that costs more than a point, and only then") {
    const Scratch scratch;
    make_images(scratch.path("data"), 3, 20);
    make_images(scratch.path("test"), 3, 12, 2);
    const auto result = [&](const std::string& line) {
        const Ran ran = run(words(line + " --json --quiet"), scratch.folder());
        INFO(line << "\n" << ran.err);
        REQUIRE(ran.code == 0);
        return json::parse(ran.out);
    };
    const json trained = result(
        "train --data data --test test --arch 4,2 --epochs 60 --batch 8 --check-images 0 "
        "--out a");
    REQUIRE(trained["accuracy"]["test"]["float"] > 0.9);
    REQUIRE(trained["accuracy"]["test"]["int8"] > 0.9);
    CHECK_FALSE(trained.contains("int8_loss"));
    CHECK_FALSE(result("evaluate --model a").contains("int8_loss"));

    // Ranges a thousand times too wide leave the convolution before the average nothing to tell.
    pipeline::StoredModel model =
        pipeline::read_stored_model(scratch.path("a/winner/model.safetensors"));
    for (std::size_t i = 0; i < model.methods.size(); ++i) {
        if (i + 3 == model.methods.size()) {
            (*model.ranges)[i].high *= 1000.0F;
        }
        model.methods[i] = model.methods[i] == "-" ? "-" : "minmax";
    }
    pipeline::write_stored_model(scratch.path("bad.safetensors"), model);
    const std::string line = "evaluate --model bad.safetensors --test test";
    const json loss = result(line)["int8_loss"];
    CHECK(loss["images"] == "test");
    CHECK(loss["points"] > 1.0);
    CHECK(loss["layer"] == "cell2.conv");
    CHECK(loss["steps"] < 4);
    CHECK(loss["agreement_before"] > 0.9);
    CHECK(loss["agreement_after"] < 0.9);
    CHECK(loss["try"][0] == "--calibration score");
    CHECK_THAT(run(words(line), scratch.folder()).out,
               Contains("WARNING: int8 costs ") && Contains("in layer cell2.conv"));

    // From its float weights it is quantized anew, and well.
    const json again =
        result("quantize --model bad.safetensors --data data --test test --check-images 0 --out b");
    CHECK_FALSE(again.contains("int8_loss"));
}
