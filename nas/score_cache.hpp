// Scores that were computed once, for every search that would compute the same.
//
// One JSON line an evaluation, in files that only grow, so that a killed process loses nothing that
// was finished:
//
//     {"key":"engine=fast network=.. seed=..","score":0.71,"curve":[0.6,0.71],"check":"5e1f..."}
#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <string>

#include "nas/evaluator.hpp"
#include "nas/line_file.hpp"

namespace nanonas::nas {

/// Any thread.
class ScoreCache {
  public:
    /// Reads every *.jsonl of `folder`, which need not be there. Torn or damaged lines are passed
    /// over: what they held is computed again.
    explicit ScoreCache(std::string folder);

    std::optional<Evaluation> find(const std::string& key) const;
    /// Kept from now on, in `<folder>/<file>.jsonl`, to which no other process may write. Throws
    /// IoError.
    void add(const std::string& file, const std::string& key, const Evaluation& evaluation);
    std::size_t size() const;

  private:
    void read(const std::string& path);

    const std::string folder_;
    mutable std::mutex mutex_;
    std::map<std::string, Evaluation> scores_;
    std::map<std::string, LineFile> files_;
};

}  // namespace nanonas::nas
