#include "apps/pipeline/options/groups.hpp"
#include "export/device/core.hpp"
#include "space/choice.hpp"

namespace nanonas::pipeline {

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
         [](Config& c, Text t, Text w) { c.device.device = not_empty(t, w); },
         [](const Config& c) { return c.device.device; }},
        {"images",
         "N",
         Kind::kInteger,
         Group::kOutput,
         {kV},
         true,
         "images to compare: the shipped vectors first, then images of --test or seeded changes of "
         "the vectors; without it the vectors, or up to 1,000 with --test",
         [](Config& c, Text t, Text w) { c.device.images = parse_integer(t, w, 1, kCountLimit); },
         [](const Config& c) {
             return c.device.images == 0 ? std::string() : std::to_string(c.device.images);
         }},
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
