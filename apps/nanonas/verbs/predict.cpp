#include "apps/pipeline/verbs/predict.hpp"

#include "apps/nanonas/verbs/verbs.hpp"
#include "apps/nanonas/views/prediction_view.hpp"
#include "apps/pipeline/verbs/verbs_json.hpp"
#include "space/errors.hpp"

namespace nanonas::app {

int run_predict(Session& session) {
    const Config& config = session.config();
    if (config.predict.csv && config.output.json) {
        throw ConfigError("--csv: --json asks for another form of the same; give one of them");
    }
    const FilePredictions predictions =
        predict_files(config, session.command().operands, session.task());
    std::vector<std::string> failures;
    for (const PredictedFile& file : predictions.files) {
        if (!file.problem.empty()) {
            failures.push_back(file.problem);
        }
    }
    return session.result(
        to_json(predictions),
        config.predict.csv ? prediction_csv(predictions) : prediction_text(predictions), failures);
}

}  // namespace nanonas::app
