// Other programs, run without a shell, never longer than asked.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "space/errors.hpp"

namespace nanonas::device {

/// This computer starts no program where it should: nothing is known of the export.
class NotStarted : public ExportError {
  public:
    using ExportError::ExportError;
};

/// Bounds on a child's life.
struct Limits {
    const std::atomic<bool>* stop = nullptr;  ///< turned true: the child is killed
    double seconds = 120.0;                   ///< without a change of `progress`
    std::function<std::int64_t()> progress;   ///< asked some times a second; may report it too
    std::string scratch;  ///< folder that temporary directories are made in; empty: the system's
};

/// How a program ended.
struct Finished {
    bool started = false;    ///< false: no such program, or it may not be run; see `why`
    bool timed_out = false;  ///< killed after Limits::seconds
    int code = 0;            ///< exit code; 128 + signal when it was killed
    std::string why = {};    ///< not started: the system's word for it
};

/// Runs a program found on PATH in `folder` (empty: the current one), with no input, and waits. Its
/// output goes to the files named (empty: discarded; relative ones lie in `folder`). The child and
/// what it started are killed when the limits say so. Throws Interrupted when `stop` was the cause.
/// When this program itself is killed, Linux kills the child, but not what the child has started.
Finished run_program(const std::vector<std::string>& words, const std::string& stdout_file,
                     const std::string& stderr_file, const std::string& folder = "",
                     const Limits& limits = {});

/// The absolute file that a command name stands for on PATH; empty when there is none.
std::string find_program(const std::string& name);

/// The system's folder for temporary files: the first of TMPDIR, TMP and TEMP that is not empty,
/// else /tmp. Throws IoError naming the variable when nothing can be written there.
std::string temporary_folder();

/// What the names of temporary directories begin with.
inline constexpr const char* kScratchName = "nanonas-scratch-";

/// A new directory, removed with all it holds on destruction.
class TemporaryDirectory {
  public:
    /// In the folder `parent`, which exists; empty: in the system's. Throws IoError.
    explicit TemporaryDirectory(const std::string& parent = "");
    TemporaryDirectory(const TemporaryDirectory&) = delete;
    TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
    ~TemporaryDirectory();

    const std::string& path() const { return path_; }
    std::string file(const std::string& name) const { return path_ + "/" + name; }

  private:
    std::string path_;
};

}  // namespace nanonas::device
