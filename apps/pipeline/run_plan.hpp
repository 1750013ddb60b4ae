// Which directory a run lives in, and whether it may be begun or gone on with there.
#pragma once

#include <string>

#include "apps/pipeline/option_table.hpp"

namespace nanonas::pipeline {

/// Where a run is to live.
struct RunPlace {
    std::string out;      ///< directory; empty: `runs/<data>-<target>`, numbered when taken
    bool resume = false;  ///< go on with the run that is there
    std::string tensorboard = {};  ///< folder for TensorBoard's events; empty: none are written
    std::int64_t report_images = kReportImages;  ///< wrongly classified, in report.html
};

/// What is to be done in a directory.
struct RunPlan {
    std::string path;
    bool exists = false;     ///< holds an earlier start of this very run
    bool finished = false;   ///< holds its summary and all that the summary names, undamaged
    bool unchecked = false;  ///< its C could not be checked where it was finished, here it can
    /// Its images are named at another place: whether they are the same is known when they are
    /// read.
    bool moved = false;
    std::string amiss = {};  ///< why it is not finished, though there is a summary: "x is gone"
};

/// For verbs that write elsewhere: throws ConfigError when `directory` holds a run.
void require_no_run(const std::string& directory);

/// Picks and checks the directory; writes nothing. Throws ConfigError when `place.out` holds a run
/// and is not to be resumed, when it holds something else, or when the run there was started with
/// other options.
RunPlan plan_run(const RunSpec& spec, Verb verb, const RunPlace& place);
/// The same for a directory that is not chosen any more.
RunPlan plan_at(const std::string& path, const RunSpec& spec, Verb verb, bool resume);

/// "flowers-stm32l412kb", "fashion-mnist-r40960-f131072", "flowers-k8c3".
std::string run_base(const RunSpec& spec, Verb verb);

/// Throws ConfigError, with the runs that lie near, when a run is to be resumed, none is there and
/// no data is named to begin one on. What a killed start left counts as the run.
void require_run_or_data(const RunSpec& spec, const RunPlace& place, const RunPlan& plan);

/// Throws ConfigError when a search or training lacks --data beside what needs it. `named`: the
/// images are told otherwise.
void require_named_data(const RunSpec& spec, bool named = false);

/// A table of scores decides alone: no image is read.
bool reads_table_only(const RunSpec& spec);

}  // namespace nanonas::pipeline
