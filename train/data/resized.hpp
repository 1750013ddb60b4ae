// A loaded set at another size: candidates of one search may read images of different sizes.
//
// Images are resized from the size they were loaded at, with the filter of loading (resize.hpp).
// Where that is the size of their files the result is what loading at the new size gives; what was
// loaded smaller gains nothing from a larger size. The same bytes on every machine and for any
// number of threads.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

#include "train/data/dataset.hpp"

namespace nanonas::train {

/// How a set is resized; the pixels do not depend on it.
struct ResizeOptions {
    int threads = 1;
    /// As LoadOptions: a larger set lives in a mapped cache file.
    std::int64_t memory_allowance_bytes = std::int64_t{256} << 20;
    std::string cache_directory;
    LoadProgress progress;
};

/// The same rows in the same order with the same labels, at the height and width of `shape`; the
/// set itself when it has them. Throws DataError for another number of channels or a side outside
/// [1, kLargestInputSide], IoError for the cache file.
LoadedSet at_size(const LoadedSet& set, const space::Shape& shape,
                  const ResizeOptions& options = {});

/// The same split.
TrainingSet at_size(const TrainingSet& data, const space::Shape& shape,
                    const ResizeOptions& options = {});
TestSet at_size(const TestSet& test, const space::Shape& shape, const ResizeOptions& options = {});

/// A training set at every size that is asked for, each made once and kept for the next candidate.
/// Thread-safe: who asks for a size that is being made waits for it, others do not.
class ResizedSets {
  public:
    /// Bytes of pixels that are kept. Of more, those go first that were asked for least lately and
    /// that nobody holds: it takes at most this beside what is held and what was asked for last.
    static constexpr std::int64_t kKeptBytes = std::int64_t{1} << 30;

    /// `data` must outlive it.
    explicit ResizedSets(const TrainingSet& data, const ResizeOptions& options = {},
                         std::int64_t kept_bytes = kKeptBytes);

    /// At its own size `data` itself. Throws as at_size().
    std::shared_ptr<const TrainingSet> at(const space::Shape& shape);

  private:
    struct Size {
        std::mutex making;
        std::shared_ptr<const TrainingSet> set;  // null until made
        std::uint64_t asked = 0;                 // when last
        std::int64_t bytes = 0;
    };
    using Sides = std::pair<std::int64_t, std::int64_t>;

    void drop_surplus();

    const TrainingSet& data_;
    ResizeOptions options_;
    std::int64_t kept_bytes_;
    std::mutex mutex_;  // of what follows, not held while a set is made
    std::uint64_t asked_ = 0;
    std::map<Sides, std::shared_ptr<Size>> sizes_;
};

}  // namespace nanonas::train
