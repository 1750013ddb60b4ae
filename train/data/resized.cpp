#include "train/data/resized.hpp"

#include <algorithm>
#include <vector>

#include "space/checksum.hpp"
#include "space/errors.hpp"
#include "space/parallel.hpp"
#include "train/data/loader.hpp"
#include "train/data/resize.hpp"
#include "train/data/source.hpp"

namespace nanonas::train {

namespace {

class ResizedSource final : public ImageSource {
  public:
    ResizedSource(const LoadedSet& set, const space::Shape& shape) : set_(set), shape_(shape) {}

    std::string name() const override { return set_.description; }
    const std::vector<std::string>& labels() const override { return set_.labels; }
    std::int64_t count() const override { return set_.store->view().count; }
    space::Shape shape() const override { return shape_; }

    /// No file, but what tells a cache of these images from others.
    std::vector<SourceFile> files() const override {
        return {{"/resized/" + hexadecimal(set_.fingerprint), 0, 0, 0, 0, 0}};
    }

    void read(const Chunk& chunk, int threads, const std::function<void()>& image_done) override {
        const space::ImageView images = set_.store->view();
        for_each_index(chunk.count, threads, [&](std::size_t, std::int64_t i) {
            resize_image(images.shape, images.image(chunk.first + i), shape_,
                         chunk.pixels + i * shape_.elements());
            chunk.labels[i] = images.labels[chunk.first + i];
            image_done();
        });
        set_.store->release_pages();
    }

  private:
    const LoadedSet& set_;
    space::Shape shape_;
};

bool is_side(std::int64_t side) {
    return side >= 1 && side <= kLargestInputSide;
}

}  // namespace

LoadedSet at_size(const LoadedSet& set, const space::Shape& shape, const ResizeOptions& options) {
    const space::Shape from = set.store->view().shape;
    if (from == shape) {
        return set;
    }
    if (from.channels != shape.channels || !is_side(shape.height) || !is_side(shape.width)) {
        throw DataError(set.description + ": cannot be resized to " + to_string(shape) +
                        "; expected sides in [1, " + std::to_string(kLargestInputSide) +
                        "] and as many channels");
    }
    LoadOptions loading;
    loading.threads = options.threads;
    loading.memory_allowance_bytes = options.memory_allowance_bytes;
    loading.cache_directory = options.cache_directory;
    loading.progress = options.progress;
    ResizedSource source(set, shape);
    LoadedSet resized = load_set(source, loading);
    resized.skipped = set.skipped;
    resized.description = set.description + ", resized to " + to_string(shape);
    return resized;
}

TrainingSet at_size(const TrainingSet& data, const space::Shape& shape,
                    const ResizeOptions& options) {
    return {at_size(data.set, shape, options), data.training, data.validation};
}

TestSet at_size(const TestSet& test, const space::Shape& shape, const ResizeOptions& options) {
    return {at_size(test.set, shape, options)};
}

ResizedSets::ResizedSets(const TrainingSet& data, const ResizeOptions& options,
                         std::int64_t kept_bytes)
    : data_(data), options_(options), kept_bytes_(kept_bytes) {}

std::shared_ptr<const TrainingSet> ResizedSets::at(const space::Shape& shape) {
    if (shape == data_.set.store->view().shape) {
        return {std::shared_ptr<const TrainingSet>(), &data_};  // not owned
    }
    std::shared_ptr<Size> size;
    {
        const std::lock_guard lock(mutex_);
        std::shared_ptr<Size>& entry = sizes_[{shape.height, shape.width}];
        if (!entry) {
            entry = std::make_shared<Size>();
        }
        size = entry;
    }
    std::shared_ptr<const TrainingSet> set;
    {
        const std::lock_guard making(size->making);
        {
            const std::lock_guard lock(mutex_);
            set = size->set;
        }
        if (!set) {
            set = std::make_shared<const TrainingSet>(at_size(data_, shape, options_));
        }
        const std::lock_guard lock(mutex_);
        size->set = set;
        size->asked = ++asked_;
        size->bytes = set->set.store->view().count * shape.elements();
    }
    const std::lock_guard lock(mutex_);
    drop_surplus();
    return set;
}

/// Sets are handed out under mutex_ alone, so that one with a single holder has none but this.
void ResizedSets::drop_surplus() {
    std::int64_t kept = 0;
    for (const auto& entry : sizes_) {
        kept += entry.second->set ? entry.second->bytes : 0;
    }
    while (kept > kept_bytes_) {
        Size* oldest = nullptr;
        for (const auto& entry : sizes_) {
            Size& size = *entry.second;
            if (size.set && size.set.use_count() == 1 &&
                (oldest == nullptr || size.asked < oldest->asked)) {
                oldest = &size;
            }
        }
        if (oldest == nullptr) {
            return;
        }
        kept -= oldest->bytes;
        oldest->set.reset();
    }
}

}  // namespace nanonas::train
