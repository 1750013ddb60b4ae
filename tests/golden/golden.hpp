// What must not change by accident: hashes of outcomes, kept in tests/golden/expected.
#pragma once

#include <string>
#include <vector>

#include "space/trained_network.hpp"
#include "tests/export/support.hpp"

namespace nanonas::golden {

/// A network with the images it was calibrated on.
struct Sample {
    std::string name;  ///< "net07"
    space::TrainedNetwork trained;
    test::Images images;
};

/// Thirty, from seeds: ten of the sizes people use, twenty small odd ones.
std::vector<Sample> samples();

/// Checks that expected/<file> holds these lines, "what hash" each. With NANONAS_GOLDEN=write in
/// the environment the file is written instead, and the test case is told as skipped.
void check(const std::string& file, const std::vector<std::string>& lines);

}  // namespace nanonas::golden
