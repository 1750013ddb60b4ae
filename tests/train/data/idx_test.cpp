#include <array>
#include <filesystem>

#include "tests/support/skip.hpp"
#include "tests/train/data/support.hpp"
#include "train/data/formats/idx.hpp"

using namespace nanonas;
using namespace nanonas::train;
using namespace nanonas::train::testing;
using Catch::Contains;
namespace fs = std::filesystem;

namespace {

constexpr const char* kImages = "train-images-idx3-ubyte";
constexpr const char* kLabels = "train-labels-idx1-ubyte";

Bytes start_of(const Bytes& bytes, std::size_t length) {
    return {bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(length)};
}

}  // namespace

TEST_CASE("plain, gzipped and dotted IDX files are the same data") {
    const TemporaryFolder data;
    write_idx(data / "plain");
    const Bytes images = read_bytes(data / "plain/train-images-idx3-ubyte");
    const Bytes labels = read_bytes(data / "plain/train-labels-idx1-ubyte");
    write_gzip(data / "packed/train-images-idx3-ubyte.gz", images);
    write_gzip(data / "packed/train-labels-idx1-ubyte.gz", labels);
    write_bytes(data / "dots/train-images.idx3-ubyte", images);
    write_gzip(data / "dots/train-labels.idx1-ubyte.gz", labels);
    std::uint64_t print = 0;
    for (const char* path : {"plain", "packed", "dots", "plain/train-images-idx3-ubyte",
                             "packed/train-images-idx3-ubyte.gz", "dots/train-images.idx3-ubyte"}) {
        INFO(path);
        const TrainingSet set = load_training(data / path, {}, 0.25, 1);
        const space::ImageView view = set.set.store->view();
        REQUIRE(view.count == 12);
        CHECK(view.shape == space::Shape{4, 3, 1});
        CHECK(set.set.labels == std::vector<std::string>{"0", "1", "2"});
        CHECK(Bytes(view.pixels, view.pixels + 144) == Bytes(images.begin() + 16, images.end()));
        CHECK(view.labels[4] == 1);
        CHECK(set.validation.size() == 3);
        print = print == 0 ? set.set.fingerprint : print;
        CHECK(set.set.fingerprint == print);
    }
}

TEST_CASE("EMNIST's file names and labels from 1 are known") {
    const TemporaryFolder data;
    const auto write = [&data](const std::string& prefix, const std::string& half,
                               const Bytes& labels) {
        write_bytes(data / (prefix + half + "-images-idx3-ubyte"),
                    idx_images(static_cast<std::uint32_t>(labels.size()), 4, 3));
        write_bytes(data / (prefix + half + "-labels-idx1-ubyte"), idx_labels(labels));
    };
    const std::string letters = "emnist-letters-";
    write(letters, "train", {1, 2, 3, 1, 2, 3});
    write(letters, "test", {3, 2});
    const std::vector<std::string> names = {"1", "2", "3"};
    const auto check = [&](const std::string& path) {
        INFO(path);
        const LoadedSet set = load_training(path, {}, 0.5, 1).set;
        CHECK(set.labels == names);
        CHECK(std::vector<std::int32_t>(set.store->view().labels, set.store->view().labels + 6) ==
              std::vector<std::int32_t>{0, 1, 2, 0, 1, 2});
        const auto test = load_test("", path, {}, names);
        REQUIRE(test.has_value());
        CHECK(test->set.store->view().labels[0] == 2);
        CHECK(test->set.store->view().labels[1] == 1);
    };
    check(data.path());
    check(data / (letters + "train-images-idx3-ubyte"));
    write("emnist-digits-", "train", {0, 1, 0, 1});
    check(data / (letters + "train-images-idx3-ubyte"));
    CHECK(training_error(data.path()) ==
          data.path() +
              ": several data sets (emnist-digits-train-images-idx3-ubyte, "
              "emnist-letters-train-images-idx3-ubyte), expected one, or the path of its file");
    write(letters, "test", {0, 2});
    CHECK_THAT(
        message_of([&] { load_test("", data / (letters + "train-images-idx3-ubyte"), {}, names); }),
        Contains("image 0 has label 0, expected 1..3"));
}

TEST_CASE("the test half lies beside the training half, never is it") {
    const TemporaryFolder data;
    write_idx(data.path());
    CHECK_FALSE(load_test("", data.path(), {}, {"0", "1", "2"}).has_value());
    write_bytes(data / "t10k-images-idx3-ubyte", idx_images(3, 4, 3));
    write_bytes(data / "t10k-labels-idx1-ubyte", idx_labels({2, 1, 1}));
    for (const std::string& path : {data.path(), data / kImages}) {
        const auto test = load_test("", path, {}, {"a", "b", "c"});
        REQUIRE(test.has_value());
        CHECK(test->set.store->view().count == 3);
        CHECK(test->set.labels == std::vector<std::string>{"a", "b", "c"});
    }
    CHECK(load_test(data / "t10k-images-idx3-ubyte", "", {}, {"0", "1", "2"})
              ->set.store->view()
              .count == 3);
    CHECK_THAT(message_of([&] {
                   load_test("", data.path(), {}, {"0", "1"});
               }),
               Contains("t10k-labels-idx1-ubyte: image 0 has label 2, expected 0..1"));
}

TEST_CASE("damaged IDX files are named with what was expected") {
    const TemporaryFolder data;
    write_idx(data.path());
    const Bytes images = read_bytes(data / kImages);
    const Bytes labels = read_bytes(data / kLabels);
    const auto with_images = [&](const Bytes& bytes) {
        write_bytes(data / kImages, bytes);
        const std::string message = training_error(data.path());
        write_bytes(data / kImages, images);
        return message;
    };
    const auto with_labels = [&](const Bytes& bytes) {
        write_bytes(data / kLabels, bytes);
        const std::string message = training_error(data.path());
        write_bytes(data / kLabels, labels);
        return message;
    };
    CHECK(with_images({}) == (data / kImages) + ": truncated, 0 bytes, expected a 16-byte header");
    CHECK_THAT(with_images(labels), Contains("magic number 2049, expected 2051 (IDX images)"));
    CHECK_THAT(with_labels(images), Contains("magic number 2051, expected 2049 (IDX labels)"));
    CHECK(with_images(start_of(images, 100)) ==
          (data / kImages) + ": truncated, its header promises 12 images");
    CHECK_THAT(with_labels(start_of(labels, 15)), Contains(": truncated, its header promises 12"));
    Bytes longer = images;
    longer.push_back(0);
    CHECK_THAT(with_images(longer), Contains("longer than its header says"));
    CHECK_THAT(with_labels(idx_labels({0, 1, 2})), Contains("3 labels, but "));
    CHECK_THAT(with_labels(idx_labels({0, 1, 2, 0, 1, 2, 0, 9, 2, 0, 1, 2})),
               Contains("image 7 has label 9, expected 0..2"));
    CHECK_THAT(with_labels(idx_labels(Bytes(12, 3))), Contains("no image has label 0"));
    CHECK_THAT(with_labels(idx_labels(Bytes(12, 0))), Contains("only one class"));
    Bytes huge = images;
    huge[4] = 0xFF;
    CHECK_THAT(with_images(huge), Contains("truncated, its header promises 4278190092 images"));
    Bytes flat = images;
    flat[11] = 0;
    CHECK_THAT(with_images(flat), Contains("images of 0x3, expected 1 to 4096 a side"));
    fs::remove(data / kLabels);
    CHECK_THAT(training_error(data.path()), Contains("no train-labels-idx1-ubyte[.gz] in it"));
    CHECK_THAT(training_error(data / kImages), Contains("no labels file beside it"));
}

TEST_CASE("gzipped files that are cut or changed are found out") {
    const TemporaryFolder data;
    Bytes pixels = idx_images(12, 28, 28);
    write_gzip(data / "train-images-idx3-ubyte.gz", pixels);
    write_bytes(data / kLabels, idx_labels({0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2}));
    const std::string path = data / "train-images-idx3-ubyte.gz";
    const Bytes whole = read_bytes(path);
    write_bytes(path, start_of(whole, whole.size() / 2));
    CHECK_THAT(training_error(data.path()), Contains(path + ": truncated, "));
    write_bytes(path, start_of(whole, whole.size() - 4));
    CHECK_THAT(training_error(data.path()), Contains("expected gzip's check sum at its end"));
    Bytes changed = whole;
    changed[whole.size() - 6] ^= 1;
    write_bytes(path, changed);
    CHECK_THAT(training_error(data.path()), Contains(path + ": corrupt gzip ("));
}

TEST_CASE("skipping keeps the whole images of a torn IDX file") {
    const TemporaryFolder data;
    write_idx(data.path());
    write_bytes(data / kImages, start_of(read_bytes(data / kImages), 16 + 12 * 7 + 5));
    LoadOptions options;
    options.skip_bad = true;
    const LoadedSet set = load_training(data.path(), options, 0.5, 1).set;
    CHECK(set.store->view().count == 7);
    CHECK(set.skipped >= 1);
}

TEST_CASE("Fashion-MNIST loads by default") {
    if (!is_idx(kFashionMnistFolder)) {
        nanonas::testing::skip("dataset-fashion-mnist is not installed");
        return;
    }
    const TrainingSet set = load_training("", {}, 0.3, 1);
    const space::ImageView view = set.set.store->view();
    REQUIRE(view.count == 60000);
    CHECK(view.shape == space::Shape{28, 28, 1});
    CHECK(view.labels[0] == 9);
    CHECK(set.set.labels[9] == "Ankle boot");
    CHECK(set.set.description == "fashion-mnist: 60,000 images 28x28x1, 10 classes");
    std::array<std::int64_t, 10> counts{};
    for (std::int64_t row = 0; row < view.count; ++row) {
        ++counts[static_cast<std::size_t>(view.labels[row])];
    }
    for (const std::int64_t count : counts) {
        CHECK(count == 6000);
    }
    CHECK(set.validation.size() == 18000);
    const auto test = load_test("", "", {}, set.set.labels);
    REQUIRE(test.has_value());
    CHECK(test->set.store->view().count == 10000);
    CHECK(test->set.store->view().labels[0] == 9);
}
