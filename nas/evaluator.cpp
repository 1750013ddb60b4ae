#include "nas/evaluator.hpp"

namespace nanonas::nas {

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
