// Exports of several networks, compiled together and run.
#pragma once

#include <string>
#include <vector>

#include "export/writers/writer.hpp"
#include "tests/export/writers/random_network.hpp"

namespace nanonas::testing {

/// A folder under the system's temporary one, removed with the object.
class TemporaryFolder {
  public:
    TemporaryFolder();
    ~TemporaryFolder();
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;
    const std::string& path() const { return path_; }

  private:
    std::string path_;
};

/// Runs a shell command; returns its exit code and appends both its streams to `output`.
int run_command(const std::string& command, std::string& output);

/// Format "c" of an int8 network into `folder`.
void write_c_source(const exporting::QuantizedNetwork& network, const space::ImageView& images,
                    const std::string& folder, const exporting::WriteOptions& options);

struct ProgramRun {
    int exit_code = 0;
    std::string messages;
    /// Per network: for each image the scores of the frame entry, then of the rows entry.
    std::vector<std::vector<std::int8_t>> scores;
    std::vector<std::int64_t> arena_bytes;  ///< the macro, which the C compares with sizeof
};

/// One program of all networks, each with its images. `compiler` holds the flags too.
ProgramRun run_c_program(const std::vector<exporting::QuantizedNetwork>& networks,
                         const std::vector<RandomImages>& images, const std::string& compiler);

}  // namespace nanonas::testing
