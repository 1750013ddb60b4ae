// `nanonas track` without trackers: what it asks Python for, what it makes of the answer, what it
// says where something is missing. With them: .ci/peers.d/track.
#include <catch2/catch.hpp>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "tests/apps/program.hpp"
#include "tests/support/search_path.hpp"

using namespace nanonas::test;
using Catch::Contains;
namespace fs = std::filesystem;

namespace {

constexpr const char* kAnswer =
    R"([{"run": "/a/b", "id": "0123", "candidates": 7, "added": 2, "finished": false}])";

/// A folder with a python3 of our own: `probe` is what it does when it is asked who it is, `body`
/// what it does for the package.
void make_python(const Scratch& scratch, const std::string& probe, const std::string& body) {
    fs::create_directories(scratch.path("bin"));
    const std::string file = scratch.path("bin/python3");
    write(file, "#!/bin/sh\nif [ \"$1\" = -c ]; then " + probe + "; fi\n" + body + "\n");
    fs::permissions(file, fs::perms::owner_all);
}

Ran track(const Scratch& scratch, const std::string& more) {
    const nanonas::testing::SearchPath path(scratch.path("bin"));
    return run(words("track " + more), scratch.folder());
}

void check_refused(const Ran& ran, const std::string& line) {
    INFO(ran.err);
    CHECK(ran.code == 2);
    CHECK(ran.out.empty());
    CHECK(lines(ran.err) == 1);
    CHECK_THAT(ran.err, Catch::StartsWith("nanonas: ") && Contains(line));
}

}  // namespace

TEST_CASE("track hands runs and options to Python's package and tells its answer") {
    const Scratch scratch;
    make_python(scratch, "exit 0",
                std::string("for word in \"$@\"; do echo \"$word\"; done >asked\n"
                            "echo 'noise of a tracker' >&2\necho '") +
                    kAnswer + "'");
    const Ran text = track(scratch, "a b,c --to mlflow --uri sqlite:///x.db --experiment mine");
    INFO(text.err);
    CHECK(text.code == 0);
    CHECK(text.out ==
          "/a/b: 7 candidates in mlflow, 2 of them new; not finished, the same again adds what is "
          "missing\n");
    CHECK(read(scratch.path("asked")) ==
          "-P\n-m\nnanonas.track\n--to\nmlflow\n--experiment\nmine\n--uri\nsqlite:///"
          "x.db\n--\na\nb,c\n");
    const Ran json = track(scratch, "--to optuna --json a");
    CHECK(json.code == 0);
    CHECK(nlohmann::json::parse(json.out) == nlohmann::json::parse(kAnswer));
    CHECK(read(scratch.path("asked")) ==
          "-P\n-m\nnanonas.track\n--to\noptuna\n--experiment\nnanonas\n--\na\n");
}

TEST_CASE("track without what it needs is one line and exit code 2") {
    const Scratch scratch;
    fs::create_directories(scratch.path("bin"));
    check_refused(track(scratch, "--to mlflow"), "no run: name its directory");
    check_refused(track(scratch, "a"), "--to: needed; one of mlflow, wandb, trackio, optuna");
    check_refused(track(scratch, "a --to mlflw"), "did you mean mlflow?");
    check_refused(track(scratch, "a --to mlflow --data x"), "`nanonas track` does not take it");
    check_refused(track(scratch, "a --to mlflow"),
                  "needs python3, 3.11 or later, and none is on PATH");
    make_python(scratch, "exit 3", "");
    check_refused(track(scratch, "a --to mlflow"), "bin/python3 is too old");
    make_python(scratch, "exit 4", "");
    check_refused(track(scratch, "a --to mlflow"), "has no package nanonas; `pip install .`");
    make_python(scratch, "exit 0",
                "echo noise >&2; echo 'nanonas: a: no run; expected x' >&2; echo more >&2; exit 2");
    check_refused(track(scratch, "a --to mlflow"), "nanonas: a: no run; expected x");
    make_python(scratch, "exit 0", "echo Traceback >&2; echo 'KeyError: 1' >&2; exit 1");
    check_refused(track(scratch, "a --to mlflow"), "track: KeyError: 1");
    for (const char* answer : {"", "no JSON", "[{}]", R"([{"run": 1}])"}) {
        make_python(scratch, "exit 0", std::string("echo '") + answer + "'");
        check_refused(track(scratch, "a --to mlflow"), "of another version");
    }
}
