#include "export/device/process.hpp"

#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <thread>

#include "space/errors.hpp"
#include "space/files.hpp"

using namespace nanonas;
using device::Finished;
using device::run_program;

namespace {

double seconds_of(const std::function<void()>& work) {
    const auto start = std::chrono::steady_clock::now();
    work();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

/// A variable of the environment, as before afterwards.
class Variable {
  public:
    Variable(const char* name, const std::string& value) : name_(name) {
        const char* before = std::getenv(name);
        was_set_ = before != nullptr;
        before_ = was_set_ ? before : "";
        ::setenv(name, value.c_str(), 1);
    }
    ~Variable() {
        if (was_set_) {
            ::setenv(name_, before_.c_str(), 1);
        } else {
            ::unsetenv(name_);
        }
    }
    Variable(const Variable&) = delete;
    Variable& operator=(const Variable&) = delete;

  private:
    const char* name_;
    bool was_set_;
    std::string before_;
};

}  // namespace

TEST_CASE("a program runs in its folder, its output goes to files, its code comes back") {
    const device::TemporaryDirectory scratch;
    const Finished done =
        run_program({"sh", "-c", "pwd; echo no >&2; read x; exit 3"}, "out", "err", scratch.path());
    CHECK(done.started);
    CHECK(done.code == 3);
    CHECK_FALSE(done.timed_out);
    CHECK(read_file(scratch.file("out")) == scratch.path() + "\n");
    CHECK(read_file(scratch.file("err")) == "no\n");
}

TEST_CASE("a program that does not exist is not started") {
    CHECK_FALSE(run_program({"no-such-program-here"}, "", "").started);
    CHECK(device::find_program("no-such-program-here").empty());
    CHECK(device::find_program("sh").find("/sh") != std::string::npos);
}

TEST_CASE("a child that makes no progress is killed with what it started") {
    device::Limits limits;
    limits.seconds = 0.2;
    const device::TemporaryDirectory scratch;
    Finished done;
    const double took = seconds_of([&] {
        done = run_program({"sh", "-c", "(sleep 1; echo alive > witness) & wait"}, "", "",
                           scratch.path(), limits);
    });
    CHECK(done.timed_out);
    CHECK(done.code != 0);
    CHECK(took < 0.9);
    std::this_thread::sleep_for(std::chrono::milliseconds(1200));
    CHECK_THROWS_AS(read_file(scratch.file("witness")), IoError);
}

TEST_CASE("progress keeps a slow child alive") {
    device::Limits limits;
    limits.seconds = 0.2;
    std::int64_t step = 0;
    limits.progress = [&step] { return ++step; };
    const Finished done = run_program({"sleep", "0.6"}, "", "", "", limits);
    CHECK_FALSE(done.timed_out);
    CHECK(done.code == 0);
}

TEST_CASE("a stop kills the child at once") {
    std::atomic<bool> stop{false};
    device::Limits limits;
    limits.stop = &stop;
    std::thread stopper([&stop] {
        std::this_thread::sleep_for(std::chrono::milliseconds(100));
        stop.store(true);
    });
    const double took = seconds_of([&] {
        CHECK_THROWS_AS(run_program({"sleep", "20"}, "", "", "", limits), Interrupted);
    });
    stopper.join();
    CHECK(took < 1.0);
}

TEST_CASE("a child does not outlive a program that is killed while it waits for it") {
    // The orphan comes to this process, which so learns how it ended.
    REQUIRE(::prctl(PR_SET_CHILD_SUBREAPER, 1) == 0);
    const device::TemporaryDirectory scratch;
    const pid_t waiting = ::fork();
    if (waiting == 0) {
        run_program({"sh", "-c", "echo $$ > made; mv made pid; exec sleep 20"}, "", "",
                    scratch.path());
        ::_exit(0);
    }
    REQUIRE(waiting > 0);
    const auto until = [](const std::function<bool()>& done) {
        for (int i = 0; i < 500 && !done(); ++i) {
            std::this_thread::sleep_for(std::chrono::milliseconds(10));
        }
    };
    until([&] { return std::filesystem::exists(scratch.file("pid")); });
    const auto child = static_cast<pid_t>(std::stol(read_file(scratch.file("pid"))));
    int status = 0;
    CHECK(::kill(waiting, SIGKILL) == 0);
    CHECK(::waitpid(waiting, &status, 0) == waiting);
    pid_t ended = 0;
    until([&] { return (ended = ::waitpid(child, &status, WNOHANG)) != 0; });
    CHECK(ended == child);
    CHECK((WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL));
    if (ended != child) {
        ::kill(child, SIGKILL);
    }
    ::prctl(PR_SET_CHILD_SUBREAPER, 0);
}

TEST_CASE("a child starts with the default signals, none of them blocked") {
    const auto before = std::signal(SIGTERM, [](int) {});
    const Finished done = run_program({"sh", "-c", "kill -TERM $$; sleep 20"}, "", "");
    std::signal(SIGTERM, before);
    CHECK(done.code == 128 + SIGTERM);
}

TEST_CASE("what cannot be opened or entered is a program not started") {
    const device::TemporaryDirectory scratch;
    CHECK_FALSE(run_program({"true"}, "", "", scratch.file("none")).started);
    CHECK_FALSE(run_program({"true"}, scratch.file("none/out"), "").started);
    CHECK_FALSE(run_program({scratch.file("none")}, "", "").started);
    CHECK(run_program({"true"}, "", "", scratch.path()).started);
}

TEST_CASE("what cannot be started says why") {
    const device::TemporaryDirectory scratch;
    CHECK(run_program({"no-such-program"}, "", "").why == "No such file or directory");
    write_file(scratch.file("text"), "no program");
    const Finished refused = run_program({scratch.file("text")}, "", "");
    CHECK_FALSE(refused.started);
    CHECK(refused.why == "Permission denied");
}

TEST_CASE("the folder for temporary files is TMPDIR's, and a wrong one is told by its name") {
    const device::TemporaryDirectory scratch;
    const Variable other("TMP", "");
    const Variable another("TEMP", "");
    {
        const Variable variable("TMPDIR", scratch.path());
        CHECK(device::temporary_folder() == scratch.path());
    }
    {
        const Variable variable("TMPDIR", "");
        CHECK(device::temporary_folder() == "/tmp");
    }
    write_file(scratch.file("file"), "");
    const Variable variable("TMPDIR", scratch.file("file"));
    CHECK_THROWS_WITH(
        device::temporary_folder(),
        "TMPDIR: " + scratch.file("file") + ": no folder for temporary files (Not a directory)");
    CHECK_THROWS_AS(device::TemporaryDirectory(), IoError);
}
