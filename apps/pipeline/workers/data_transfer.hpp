// The images of a search on their way to a worker: bytes on one side, the worker's cache on the
// other.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "apps/pipeline/workers/protocol.hpp"
#include "train/data/cache_file.hpp"
#include "train/data/dataset.hpp"
#include "train/data/fingerprint.hpp"

namespace nanonas::pipeline {

std::string split_fingerprint(const train::TrainingSet& data);

/// `of_path`: the options tell where the images lie.
message::DataNote note_of(const train::TrainingSet& data, bool of_path);

/// At most kPartBytes from `offset` on, less at the end.
message::DataPart part_of(const train::TrainingSet& data, std::int64_t offset);

/// From the cache, where an earlier worker has put them.
std::optional<train::LoadedSet> cached_set(const message::DataNote& note, const std::string& cache);

/// Takes the parts in order, and keeps them in the cache; in memory where there is none to write
/// to.
class DataReceiver {
  public:
    DataReceiver(const message::DataNote& note, const std::string& cache);

    /// Throws DataError for a part that is not the next, IoError from the cache's disk.
    void take(const message::DataPart& part);
    bool complete() const { return taken_ == note_.bytes; }
    /// Once complete. Throws DataError when these are not the images that were announced.
    train::LoadedSet set();

  private:
    void take_pixels(const std::string& bytes);

    message::DataNote note_;
    std::int64_t taken_ = 0;
    std::string path_;
    std::optional<train::CacheWriter> writer_;
    train::Fingerprint fingerprint_;
    std::string image_;  ///< the begin of one that is not whole yet
    std::vector<std::uint8_t> pixels_;
    std::string labels_;
};

}  // namespace nanonas::pipeline
