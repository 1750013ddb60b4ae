// `nanonas export` over its formats: what is written, checked, and refused before anything is.
#include <catch2/catch.hpp>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "apps/pipeline/formats.hpp"
#include "apps/pipeline/stored_model.hpp"
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
    for (const std::string& format : pipeline::format_names()) {
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
        if (!pipeline::make_writer(format)->c_source("net").empty()) {
            CHECK(result["mismatches"] == 0);
            CHECK(result["images"] == 12);  // each test image once, vectors or not
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
    CHECK_THAT(refused("--format tflite --vectors 5"),
               Contains("--vectors: does not apply to format tflite"));
    CHECK_THAT(refused("--format arduino --vectors 5"), Contains("--vectors"));
    CHECK_THAT(refused("--format tflite --io uint8 --precision float32"),
               Contains("--io uint8 needs --precision int8"));
    CHECK_THAT(refused("--io unit8"), Contains("did you mean uint8?"));
    CHECK_THAT(refused("--name while"), Contains("--name") && Contains("keyword"));
    CHECK_THAT(refused("--format arduino --name Servo"), Contains("Servo") && Contains("Arduino"));
    CHECK_THAT(refused("--test nowhere"), Contains("nowhere"));
}

TEST_CASE("bad images of --test are refused, or passed over with --skip-bad") {
    const Scratch scratch;
    make_images(scratch.path("test"), 3, 4, 2);
    write(scratch.path("test/class0/bad.jpg"), std::string("\xFF\xD8\xFF\xE0 cut short", 14));
    const std::string line = "export --model " + trained().folder + " --test test --json --out ";
    const Ran refused = run(words(line + "a"), scratch.folder());
    CHECK(refused.code == 2);
    CHECK_THAT(refused.err, Contains("bad.jpg"));
    const Ran ran = run(words(line + "b --skip-bad"), scratch.folder());
    INFO(ran.err);
    REQUIRE(ran.code == 0);
    CHECK(nlohmann::json::parse(ran.out)["images"] == 12);
}

TEST_CASE("a run's own name goes on in its exports, unless another is given") {
    const Scratch scratch;
    make_images(scratch.path("data"), 2, 12);
    const auto done = [&](const std::string& line) {
        const Ran ran = run(words(line + " --quiet"), scratch.folder());
        INFO(line << "\n" << ran.err);
        REQUIRE(ran.code == 0);
    };
    done("train --data data --arch 2,1 --epochs 1 --check-images 0 --name flow --out a");
    CHECK(exists(scratch.path("a/winner/flow.tflite")));
    CHECK(exists(scratch.path("a/winner/model.safetensors")));
    done("export --model a --format onnx --out x");
    CHECK(exists(scratch.path("x/flow.onnx")));
    done("export --model a/winner/model.safetensors --format onnx --name net --out x");
    CHECK(exists(scratch.path("x/net.onnx")));
    write(scratch.path("name.json"), R"({"name": "filed"})");
    done("export --model a --format onnx --config name.json --out x");
    CHECK(exists(scratch.path("x/filed.onnx")));
    std::filesystem::copy(scratch.path("a/winner/model.safetensors"), scratch.path("lone"));
    done("export --model lone --format onnx --out x");
    CHECK(exists(scratch.path("x/model.onnx")));
}

TEST_CASE("a model never calibrated goes to float formats, and C says what it lacks") {
    const Scratch scratch;
    pipeline::StoredModel model =
        pipeline::read_stored_model(trained().folder + "/winner/model.safetensors");
    model.ranges.reset();
    pipeline::write_stored_model(scratch.path("float.safetensors"), model);
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
