// One process per run directory.
#pragma once

#include <string>

namespace nanonas::nas {

/// Holds `<directory>/.lock` (flock) while alive; the kernel releases it when the process dies,
/// however it dies. Creates the directory when missing.
class RunLock {
  public:
    /// Throws IoError "runs/x: in use by another process (pid N)", or why it cannot be locked.
    explicit RunLock(const std::string& directory);
    RunLock(const RunLock&) = delete;
    RunLock& operator=(const RunLock&) = delete;
    ~RunLock();

  private:
    int descriptor_ = -1;
};

}  // namespace nanonas::nas
