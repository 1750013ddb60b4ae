#include "apps/pipeline/workers/opening.hpp"

#include <utility>

#include "apps/pipeline/data_sets.hpp"
#include "apps/pipeline/evaluators.hpp"
#include "apps/pipeline/resolve.hpp"
#include "apps/pipeline/workers/data_transfer.hpp"
#include "space/checksum.hpp"
#include "space/errors.hpp"
#include "space/json/candidate_json.hpp"

namespace nanonas::pipeline {

Opening::Opening(message::Open open, const std::string& cache) : open_(std::move(open)) {
    read_options(open_.options, asked_);
    resolve_defaults(asked_.config);
    asked_.config.data.cache = cache;
}

std::optional<train::TrainingSet> Opening::own_images(const Task& task) const {
    if (auto cached = cached_set(note(), asked_.config.data.cache)) {
        return split(std::move(*cached));
    }
    if (note().of_path) {
        try {
            train::TrainingSet data = load_training_images(asked_.config, task);
            if (hexadecimal(data.set.fingerprint) == note().fingerprint) {
                return data;
            }
        } catch (const DataError&) {  // not on this machine, or other images
        } catch (const IoError&) {
        }
    }
    return std::nullopt;
}

train::TrainingSet Opening::split(train::LoadedSet set) const {
    const std::string name = set.description;
    return train::training_set(std::move(set), asked_.config.data.val_split,
                               asked_.config.training.seed, name);
}

void Opening::begin(train::TrainingSet data) {
    if (split_fingerprint(data) != note().split) {
        throw DataError("data: the images of this search are split otherwise here");
    }
    data_ = std::move(data);
    const RunSpec& spec = asked_.config;
    space_ = space_of(spec, {data_.set.store->view().shape, note().classes});
    axes_ = space_->axes();
    evaluator_ = make_training_evaluator(spec, data_);
    arithmetic_ = search_arithmetic(spec, *space_);
}

nas::Evaluation Opening::evaluate(
    const message::Evaluate& asked, const std::atomic<bool>& stop,
    std::function<void(const nas::EvaluationProgress&)> progress) const {
    const space::Candidate candidate =
        json::read_candidate(json::Reader(asked.candidate, "candidate"), axes_);
    const space::Network network = space_->build(candidate);
    nas::EvaluationContext context;
    context.seed = asked.seed;
    context.repeat = asked.repeat;
    context.effort = asked.effort;
    context.progress = std::move(progress);
    context.stop = &stop;
    return evaluator_->evaluate(candidate, &network, context);
}

}  // namespace nanonas::pipeline
