#include "apps/pipeline/batch/shared_images.hpp"

#include <nlohmann/json.hpp>

#include "apps/pipeline/feasibility.hpp"
#include "space/json/json_text.hpp"

namespace nanonas::pipeline {

namespace {

/// What decides the pixels; how they are split is each run's own.
std::string key_of(const RunSpec& spec) {
    const DataOptions& data = spec.data;
    return json::text({data.data, data.test, data.input ? space::to_string(*data.input) : "",
                       data.skip_bad, data.cache});
}

}  // namespace

void SharedImages::add(const RunSpec& spec, const Task& task) {
    if (!needs_data(spec)) {
        return;
    }
    Set& set = sets_[key_of(spec)];
    if (set.runs == 0) {
        set.data = load_data(spec, task);
    }
    ++set.runs;
}

DataSets SharedImages::of(const RunSpec& spec) const {
    return split_again(unsplit(spec), spec);  // its set stays until this run drops it
}

const DataSets& SharedImages::unsplit(const RunSpec& spec) const {
    const std::lock_guard<std::mutex> lock(mutex_);
    return sets_.at(key_of(spec)).data;
}

void SharedImages::drop(const RunSpec& spec) {
    if (!needs_data(spec)) {
        return;
    }
    const std::lock_guard<std::mutex> lock(mutex_);
    const auto set = sets_.find(key_of(spec));
    if (set != sets_.end() && --set->second.runs == 0) {
        sets_.erase(set);
    }
}

}  // namespace nanonas::pipeline
