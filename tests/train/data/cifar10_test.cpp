#include "tests/train/data/support.hpp"

using namespace nanonas;
using namespace nanonas::train;
using namespace nanonas::train::testing;
using Catch::Contains;

namespace {

const Bytes kTwoOfEach = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9};

}  // namespace

TEST_CASE("CIFAR-10 batches become interleaved RGB") {
    const TemporaryFolder data;
    write_bytes(data / "data_batch_1.bin", cifar10_batch(kTwoOfEach));
    write_bytes(data / "data_batch_2.bin", cifar10_batch({7, 8}));
    const TrainingSet set = load_training(data.path(), {}, 0.5, 1);
    const space::ImageView view = set.set.store->view();
    REQUIRE(view.count == 22);
    CHECK(view.shape == space::Shape{32, 32, 3});
    CHECK(view.labels[20] == 7);
    // Planes of 1,024 bytes count up from the label; pixel 5 takes one from each.
    const std::uint8_t* image = view.image(20);
    CHECK(image[15] == 12);
    CHECK(image[16] == static_cast<std::uint8_t>(7 + 1024 + 5));
    CHECK(image[17] == static_cast<std::uint8_t>(7 + 2048 + 5));
    CHECK(set.set.labels[3] == "cat");
}

TEST_CASE("class names come from batches.meta.txt") {
    const TemporaryFolder data;
    write_bytes(data / "cifar-10-batches-bin/data_batch_1.bin", cifar10_batch(kTwoOfEach));
    write_text(data / "cifar-10-batches-bin/batches.meta.txt",
               "a\nb\nc\nd\r\ne\nf\ng\nh\ni\nj\n\n");
    CHECK(load_training(data.path(), {}, 0.5, 1).set.labels[3] == "d");
    write_text(data / "cifar-10-batches-bin/batches.meta.txt", "a\nb\n");
    CHECK_THAT(training_error(data.path()),
               Contains("batches.meta.txt: 2 class names, expected 10"));
}

TEST_CASE("the CIFAR-10 test batch is the test half") {
    const TemporaryFolder data;
    write_bytes(data / "data_batch_1.bin", cifar10_batch(kTwoOfEach));
    const std::vector<std::string> labels = load_training(data.path(), {}, 0.5, 1).set.labels;
    CHECK_FALSE(load_test("", data.path(), {}, labels).has_value());
    write_bytes(data / "test_batch.bin", cifar10_batch({9, 3}));
    const auto test = load_test("", data.path(), {}, labels);
    REQUIRE(test.has_value());
    CHECK(test->set.store->view().count == 2);
    CHECK(test->set.store->view().labels[0] == 9);
    CHECK_THAT(message_of([&] {
                   load_test("", data.path(), {}, {"0", "1"});
               }),
               Contains("is not in the training set"));
}

TEST_CASE("damaged CIFAR-10 batches are named with what was expected") {
    const TemporaryFolder data;
    Bytes bytes = cifar10_batch(kTwoOfEach);
    bytes.pop_back();
    write_bytes(data / "data_batch_1.bin", bytes);
    CHECK(training_error(data.path()) ==
          (data / "data_batch_1.bin") +
              ": truncated, 61459 bytes, expected CIFAR-10: a multiple of 3073");
    LoadOptions options;
    options.skip_bad = true;
    // The torn record was the second of class 9, which now cannot be split.
    CHECK_THAT(training_error(data.path(), options), Contains("class truck has 1 image"));

    bytes = cifar10_batch(kTwoOfEach);
    const Bytes more = cifar10_batch({9});
    bytes.insert(bytes.end(), more.begin(), more.end());
    bytes[2 * 3073] = 10;
    bytes[12 * 3073] = 2;
    write_bytes(data / "data_batch_1.bin", bytes);
    CHECK(training_error(data.path()) ==
          (data / "data_batch_1.bin") + ": image 2 has label 10, expected 0..9");
    bytes[3 * 3073] = 2;
    bytes[20 * 3073] = 3;
    write_bytes(data / "data_batch_1.bin", bytes);
    const LoadedSet set = load_training(data.path(), options, 0.5, 1).set;
    CHECK(set.skipped == 1);
    CHECK(set.store->view().count == 20);

    write_bytes(data / "data_batch_1.bin", {});
    CHECK_THAT(training_error(data.path()), Contains("truncated, 0 bytes"));
    write_bytes(data / "data_batch_1.bin", cifar10_batch(kTwoOfEach));
    write_bytes(data / "data_batch_3.bin", cifar10_batch(kTwoOfEach));
    CHECK(training_error(data.path()) == (data / "data_batch_2.bin") + ": no such file");
}

TEST_CASE("CIFAR-100 and Python's batches are named") {
    const TemporaryFolder data;
    const std::string read =
        ", expected CIFAR-10 binary (cifar-10-binary.tar.gz), IDX or a folder with one sub-folder "
        "per class";
    const std::string hundred = ": CIFAR-100, which is not read" + read;
    for (const std::string name : {"train.bin", "test.bin"}) {
        write_bytes(data / ("c100/cifar-100-binary/" + name), Bytes(2 * 3074));
    }
    const std::string folder = data / "c100/cifar-100-binary";
    CHECK_THAT(training_error(folder + "/train.bin"),
               Contains("CIFAR-100 by its size, 6148 bytes, expected CIFAR-10"));
    write_text(folder + "/fine_label_names.txt", "apple\n");
    for (const std::string& path : {data / "c100", folder, folder + "/train.bin"}) {
        CHECK(training_error(path) == path + hundred);
    }
    const std::string python =
        ": CIFAR batches in Python's format (pickle), which are not read" + read;
    for (const char* name : {"py/batches.meta", "py/data_batch_1", "up/cifar-100-python/meta",
                             "up/cifar-100-python/train"}) {
        write_text(data / name, "\x80\x02");
    }
    for (const std::string& path : {data / "py", data / "py/data_batch_1", data / "up"}) {
        CHECK(training_error(path) == path + python);
    }
}
