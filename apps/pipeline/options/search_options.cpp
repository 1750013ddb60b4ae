#include "apps/pipeline/options/groups.hpp"
#include "nas/strategy.hpp"

namespace nanonas::pipeline {

std::vector<Option> make_search_options() {
    return {
        // First, so that the flags behind it win over it.
        {"recipe",
         "NAME",
         Kind::kText,
         Group::kSearch,
         {kS, kT},
         true,
         "a whole procedure by name: default, or nanonas (walk, short and final training as "
         "published); single flags win over it",
         [](Config& c, Text t, Text w) { apply_recipe(c, t, w); },
         [](const Config&) { return std::string(); },
         one_of(recipe_names)},
        {"space",
         "NAME",
         Kind::kText,
         Group::kSearch,
         {kS, kT, kP},
         true,
         "which networks there are to choose from, by name; cells (K kernels, C cells) without it, "
         "or blocks (stages of convolutions, depthwise-separable blocks and inverted residuals)",
         [](Config& c, Text t, Text) { c.search.space = t; },
         // Absent from the config of runs when there was one space only.
         [](const Config& c) {
             return c.search.space == SearchOptions{}.space ? std::string() : c.search.space;
         },
         one_of(space::space_names)},
        {"strategy",
         "NAME",
         Kind::kText,
         Group::kSearch,
         {kS, kB},
         true,
         "how the space is searched: occam (small to large, past what noise explains) and nanonas "
         "(the published walk) in spaces of a width and a depth, evolution (children of the best "
         "of the newest), halving (many for a short time, the better third for longer) and random "
         "in any; without it occam, in other spaces evolution",
         [](Config& c, Text t, Text) { c.search.strategy = t; },
         [](const Config& c) { return strategy_of(c.search); },
         one_of(nas::strategy_names)},
        {"trials",
         "N",
         Kind::kInteger,
         Group::kSearch,
         {kS, kB},
         true,
         "networks that evolution, halving and random look at; without it 64",
         [](Config& c, Text t, Text w) { c.search.trials = parse_integer(t, w); },
         [](const Config& c) {
             return c.search.trials == 0 ? std::string() : std::to_string(c.search.trials);
         },
         between(1, 100'000)},
        {"scores",
         "FILE",
         Kind::kText,
         Group::kSearch,
         {kS, kB},
         true,
         "take scores from a table (CSV with a column for each axis and one score: k,c,score, or "
         "JSON) instead of training; a network absent from it counts as infeasible",
         [](Config& c, Text t, Text w) { c.search.scores = not_empty(t, w); },
         [](const Config& c) { return c.search.scores; }},
        {"search-only",
         "",
         Kind::kSwitch,
         Group::kSearch,
         {kS},
         true,
         "stop when the winner is known; do not train it",
         [](Config& c, Text t, Text w) { c.search.search_only = parse_switch(t, w); },
         [](const Config& c) { return switch_text(c.search.search_only); }},
        {"search-steps",
         "N",
         Kind::kInteger,
         Group::kSearch,
         {kS, kB},
         true,
         "optimizer steps each candidate is trained; its score is the best validation accuracy, "
         "looked at after each epoch and at the end",
         [](Config& c, Text t, Text w) { c.search.steps = parse_integer(t, w); },
         [](const Config& c) {
             return c.search.epochs ? std::string()
                                    : std::to_string(c.search.steps.value_or(kSearchSteps));
         },
         between(1, 100'000'000)},
        {"search-epochs",
         "N",
         Kind::kInteger,
         Group::kSearch,
         {kS, kB},
         true,
         "epochs each candidate is trained, in place of --search-steps",
         [](Config& c, Text t, Text w) { c.search.epochs = parse_integer(t, w); },
         [](const Config& c) { return optional_text(c.search.epochs); },
         between(1, 100000)},
        {"search-schedule",
         "NAME",
         Kind::kText,
         Group::kSearch,
         {kS, kB},
         true,
         "learning rate over a candidate's training: constant, or cosine (down to zero)",
         [](Config& c, Text t, Text w) { c.search.schedule = parse_schedule(t, w); },
         [](const Config& c) { return schedule_text(c.search.schedule); },
         one_of(schedule_names)},
        {"search-lr",
         "RATE",
         Kind::kNumber,
         Group::kSearch,
         {kS, kB},
         true,
         "learning rate for candidates",
         [](Config& c, Text t, Text w) { c.search.learning_rate = parse_number(t, w); },
         [](const Config& c) { return shortest_text(c.search.learning_rate); },
         between(1e-9, 10.0)},
        {"search-batch",
         "N",
         Kind::kInteger,
         Group::kSearch,
         {kS, kB},
         true,
         "images per step for candidates",
         [](Config& c, Text t, Text w) { c.search.batch = parse_integer(t, w); },
         [](const Config& c) { return std::to_string(c.search.batch); },
         between(1, 65536)},
        {"repeats",
         "N",
         Kind::kInteger,
         Group::kSearch,
         {kS, kB},
         true,
         "trainings per candidate with different seeds, scores averaged; without it 3 for occam "
         "and "
         "nanonas, 1 for others",
         [](Config& c, Text t, Text w) { c.search.repeats = parse_integer(t, w); },
         [](const Config& c) { return std::to_string(repeats_of(c.search)); },
         between(1, 1000)},
    };
}

}  // namespace nanonas::pipeline
