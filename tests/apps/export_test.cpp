// `nanonas export` over its formats: what is written, checked, and refused before anything is.
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "apps/nanonas/int8_ranges.hpp"
#include "export/writers/writer.hpp"
#include "tests/apps/program.hpp"

using namespace nanonas;
using namespace nanonas::test;
using Catch::Contains;

namespace {

/// A small run of three classes, trained once for all cases, and its test images.
struct Trained {
    Trained() {
        make_images(scratch.path("data"), 3, 12);
        make_images(test, 3, 4, 2);
        const Ran ran = run(words("train --data data --test test --arch 2,1 --epochs 2 --batch 8 "
                                  "--check-images 0 --out a --quiet"),
                            scratch.folder());
        INFO(ran.err);
        REQUIRE(ran.code == 0);
    }
    Scratch scratch;
    std::string folder = scratch.path("a");
    std::string test = scratch.path("test");
};

const Trained& trained() {
    static const Trained once;
    return once;
}

}  // namespace

TEST_CASE("every format is written, every one with C checked on the images of --test") {
    const Scratch scratch;
    for (const std::string& format : exporting::format_names()) {
        const Ran ran =
            run(words("export --model " + trained().folder + " --test " + trained().test +
                      " --json --quiet --name net --format " + format + " --out out/" + format),
                scratch.folder());
        INFO(format << "\n" << ran.err << ran.out);
        REQUIRE(ran.code == 0);
        const nlohmann::json result = nlohmann::json::parse(ran.out);
        CHECK(result["format"] == format);
        CHECK_FALSE(result["files"].empty());
        for (const auto& file : result["files"]) {
            CHECK(exists(scratch.path("out/" + format + "/" + file.get<std::string>())));
        }
        if (!exporting::make_writer(format)->c_source("net").empty()) {
            CHECK(result["mismatches"] == 0);
            CHECK(result["images"] > 12);  // the vectors and all test images
        }
    }
    SECTION("the same request again names a file and writes nothing") {
        const std::string before = read(scratch.path("out/zephyr/src/net.c"));
        const Ran again = run(words("export --model " + trained().folder +
                                    " --name net --format zephyr --out out/zephyr"),
                              scratch.folder());
        CHECK(again.code == 2);
        CHECK(lines(again.err) == 1);
        CHECK_THAT(again.err, Contains("out/zephyr/include/net.h: exists already"));
        CHECK(read(scratch.path("out/zephyr/src/net.c")) == before);
    }
}

TEST_CASE("what a format cannot be is one line, before anything is written") {
    const Scratch scratch;
    const auto refused = [&](const std::string& options) {
        const Ran ran = run(words("export --model " + trained().folder + " --out out " + options),
                            scratch.folder());
        INFO(options << "\n" << ran.err);
        CHECK(ran.code == 2);
        CHECK(lines(ran.err) == 1);
        CHECK_FALSE(exists(scratch.path("out")));
        return ran.err;
    };
    CHECK_THAT(refused("--format c --io uint8"), Contains("--io: does not apply to format c"));
    CHECK_THAT(refused("--format zephyr --precision int8"), Contains("--precision"));
    CHECK_THAT(refused("--format onnx --precision float16"), Contains("onnx takes int8, float32"));
    CHECK_THAT(refused("--format arduin"), Contains("did you mean arduino?"));
    CHECK_THAT(refused("--io unit8"), Contains("did you mean uint8?"));
    CHECK_THAT(refused("--name while"), Contains("--name") && Contains("keyword"));
    CHECK_THAT(refused("--format arduino --name Servo"), Contains("Servo") && Contains("Arduino"));
    CHECK_THAT(refused("--test nowhere"), Contains("nowhere"));
}

TEST_CASE("a model never calibrated goes to float formats, and C says what it lacks") {
    const Scratch scratch;
    app::StoredModel model = app::read_stored_model(trained().folder + "/winner/model.safetensors");
    model.ranges.reset();
    app::write_stored_model(scratch.path("float.safetensors"), model);
    for (const std::string format : {"tflite", "onnx"}) {
        const Ran ran = run(words("export --model float.safetensors --out out --precision float32 "
                                  "--quiet --name net --format " +
                                  format),
                            scratch.folder());
        INFO(ran.err);
        CHECK(ran.code == 0);
        CHECK(exists(scratch.path("out/net." + format)));
    }
    for (const std::string format : {"c", "arduino", "tflite", "onnx"}) {
        const Ran ran = run(words("export --model float.safetensors --out none --format " + format),
                            scratch.folder());
        INFO(ran.err);
        CHECK(ran.code == 2);
        CHECK(lines(ran.err) == 1);
        CHECK_THAT(ran.err, Contains("nanonas quantize"));
        CHECK_FALSE(exists(scratch.path("none")));
    }
}
