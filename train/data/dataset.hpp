// Labelled images for training, validation and testing. Torch-free.
//
// A data set is read once, brought to the network's input shape, and held as uint8 (in memory, or
// mapped from a cache file when large). Test data is a type of its own: no strategy, evaluator or
// trainer takes it.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "space/images.hpp"

namespace nanonas::train {

/// Bounds of a training set, whoever set its shape; --classes and --input have the same.
constexpr std::int64_t kMostClasses = 10'000;
constexpr std::int64_t kLargestInputSide = 4096;

/// Owns pixels and labels (or the mapping that holds them); immutable once loaded.
class ImageStore {
  public:
    virtual ~ImageStore() = default;
    virtual space::ImageView view() const = 0;
    /// Gives back the memory of pages that reading a mapped set made resident (a set in memory
    /// keeps it). Any thread, readers may go on; about once in 500 images keeps a large set small
    /// however busy the machine is. A mapped set also does so by itself, some milliseconds late.
    virtual void release_pages() const {}
};

/// Progress of loading: `done` of `total` images, from any thread.
using LoadProgress = std::function<void(std::int64_t done, std::int64_t total)>;

/// How a data set is read.
struct LoadOptions {
    std::optional<space::Shape> input;  ///< resize and convert to this; native shape when absent
    bool skip_bad = false;              ///< count unreadable images and go on
    int threads = 1;
    /// Decoded sets larger than this live in a mapped cache file under `cache_directory`.
    std::int64_t memory_allowance_bytes = std::int64_t{256} << 20;
    std::string cache_directory;  ///< empty: see cache_folders (cache_folder.hpp)
    LoadProgress progress;
    /// Of a training set, before its images are decoded; throws to refuse it.
    std::function<void(const space::Shape& shape, std::int64_t classes)> accept;
};

/// Images and the names of their classes.
struct LoadedSet {
    std::shared_ptr<const ImageStore> store;
    std::vector<std::string> labels;  ///< class names, sorted as the format defines
    std::string description;          ///< "fashion-mnist: 60,000 images 28x28x1, 10 classes"
    std::uint64_t fingerprint = 0;    ///< of pixels and labels: tells runs on other data apart
    std::int64_t skipped = 0;         ///< bad images passed over
};

/// Images of a training set with its seeded, stratified split.
struct TrainingSet {
    LoadedSet set;
    std::vector<std::int64_t> training;    ///< rows, ascending
    std::vector<std::int64_t> validation;  ///< rows, ascending
};

/// A type of its own: what trains or searches takes none.
struct TestSet {
    LoadedSet set;
};

/// `path`: a folder with one sub-folder per class, a folder or file of IDX (plain or gzipped), a
/// folder of CIFAR-10 binary batches; empty: the embedded default, Fashion-MNIST.
/// Each class keeps round(count * val_split) images, at least one, for validation; each class
/// needs two images. `seed` decides which. Throws DataError naming file and expectation.
TrainingSet load_training(const std::string& path, const LoadOptions& options, double val_split,
                          std::uint64_t seed);

/// Labels must match the training set's (by name for folders, by count otherwise), unless those are
/// not known (empty): the set then keeps its own. An empty path
/// takes the test half that ships with `training_path` (IDX, CIFAR-10); nothing when there is none.
std::optional<TestSet> load_test(const std::string& path, const std::string& training_path,
                                 const LoadOptions& options,
                                 const std::vector<std::string>& labels);

}  // namespace nanonas::train
