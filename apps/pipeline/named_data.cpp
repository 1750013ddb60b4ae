#include "apps/pipeline/named_data.hpp"

#include "apps/pipeline/run_plan.hpp"
#include "space/errors.hpp"

namespace nanonas::pipeline {

void require_named_data(const Asked& asked) {
    const Config& config = asked.config;
    switch (asked.verb) {
        case Verb::kEvaluate:
            if (!config.output.model.empty() && config.data.test.empty() && !config.data.of_run) {
                throw ConfigError(
                    "--test: needed; a folder of labelled images (the model is of no "
                    "run that would tell its own)");
            }
            break;
        case Verb::kSearch:
        case Verb::kTrain:
            require_named_data(config, config.data.of_run);
            break;
        case Verb::kBatch:
        case Verb::kQuantize:
        case Verb::kPredict:
        case Verb::kExport:
        case Verb::kProfile:
        case Verb::kValidate:
        case Verb::kReport:
        case Verb::kTrack:
        case Verb::kTargets:
        case Verb::kSchema:
        case Verb::kWorker:
        case Verb::kBench:
            break;
    }
}

}  // namespace nanonas::pipeline
