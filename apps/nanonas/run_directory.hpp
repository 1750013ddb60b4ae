// Where a run lives: which directory, whether it may be written, what it was started with.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "apps/nanonas/option_table.hpp"
#include "apps/nanonas/resolve.hpp"
#include "nas/run_lock.hpp"

namespace nanonas::app {

struct RunPlan {
    std::string path;
    bool exists = false;     ///< holds an earlier start of this very run
    bool finished = false;   ///< holds its summary and all that the summary names, undamaged
    bool unchecked = false;  ///< its C could not be checked where it was finished, here it can
    std::string amiss = {};  ///< why it is not, though there is a summary: "winner/x is gone"
};

/// For verbs that write elsewhere: throws ConfigError when `directory` holds a run.
void require_no_run(const std::string& directory);

/// Picks and checks the directory; writes nothing. `base` is the default's stem, such as
/// "flowers-stm32l412kb". Throws ConfigError when --out holds a run and --resume is not given,
/// when it holds something else, or when the run there was started with other options.
RunPlan plan_run(const Config& config, Verb verb, const std::string& base);

/// "flowers-stm32l412kb", "fashion-mnist-r40960-f131072", "flowers-k8c3".
std::string run_base(const Config& config, Verb verb);

/// The options that decide the answer, typed, by name; what `config.json` holds.
nlohmann::json config_json(const Config& config, Verb verb);

/// The directory, locked. Removes what killed processes left half-written, and writes config.json
/// and data.json at the first start.
class RunDirectory {
  public:
    /// Plans again what to do in `path`: another process may have been there meanwhile. `data`
    /// describes the data sets; a resumed run must find the same.
    /// Throws IoError (in use, read-only, full), DataError (other data), and what plan_run throws.
    RunDirectory(const std::string& path, const Config& config, Verb verb,
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

}  // namespace nanonas::app
