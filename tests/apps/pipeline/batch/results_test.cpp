#include "apps/pipeline/batch/results.hpp"

#include <catch2/catch.hpp>
#include <filesystem>

#include "space/files.hpp"
#include "tests/support/temporary_folder.hpp"

using namespace nanonas;
using namespace nanonas::pipeline;
using Catch::Contains;

namespace {

BatchRunReport run_of(const std::string& target, const std::string& seed, double accuracy) {
    BatchRunReport run;
    run.name = "target=" + target + ",seed=" + seed;
    run.settings = {{"target", target}, {"seed", seed}};
    run.directory = "runs/x/" + run.name;
    run.status = RunStatus::kDone;
    RunReport report;
    report.winner = WinnerReport{};
    report.winner->name = "(4,3)";
    report.winner->score = accuracy;
    report.accuracy["test"] = {100, accuracy, accuracy, 1.0};
    report.cost = BudgetReport{};
    report.cost->ram_bytes = {2000, 40960};
    report.seconds["total"] = 1.5;
    run.report = report;
    return run;
}

BatchRunReport ended(const std::string& seed, RunStatus status, const std::string& message) {
    BatchRunReport run = run_of("b", seed, 0.0);
    run.report.reset();
    run.status = status;
    run.message = message;
    return run;
}

BatchReport batch() {
    BatchReport report;
    report.name = "x";
    report.directory = "runs/x";
    report.options = {"target", "seed"};
    report.runs = {run_of("a", "1", 0.5),
                   run_of("a", "2", 0.7),
                   run_of("a", "3", 0.6),
                   ended("1", RunStatus::kFailed, "it \"broke\", <twice>"),
                   ended("2", RunStatus::kNothingFits, "too small"),
                   ended("3", RunStatus::kMissing, "")};
    return report;
}

}  // namespace

TEST_CASE("runs that differ in the seed alone are one group with mean and sample deviation") {
    const std::vector<BatchGroup> groups = groups_of(batch());
    REQUIRE(groups.size() == 2);
    CHECK(groups[0].settings == Settings{{"target", "a"}});
    CHECK(groups[0].runs == 3);
    CHECK(groups[0].winners == std::vector<std::string>{"(4,3)"});
    const Spread& accuracy = groups[0].figures.at("test_int8");
    CHECK(accuracy.mean == Approx(0.6));
    CHECK(accuracy.deviation.value() == Approx(0.1));
    CHECK(accuracy.count == 3);
    CHECK(groups[0].figures.at("ram_bytes").mean == 2000.0);
    CHECK_FALSE(groups[0].from_table);
    CHECK(groups[1].figures.empty());
    CHECK(groups[1].statuses.at(RunStatus::kFailed) == 1);
    CHECK(groups[1].statuses.at(RunStatus::kMissing) == 1);

    BatchReport table = batch();
    table.runs[1].report->winner->from_table = true;
    CHECK(groups_of(table)[0].from_table);

    BatchReport one = batch();
    one.runs.resize(1);
    CHECK_FALSE(groups_of(one)[0].figures.at("score").deviation);
    one.options.clear();
    one.runs[0].settings.clear();
    CHECK(groups_of(one)[0].settings == Settings{{"run", "target=a,seed=1"}});
}

TEST_CASE("the CSV has a row for each run, quoted where it must be") {
    const std::string csv = results_csv(batch());
    CHECK_THAT(csv, Contains("run,status,target,seed,winner,score,validation_float,"));
    CHECK_THAT(csv, Contains("\"target=a,seed=1\",done,a,1,\"(4,3)\",0.5,,,0.5,0.5,2000,0,0,,,"
                             "1.500,\n"));
    CHECK_THAT(csv, Contains(",\"it \"\"broke\"\", <twice>\"\n"));
    CHECK(std::count(csv.begin(), csv.end(), '\n') == 7);
}

TEST_CASE("junit tells failures, skips and results as CI reads them") {
    const std::string xml = junit_xml(batch());
    CHECK_THAT(xml, Contains("<testsuite name=\"x\" tests=\"6\" failures=\"1\" errors=\"0\" "
                             "skipped=\"1\" time=\"4.500\">"));
    CHECK_THAT(xml, Contains("<failure message=\"it &quot;broke&quot;, &lt;twice&gt;\"/>"));
    CHECK_THAT(xml, Contains("<system-out>too small</system-out>"));
    CHECK_THAT(xml, Contains("<skipped message=\"missing\"/>"));
    BatchReport bad = batch();
    bad.runs[3].bad_input = true;
    CHECK_THAT(junit_xml(bad), Contains("failures=\"0\" errors=\"1\""));
}

TEST_CASE("results.json holds the runs with their summaries and the groups") {
    const nlohmann::json value = to_json(batch());
    CHECK(value["counts"]["done"] == 3);
    CHECK(value["runs"][1]["summary"]["winner"]["name"] == "(4,3)");
    CHECK(value["runs"][1]["settings"]["seed"] == "2");
    CHECK(value["runs"][3]["message"] == "it \"broke\", <twice>");
    CHECK(value["groups"][0]["figures"]["test_int8"]["mean"].get<double>() == Approx(0.6));
}
