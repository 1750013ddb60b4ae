#include "apps/pipeline/options/groups.hpp"

namespace nanonas::pipeline {

namespace {

std::vector<std::string> emit_names() {
    return {"slurm", "kubernetes", "parallel"};
}

}  // namespace

std::vector<Option> make_batch_options() {
    return {
        {"dry-run",
         "",
         Kind::kSwitch,
         Group::kOutput,
         {kN},
         false,
         "read the data, price the smallest network for every run and show which runs are missing; "
         "nothing is written",
         [](Config& c, Text t, Text w) { c.batch.dry_run = parse_switch(t, w); },
         [](const Config& c) { return switch_text(c.batch.dry_run); }},
        {"index",
         "N",
         Kind::kInteger,
         Group::kOutput,
         {kN},
         false,
         "one run of the plan alone, counted from 0 in the order of --dry-run; several such "
         "processes may share --out",
         [](Config& c, Text t, Text w) { c.batch.index = parse_integer(t, w); },
         [](const Config& c) { return optional_text(c.batch.index); },
         between(0, kCountLimit)},
        {"only",
         "RUN",
         Kind::kText,
         Group::kOutput,
         {kN},
         false,
         "the same by name, such as target=rp2040,seed=2",
         [](Config& c, Text t, Text w) { c.batch.only = not_empty(t, w); },
         [](const Config& c) { return c.batch.only; }},
        {"emit",
         "NAME",
         Kind::kText,
         Group::kOutput,
         {kN},
         false,
         "print what submits each run as a job of its own: slurm (a job array), kubernetes (an "
         "Indexed Job) or parallel (GNU parallel)",
         [](Config& c, Text t, Text) { c.batch.emit = t; },
         [](const Config& c) { return c.batch.emit; },
         one_of(emit_names)},
    };
}

}  // namespace nanonas::pipeline
