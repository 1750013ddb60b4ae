#include "apps/pipeline/report_json.hpp"

#include <catch2/catch.hpp>
#include <limits>

using namespace nanonas;
using namespace nanonas::pipeline;

namespace {

device::EntryReport entry(std::int64_t instructions) {
    device::EntryReport one;
    one.run.machine = "mps2-an386";
    one.run.instructions = static_cast<double>(instructions);
    one.run.fewest = instructions - 1;
    one.run.most = instructions + 1;
    one.run.stack_bytes = 88;
    one.compared = {8, 1, "image 3: class 1 is -12, the reference says -11"};
    one.linked.whole = {900, 100, 10, 700};
    one.linked.without = {300, 50, 10, 200};
    return one;
}

LinkedReport linked() {
    LinkedReport report;
    report.core = "cortex-m4";
    report.core_is_the_targets = true;
    report.by_rows = true;
    report.device.emplace();
    device::DeviceReport& device = report.device->device;
    device.frame = entry(1000);
    device.rows = entry(1200);
    device.link.core = "cortex-m4";
    device.link.compiler = "arm-none-eabi-gcc 12.2.1";
    device.link.flags = "-O2";
    device.link.frame = device.frame.linked;
    device.link.rows = device.rows.linked;
    device.link.stated_stack_bytes = 96;
    device.link.stated_frame_arena_bytes = 500;
    device.link.stated_rows_arena_bytes = 400;
    report.device->model = {1000, 2000, 300, 4000, "counted"};
    report.link = device.link;
    report.frame_stack_bytes = 88;
    report.rows_stack_bytes = 80;
    report.overruns = {"cortex-m4: linked RAM 1,001 B > 1,000 B by 1 B"};
    return report;
}

RunReport full() {
    RunReport report;
    report.verb = "search";
    report.version = "0.1.0";
    report.run = "runs/x";
    report.check = "0123456789abcdef";
    report.winner = WinnerReport{
        "(4,max)", {{"k", std::int64_t{4}}, {"pool", std::string("max")}}, "8x8x1", 0.75, false};
    BudgetReport cost;
    cost.runtime = "native";
    cost.basis = "counted";
    cost.ram_bytes = {1000, 2000};
    cost.flash_bytes = {3000, std::nullopt};
    cost.macc = {5000, 6000};
    cost.instructions = 70000;
    cost.latency_us = Figure{120, 20000};
    report.cost = cost;
    report.search = SearchReport{9,
                                 7,
                                 2,
                                 3,
                                 4,
                                 1,
                                 0.5,
                                 {"it ended because"},
                                 {{"here", "", 2, 20, 0, 3.5}, {"h", "ssh:h*4", 4, 40, 1, 9.0}}};
    TrainingReport training;
    training.engine = "fast";
    training.epochs = 100;
    training.batch = 64;
    training.best_epoch = 99;
    training.validation_accuracy = 0.8;
    training.augment = "flip,shift=2";
    training.mirror = MirrorReport{0.7, 0.6, 50};
    report.training = training;
    report.stages = {{"fine-tune=5", 0.8, 0.81, 2.5}};
    report.calibration =
        CalibrationReport{"auto",
                          99.99,
                          500,
                          256,
                          {{"stem.conv",
                            "mse",
                            -1.5F,
                            2.25F,
                            {{"minmax", 30.5}, {"mse", std::numeric_limits<double>::infinity()}}}}};
    report.accuracy["test"] = AccuracyReport{100, 0.9, 0.85, 0.95};
    report.int8_loss = Int8LossReport{
        "test", 5.0, "stem.conv", 1.0, 0.9, 12, {{"stem.conv", 0.9, 12}}, {"--calibration score"}};
    report.linked = linked();
    CCheck check;
    check.asked = 1000;
    check.compiler = "gcc";
    check.images = 100;
    report.c_check = check;
    report.seconds = {{"load", 0.5}, {"total", 9.0}};
    report.files = {{"run", "runs/x"}, {"c", "runs/x/winner/c"}};
    report.products = {{"model.safetensors", "aa"}};
    report.failures = std::vector<std::string>{"one"};
    return report;
}

}  // namespace

TEST_CASE("a report read back is the report that was written") {
    const nlohmann::json written = to_json(full());
    CHECK(to_json(read_run_report(written)) == written);
    CHECK(written.at("winner").at("pool") == "max");
    CHECK(written.at("calibration").at("layers").at(0).at("sqnr_db").at("mse").is_null());
    CHECK(written.at("linked").at("ram_bytes") == 710 + 80);
    CHECK(written.at("linked").at("frame").at("network").at("static_ram_bytes") == 500);
}

TEST_CASE("parts that a run has not are not in its report") {
    RunReport report;
    report.verb = "train";
    report.files["run"] = "runs/y";
    const nlohmann::json written = to_json(report);
    for (const char* part : {"winner", "cost", "search", "linked", "failures", "int8_loss"}) {
        INFO(part);
        CHECK_FALSE(written.contains(part));
    }
    CHECK(to_json(read_run_report(written)) == written);
}

TEST_CASE("a linked firmware that failed half-way keeps what is known") {
    LinkedReport report = linked();
    report.failed = "the emulated core hangs";
    report.device.reset();
    report.frame_stack_bytes.reset();
    report.rows_stack_bytes.reset();
    RunReport run;
    run.files["run"] = "runs/y";
    run.linked = report;
    const nlohmann::json written = to_json(run);
    CHECK(written.at("linked").at("failed") == "the emulated core hangs");
    CHECK(to_json(read_run_report(written)) == written);
}

TEST_CASE("a summary of before winners had names is read") {
    const nlohmann::json old = {{"winner", {{"k", 4}, {"c", 2}}},
                                {"files", {{"run", "runs/z"}}},
                                {"products", {"model.safetensors"}}};
    CHECK(read_run_report(old).winner->name == "(4,2)");
    CHECK_THROWS_AS(read_run_report(nlohmann::json::object()), nlohmann::json::exception);
}
