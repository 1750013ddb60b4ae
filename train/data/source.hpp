// What a data-set format gives the loader: a list of labelled images, read in order, chunk by
// chunk.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "space/shapes.hpp"
#include "train/data/dataset.hpp"

namespace nanonas::train {

/// A file the images come from; a change of any field makes a cached copy stale. Size and time of
/// modification can be kept by who exchanges a file; the time of its last change (ctime) cannot.
struct SourceFile {
    std::string path;
    std::int64_t bytes = 0;
    std::int64_t modified_ns = 0;
    std::int64_t changed_ns = 0;
    std::int64_t inode = 0;
    std::int64_t device = 0;
};

/// Throws DataError when there is no such file.
SourceFile source_file(const std::string& path);

/// Rows [first, first + count) to be filled in by a source.
struct Chunk {
    std::int64_t first = 0;
    std::int64_t count = 0;
    std::uint8_t* pixels = nullptr;   ///< [count][shape]
    std::int32_t* labels = nullptr;   ///< [count]
    std::string* problems = nullptr;  ///< [count], empty: why a row is unusable, a whole message
};

class ImageSource {
  public:
    virtual ~ImageSource() = default;
    virtual std::string name() const = 0;  ///< opens the description: "fashion-mnist"
    virtual const std::vector<std::string>& labels() const = 0;
    virtual std::int64_t count() const = 0;  ///< rows listed, bad ones included
    virtual space::Shape shape() const = 0;  ///< of every row read: options.input or native
    virtual std::vector<SourceFile> files() const = 0;
    /// Chunks are asked for once each, ascending, without gaps. `image_done` may be called from
    /// any thread. Throws DataError for what spoils the whole set.
    virtual void read(const Chunk& chunk, int threads, const std::function<void()>& image_done) = 0;
};

/// Which half of a set is meant, and what a test half must agree with.
struct SourceRequest {
    std::string path;
    bool test = false;
    const LoadOptions* options = nullptr;
    const std::vector<std::string>* training_labels = nullptr;  ///< of the training set, for tests
};

}  // namespace nanonas::train
