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

void check_shape(const LabelledImages& images) {
    const space::Shape& shape = images.shape;
    const auto side_fits = [](std::int64_t side) { return side >= 1 && side <= kLargestInputSide; };
    if (!side_fits(shape.height) || !side_fits(shape.width) ||
        (shape.channels != 1 && shape.channels != 3)) {
        throw DataError(images.name + ": images of " + to_string(shape) +
                        ", expected HxWx1 (grey) or HxWx3 (RGB) with sides of at most " +
                        grouped(kLargestInputSide));
    }
}

void check(const LabelledImages& images) {
    check_shape(images);
    const auto classes = static_cast<std::int64_t>(images.classes.size());
    if (classes < 2 || classes > kMostClasses) {
        throw DataError(images.name + ": " + grouped(classes) +
                        " class names, expected from 2 to " + grouped(kMostClasses));
    }
    check_class_names(images.name, images.classes);
    if (images.labels.empty()) {
        throw DataError(images.name + ": no images");
    }
    const auto expected = static_cast<std::int64_t>(images.labels.size()) * images.shape.elements();
    if (static_cast<std::int64_t>(images.pixels.size()) != expected) {
        throw DataError(images.name + ": " +
                        grouped(static_cast<std::int64_t>(images.pixels.size())) +
                        " bytes of pixels, expected " + grouped(expected) + " for " +
                        grouped(static_cast<std::int64_t>(images.labels.size())) +
                        " labels and images of " + to_string(images.shape));
    }
    for (std::size_t row = 0; row < images.labels.size(); ++row) {
        if (images.labels[row] < 0 || images.labels[row] >= classes) {
            throw DataError(images.name + ": image " + std::to_string(row) + ": label " +
                            std::to_string(images.labels[row]) + " is not in [0, " +
                            std::to_string(classes) + ")");
        }
    }
}

LoadedSet loaded(LabelledImages images) {
    check(images);
    Fingerprint pixels;
    pixels.add(images.pixels.data(), images.pixels.size());
    LoadedSet set;
    set.fingerprint = set_fingerprint(pixels, images.labels, images.shape, images.classes.size());
    set.store = memory_store(images.shape, std::move(images.pixels), std::move(images.labels));
    set.description = set_description(images.name, set.store->view(), images.classes.size());
    set.labels = std::move(images.classes);
    return set;
}

}  // namespace

std::shared_ptr<const ImageStore> memory_store(const space::Shape& shape,
                                               std::vector<std::uint8_t> pixels,
                                               std::vector<std::int32_t> labels) {
    return std::make_shared<MemoryStore>(shape, std::move(pixels), std::move(labels));
}

TrainingSet training_set(LabelledImages images, double val_split, std::uint64_t seed) {
    const std::string name = images.name;
    LoadedSet set = loaded(std::move(images));
    Split split = split_by_class(set.store->view(), set.labels, val_split, seed, name);
    return {std::move(set), std::move(split.training), std::move(split.validation)};
}

TestSet test_set(LabelledImages images) {
    return {loaded(std::move(images))};
}

}  // namespace nanonas::train
