// Exports of several networks, compiled together and run.
#pragma once

#include <string>
#include <vector>

#include "export/writer.hpp"
#include "tests/export/random_network.hpp"
#include "tests/export/shell.hpp"

namespace nanonas::testing {

/// Format "c" of an int8 network into `folder`.
void write_c_source(const exporting::Int8Network& network, const space::ImageView& images,
                    const std::string& folder, const exporting::WriteOptions& options);

struct ProgramRun {
    int exit_code = 0;
    std::string messages;
    /// Per network: for each image the scores of the frame entry, then of the rows entry.
    std::vector<std::vector<std::int8_t>> scores;
    std::vector<std::int64_t> arena_bytes;  ///< the macro, which the C compares with sizeof
};

/// One program of all networks, each with its images. `compiler` holds the flags too.
ProgramRun run_c_program(const std::vector<exporting::Int8Network>& networks,
                         const std::vector<RandomImages>& images, const std::string& compiler);

}  // namespace nanonas::testing
