#include "apps/python/src/run_search.hpp"

#include <nanobind/stl/map.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "apps/pipeline/evaluators.hpp"
#include "apps/pipeline/identity.hpp"
#include "apps/pipeline/resolve.hpp"
#include "apps/python/src/bridge.hpp"
#include "apps/python/src/own.hpp"
#include "apps/python/src/runs.hpp"
#include "nas/journal_record.hpp"
#include "space/checksum.hpp"
#include "space/errors.hpp"
#include "space/json/json_text.hpp"
#include "train/engine/arithmetic.hpp"

namespace nanonas::python {

namespace {

const std::vector<const char*> kOfEverySearch = {
    "config",  "target", "ram",  "flash",   "macc",     "max-latency-ms", "max-energy-uj",
    "runtime", "space",  "seed", "workers", "strategy", "trials"};
const std::vector<const char*> kOfTraining = {
    "input",        "val-split",       "search-steps", "search-epochs", "search-lr",
    "search-batch", "search-schedule", "repeats",      "engine",        "cache"};
const std::vector<const char*> kOfASpaceByName = {"input", "classes"};

bool contains(const std::vector<const char*>& names, const std::string& name) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

void refuse_unused(const pipeline::Asked& asked, const std::vector<const char*>& also,
                   const std::string& why) {
    for (const std::string& name : asked.typed) {
        if (!contains(kOfEverySearch, name) && !contains(also, name)) {
            throw ConfigError("--" + name + ": run_search does not use it" + why);
        }
    }
}

/// What the search is made of; each part the user's or one by name.
struct Parts {
    const ImageSet* images = nullptr;  ///< null: the evaluator is the user's
    std::unique_ptr<nas::Strategy> strategy;
    std::unique_ptr<space::SearchSpace> space;
    std::unique_ptr<nas::Evaluator> evaluator;
    std::optional<pipeline::DataSets> data;
};

Parts parts_of(const pipeline::Config& config, const ImageSet* images, const nb::object& evaluator,
               const nb::object& space, const nb::object& strategy) {
    Parts parts;
    parts.images = images;
    if (!space.is_none()) {
        parts.space = own_space(space);
    } else if (images == nullptr) {
        if (!config.data.input || !config.data.classes) {
            throw ConfigError("--input and --classes: needed for the space " + config.search.space +
                              " where no images tell them");
        }
        parts.space = pipeline::space_of(config, {*config.data.input, *config.data.classes});
    }
    const std::string named = parts.space ? pipeline::strategy_of(config.search, *parts.space)
                                          : pipeline::strategy_of(config.search);
    parts.strategy = strategy.is_none() ? nas::make_strategy(named) : own_strategy(strategy);
    if (images == nullptr) {
        parts.evaluator = own_evaluator(evaluator);
    }
    return parts;
}

nas::JournalHeader header_of(const pipeline::Config& config, const Parts& parts,
                             const std::string& named) {
    nas::JournalHeader header;
    header.seed = config.training.seed;
    header.strategy = parts.strategy->name();
    header.space = parts.space->name();
    header.axes = parts.space->axes();
    header.fingerprint =
        pipeline::run_fingerprint(pipeline::config_json(config, pipeline::Verb::kSearch),
                                  pipeline::data_json(parts.data ? &*parts.data : nullptr, ""));
    if (!named.empty()) {
        header.fingerprint = checksum(header.fingerprint + named);
    }
    if (parts.images != nullptr) {
        const train::Arithmetic arithmetic =
            train::arithmetic_of(*train::make_engine(config.training.engine));
        header.build = arithmetic.build;
        header.simd = arithmetic.simd;
        header.probe = arithmetic.probe;
    }
    return header;
}

std::vector<std::string> rows_of(const std::vector<nas::Decision>& decisions,
                                 const std::vector<space::Axis>& axes) {
    std::vector<std::string> rows;
    for (const nas::Decision& decision : decisions) {
        rows.push_back(nas::to_json_line(rows.size(), decision, axes));
    }
    return rows;
}

nb::dict result_of(const nas::SearchResult& found, const std::vector<space::Axis>& axes) {
    nb::dict result;
    result["best"] = found.best ? nb::cast(nas::to_json_line(0, *found.best, axes)) : nb::none();
    result["point"] =
        found.best ? nb::tuple(nb::cast(found.best->candidate.at)) : nb::object(nb::none());
    result["rows"] = rows_of(found.decisions, axes);
    result["conclusion"] = found.conclusion;
    result["replayed"] = found.replayed;
    result["seconds"] = found.seconds;
    return result;
}

nb::dict run_search(const Texts& texts, const ImageSet* images, const nb::object& evaluator,
                    const nb::object& space, const nb::object& strategy,
                    const std::string& journal_file, bool resume, const std::string& fingerprint,
                    const nb::object& listener) {
    pipeline::Asked asked;
    pipeline::read_options(texts, asked);
    if (images != nullptr) {
        refuse_unused(asked, kOfTraining, " on images");
    } else {
        refuse_unused(asked, space.is_none() ? kOfASpaceByName : std::vector<const char*>(),
                      " with an evaluator of your own");
    }
    pipeline::resolve_defaults(asked.config);
    const pipeline::Config& config = asked.config;
    Parts parts = parts_of(config, images, evaluator, space, strategy);
    nas::SearchResult found;
    run_bridged(listener, [&](EventQueue& events, const std::atomic<bool>& stop) {
        const Task task = task_for(events, stop, pipeline::worker_count(config));
        if (images != nullptr) {
            parts.data = pipeline::data_in_memory(config, images->set);
            if (!parts.space) {
                parts.space = pipeline::space_of(config, parts.data->problem());
            }
            parts.evaluator = pipeline::make_training_evaluator(config, parts.data->training);
        }
        const pipeline::Platform platform = pipeline::resolve_platform(config.budget);
        const auto prices = pipeline::resolve_cost_model(
            config.budget, platform.device,
            parts.data ? parts.data->training.set.labels : std::vector<std::string>());
        nas::SearchOptions options;
        options.seed = config.training.seed;
        options.workers = static_cast<std::size_t>(task.threads);
        options.trials = config.search.trials;
        options.budget = platform.budget;
        options.space = parts.space.get();
        options.cost_model = prices.get();
        options.stop = task.stop;
        std::optional<nas::Journal> journal;
        if (!journal_file.empty()) {
            const nas::JournalHeader header = header_of(config, parts, fingerprint);
            journal = resume ? nas::Journal::resume(journal_file, header)
                             : nas::Journal::create(journal_file, header);
            options.journal = &*journal;
        }
        found = nas::search(*parts.strategy, *parts.evaluator, options,
                            hooks_for(events, parts.space->axes()));
    });
    return result_of(found, parts.space->axes());
}

}  // namespace

void bind_run_search(nb::module_& module) {
    module.def("run_search", &run_search, nb::arg("texts"), nb::arg("images").none(),
               nb::arg("evaluator").none(), nb::arg("space").none(), nb::arg("strategy").none(),
               nb::arg("journal"), nb::arg("resume"), nb::arg("fingerprint"), nb::arg("listener"));
}

}  // namespace nanonas::python
