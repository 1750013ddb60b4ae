// Recorded scores instead of training: research on strategies without data.
#pragma once

#include <cstddef>
#include <map>
#include <string>

#include "nas/evaluator.hpp"

namespace nanonas::nas {

/// A CSV file with the columns k, c, score in any order under a header row, or a JSON array of
/// {"k":1,"c":0,"score":0.7}. A candidate that is not in it is infeasible: "not in scores.csv".
class TableEvaluator : public Evaluator {
  public:
    /// Throws IoError when unreadable, DataError "scores.csv:7: ..." on any malformed row.
    explicit TableEvaluator(const std::string& path);
    /// From text; `name` stands for the file in messages.
    TableEvaluator(const std::string& text, const std::string& name);

    Evaluation evaluate(const Candidate& candidate, const space::Network* network,
                        const EvaluationContext& context) override;

    const std::map<Candidate, double>& scores() const { return scores_; }

  private:
    void read_csv(const std::string& text);
    void read_json(const std::string& text);

    std::string name_;
    std::map<Candidate, double> scores_;
};

}  // namespace nanonas::nas
