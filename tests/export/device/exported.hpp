// A random int8 network exported as C into a folder of its own.
#pragma once

#include <string>

#include "export/device/link.hpp"
#include "export/device/process.hpp"
#include "tests/export/random_network.hpp"

namespace nanonas::testing {

struct Exported {
    Exported(const space::CellSpace& cells, const space::Candidate& candidate, std::uint64_t seed,
             std::int64_t images, const std::string& name = "model", bool wild = false);

    /// Replaces the first `old` of a file of the export.
    void change(const std::string& file, const std::string& old, const std::string& now) const;

    device::TemporaryDirectory folder;
    exporting::Int8Network network;
    RandomImages images;
    device::Export source;
    std::int64_t classes = 0;
};

}  // namespace nanonas::testing
