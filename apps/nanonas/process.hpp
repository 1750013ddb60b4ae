// Other programs, run without a shell.
#pragma once

#include <string>
#include <vector>

namespace nanonas::app {

struct Finished {
    bool started = false;  ///< false: no such program
    int code = 0;          ///< exit code; 128 + signal when it was killed
};

/// Runs a program found on PATH, waits; its output goes to the files named (empty: discarded).
Finished run_program(const std::vector<std::string>& words, const std::string& stdout_file,
                     const std::string& stderr_file);

/// A new directory, removed with all it holds on destruction. Throws IoError.
class TemporaryDirectory {
  public:
    TemporaryDirectory();
    TemporaryDirectory(const TemporaryDirectory&) = delete;
    TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
    ~TemporaryDirectory();

    std::string file(const std::string& name) const { return path_ + "/" + name; }

  private:
    std::string path_;
};

}  // namespace nanonas::app
