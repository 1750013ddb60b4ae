#include "apps/pipeline/options/groups.hpp"
#include "export/runtime.hpp"

namespace nanonas::pipeline {

namespace {

/// "native (the C this program writes, whole frames), ..."
std::string runtimes_text() {
    std::string text;
    for (const exporting::Runtime& runtime : exporting::runtimes()) {
        text += (text.empty() ? "" : ", ") + std::string(runtime.name) + " (" +
                runtime.description + ")";
    }
    return text;
}

std::vector<std::string> runtime_choices() {
    std::vector<std::string> names = exporting::runtime_names();
    names.emplace_back("all");
    return names;
}

}  // namespace

std::vector<Option> make_budget_options() {
    return {
        {"target",
         "NAME",
         Kind::kText,
         Group::kBudget,
         {kS, kT, kQ, kE, kP, kB, kV},
         true,
         "board or part that sets RAM, flash and MACC (`nanonas targets` lists them), or a target "
         "file of your own",
         [](Config& c, Text t, Text w) { c.budget.target = not_empty(t, w); },
         [](const Config& c) { return c.budget.target; }},
        {"ram",
         "SIZE",
         Kind::kBytes,
         Group::kBudget,
         {kS, kT, kQ, kE, kP, kB, kV},
         true,
         "RAM bound, such as 40960 or 40KiB; wins over --target",
         [](Config& c, Text t, Text w) { c.budget.ram_bytes = parse_size(t, w); },
         [](const Config& c) { return optional_text(c.budget.ram_bytes); }},
        {"flash",
         "SIZE",
         Kind::kBytes,
         Group::kBudget,
         {kS, kT, kQ, kE, kP, kB, kV},
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
         [](Config& c, Text t, Text w) { c.budget.macc = parse_integer(t, w); },
         [](const Config& c) { return optional_text(c.budget.macc); },
         at_least(1)},
        {"max-latency-ms",
         "MS",
         Kind::kNumber,
         Group::kBudget,
         {kS, kT, kQ, kE, kP, kB},
         true,
         "bound on the estimated time of one inference on the target's core at its clock; needs "
         "--target",
         [](Config& c, Text t, Text w) { c.budget.max_latency_ms = parse_number(t, w); },
         [](const Config& c) {
             return c.budget.max_latency_ms ? shortest_text(*c.budget.max_latency_ms)
                                            : std::string();
         },
         between(0.001, 1e9)},
        {"max-energy-uj",
         "UJ",
         Kind::kNumber,
         Group::kBudget,
         {kS, kT, kQ, kE, kP, kB},
         true,
         "bound on the estimated energy of one inference at the target's active power; needs "
         "--target",
         [](Config& c, Text t, Text w) { c.budget.max_energy_uj = parse_number(t, w); },
         [](const Config& c) {
             return c.budget.max_energy_uj ? shortest_text(*c.budget.max_energy_uj) : std::string();
         },
         between(0.001, 1e12)},
        {"runtime",
         "NAME",
         Kind::kText,
         Group::kBudget,
         {kS, kT, kQ, kE, kP, kB},
         true,
         "what runs the network on the device: " + runtimes_text() + "; profile also takes all",
         [](Config& c, Text t, Text) { c.budget.runtime = t; },
         [](const Config& c) { return c.budget.runtime; },
         one_of(runtime_choices)},
    };
}

}  // namespace nanonas::pipeline
