// What the verbs take from the run that a model comes from.
#include <catch2/catch.hpp>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "apps/pipeline/stored_model.hpp"
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

TEST_CASE("quantize takes the images of the model's run, and does not without the images") {
    const TrainedRun scratch("--val-split 0.4 --seed 5 --test test");
    const json own = scratch.result("quantize --model a --out q --check-images 0");
    CHECK(own["accuracy"] == scratch.trained["accuracy"]);
    const bool same = read(scratch.path("q/model.safetensors")) ==
                      read(scratch.path("a/winner/model.safetensors"));
    CHECK(same);
    const json other = scratch.result("quantize --model a --data test --out o --check-images 0");
    CHECK_FALSE(other["accuracy"].contains("test"));

    std::filesystem::remove_all(scratch.path("data"));
    const Ran gone = run(words("quantize --model a --out g --quiet"), scratch.folder());
    CHECK(gone.code == 2);
    CHECK(lines(gone.err) == 1);
    CHECK_THAT(gone.err, Contains("--data: needed") && Contains(scratch.path("data")));
    CHECK_FALSE(exists(scratch.path("g")));
}

TEST_CASE("nothing but a command without data, model and run is given the default data set") {
    const Scratch scratch;
    make_images(scratch.path("data"), 10, 4);
    make_images(scratch.path("test"), 10, 2, 2);
    const std::string train = "train --data data --arch 1,0 --epochs 1 --check-images 0 --quiet";
    REQUIRE(run(words(train + " --out runs/a"), scratch.folder()).code == 0);
    for (const char* file : {"model.safetensors", "model.tflite"}) {
        std::filesystem::copy(scratch.path(std::string("runs/a/winner/") + file),
                              scratch.path(file));
    }
    write(scratch.path("t.csv"), "k,c,score\n1,0,0.5\n1,1,0.4\n2,0,0.4\n");
    const std::vector<std::pair<std::string, std::string>> refused = {
        {"evaluate --model model.safetensors", "--test: needed"},
        {"evaluate --model model.tflite", "--test: needed"},
        {"quantize --model model.safetensors --out q", "--data: needed"},
        {"quantize --model model.safetensors --test test --out q", "--data: needed"},
        {"search --scores t.csv --out s", "--data: needed"},
        {"search --test test --out s", "--data: needed"},
        {"train --arch 1,0 --test test --out s", "--data: needed"},
        {"search --resume", "--resume: runs/fashion-mnist-unbounded holds no run"},
        {"train --arch 1,0 --resume --out s", "--resume: s holds no run"},
    };
    for (const auto& [line, message] : refused) {
        const Ran ran = run(words(line), scratch.folder());
        INFO(line << "\n" << ran.err);
        CHECK(ran.code == 2);
        CHECK(lines(ran.err) == 1);
        CHECK_THAT(ran.err, Contains("nanonas: " + message));
        CHECK_THAT(ran.err, !Contains("--resume") || Contains("runs here: runs/a"));
    }
    for (const char* made : {"q", "s", "runs/fashion-mnist-unbounded"}) {
        CHECK_FALSE(exists(scratch.path(made)));
    }
    CHECK(run(words("evaluate --model model.safetensors --test test"), scratch.folder()).code == 0);
}

TEST_CASE("what is shipped names no folder of the machine it was made on") {
    const TrainedRun scratch("--test test");
    std::filesystem::copy(scratch.path("a/winner/model.tflite"), scratch.path("net.tflite"));
    const std::string model = scratch.path("a/winner/model.safetensors");
    const std::string bytes = read(model);
    const std::size_t at = bytes.find("data: 36 images");
    REQUIRE(at != std::string::npos);
    CHECK(bytes[at - 1] == '"');
    pipeline::StoredModel earlier = pipeline::read_stored_model(model);
    earlier.trained.provenance["data"] = "/home/me/flowers: 36 images 8x8x3, 3 classes";
    pipeline::write_stored_model(scratch.path("earlier"), earlier);
    CHECK(pipeline::read_stored_model(scratch.path("earlier")).trained.provenance.at("data") ==
          "flowers: 36 images 8x8x3, 3 classes");

    for (const char* format : {"c", "arduino", "zephyr", "platformio", "tflite", "onnx", "tflm"}) {
        scratch.result("export --model a --test test --format " + std::string(format) +
                       " --out x-" + format);
    }
    scratch.result("export --model " + scratch.path("net.tflite") +
                   " --format onnx --out x-import");
    scratch.result("quantize --model a --data " + scratch.path("data") + " --out x-q");
    std::filesystem::rename(scratch.path("a/winner"), scratch.path("x-winner"));
    int files = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(scratch.folder())) {
        const std::string path = entry.path().string();
        if (path.rfind(scratch.path("x-"), 0) == 0 && entry.is_regular_file()) {
            INFO(path);
            const bool names_folder = read(path).find(scratch.folder()) != std::string::npos;
            CHECK_FALSE(names_folder);
            ++files;
        }
    }
    CHECK(files > 40);
}
