#include "nas/evaluator.hpp"

#include <algorithm>
#include <cmath>

namespace nanonas::nas {

bool is_finite(const Evaluation& evaluation) {
    const auto finite = [](double value) { return std::isfinite(value); };
    return finite(evaluation.score) &&
           std::all_of(evaluation.curve.begin(), evaluation.curve.end(), finite);
}

Evaluation mean_of(const std::vector<Evaluation>& repeats) {
    Evaluation mean;
    for (const Evaluation& repeat : repeats) {
        mean.score += repeat.score;
        mean.repeats.push_back(repeat.score);
        mean.seconds += repeat.seconds;
        mean.curve.insert(mean.curve.end(), repeat.curve.begin(), repeat.curve.end());
        if (!mean.infeasible) {
            mean.infeasible = repeat.infeasible;
        }
    }
    mean.score /= static_cast<double>(repeats.size());
    return mean;
}

}  // namespace nanonas::nas
