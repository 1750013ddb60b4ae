// The program where the environment is poor: no threads, no memory, closed descriptors, full disks,
// temporary folders that let nothing run, names that are no UTF-8.
#include <sys/wait.h>

#include <catch2/catch.hpp>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <thread>

#include "space/json/json_text.hpp"
#include "tests/apps/program.hpp"

using namespace nanonas;
using namespace nanonas::test;
using Catch::Contains;

namespace {

/// A shell's line with $nanonas for the program, in `folder`.
Ran shell(const std::string& line, const std::string& folder) {
    const std::string script = "nanonas='" NANONAS_PROGRAM "'; cd '" + folder + "' && { " + line +
                               "; } >run.out 2>run.err";
    write(folder + "/run.sh", script);
    const int status = std::system(("bash '" + folder + "/run.sh'").c_str());
    Ran ran;
    ran.code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    ran.out = read(folder + "/run.out");
    ran.err = read(folder + "/run.err");
    return ran;
}

const std::string kTrain = "\"$nanonas\" train --data data --arch 2,1 --epochs 1 --quiet ";

struct Folder : Scratch {
    Folder() { make_images(path("data"), 2, 10); }
};

nlohmann::json summary_of(const Scratch& scratch, const std::string& run) {
    return nlohmann::json::parse(read(scratch.path(run + "/summary.json")));
}

}  // namespace

TEST_CASE("folders whose names are no UTF-8 are trained on, resumed and evaluated") {
    const Folder scratch;
    const std::string odd = "b\xe9\xed\xa0\x80";
    std::filesystem::rename(scratch.path("data"), scratch.path(odd));
    const std::vector<std::string> command = {"train",    "--data", odd,     "--arch",  "2,1",
                                              "--epochs", "1",      "--out", "r" + odd, "--json"};
    const Ran ran = run(command, scratch.folder());
    INFO(ran.err);
    REQUIRE(ran.code == 0);
    const nlohmann::json summary = json::parse_text(ran.out, "standard output");
    CHECK(summary["run"] == "r" + odd);
    const nlohmann::json config =
        json::parse_text(read(scratch.path("r" + odd + "/config.json")), "config.json");
    CHECK(config["data"] == scratch.path(odd));

    std::vector<std::string> again = command;
    again.emplace_back("--resume");
    CHECK(run(again, scratch.folder()).code == 0);
    const Ran evaluated = run({"evaluate", "--model", "r" + odd, "--json"}, scratch.folder());
    INFO(evaluated.err);
    CHECK(evaluated.code == 0);
    std::filesystem::rename(scratch.path(odd), scratch.path("moved"));
    again[2] = "moved";
    const Ran moved = run(again, scratch.folder());
    CHECK(moved.code == 0);
    CHECK_THAT(moved.err, Contains("this run is finished"));
    std::filesystem::remove_all(scratch.path("moved"));
    make_images(scratch.path("moved"), 2, 10, 7);
    const Ran other = run(again, scratch.folder());
    CHECK(other.code == 2);
    CHECK_THAT(other.err, Contains("the images have changed since this run began"));
}

TEST_CASE("closed standard descriptors are no files of the run") {
    const Folder scratch;
    const Ran profiled = shell(
        "\"$nanonas\" profile --arch 2,1 --input 8x8x1 --classes 2 <&- >&- 2>&-", scratch.folder());
    CHECK(profiled.code == 0);
    const Ran trained = shell(
        "\"$nanonas\" train --data data --arch 2,1 --epochs 1 --out r"
        " <&- >&- 2>&-",
        scratch.folder());
    REQUIRE(trained.code == 0);
    CHECK(summary_of(scratch, "r")["c_check"]["mismatches"] == 0);
    CHECK_THAT(read(scratch.path("r/.lock")), !Contains("training") && !Contains("accuracy"));
}

TEST_CASE("a run needs no more threads than the system gives") {
    const Folder scratch;
    const auto searched = [&](const std::string& few, const std::string& out) {
        return shell("export FEW_THREADS=" + few + " LD_PRELOAD='" FEW_THREADS_LIBRARY +
                         "'; timeout 60 \"$nanonas\" search --data data --macc 20000 "
                         "--search-epochs 1 --epochs 1 --workers 4 --quiet --out " +
                         out,
                     scratch.folder());
    };
    const Ran all = searched("-1", "all");
    INFO(all.err);
    REQUIRE(all.code == 0);
    for (const char* few : {"0", "1", "2", "4"}) {
        INFO("threads " << few);
        const Ran ran = searched(few, std::string("r") + few);
        INFO(ran.err);
        CHECK(ran.code == 0);
        CHECK(ran.err.empty());
        CHECK(summary_of(scratch, std::string("r") + few)["winner"] ==
              summary_of(scratch, "all")["winner"]);
    }
}

#ifndef __SANITIZE_ADDRESS__
TEST_CASE("out of memory is one line and an exit code, wherever it happens") {
    const Folder scratch;
    for (const int mebibytes : {550}) {
        INFO(mebibytes << " MiB");
        const Ran ran = shell("ulimit -v " + std::to_string(mebibytes * 1024) +
                                  "; rm -rf r; timeout 30 " + kTrain + "--workers 4 --out r",
                              scratch.folder());
        INFO(ran.err);
        CHECK((ran.code == 0 || ran.code == 1 || ran.code == 127));  // 127: the loader's
        CHECK(lines(ran.err) <= 1);
        CHECK_THAT(ran.err, !Contains("terminate"));
    }
}
#endif

TEST_CASE("a temporary folder that does not exist is told by its variable before anything begins") {
    const Folder scratch;
    const Ran ran = shell("TMPDIR=/nonexistent/tmp " + kTrain + "--out r", scratch.folder());
    CHECK(ran.code == 2);
    CHECK(ran.err ==
          "nanonas: TMPDIR: /nonexistent/tmp: no folder for temporary files (No such file or "
          "directory)\n");
    CHECK_FALSE(exists(scratch.path("r")));
    CHECK(shell("TMPDIR= TMP= TEMP= " + kTrain + "--out r", scratch.folder()).code == 0);
}

TEST_CASE("where nothing compiled may run, the C is not checked, and the next resume checks it") {
    const Folder scratch;
    std::filesystem::create_directory(scratch.path("bin"));
    write(scratch.path("bin/cc"),
          "#!/bin/sh\nif [ \"$1\" = --version ]; then echo stub 1; else : >one; fi\n");
    std::filesystem::permissions(scratch.path("bin/cc"), std::filesystem::perms::owner_all);
    const std::string line = "\"$nanonas\" train --data data --arch 2,1 --epochs 1 --out r";
    const Ran ran = shell("PATH=\"$PWD/bin\" " + line, scratch.folder());
    INFO(ran.err);
    CHECK(ran.code == 0);
    CHECK_THAT(ran.out, Contains("C check   not done: what is compiled in ") &&
                            Contains("could not be started (Permission denied)"));
    CHECK_THAT(ran.out, !Contains("differ"));
    CHECK(ran.err.find("the C will not be checked") < ran.err.find("training (2,1)"));
    const nlohmann::json check = summary_of(scratch, "r")["c_check"];
    CHECK(check["images"] == 0);
    CHECK(check["compiler"] == "");

    SECTION("still nothing: the summary again") {
        const Ran again = shell("PATH=\"$PWD/bin\" " + line + " --resume", scratch.folder());
        CHECK(again.code == 0);
        CHECK_THAT(again.err, Contains("this run is finished"));
    }
    SECTION("a compiler: checked") {
        const Ran again = shell(line + " --resume", scratch.folder());
        INFO(again.err);
        CHECK(again.code == 0);
        CHECK_THAT(again.err, Contains("was not checked yet"));
        CHECK(summary_of(scratch, "r")["c_check"]["images"] > 0);
        CHECK_THAT(again.out, Contains("every byte equals"));
    }
    SECTION("an export says the same") {
        const Ran exported =
            shell("PATH=\"$PWD/bin\" \"$nanonas\" export --model r --out e", scratch.folder());
        CHECK(exported.code == 0);
        CHECK_THAT(exported.out, Contains("Not checked: what is compiled in "));
    }
}

TEST_CASE("a name that a product cannot hold is refused before the training") {
    const Folder scratch;
    std::filesystem::rename(scratch.path("data/class1"), scratch.path("data/two\nlines"));
    const Ran ran = shell(kTrain + "--out r", scratch.folder());
    CHECK(ran.code == 2);
    CHECK_THAT(ran.err, Contains("class name") && Contains("line break"));
    CHECK_FALSE(exists(scratch.path("r")));
}

TEST_CASE("a full disk is exit code 1, by a limit of the file's size or the device") {
    const Folder scratch;
    const Ran limited = shell("ulimit -f 1; trap '' PIPE; " + kTrain + "--out r", scratch.folder());
    CHECK(limited.code == 1);
    CHECK_THAT(limited.err, Contains("File too large"));
    CHECK(lines(limited.err) == 1);
    CHECK(shell("\"$nanonas\" targets >/dev/full", scratch.folder()).code == 1);
}

TEST_CASE("a hang-up ends like a terminate, unless it is ignored") {
    const Folder scratch;
    const std::vector<std::string> command =
        words("train --data data --arch 2,1 --epochs 100000 --out r --quiet");
    Program program(command, scratch.folder());
    for (int i = 0; i < 600 && !exists(scratch.path("r/training.ckpt")); ++i) {
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    program.signal(SIGHUP);
    const Ran ran = program.wait();
    CHECK(ran.code == 130);
    CHECK_THAT(ran.err, Contains("go on with"));
    CHECK(shell("trap '' HUP; " + kTrain + "--out n & sleep 0.2; kill -HUP $!; wait $!",
                scratch.folder())
              .code == 0);
}
