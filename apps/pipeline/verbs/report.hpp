// report.html, of runs that are finished.
#pragma once

#include <string>
#include <vector>

#include "apps/pipeline/run_spec.hpp"
#include "space/task.hpp"

namespace nanonas::pipeline {

/// A page that was written.
struct WrittenPage {
    std::string file;
    std::vector<std::string> runs;   ///< directories, in the order of the page
    std::vector<std::string> notes;  ///< sentences: what of a run could not be told
};

/// Of `runs`, directories of runs, or of batches for the finished ones in them. The file is
/// config.output.out; where that is empty, report.html in the directory that is named, of which
/// there must be one. A page that is there is written over, nothing else is. Throws ConfigError,
/// DataError, IoError, Interrupted.
WrittenPage write_page(const Config& config, const std::vector<std::string>& runs,
                       const Task& task);

}  // namespace nanonas::pipeline
