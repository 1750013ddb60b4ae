// A run's directory, held by one process at a time.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "apps/pipeline/run_plan.hpp"
#include "nas/run_lock.hpp"

namespace nanonas::pipeline {

/// Files that write_file() left half-written where it was killed. Nobody may be writing there.
void remove_half_written(const std::string& directory);

/// The directory, locked. Removes what killed processes left half-written, and writes config.json
/// and data.json at the first start.
class RunDirectory {
  public:
    /// Plans again what to do in `path`: another process may have been there meanwhile. `data`
    /// describes the data sets; a resumed run must find the same.
    /// Throws IoError (in use, read-only, full), DataError (other data), and what plan_run throws.
    RunDirectory(const std::string& path, const RunSpec& spec, Verb verb, bool resume,
                 const nlohmann::json& data);

    /// What it was under the lock; when it is finished, nothing was written.
    const RunPlan& plan() const { return plan_; }
    /// Throws IoError when the directory was removed or replaced. To be called before writing.
    void require_in_place() const { lock_.require_in_place(); }

    const std::string& path() const { return path_; }
    std::string file(const std::string& name) const { return path_ + "/" + name; }

  private:
    std::string path_;
    nas::RunLock lock_;
    RunPlan plan_;
};

}  // namespace nanonas::pipeline
