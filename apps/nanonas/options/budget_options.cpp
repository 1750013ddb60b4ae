#include "apps/nanonas/options/groups.hpp"

namespace nanonas::app {

std::vector<Option> make_budget_options() {
    return {
        {"target",
         "NAME",
         Kind::kText,
         Group::kBudget,
         {kS, kT, kQ, kE, kP, kB},
         true,
         "board or part that sets RAM, flash and MACC (`nanonas targets` lists them), or a target "
         "file of your own",
         [](Config& c, Text t, Text w) { c.budget.target = not_empty(t, w); },
         [](const Config& c) { return c.budget.target; }},
        {"ram",
         "SIZE",
         Kind::kBytes,
         Group::kBudget,
         {kS, kT, kQ, kE, kP, kB},
         true,
         "RAM bound, such as 40960 or 40KiB; wins over --target",
         [](Config& c, Text t, Text w) { c.budget.ram_bytes = parse_size(t, w); },
         [](const Config& c) { return optional_text(c.budget.ram_bytes); }},
        {"flash",
         "SIZE",
         Kind::kBytes,
         Group::kBudget,
         {kS, kT, kQ, kE, kP, kB},
         true,
         "flash bound, such as 128KiB; wins over --target",
         [](Config& c, Text t, Text w) { c.budget.flash_bytes = parse_size(t, w); },
         [](const Config& c) { return optional_text(c.budget.flash_bytes); }},
        {"macc",
         "N",
         Kind::kInteger,
         Group::kBudget,
         {kS, kT, kQ, kE, kP, kB},
         true,
         "bound on multiply-accumulates per image; wins over --target",
         [](Config& c, Text t, Text w) { c.budget.macc = parse_integer(t, w, 1, kLargest); },
         [](const Config& c) { return optional_text(c.budget.macc); }},
        {"runtime",
         "NAME",
         Kind::kText,
         Group::kBudget,
         {kS, kT, kQ, kE, kP, kB},
         true,
         "what runs the network on the device: native (the C this program writes), tflm "
         "(TensorFlow Lite Micro); profile also takes all",
         [](Config& c, Text t, Text w) { c.budget.runtime = not_empty(t, w); },
         [](const Config& c) { return c.budget.runtime; }},
    };
}

}  // namespace nanonas::app
