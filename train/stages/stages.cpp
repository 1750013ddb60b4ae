#include <sstream>

#include "space/choice.hpp"
#include "space/errors.hpp"
#include "train/stages/fine_tune.hpp"
#include "train/stages/stage.hpp"

namespace nanonas::train {

const std::vector<StageInfo>& stages() {
    static const std::vector<StageInfo> table = {
        {"fine-tune", "EPOCHS",
         "trains on from the weights there are, at a tenth of the learning rate; keeps the epoch "
         "that does best on the validation images, or the weights as they were",
         make_fine_tune},
    };
    return table;
}

std::vector<NamedStage> parse_stages(const std::string& text) {
    std::vector<NamedStage> parsed;
    std::stringstream parts(text);
    std::string part;
    while (std::getline(parts, part, ',')) {
        const auto equals = part.find('=');
        const std::string name = part.substr(0, equals);
        const std::string argument = equals == std::string::npos ? "" : part.substr(equals + 1);
        const StageInfo& info =
            choose(stages(), name, "stage '" + name + "' is unknown; expected one of ");
        const bool takes = *info.argument != '\0';
        if (takes != !argument.empty()) {
            throw ConfigError("stage " + name +
                              (takes ? std::string(": needs ") + name + "=" + info.argument
                                     : ": takes no argument"));
        }
        parsed.push_back({part, info.make(argument)});
    }
    return parsed;
}

double validation_accuracy(const space::TrainedNetwork& trained, const Engine& engine,
                           const TrainingSet& data, int threads) {
    constexpr std::uint64_t kAnySeed = 0;  // its weights are replaced
    const auto model = engine.create(trained.network, trained.preprocess, kAnySeed, threads);
    ModelState state = model->state();
    state.weights = trained.weights;
    model->restore(state);
    return accuracy(*model, data.set.store->view(), data.validation);
}

}  // namespace nanonas::train
