#include "train/data/resized.hpp"

#include <algorithm>
#include <atomic>
#include <catch2/catch.hpp>
#include <filesystem>
#include <thread>

#include "space/errors.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tests/train/data/support.hpp"
#include "tests/train/memory_set.hpp"
#include "train/data/resize.hpp"

using namespace nanonas;
using namespace nanonas::train;
using Catch::Contains;

namespace {

const space::Shape kShape{12, 10, 3};

const TrainingSet& data() {
    static const TrainingSet set = test::bright_bands(kShape, 3, 60, 7);
    return set;
}

std::vector<std::uint8_t> pixels_of(const LoadedSet& set) {
    const space::ImageView images = set.store->view();
    return {images.pixels, images.pixels + images.count * images.shape.elements()};
}

/// Image by image, as loading resizes.
std::vector<std::uint8_t> expected(const space::Shape& shape) {
    const space::ImageView images = data().set.store->view();
    std::vector<std::uint8_t> pixels(static_cast<std::size_t>(images.count * shape.elements()));
    for (std::int64_t i = 0; i < images.count; ++i) {
        resize_image(kShape, images.image(i), shape, pixels.data() + i * shape.elements());
    }
    return pixels;
}

}  // namespace

TEST_CASE("a set at another size has every image resized, in the same order") {
    for (const space::Shape& shape :
         {space::Shape{6, 5, 3}, space::Shape{17, 30, 3}, space::Shape{1, 1, 3}}) {
        for (const int threads : {1, 4}) {
            ResizeOptions options;
            options.threads = threads;
            const TrainingSet sized = at_size(data(), shape, options);
            const space::ImageView images = sized.set.store->view();
            CHECK(images.shape == shape);
            CHECK(pixels_of(sized.set) == expected(shape));
            CHECK(std::equal(images.labels, images.labels + images.count,
                             data().set.store->view().labels));
            CHECK(sized.training == data().training);
            CHECK(sized.validation == data().validation);
            CHECK(sized.set.labels == data().set.labels);
            CHECK(sized.set.fingerprint != data().set.fingerprint);
            CHECK_THAT(sized.set.description, Contains("resized to " + to_string(shape)));
        }
    }
    CHECK(at_size(data().set, kShape).store == data().set.store);
    CHECK(at_size(TestSet{data().set}, {5, 5, 3}).set.store->view().shape == space::Shape{5, 5, 3});
}

TEST_CASE("a set loaded at its own size and resized is the one loaded at that size") {
    const nanonas::testing::TemporaryFolder folder;
    train::testing::write_idx(folder.path());
    const TrainingSet native = load_training(folder.path(), {}, 0.3, 1);
    const space::Shape shape{5, 9, native.set.store->view().shape.channels};
    LoadOptions options;
    options.input = shape;
    const TrainingSet loaded = load_training(folder.path(), options, 0.3, 1);
    const TrainingSet resized = at_size(native, shape);
    CHECK(pixels_of(resized.set) == pixels_of(loaded.set));
    CHECK(resized.set.fingerprint == loaded.set.fingerprint);
    CHECK(resized.training == loaded.training);
}

TEST_CASE("a set that is too large for memory is mapped from a cache file") {
    const nanonas::testing::TemporaryFolder folder;
    ResizeOptions options;
    options.memory_allowance_bytes = 100;
    options.cache_directory = folder.path();
    const space::Shape shape{20, 20, 3};
    CHECK(pixels_of(at_size(data().set, shape, options)) == expected(shape));
    CHECK_FALSE(std::filesystem::is_empty(folder.path()));
    CHECK(pixels_of(at_size(data().set, shape, options)) == expected(shape));
}

TEST_CASE("another number of channels or no side at all is refused") {
    for (const space::Shape& shape :
         {space::Shape{6, 6, 1}, space::Shape{0, 6, 3}, space::Shape{6, 5000, 3}}) {
        CHECK_THROWS_WITH(at_size(data(), shape),
                          Contains("cannot be resized") && Contains("as many channels"));
    }
}

TEST_CASE("each size is made once and shared, its own size is the set itself") {
    std::atomic<int> made{0};
    ResizeOptions options;
    options.progress = [&](std::int64_t done, std::int64_t total) {
        made += done == total ? 1 : 0;
    };
    ResizedSets sets(data(), options);
    CHECK(sets.at(kShape).get() == &data());
    CHECK(made == 0);
    std::vector<std::shared_ptr<const TrainingSet>> got(8);
    std::vector<std::thread> threads;
    for (std::size_t i = 0; i < got.size(); ++i) {
        threads.emplace_back([&, i] {
            got[i] = sets.at(i % 2 == 0 ? space::Shape{6, 6, 3} : space::Shape{24, 24, 3});
        });
    }
    for (std::thread& thread : threads) {
        thread.join();
    }
    CHECK(made == 2);
    for (std::size_t i = 2; i < got.size(); ++i) {
        CHECK(got[i] == got[i % 2]);
    }
    CHECK(pixels_of(got[0]->set) == expected({6, 6, 3}));
    CHECK(pixels_of(got[1]->set) == expected({24, 24, 3}));
}

TEST_CASE(
    "of more sizes than may be kept, the one asked for least lately goes, unless it is held") {
    const auto size = [](std::int64_t side) { return space::Shape{side, side, 3}; };
    const std::int64_t images = data().set.store->view().count;
    ResizeOptions options;
    int count = 0;
    options.progress = [&](std::int64_t done, std::int64_t total) {
        count += done == total ? 1 : 0;
    };
    ResizedSets sets(data(), options, images * (size(6).elements() + size(7).elements()));
    auto held = sets.at(size(6));
    sets.at(size(7));
    CHECK(count == 2);
    sets.at(size(7));
    sets.at(size(6));
    CHECK(count == 2);
    sets.at(size(5));  // 7 goes: 6 is held
    CHECK(count == 3);
    sets.at(size(6));
    CHECK(count == 3);
    held.reset();
    sets.at(size(7));
    CHECK(count == 4);  // 5, asked for least lately, went
    sets.at(size(6));
    CHECK(count == 4);
    sets.at(size(5));
    CHECK(count == 5);
    const std::weak_ptr<const TrainingSet> gone = sets.at(size(40));  // larger than what is kept
    CHECK(gone.expired() == false);
    sets.at(size(5));
    CHECK(gone.expired());
}
