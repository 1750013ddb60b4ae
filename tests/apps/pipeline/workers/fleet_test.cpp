// A fleet whose workers do as they should.
#include <signal.h>

#include <catch2/catch.hpp>
#include <chrono>
#include <filesystem>
#include <thread>

#include "space/errors.hpp"
#include "space/files.hpp"
#include "tests/apps/pipeline/workers/scripted.hpp"

using namespace nanonas;
using namespace nanonas::test;
using Catch::Contains;

TEST_CASE("a worker's answer is the evaluation, and it is asked as the search asks") {
    Scripted fleet;
    fleet.add("hello; open; next; echo \"$line\" > $folder/asked; answer 0.1; serve");
    fleet.start();
    const nas::Evaluation evaluation = fleet.evaluate(4);
    CHECK(evaluation.score == 0.1);
    CHECK(evaluation.curve == std::vector<double>{0.125, 0.1});
    CHECK(evaluation.seconds == 0.5);
    CHECK(read_file(fleet.file("asked")) ==
          R"({"evaluate":{"candidate":{"c":0,"k":4},"effort":1,"id":1,"repeat":1,)"
          R"("search":1,"seed":"12345678901234567890"}})"
          "\n");
    CHECK(fleet.evaluate(5).score == 0.5);
    const auto reports = fleet.reports();
    REQUIRE(reports.size() == 1);
    CHECK(reports[0].host == "there");
    CHECK(reports[0].evaluations == 2);
    CHECK(reports[0].losses == 0);
    CHECK(reports[0].slots == 1);
    CHECK(fleet.tells("is ready, slots: 1 (cmd:worker0)"));
}

TEST_CASE("all slots of all workers are used at a time, and places here") {
    Scripted fleet;
    // Answers come when everybody is asked.
    const std::string wait =
        "next; : > $folder/asked$id; while [ ! -e $folder/go ]; do beat; sleep 0.01; done; "
        "answer 0.5; serve";
    fleet.add("hello; open; " + wait);
    fleet.add("hello; open; " + wait);
    fleet.start(1);
    REQUIRE(soon([&] { return fleet.pool().share() == 3; }));
    write_file(fleet.file("hold"), "");
    std::vector<std::thread> threads;
    std::atomic<int> here{0}, elsewhere{0};
    for (int i = 0; i < 3; ++i) {
        threads.emplace_back([&, i] {
            const double score = fleet.evaluate(2 + i).score;
            ++(score == 0.25 ? here : elsewhere);
        });
    }
    CHECK(soon([&] { return fleet.exists("asked1") && fleet.exists("asked2"); }));
    write_file(fleet.file("go"), "");
    CHECK(soon([&] { return elsewhere == 2; }));
    CHECK(here == 0);
    std::filesystem::remove(fleet.file("hold"));
    for (std::thread& thread : threads) {
        thread.join();
    }
    CHECK(here == 1);
    const auto reports = fleet.reports();
    REQUIRE(reports.size() == 3);
    CHECK(reports[0].host == "here");
    CHECK(reports[0].evaluations == 1);
    CHECK(reports[1].evaluations + reports[2].evaluations == 2);
}

TEST_CASE("progress arrives, and an evaluation that is not wanted any more is cancelled") {
    Scripted fleet;
    fleet.add(
        "hello; open; next; beat; next; echo $asked > $folder/second\n"
        "echo '{\"cancelled\":{\"id\":'$id'}}'; serve");
    pipeline::FleetEvaluator& evaluator = fleet.start();
    std::atomic<bool> stop{false};
    std::optional<nas::EvaluationProgress> seen;
    nas::EvaluationContext context;
    context.repeat = 1;
    context.stop = &stop;
    context.progress = [&](const nas::EvaluationProgress& at) {
        seen = at;
        stop = true;
    };
    CHECK_THROWS_AS(evaluator.evaluate({{4, 0}}, nullptr, context), Interrupted);
    REQUIRE(seen);
    CHECK(seen->trial == nas::Trial{{{4, 0}}});
    CHECK(seen->repeat == 1);
    CHECK(seen->repeats == 2);
    CHECK(seen->epoch == 1);
    CHECK(seen->epochs == 2);
    CHECK(seen->epoch_fraction == 0.5);
    CHECK(seen->best_so_far == 0.375);
    CHECK(fleet.evaluate(5).score == 0.5);
    CHECK(read_file(fleet.file("second")) == "cancel\n");
    CHECK(fleet.reports()[0].losses == 0);
}

TEST_CASE("without a worker what is asked is done here; with none here it waits") {
    Scripted fleet;
    fleet.add("exit 1");
    fleet.start(1);
    CHECK(fleet.evaluate(4).score == 0.25);
    CHECK(soon([&] { return fleet.told().find("given up") != std::string::npos; }));
    CHECK(fleet.evaluate(4).score == 0.25);

    Scripted later;
    later.add("hello; open; serve");
    later.add("while [ ! -e $folder/go ]; do sleep 0.01; done; hello; open; serve");
    later.start();
    CHECK(later.evaluate(4).score == 0.5);
}

TEST_CASE("the slots of a bridge come and go, and so do those behind it") {
    Scripted fleet;
    fleet.add(
        "hello 0; open; echo '{\"slots\":2}'; next\n"
        "echo '{\"lost\":{\"id\":'$id',\"why\":\"node died\"}}'; echo '{\"slots\":1}'; next\n"
        "answer 0.75; serve");
    fleet.start();
    CHECK(fleet.pool().share() == 2);
    CHECK(fleet.evaluate(4).score == 0.75);
    CHECK(soon([&] { return fleet.pool().share() == 1; }));
    CHECK(fleet.tells("node died"));
    const auto reports = fleet.reports();
    CHECK(reports[0].slots == 2);
    CHECK(reports[0].losses == 1);
    CHECK(reports[0].evaluations == 1);
}

TEST_CASE("one worker is asked by several searches, and is told when one is over") {
    Scripted fleet;
    fleet.add(
        "hello; open; next; echo \"$line\" > $folder/told\n"
        "echo '{\"opened\":{\"search\":2,\"build\":\"b\",\"simd\":\"s\",\"probe\":\"p\"}}'\n"
        "next; echo \"$line\" > $folder/asked; answer 0.75; next; answer 0.5; next\n"
        "echo \"$line\" > $folder/over; serve");
    fleet.start();
    nas::EvaluationContext context;
    {
        const auto same = fleet.another(1);  // trains as the first: the worker is told nothing
        const auto other = fleet.another(2);
        CHECK(other->evaluate({{4, 0}}, nullptr, context).score == 0.75);
        CHECK(same->evaluate({{4, 0}}, nullptr, context).score == 0.5);
        CHECK_THAT(read_file(fleet.file("told")), Contains("\"search\":2"));
        CHECK_THAT(read_file(fleet.file("asked")), Contains("\"search\":2"));
    }
    REQUIRE(soon([&] { return fleet.exists("over"); }));
    CHECK(soon([&] { return read_file(fleet.file("over")) == "{\"close\":{\"search\":2}}\n"; }));
    CHECK(fleet.evaluate(4).score == 0.5);
    CHECK(fleet.tells("other: (4,0), training 1 of 2 was evaluated by there/"));
    CHECK(fleet.reports()[0].evaluations == 3);
}

TEST_CASE("a worker that is lost is told of all searches when it is started again") {
    Scripted fleet;
    const std::string second =
        "echo '{\"opened\":{\"search\":2,\"build\":\"b\",\"simd\":\"s\",\"probe\":\"p\"}}'; ";
    fleet.add("if once first; then hello; open; next; " + second +
              "next; exit 1; fi; hello; open; next; " + second + "serve");
    fleet.start();
    const auto other = fleet.another(2);
    CHECK(other->evaluate({{4, 0}}, nullptr, {}).score == 0.5);
    CHECK(fleet.evaluate(4).score == 0.5);
    CHECK(fleet.reports()[0].losses == 1);
}

TEST_CASE("places here are as many as are free now") {
    const std::atomic<int> none{0};
    pipeline::FleetPlan plan;
    plan.sources = {{"cmd:none", {"/bin/sh", "-c", "exit 1"}}};
    pipeline::WorkerPool busy(plan, 2, &none);
    pipeline::WorkerPool::Place place(busy);
    CHECK_FALSE(place.take());
    pipeline::WorkerPool free(plan, 1);
    pipeline::WorkerPool::Place first(free), second(free);
    CHECK(first.take());
    CHECK(first.take());
    CHECK_FALSE(second.take());
    first.give_back();
    CHECK(second.take());
}

TEST_CASE("when the search is over no worker is left, nor what it started") {
    std::vector<int> processes;
    {
        Scripted fleet;
        fleet.add(
            "sleep 1000 & echo $! > $folder/child; echo $$ > $folder/self; hello; open; serve");
        // One that does not end with its input.
        fleet.add("trap '' TERM; echo $$ > $folder/deaf; hello; open; exec sleep 1000");
        fleet.start();
        REQUIRE(soon([&] { return fleet.pool().share() == 2; }));
        for (const char* name : {"child", "self", "deaf"}) {
            processes.push_back(std::stoi(read_file(fleet.file(name))));
            CHECK(::kill(processes.back(), 0) == 0);
        }
        const auto begun = std::chrono::steady_clock::now();
        fleet.end();
        CHECK(std::chrono::steady_clock::now() - begun < std::chrono::seconds(10));
    }
    for (const int process : processes) {
        // What a worker started is nobody's child here: whoever inherits it may still wait for it.
        CHECK(soon([&] {
            const std::string state = "/proc/" + std::to_string(process) + "/stat";
            std::error_code none;
            return ::kill(process, 0) != 0 || read_file(state).find(") Z ") != std::string::npos;
        }));
    }
    CHECK(::kill(processes[1], 0) != 0);
    CHECK(::kill(processes[2], 0) != 0);
}
