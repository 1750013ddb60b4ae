#include "train/data/memory_set.hpp"

#include <utility>

#include "space/errors.hpp"
#include "space/text.hpp"
#include "train/data/class_names.hpp"
#include "train/data/fingerprint.hpp"
#include "train/data/loader.hpp"
#include "train/data/split.hpp"

namespace nanonas::train {

namespace {

class MemoryStore : public ImageStore {
  public:
    MemoryStore(const space::Shape& shape, std::vector<std::uint8_t> pixels,
                std::vector<std::int32_t> labels)
        : shape_(shape), pixels_(std::move(pixels)), labels_(std::move(labels)) {}

    space::ImageView view() const override {
        return {shape_, static_cast<std::int64_t>(labels_.size()), pixels_.data(), labels_.data()};
    }

  private:
    space::Shape shape_;
    std::vector<std::uint8_t> pixels_;
    std::vector<std::int32_t> labels_;
};

void check_shape(const space::Shape& shape, const std::string& name) {
    const auto side_fits = [](std::int64_t side) { return side >= 1 && side <= kLargestInputSide; };
    if (!side_fits(shape.height) || !side_fits(shape.width) ||
        (shape.channels != 1 && shape.channels != 3)) {
        throw DataError(name + ": images of " + to_string(shape) +
                        ", expected HxWx1 (grey) or HxWx3 (RGB) with sides of at most " +
                        grouped(kLargestInputSide));
    }
}

void check(const space::ImageView& images, const std::vector<std::string>& names,
           const std::string& name) {
    check_shape(images.shape, name);
    const auto classes = static_cast<std::int64_t>(names.size());
    if (classes < 2 || classes > kMostClasses) {
        throw DataError(name + ": " + grouped(classes) + " class names, expected from 2 to " +
                        grouped(kMostClasses));
    }
    check_class_names(name, names);
    if (images.count < 1) {
        throw DataError(name + ": no images");
    }
    for (std::int64_t row = 0; row < images.count; ++row) {
        if (images.labels[row] < 0 || images.labels[row] >= classes) {
            throw DataError(name + ": image " + std::to_string(row) + ": label " +
                            std::to_string(images.labels[row]) + " is not in [0, " +
                            std::to_string(classes) + ")");
        }
    }
}

LoadedSet loaded(LabelledImages images) {
    const auto count = static_cast<std::int64_t>(images.labels.size());
    const auto bytes = static_cast<std::int64_t>(images.pixels.size());
    check_shape(images.shape, images.name);
    if (count > 0 && bytes != count * images.shape.elements()) {
        throw DataError(images.name + ": " + grouped(bytes) + " bytes of pixels, expected " +
                        grouped(count * images.shape.elements()) + " for " + grouped(count) +
                        " labels and images of " + to_string(images.shape));
    }
    return stored_set(
        memory_store(images.shape, std::move(images.pixels), std::move(images.labels)),
        std::move(images.classes), images.name);
}

}  // namespace

std::shared_ptr<const ImageStore> memory_store(const space::Shape& shape,
                                               std::vector<std::uint8_t> pixels,
                                               std::vector<std::int32_t> labels) {
    return std::make_shared<MemoryStore>(shape, std::move(pixels), std::move(labels));
}

LoadedSet stored_set(std::shared_ptr<const ImageStore> store, std::vector<std::string> classes,
                     const std::string& name) {
    const space::ImageView images = store->view();
    check(images, classes, name);
    Fingerprint pixels;
    pixels.add(images.pixels, static_cast<std::size_t>(images.count * images.shape.elements()));
    LoadedSet set;
    set.fingerprint = set_fingerprint(pixels, {images.labels, images.labels + images.count},
                                      images.shape, classes.size());
    set.description = set_description(name, images, classes.size());
    set.store = std::move(store);
    set.labels = std::move(classes);
    return set;
}

TrainingSet training_set(LoadedSet set, double val_split, std::uint64_t seed,
                         const std::string& name) {
    Split split = split_by_class(set.store->view(), set.labels, val_split, seed, name);
    return {std::move(set), std::move(split.training), std::move(split.validation)};
}

TrainingSet training_set(LabelledImages images, double val_split, std::uint64_t seed) {
    const std::string name = images.name;
    return training_set(loaded(std::move(images)), val_split, seed, name);
}

TestSet test_set(LabelledImages images) {
    return {loaded(std::move(images))};
}

}  // namespace nanonas::train
