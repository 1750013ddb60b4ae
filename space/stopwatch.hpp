// How long things take.
#pragma once

#include <chrono>

namespace nanonas {

/// Runs from its making; steady, whatever the clock on the wall does.
class Stopwatch {
  public:
    double seconds() const {
        return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
    }

  private:
    std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

/// CPU time so far of the calling thread, and of all threads of this process.
double thread_cpu_seconds();
double process_cpu_seconds();

}  // namespace nanonas
