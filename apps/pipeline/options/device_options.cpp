#include "apps/pipeline/options/groups.hpp"
#include "export/device/core.hpp"
#include "space/choice.hpp"

namespace nanonas::pipeline {

namespace {

std::vector<std::string> device_choices() {
    std::vector<std::string> names = device::core_names();
    names.emplace_back("all");
    names.emplace_back("host");
    return names;
}

}  // namespace

std::vector<Option> make_device_options() {
    return {
        {"device",
         "NAME",
         Kind::kText,
         Group::kOutput,
         {kV},
         true,
         "core to emulate: " + listed(device::core_names()) +
             ", all, or host for this computer only; without it this computer and the core of "
             "--target or of the run's target",
         [](Config& c, Text t, Text) { c.device.device = t; },
         [](const Config& c) { return c.device.device; },
         one_of(device_choices)},
        {"images",
         "N",
         Kind::kInteger,
         Group::kOutput,
         {kV},
         true,
         "images to compare: the shipped vectors first, then images of --test or seeded changes of "
         "the vectors; without it the vectors, or up to 1,000 with --test",
         [](Config& c, Text t, Text w) { c.device.images = parse_integer(t, w); },
         [](const Config& c) {
             return c.device.images == 0 ? std::string() : std::to_string(c.device.images);
         },
         between(1, kCountLimit)},
        {"strict",
         "",
         Kind::kSwitch,
         Group::kOutput,
         {kS, kT, kQ, kV},
         false,
         "fail (exit code 1) when the linked ELF breaks the RAM or flash bound or the emulated "
         "core cannot run it; needs the cross compiler and QEMU, a core and a native runtime",
         [](Config& c, Text t, Text w) { c.products.strict = parse_switch(t, w); },
         [](const Config& c) { return switch_text(c.products.strict); }},
    };
}

}  // namespace nanonas::pipeline
