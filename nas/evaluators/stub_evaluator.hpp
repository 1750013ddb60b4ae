// Made-up scores for the signature and for trying strategies out.
#pragma once

#include "nas/evaluator.hpp"

namespace nanonas::nas {

/// A score in [0, 1] that rises along the first axis, peaks at 4 on the others and carries seeded
/// noise; integer arithmetic in thousandths, so the same on every machine.
class StubEvaluator : public Evaluator {
  public:
    Evaluation evaluate(const Candidate& candidate, const space::Network* network,
                        const EvaluationContext& context) override;
};

}  // namespace nanonas::nas
