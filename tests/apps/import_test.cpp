// A .tflite or .onnx as --model: evaluate, profile, export, validate, and what refuses it.
#include <catch2/catch.hpp>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "export/device/toolchain.hpp"
#include "tests/apps/program.hpp"
#include "tests/support/skip.hpp"
#include "tests/support/source_folder.hpp"

using namespace nanonas;
using namespace nanonas::test;
using Catch::Contains;

namespace {

const std::string kKept = testing::source_folder() + "/tests/fuzz/corpus/tflite/";

nlohmann::json result(const std::string& command, const Scratch& scratch) {
    const Ran ran = run(words(command + " --json --quiet"), scratch.folder());
    INFO(command << "\n" << ran.err << ran.out);
    REQUIRE(ran.code == 0);
    return nlohmann::json::parse(ran.out);
}

std::uint64_t model_file_bytes(const nlohmann::json& runtime) {
    for (const auto& item : runtime["flash_items"]) {
        if (item["name"] == "model file") {
            return item["bytes"];
        }
    }
    return 0;
}

using Refusals = std::vector<std::pair<std::string, std::string>>;

/// Each command ends with code 2 and its message.
void refused(const Refusals& cases, const Scratch& scratch) {
    for (const auto& [command, message] : cases) {
        const Ran ran = run(words(command), scratch.folder());
        INFO(command << "\n" << ran.err << ran.out);
        CHECK(ran.code == 2);
        CHECK_THAT(ran.err, Contains(message));
        // Progress lines come before; the refusal itself is the last line, and one line.
        CHECK(lines(ran.err.substr(ran.err.rfind("nanonas: "))) == 1);
    }
}

}  // namespace

TEST_CASE("our own .tflite is the network it was written from") {
    const Scratch scratch;
    make_images(scratch.path("data"), 3, 12);
    make_images(scratch.path("test"), 3, 8, 2);
    result(
        "train --data data --test test --arch 2,1 --epochs 2 --batch 8 --check-images 0 --out run",
        scratch);
    const std::string flags = " --name net --test test --format ";
    for (const std::string io : {"int8", "uint8", "float"}) {
        result("export --model run --out " + io + flags + "tflite --io " + io, scratch);
        const std::string file = io + "/net.tflite";
        INFO(file);

        const auto stored = result("evaluate --model run --test test", scratch);
        const auto read = result("evaluate --model " + file + " --test test", scratch);
        CHECK(read["accuracy"]["test"]["int8"] == stored["accuracy"]["test"]["int8"]);
        CHECK(read["confusion"] == stored["confusion"]);
        CHECK(read["file"]["input"] == (io == "float" ? "float32" : io));
        CHECK(read["file"]["labels"] == stored["labels"]);

        const auto costs = result("profile --runtime all --model " + file, scratch);
        const auto expected = result("profile --runtime all --model run", scratch);
        CHECK_FALSE(costs.contains("not_costed"));
        REQUIRE(costs["runtimes"].size() == expected["runtimes"].size());
        for (std::size_t i = 0; i < expected["runtimes"].size(); ++i) {
            const auto& told = costs["runtimes"][i];
            const auto& before = expected["runtimes"][i];
            CHECK(told["macc"] == before["macc"]);
            if (told["runtime"].get<std::string>().rfind("native", 0) == 0) {
                CHECK(told["ram_bytes"] == before["ram_bytes"]);
                continue;
            }
            // The file itself, with its conversions at both ends.
            CHECK(model_file_bytes(told) == std::filesystem::file_size(scratch.path(file)));
            if (io == "int8") {
                CHECK(told["ram_bytes"] == before["ram_bytes"]);
                CHECK(told["flash_bytes"] == before["flash_bytes"]);
            } else {
                CHECK(told["ram_bytes"] > before["ram_bytes"]);
                CHECK(told["flash_bytes"] > before["flash_bytes"]);
            }
        }

        const auto c = result("export --model " + file + " --out c-" + io + flags + "c", scratch);
        CHECK(c["mismatches"] == 0);
    }
}

TEST_CASE("a .tflite is validated as the C it is written to, here and on a core") {
    const Scratch scratch;
    make_images(scratch.path("data"), 3, 12);
    make_images(scratch.path("test"), 3, 8, 2);
    result("train --data data --arch 2,1 --epochs 2 --batch 8 --check-images 0 --out run", scratch);
    const std::string flags = " --name net --format tflite --io ";
    result("export --model run --out int8" + flags + "int8", scratch);
    result("export --model run --out float" + flags + "float", scratch);
    // What lies beside the file is not its export.
    std::filesystem::create_directory(scratch.path("int8/c"));
    write(scratch.path("int8/c/net_vectors.h"), "none");

    for (const std::string file : {"int8/net.tflite", "float/net.tflite"}) {
        INFO(file);
        const auto noise = result("validate " + file + " --device host", scratch);
        CHECK(noise["model"] == file);
        CHECK(noise["c"] == "the C export of " + file);
        CHECK(noise["network"] == "8x8x3, 3 classes");
        CHECK(noise["images"] == 8);
        CHECK(noise["vectors"]["images"] == 8);
        CHECK(noise["mismatches"] == 0);
        if (noise["host"]["compiler"] != "") {
            CHECK(noise["host"]["frame"]["images"] == 8);
            CHECK(noise["host"]["rows"]["images"] == 8);
        }
    }
    const auto more = result("validate --model int8/net.tflite --device host --images 50", scratch);
    CHECK(more["images"] == 50);
    CHECK(more["mismatches"] == 0);
    const auto own = result("validate int8/net.tflite --device host --test test", scratch);
    CHECK(own["images"] == 24);
    CHECK(own["mismatches"] == 0);

    // A file without labels goes with images of any classes.
    std::string bytes = read(scratch.path("int8/net.tflite"));
    const std::string name = "TFLITE_METADATA";
    REQUIRE(bytes.find(name) != std::string::npos);
    write(scratch.path("plain.tflite"),
          bytes.replace(bytes.find(name), name.size(), "OTHER_METADATAS"));
    for (const std::string command : {"validate --device host", "export --out c"}) {
        const auto plain = result(command + " --test test --model plain.tflite", scratch);
        CHECK(plain["mismatches"] == 0);
    }

    const device::Toolchain tools = device::find_toolchain();
    if (!tools.can_run()) {
        testing::skip("no device is emulated: " + tools.missing);
        return;
    }
    const auto emulated =
        result("validate int8/net.tflite --device cortex-m4 --images 12", scratch);
    REQUIRE(emulated["devices"].size() == 1);
    CHECK(emulated["devices"][0]["frame"]["images"] == 12);
    CHECK(emulated["devices"][0]["rows"]["images"] == 12);
    CHECK(emulated["devices"][0]["layers"].size() == 3);
    CHECK(emulated["mismatches"] == 0);
}

TEST_CASE("dense layers behind each other are priced on every runtime") {
    const Scratch scratch;
    const std::string file = kKept + "dense-on-pixel.tflite";
    const auto costs = result("profile --runtime all --model " + file, scratch);
    CHECK_FALSE(costs.contains("not_costed"));
    REQUIRE(costs["runtimes"].size() == 4);
    CHECK(costs["runtimes"][0]["runtime"] == "native");
    CHECK(model_file_bytes(costs["runtimes"][2]) == std::filesystem::file_size(file));
}

TEST_CASE("a file with unfused batch norm and a softmax is evaluated, profiled and written as C") {
    const Scratch scratch;
    make_images(scratch.path("test"), 2, 10);
    const std::string file = kKept + "whole.tflite";
    const auto read = result("evaluate --model " + file + " --test test", scratch);
    CHECK(read["accuracy"]["test"]["images"] == 20);
    CHECK(read["labels"].size() == 2);
    const auto costs = result("profile --runtime all --model " + file, scratch);
    CHECK_FALSE(costs.contains("not_costed"));
    REQUIRE(costs["runtimes"].size() == 4);
    CHECK(costs["runtimes"][2]["runtime"] == "tflm");
    CHECK(costs["runtimes"][3]["runtime"] == "tflm-reference");
    for (const std::size_t row : {std::size_t{2}, std::size_t{3}}) {
        CHECK(model_file_bytes(costs["runtimes"][row]) == std::filesystem::file_size(file));
    }
    CHECK(result("profile --model " + file, scratch)["runtimes"][0] == costs["runtimes"][0]);
    const Ran tight =
        run(words("profile --runtime tflm --ram 1KiB --model " + file), scratch.folder());
    CHECK(tight.code == 3);
    CHECK(lines(tight.err) == 1);
    CHECK_THAT(tight.err, Contains("the network does not fit; tflm: RAM"));
    CHECK_THAT(tight.out, Contains("does not fit") && !Contains("native"));
    const auto c = result("export --format c --out c --model " + file, scratch);
    CHECK(c["mismatches"] == 0);
    const auto validated = result("validate --device host " + file, scratch);
    CHECK(validated["mismatches"] == 0);
}

TEST_CASE("a graph is profiled, written as C and as a .tflite again") {
    const Scratch scratch;
    const std::string file = kKept + "graph.tflite";
    const auto costs = result("profile --runtime all --model " + file, scratch);
    CHECK_FALSE(costs.contains("not_costed"));
    REQUIRE(costs["runtimes"].size() == 4);
    CHECK(model_file_bytes(costs["runtimes"][2]) == std::filesystem::file_size(file));
    result("export --format tflite --name net --out out --model " + file, scratch);
    const auto again = result("profile --model out/net.tflite", scratch);
    CHECK(again["network"] == costs["network"]);
    CHECK(again["file"]["layers"] == costs["file"]["layers"]);
    CHECK(again["runtimes"][0]["ram_bytes"] == costs["runtimes"][0]["ram_bytes"]);
    const auto c = result("export --format c --out c --model " + file, scratch);
    CHECK(c["mismatches"] == 0);
    for (const std::string format : {"tflm", "onnx"}) {
        const Ran other = run(words("export --out other --model " + file + " --format " + format),
                              scratch.folder());
        CHECK(other.code == 2);
        CHECK(lines(other.err) == 1);
        CHECK_THAT(other.err, Contains("format " + format + ": layer 'pad': a padding"));
    }
    const Ran whole =
        run(words("export --out other --format tflm --model " + kKept + "whole.tflite"),
            scratch.folder());
    CHECK(whole.code == 2);
    CHECK_THAT(whole.err, Contains("format tflm: layer 'mul': a multiplication by constants of an "
                                   "imported file; expected --format tflite"));
    CHECK_FALSE(exists(scratch.path("other")));
    make_images(scratch.path("test"), 3, 4);
    const Ran images = run(words("evaluate --test test --model " + file), scratch.folder());
    CHECK(images.code == 2);
    CHECK_THAT(images.err, Contains("graph.tflite: reads 6x5x4 maps, which are no images"));
}

TEST_CASE("a .tflite that cannot be read or does not fit is one line and exit code 2") {
    const Scratch scratch;
    make_images(scratch.path("test"), 3, 4);
    const std::string whole = kKept + "whole.tflite";
    const Refusals cases = {
        {"evaluate --test test --model " + kKept + "truncated.tflite", "truncated or damaged"},
        {"evaluate --test test --model " + kKept + "huge.tflite", "input: shape [1, 60000"},
        {"profile --model " + kKept + "unknown-operator.tflite",
         "operator 3 (EMBEDDING_LOOKUP): this operator is not read"},
        {"profile --model " + kKept + "depthwise-without-weights.tflite",
         "operator 3 (DEPTHWISE_CONV_2D): has 1 inputs, expected 2 or 3"},
        {"export --out c --model " + kKept + "short-weights.tflite", "expected 54"},
        {"evaluate --test test --model " + whole, "3 classes"},
        {"evaluate --model " + whole, "--test: needed"},
        {"evaluate --test test --model none.tflite", "cannot be read"},
        {"validate " + kKept + "truncated.tflite", "truncated or damaged"},
        {"validate " + whole + " --device cortex-m4f", "did you mean cortex-m4?"},
        {"quantize --out q --model " + whole, "a .tflite holds no float network"},
        {"profile --arch 3,3 --model " + whole, "--model: not together with --arch"},
    };
    refused(cases, scratch);
}

TEST_CASE("an .onnx of floats is rounded on the images of --calibration") {
    const std::string file = testing::source_folder() + "/tests/fuzz/corpus/onnx/graph.onnx";
    const Scratch scratch;
    make_images(scratch.path("test"), 3, 8);
    for (const char* number : {"0", "1", "2"}) {  // as files without labels name their classes
        std::filesystem::rename(scratch.path(std::string("test/class") + number),
                                scratch.path(std::string("test/") + number));
    }
    const std::string images = " --test test --calibration test";

    const auto read = result("evaluate --model " + file + images, scratch);
    CHECK(read["file"]["input"] == "float32");
    CHECK(read["accuracy"]["test"].contains("float"));
    CHECK(read["accuracy"]["test"]["agreement"].get<double>() > 0.7);

    // The .tflite that it is written as is the same network, and so are other pixels another.
    result("export --format tflite --name net --out out --model " + file + images, scratch);
    const auto written = result("evaluate --test test --model out/net.tflite", scratch);
    CHECK(written["confusion"] == read["confusion"]);
    const auto far =
        result("evaluate --pixel-scale 0.5 --pixel-mean 255 --model " + file + images, scratch);
    CHECK(far["accuracy"]["test"]["images"] == read["accuracy"]["test"]["images"]);

    // A price needs no images: it is that of the .tflite.
    const auto costs = result("profile --runtime tflm --model " + file, scratch);
    const auto expected = result("profile --runtime tflm --model out/net.tflite", scratch);
    REQUIRE(costs["runtimes"].size() == 1);
    CHECK(costs["runtimes"][0]["ram_bytes"] == expected["runtimes"][0]["ram_bytes"]);
}

TEST_CASE("an .onnx that cannot be read or lacks images is one line and exit code 2") {
    const std::string kept = testing::source_folder() + "/tests/fuzz/corpus/onnx/";
    const Scratch scratch;
    make_images(scratch.path("test"), 3, 4);
    const Refusals cases = {
        {"evaluate --test test --model " + kept + "graph.onnx", "holds floats; --calibration DIR"},
        {"export --out o --model " + kept + "graph.onnx", "holds floats; --calibration DIR"},
        {"validate " + kept + "graph.onnx", "holds floats; --calibration DIR"},
        {"profile --model " + kept + "unknown-operator.onnx",
         "operator 2 (Sigmoid 'r_node'): this operator is not read"},
        {"profile --model " + kept + "truncated.onnx", "truncated or damaged"},
        {"evaluate --test test --calibration none --model " + kept + "graph.onnx",
         "none: no such file or folder"},
        {"quantize --out q --model " + kept + "graph.onnx", "a .onnx is not trained on"},
        {"evaluate --test test --model none.onnx", "cannot be read"},
    };
    refused(cases, scratch);
}
