// Recorded scores instead of training: research on strategies without data.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "nas/evaluator.hpp"

namespace nanonas::nas {

/// A CSV file with a column for each axis and one `score`, in any order under a header row, or a
/// JSON array of objects: k,c,score and {"k":1,"c":0,"score":0.7} for the space "cells". Choices
/// are named. A candidate that is not in it is infeasible: "not in scores.csv".
///
/// Three more columns are optional: `repeat` (from 0, as many for every candidate and effort:
/// trainings of one candidate, whose mean is its score), `effort` (1 when absent: a first look; an
/// effort that was not recorded takes the largest below it) and `seconds` (what the evaluation
/// took: Evaluation::seconds, which no search looks at and a simulated one goes by). A run's seed
/// decides which recorded repeats stand for which, so that tables with more repeats than are asked
/// for give many different searches.
class TableEvaluator : public Evaluator {
  public:
    /// Throws IoError when unreadable, DataError "scores.csv:7: ..." on any malformed row.
    TableEvaluator(const std::string& path, const std::vector<space::Axis>& axes);
    /// From text; `name` stands for the file in messages.
    TableEvaluator(const std::string& text, const std::string& name,
                   const std::vector<space::Axis>& axes);

    std::int64_t repeats() const override { return repeats_; }
    bool efforts() const override { return efforts_; }
    /// Whether the table tells how long evaluations took.
    bool has_seconds() const { return has_seconds_; }
    bool knows(const Candidate& candidate) const override { return scores_.count(candidate) != 0; }
    Evaluation evaluate(const Candidate& candidate, const space::Network* network,
                        const EvaluationContext& context) override;

    /// What the table says of a candidate.
    struct Score {
        double score = 0.0;
        double seconds = 0.0;  ///< 0 where none were recorded
        friend bool operator==(const Score& a, const Score& b) {
            return a.score == b.score && a.seconds == b.seconds;
        }
    };
    /// Scores of one candidate by effort and repeat.
    using Recorded = std::map<std::int64_t, std::map<std::int64_t, Score>>;
    const std::map<Candidate, Recorded>& scores() const { return scores_; }
    /// At most so many of the recorded repeats are used for a score; >= 1.
    void use_repeats(std::int64_t most) { repeats_ = std::min(repeats_, most); }

  private:
    struct Row {
        Candidate candidate;
        std::int64_t effort = 1, repeat = 0;
        Score score;
    };
    /// Where each (candidate, effort, repeat) stands, for messages.
    using Places = std::map<std::tuple<Candidate, std::int64_t, std::int64_t>, std::string>;
    void add(const Row& row, const std::string& where, const std::string& place, Places& places);
    void read_csv(const std::string& text);
    void read_json(const std::string& text);
    void count_repeats();

    std::string expected() const;

    std::string name_;
    std::vector<space::Axis> axes_;
    std::map<Candidate, Recorded> scores_;
    std::int64_t repeats_ = 1;  ///< of every candidate and effort
    bool efforts_ = false;
    bool has_seconds_ = false;
};

}  // namespace nanonas::nas
