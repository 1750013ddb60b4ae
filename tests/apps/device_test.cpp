// validate and the linked winner: what is compared, what is said, which exit code.
#include <catch2/catch.hpp>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "apps/pipeline/steps/linked.hpp"
#include "export/device/toolchain.hpp"
#include "tests/apps/program.hpp"
#include "tests/support/search_path.hpp"
#include "tests/support/skip.hpp"

using namespace nanonas;
using namespace nanonas::test;
using Catch::Contains;
using nlohmann::json;

namespace {

/// One trained run, copied for whoever wants to change it.
struct TrainedRun : Scratch {
    TrainedRun() {
        static const Original original;
        trained = original.trained;
        std::filesystem::copy(original.folder(), folder(),
                              std::filesystem::copy_options::recursive);
    }

    Ran validate(const std::string& more) const {
        return run(words("validate a --quiet --json " + more), folder());
    }
    void replace(const std::string& file, const std::string& old, const std::string& now) const {
        std::string text = read(path(file));
        const std::size_t at = text.find(old);
        REQUIRE(at != std::string::npos);
        write(path(file), text.replace(at, old.size(), now));
    }

    Ran trained;

  private:
    struct Original : Scratch {
        Original() {
            make_images(path("data"), 3, 20);
            trained = run(words("train --arch 2,1 --data data --epochs 2 --batch 8 --quiet --out a "
                                "--check-images 0 --target stm32l010rb --json"),
                          folder());
        }
        Ran trained;
    };
};

bool tools_found() {
    const device::Toolchain tools = device::find_toolchain();
    if (!tools.can_run()) {
        testing::skip("no device is emulated: " + tools.missing);
    }
    return tools.can_run();
}

}  // namespace

TEST_CASE("a run is linked and emulated for its target, and validate finds it right") {
    const TrainedRun scratch;
    INFO(scratch.trained.err);
    REQUIRE(scratch.trained.code == 0);
    const json linked = json::parse(scratch.trained.out)["linked"];
    CHECK(linked["core"] == "cortex-m0plus");
    if (!tools_found()) {
        CHECK_THAT(linked["missing"].get<std::string>(), Contains("apt-get install"));
        return;
    }
    CHECK(linked["frame"]["network"]["static_ram_bytes"] == linked["frame"]["stated_arena_bytes"]);
    CHECK(linked["device"]["mismatches"] == 0);
    CHECK(linked["ram_bytes"] == linked["frame"]["whole"]["static_ram_bytes"].get<std::int64_t>() +
                                     linked["frame"]["stack_bytes"].get<std::int64_t>());
    CHECK(linked["overruns"].empty());
    CHECK_FALSE(linked["device"].contains("layers"));
    for (const std::string entry : {"frame", "rows"}) {
        CHECK(linked[entry]["stack_bytes"] == linked["device"][entry]["stack_bytes"]);
        CHECK(linked[entry]["ram_bytes"] == linked["device"][entry]["ram_bytes"]);
    }
    CHECK(linked["device"]["frame"]["ram_bytes"] > linked["device"]["rows"]["ram_bytes"]);

    SECTION("without options: this computer and the run's own core, on the shipped vectors") {
        const Ran ran = scratch.validate("");
        INFO(ran.err);
        REQUIRE(ran.code == 0);
        const json report = json::parse(ran.out);
        CHECK(report["images"] == 8);
        CHECK(report["host"]["frame"]["images"] == 8);
        REQUIRE(report["devices"].size() == 1);
        CHECK(report["devices"][0]["core"] == "cortex-m0plus");
        CHECK(report["devices"][0]["layers"].size() == 3);
        CHECK(report["devices"][0]["frame"]["instructions"] > 1000);
        CHECK(report["failures"].empty());
    }
    SECTION("a model file alone is exported again; many images, all cores") {
        std::filesystem::copy(scratch.path("a/winner/model.safetensors"), scratch.path("m"));
        const Ran ran =
            run(words("validate --model m --device all --images 50 --json"), scratch.folder());
        INFO(ran.err);
        REQUIRE(ran.code == 0);
        const json report = json::parse(ran.out);
        CHECK(report["devices"].size() == 6);
        for (const json& device : report["devices"]) {
            CHECK(device["frame"]["images"] == 50);
            CHECK(device["rows"]["images"] == 50);
        }
    }
    SECTION("a corrupted vector is a mismatch") {
        const std::string file = "a/winner/c/model_vectors.h";
        const std::string text = read(scratch.path(file));
        const std::string table = "[MODEL_CLASSES] = {\n    {";
        const std::size_t at = text.find(table) + table.size();
        const std::string score = text.substr(at, text.find(',', at) - at);
        scratch.replace(file, table + score, table + std::to_string(std::stoi(score) / 2 + 3));
        const Ran ran = scratch.validate("--device cortex-m4");
        CHECK(ran.code == 1);
        CHECK_THAT(ran.err, Contains("shipped vectors: 8 images: FAILED, 1 differ (image 0"));
        CHECK(lines(ran.err) == 1);
    }
    SECTION("changed weights are a mismatch on every side") {
        scratch.replace("a/winner/c/model.c", "dense_bias[3] = {", "dense_bias[3] = {90000 + ");
        const Ran ran = scratch.validate("");
        CHECK(ran.code == 1);
        CHECK_THAT(ran.err,
                   Contains("this computer, frame entry") && Contains("cortex-m0plus, rows entry"));
    }
    SECTION("C that does not compile fails with the compiler's words") {
        scratch.replace("a/winner/c/model.c", "#include", "#inklude");
        const Ran ran = scratch.validate("--device cortex-m4");
        CHECK(ran.code == 1);
        CHECK_THAT(ran.err, Contains("does not compile") && Contains("inklude"));
        CHECK(lines(ran.err) == 1);
    }
    SECTION("a broken bound fails with --strict only") {
        CHECK(scratch.validate("--device cortex-m4 --flash 500").code == 0);
        const Ran ran = scratch.validate("--device cortex-m4 --flash 500 --strict");
        CHECK(ran.code == 1);
        CHECK_THAT(ran.err, Contains("--strict: cortex-m4: linked flash") && Contains("> 500 B"));
    }
    SECTION("a target's bounds are held by firmware for its own core only") {
        write(scratch.path("tight.json"),
              R"({"name": "tight", "part": "TIGHT", "core": "cortex-m0plus", "clock_hz": 32000000,
                  "ram_bytes": 100000, "flash_bytes": 500, "coremark": 75})");
        const Ran other = scratch.validate("--device cortex-m4 --target tight.json");
        CHECK(other.code == 2);
        CHECK(lines(other.err) == 1);
        CHECK_THAT(other.err,
                   Contains("--device: cortex-m4") && Contains("tight.json (cortex-m0plus)"));
        const Ran all = scratch.validate("--device all --target tight.json --strict");
        INFO(all.err);
        CHECK(all.code == 1);
        CHECK(lines(all.err) == 1);
        CHECK_THAT(all.err, Contains("--strict: cortex-m0plus: linked flash"));
        for (const json& device : json::parse(all.out)["devices"]) {
            const auto bounds = device["bounds"].get<std::string>();
            CHECK((bounds == "none") == (device["core"] != "cortex-m0plus"));
        }
    }
    SECTION("the target of the run sets the bounds where the command names none") {
        const json report = json::parse(scratch.validate("--strict").out);
        CHECK_THAT(report["devices"][0]["bounds"].get<std::string>(), Contains("of stm32l010rb"));
    }
    SECTION("an unknown core and a second model are bad usage") {
        const Ran core = scratch.validate("--device cortex-m4f");
        CHECK(core.code == 2);
        CHECK_THAT(core.err, Contains("--device") && Contains("did you mean cortex-m4?"));
        CHECK(scratch.validate("--model a").code == 2);
    }
}

TEST_CASE("a run made for rows needs no room for a frame, and is held to that") {
    if (!tools_found()) {
        return;
    }
    const Scratch scratch;
    make_images(scratch.path("data"), 3, 20);
    const std::string train =
        "train --arch 2,1 --data data --input 40x40x1 --epochs 1 --batch 8 --quiet --check-images "
        "0 "
        "--target stm32l010rb --ram 1200 --json --out ";
    const Ran frame = run(words(train + "frame"), scratch.folder());
    CHECK(frame.code == 3);
    CHECK_THAT(frame.err, Contains("RAM"));
    const Ran rows = run(words(train + "rows --runtime native-rows --strict"), scratch.folder());
    INFO(rows.err);
    REQUIRE(rows.code == 0);
    const json summary = json::parse(rows.out);
    CHECK(summary["linked"]["entry"] == "rows");
    CHECK(summary["linked"]["ram_bytes"] == summary["linked"]["rows"]["ram_bytes"]);
    CHECK(summary["cost"]["ram_bytes"]["value"] >= summary["linked"]["ram_bytes"]);
    const Ran checked =
        run(words("validate rows --ram 1200 --strict --quiet --json"), scratch.folder());
    CHECK(checked.code == 0);
    CHECK(run(words("validate rows --ram 400 --strict --quiet --json"), scratch.folder()).code ==
          1);
}

TEST_CASE("--strict is refused where nothing would be checked") {
    const TrainedRun scratch;
    REQUIRE(scratch.trained.code == 0);
    const auto refused = [&](const std::string& line, const std::string& other) {
        const Ran ran = run(words(line), scratch.folder());
        INFO(line << "\n" << ran.err);
        CHECK(ran.code == 2);
        CHECK(ran.out.empty());
        CHECK(lines(ran.err) == 1);
        CHECK_THAT(ran.err, Contains("--strict: ") && Contains(other));
    };
    refused("search --data data --search-only --strict --out s", "--search-only");
    refused("search --data data --runtime tflm --strict --out s", "--runtime tflm");
    refused("train --arch 1,0 --data data --runtime tflm-reference --strict --out s",
            "--runtime tflm-reference");
    refused("quantize --model a --data data --runtime tflm --strict --out s", "--runtime tflm");
    refused("validate a --device host --strict", "--device host");
    std::filesystem::copy(scratch.path("a/winner/model.safetensors"), scratch.path("m"));
    refused("validate m --strict", "--device or --target");
    CHECK_FALSE(exists(scratch.path("s")));
}

TEST_CASE("without the tools one line says what to install") {
    const TrainedRun scratch;
    REQUIRE(scratch.trained.code == 0);
    const testing::SearchPath path(scratch.folder());
    const Ran ran = scratch.validate("--device cortex-m4");
    CHECK(ran.code == 2);
    CHECK(lines(ran.err) == 1);
    CHECK_THAT(ran.err, Contains("arm-none-eabi-gcc, qemu-system-arm: not found; install with: "
                                 "apt-get install"));
    CHECK(scratch.validate("--device host").code == 0);

    const std::string train =
        "train --arch 2,1 --data data --epochs 1 --batch 8 --quiet --check-images 0 ";
    const Ran strict = run(words(train + "--out s --strict"), scratch.folder());
    CHECK(strict.code == 2);
    CHECK_THAT(strict.err, Contains("--strict: arm-none-eabi-gcc"));
    CHECK_FALSE(exists(scratch.path("s")));

    const Ran plain = run(words(train + "--out p"), scratch.folder());
    CHECK(plain.code == 0);
    CHECK_THAT(plain.out, Contains("RAM and flash above are the cost model's"));
}

TEST_CASE("an ELF over the budget fails a run with --strict, differing bytes fail it always") {
    space::Budget budget;
    budget.ram_bytes = 1000;
    budget.flash_bytes = 2000;
    CHECK(pipeline::overruns(1000, 2000, budget, "cortex-m4").empty());
    const auto over = pipeline::overruns(1001, 1999, budget, "cortex-m4");
    REQUIRE(over.size() == 1);
    CHECK(over[0] == "cortex-m4: linked RAM 1,001 B > 1,000 B by 1 B");

    device::EntryReport right;
    right.compared = {8, 0, ""};
    right.run.stack_bytes = 90;
    right.linked.whole.bss = 500;
    pipeline::LinkedReport linked;
    linked.core = "cortex-m4";
    linked.overruns = over;
    linked.device.emplace();
    device::DeviceReport& device = linked.device->device;
    device.frame = right;
    device.rows = right;
    device.link.stated_frame_arena_bytes = 500;
    device.link.stated_rows_arena_bytes = 500;
    CHECK(pipeline::linked_failures(linked, false).empty());
    CHECK(pipeline::linked_failures(linked, true).size() == 1);
    device.rows.compared.mismatches = 1;
    CHECK(pipeline::linked_failures(linked, true).size() == 2);
    REQUIRE(pipeline::linked_failures(linked, false).size() == 1);
    CHECK_THAT(pipeline::linked_failures(linked, false)[0], Contains("cortex-m4, rows entry"));

    device.rows = right;
    device.link.stated_stack_bytes = 88;
    device.link.stated_frame_arena_bytes = 400;
    const auto broken = pipeline::linked_failures(linked, false);
    REQUIRE(broken.size() == 3);
    CHECK_THAT(broken[0], Contains("static RAM of the network is 500 B linked") && Contains("400"));
    CHECK_THAT(broken[1], Contains("stack of 90 B measured, the header states 88 B"));

    pipeline::LinkedReport nothing;
    nothing.core = "cortex-m4";
    nothing.missing = "qemu-system-arm: not found";
    CHECK(pipeline::linked_failures(nothing, false).empty());
    CHECK(pipeline::linked_failures(nothing, true).size() == 1);
}
