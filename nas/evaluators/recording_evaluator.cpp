#include "nas/evaluators/recording_evaluator.hpp"

#include <charconv>

#include "space/stopwatch.hpp"

namespace nanonas::nas {
namespace {

/// The shortest text that reads back as the same bits.
std::string exact(double value) {
    char text[32];
    return {text, std::to_chars(text, text + sizeof text, value).ptr};
}

}  // namespace

Evaluation RecordingEvaluator::evaluate(const Candidate& candidate, const space::Network* network,
                                        const EvaluationContext& context) {
    const Trial trial(candidate, context.effort);
    auto found = recorded_.find(trial);
    if (found == recorded_.end()) {
        std::vector<Evaluation> all;
        EvaluationContext each = context;
        for (each.repeat = 0; each.repeat < repeats(); ++each.repeat) {
            const double begin = process_cpu_seconds();
            all.push_back(inner_.evaluate(candidate, network, each));
            all.back().seconds = process_cpu_seconds() - begin;
        }
        found = recorded_.emplace(trial, std::move(all)).first;
    }
    return found->second.at(static_cast<std::size_t>(context.repeat));
}

std::string RecordingEvaluator::csv(const std::vector<space::Axis>& axes) const {
    std::string text;
    for (const space::Axis& axis : axes) {
        text += axis.name + ",";
    }
    text += "effort,repeat,score,seconds\n";
    for (const auto& [trial, evaluations] : recorded_) {
        if (mean_of(evaluations).infeasible) {
            continue;
        }
        for (std::size_t i = 0; i < evaluations.size(); ++i) {
            for (std::size_t a = 0; a < axes.size(); ++a) {
                const std::int64_t at = trial.candidate.at[a];
                text += (axes[a].choices.empty() ? std::to_string(at)
                                                 : axes[a].choices[static_cast<std::size_t>(at)]) +
                        ",";
            }
            text += std::to_string(trial.effort) + "," + std::to_string(i) + "," +
                    exact(evaluations[i].score) + "," + exact(evaluations[i].seconds) + "\n";
        }
    }
    return text;
}

}  // namespace nanonas::nas
