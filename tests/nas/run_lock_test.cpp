#include "nas/run_lock.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <memory>

#include "tests/nas/support.hpp"

using namespace nanonas;
using namespace nanonas::nas;

TEST_CASE("a run directory held by another process is refused with that process's id") {
    const test::ScratchFolder folder;
    const std::string run = folder / "runs/x";
    int ready[2];
    int done[2];
    REQUIRE(::pipe(ready) == 0);
    REQUIRE(::pipe(done) == 0);
    const pid_t child = ::fork();
    if (child == 0) {
        ::close(done[1]);
        const RunLock lock(run);
        char byte = 'r';
        if (::write(ready[1], &byte, 1) == 1) {
            [[maybe_unused]] const ssize_t got = ::read(done[0], &byte, 1);
        }
        ::_exit(0);  // dies with the lock held
    }
    ::close(done[0]);
    char byte = 0;
    REQUIRE(::read(ready[0], &byte, 1) == 1);
    CHECK_THROWS_WITH(RunLock(run),
                      run + ": in use by another process (pid " + std::to_string(child) + ")");
    ::close(done[1]);
    ::close(ready[0]);
    ::close(ready[1]);
    REQUIRE(::waitpid(child, nullptr, 0) == child);
    CHECK_NOTHROW(RunLock(run));
}

TEST_CASE("a lock is free again when its holder is gone") {
    const test::ScratchFolder folder;
    auto lock = std::make_unique<RunLock>(folder / "x");
    CHECK_THROWS_AS(RunLock(folder / "x"), IoError);
    lock.reset();
    CHECK_NOTHROW(RunLock(folder / "x"));
}

TEST_CASE("a run directory that was removed or replaced under its lock is noticed") {
    const test::ScratchFolder folder;
    const std::string run = folder / "x";
    const RunLock lock(run);
    CHECK_NOTHROW(lock.require_in_place());
    std::filesystem::remove_all(run);
    CHECK_THROWS_WITH(lock.require_in_place(),
                      run +
                          ": removed or replaced while this process worked in it; nothing more "
                          "is written");
    const RunLock other(run);
    CHECK_THROWS_AS(lock.require_in_place(), IoError);
    CHECK_NOTHROW(other.require_in_place());
}

TEST_CASE("a run directory that cannot exist is an I/O error") {
    const test::ScratchFolder folder;
    test::spill(folder / "file", "");
    CHECK_THROWS_AS(RunLock(folder / "file/x"), IoError);
    CHECK_THROWS_AS(RunLock("/proc/nanonas"), IoError);
}
