#include "apps/pipeline/options/groups.hpp"
#include "apps/pipeline/verbs/answers.hpp"

namespace nanonas::pipeline {

std::vector<Option> make_predict_options() {
    return {
        {"form",
         "NAME",
         Kind::kText,
         Group::kOutput,
         {kD},
         true,
         "which of the model's forms answers: int8 (the integer reference), float, or c (the "
         "generated C, compiled for this computer)",
         [](Config& c, Text t, Text) { c.predict.form = t; },
         [](const Config& c) { return c.predict.form; },
         one_of(form_names)},
        {"csv",
         "",
         Kind::kSwitch,
         Group::kOutput,
         {kD},
         false,
         "print comma-separated values: file, class, probability of each class, problem",
         [](Config& c, Text t, Text w) { c.predict.csv = parse_switch(t, w); },
         [](const Config& c) { return switch_text(c.predict.csv); }},
    };
}

}  // namespace nanonas::pipeline
