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
    /// Throws IoError when the directory is no more the one that was locked: removed, or replaced.
    /// To be called before anything is written there.
    void require_in_place() const;
    RunLock(const RunLock&) = delete;
    RunLock& operator=(const RunLock&) = delete;
    ~RunLock();

  private:
    std::string directory_;
    int descriptor_ = -1;
};

}  // namespace nanonas::nas
