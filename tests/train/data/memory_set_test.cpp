#include "train/data/memory_set.hpp"

#include <catch2/catch.hpp>
#include <string>

#include "tests/support/temporary_folder.hpp"
#include "tests/train/data/support.hpp"

using namespace nanonas;
using namespace nanonas::train;
using namespace nanonas::train::testing;

namespace {

/// What write_idx() puts into its files.
LabelledImages as_idx(const LoadedSet& read) {
    const space::ImageView view = read.store->view();
    LabelledImages images;
    images.shape = view.shape;
    images.pixels.assign(view.pixels, view.pixels + view.count * view.shape.elements());
    images.labels.assign(view.labels, view.labels + view.count);
    images.classes = read.labels;
    images.name = "digits";
    return images;
}

LabelledImages four() {
    LabelledImages images;
    images.shape = {2, 2, 1};
    images.pixels.assign(16, 7);
    images.labels = {0, 1, 0, 1};
    images.classes = {"cat", "dog"};
    return images;
}

template <typename E = DataError>
std::string refusal(const LabelledImages& images, double val_split = 0.5) {
    return message_of<E>([&] { training_set(images, val_split, 1); });
}

}  // namespace

TEST_CASE("images in memory make the set that they make when they are read from files") {
    const TemporaryFolder folder;
    write_idx(folder.path());
    const TrainingSet read = load_training(folder.path(), {}, 0.25, 3);
    const TrainingSet made = training_set(as_idx(read.set), 0.25, 3);
    CHECK(made.set.fingerprint == read.set.fingerprint);
    CHECK(made.set.labels == read.set.labels);
    CHECK(made.set.description == "digits: 12 images 4x3x1, 3 classes");
    CHECK(made.training == read.training);
    CHECK(made.validation == read.validation);
    const space::ImageView view = made.set.store->view();
    REQUIRE(view.count == 12);
    CHECK(view.image(11)[11] == read.set.store->view().image(11)[11]);
    CHECK(view.labels[11] == 2);

    const TestSet test = test_set(as_idx(read.set));
    CHECK(test.set.fingerprint == read.set.fingerprint);
    CHECK(test.set.store->view().count == 12);
}

TEST_CASE("another pixel, label or shape is another fingerprint") {
    const auto fingerprint = [](const LabelledImages& images) {
        return test_set(images).set.fingerprint;
    };
    LabelledImages other = four();
    other.pixels[5] = 8;
    CHECK(fingerprint(other) != fingerprint(four()));
    other = four();
    other.labels[0] = 1;
    CHECK(fingerprint(other) != fingerprint(four()));
    other = four();
    other.shape = {4, 1, 1};
    CHECK(fingerprint(other) != fingerprint(four()));
}

TEST_CASE("images in memory that do not fit each other are refused in a line") {
    LabelledImages images = four();
    images.pixels.pop_back();
    CHECK(refusal(images) ==
          "images: 15 bytes of pixels, expected 16 for 4 labels and images of 2x2x1");
    images = four();
    images.labels[2] = 2;
    CHECK(refusal(images) == "images: image 2: label 2 is not in [0, 2)");
    images.labels[2] = -1;
    CHECK(refusal(images) == "images: image 2: label -1 is not in [0, 2)");
    images = four();
    images.shape = {2, 1, 2};
    CHECK(refusal(images) ==
          "images: images of 2x1x2, expected HxWx1 (grey) or HxWx3 (RGB) with sides of at most "
          "4,096");
    images.shape = {0, 2, 1};
    CHECK_THAT(refusal(images), Catch::StartsWith("images: images of 0x2x1, expected"));
    images = four();
    images.pixels.clear();
    images.labels.clear();
    CHECK(refusal(images) == "images: no images");
    images = four();
    images.classes = {"cat"};
    CHECK(refusal(images) == "images: 1 class names, expected from 2 to 10,000");
    images.classes = {"cat", "d\nog"};
    CHECK_THAT(refusal(images), Catch::StartsWith("images: class name "));
    images = four();
    images.labels = {0, 0, 0, 1};
    CHECK_THAT(refusal(images), Catch::StartsWith("images: class dog has 1 image, expected"));
    CHECK_NOTHROW(test_set(images));
    CHECK_THAT(refusal<ConfigError>(four(), 1.0), Catch::StartsWith("val_split: 1.0"));
}
