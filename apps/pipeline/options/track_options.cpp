#include "apps/pipeline/options/groups.hpp"
#include "apps/pipeline/verbs/track.hpp"

namespace nanonas::pipeline {

std::vector<Option> make_track_options() {
    return {
        {"to",
         "NAME",
         Kind::kText,
         Group::kOutput,
         {kR},
         false,
         "the tracker: mlflow, wandb, trackio or optuna; its Python package must be installed",
         [](Config& c, Text t, Text) { c.track.to = t; },
         [](const Config& c) { return c.track.to; },
         one_of(tracker_names)},
        {"uri",
         "URI",
         Kind::kText,
         Group::kOutput,
         {kR},
         false,
         "where the tracker keeps runs: a tracking URI of MLflow, a storage of Optuna, a folder "
         "for "
         "wandb and trackio; default: the tracker's",
         [](Config& c, Text t, Text w) { c.track.uri = not_empty(t, w); },
         [](const Config& c) { return c.track.uri; }},
        {"experiment",
         "NAME",
         Kind::kText,
         Group::kOutput,
         {kR},
         false,
         "MLflow's experiment, the project of wandb and trackio, or what names of Optuna's studies "
         "begin with",
         [](Config& c, Text t, Text w) { c.track.experiment = not_empty(t, w); },
         [](const Config& c) { return c.track.experiment; }},
    };
}

}  // namespace nanonas::pipeline
