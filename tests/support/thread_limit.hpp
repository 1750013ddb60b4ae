// A system that gives no more threads. Link thread_limit.cpp into the test.
#pragma once

namespace nanonas::testing {

/// While it lives, only `more` threads can be started.
class ThreadLimit {
  public:
    explicit ThreadLimit(int more);
    ~ThreadLimit();
    ThreadLimit(const ThreadLimit&) = delete;
    ThreadLimit& operator=(const ThreadLimit&) = delete;
};

}  // namespace nanonas::testing
