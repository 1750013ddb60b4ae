#include <atomic>
#include <filesystem>

#include "space/random.hpp"
#include "tests/train/data/support.hpp"

using namespace nanonas;
using namespace nanonas::train;
using namespace nanonas::train::testing;
using Catch::Contains;
namespace fs = std::filesystem;

namespace {

void cut(const std::string& path, std::size_t length) {
    Bytes bytes = read_bytes(path);
    bytes.resize(length);
    write_bytes(path, bytes);
}

LoadOptions sized(std::int64_t height, std::int64_t width, std::int64_t channels) {
    LoadOptions options;
    options.input = space::Shape{height, width, channels};
    return options;
}

}  // namespace

TEST_CASE("sub-folders are classes, sorted by name, with images of any format at any depth") {
    const TemporaryFolder data;
    write_image(data / "dog/b.jpg", 8, 8, 3);
    write_image(data / "dog/more/deep/a.bmp", 8, 8, 3);
    write_image(data / "cat/b.png", 8, 8, 3, 5);
    write_image(data / "cat/a.png", 8, 8, 1, 6);
    write_image(data / "ant/a.ppm", 8, 8, 3);
    write_image(data / "ant/b.tga", 8, 8, 3);
    const TrainingSet set = load_training(data.path(), {}, 0.5, 1);
    CHECK(set.set.labels == std::vector<std::string>{"ant", "cat", "dog"});
    const space::ImageView view = set.set.store->view();
    CHECK(view.shape == space::Shape{8, 8, 3});
    REQUIRE(view.count == 6);
    CHECK(std::vector<std::int32_t>(view.labels, view.labels + 6) ==
          std::vector<std::int32_t>{0, 0, 1, 1, 2, 2});
    const Bytes grey = picture(8, 8, 1, 6);
    CHECK(view.image(2)[0] == grey[0]);
    CHECK(view.image(2)[1] == grey[0]);
    const Bytes colour = picture(8, 8, 3, 5);
    CHECK(Bytes(view.image(3), view.image(3) + 192) == colour);
    CHECK(set.training.size() == 3);
    CHECK(set.validation.size() == 3);
    CHECK(set.set.description == data.path() + ": 6 images 8x8x3, 3 classes");
}

TEST_CASE("a set of grey images only is grey") {
    const TemporaryFolder data;
    for (const char* name : {"a/1.png", "a/2.png", "b/1.png", "b/2.png"}) {
        write_image(data / name, 4, 5, 1);
    }
    CHECK(load_training(data.path(), {}, 0.5, 1).set.store->view().shape == space::Shape{4, 5, 1});
}

TEST_CASE("hidden entries and companions of images are passed over") {
    const TemporaryFolder data;
    write_class_folders(data.path(), 2, 2, 4, 4);
    for (const char* name : {".git/x", "class0/.hidden.png", "class0/Thumbs.db", "class1/notes.txt",
                             "class1/meta.JSON", "class1/labels.csv", "README.md"}) {
        write_text(data / name, "x");
    }
    CHECK(load_training(data.path(), {}, 0.5, 1).set.store->view().count == 4);
}

TEST_CASE("what file servers and systems leave is neither a class nor an image") {
    const TemporaryFolder data;
    write_class_folders(data.path(), 2, 2, 4, 4);
    for (const char* name :
         {"@eaDir/0.png/SYNOPHOTO_THUMB_M.jpg", "class0/@eaDir/0.png/SYNOPHOTO_THUMB_M.jpg",
          "class0/.@__thumb/0.png", "class1/deep/@eaDir/1.jpg", "__MACOSX/class0/0.png",
          "#recycle/0.png", "$RECYCLE.BIN/0.png", "lost+found/0.png"}) {
        write_image(data / (std::string(name) + ".png"), 1, 1, 3);
    }
    for (const char* name : {"class0/._0.png", "class0/.DS_Store", "class0/Thumbs.db",
                             "class0/ehthumbs.db", "class0/desktop.ini", "class0/Icon\r"}) {
        write_text(data / name, "x");
    }
    const LoadedSet set = load_training(data.path(), {}, 0.5, 1).set;
    CHECK(set.labels == std::vector<std::string>{"class0", "class1"});
    CHECK(set.store->view().count == 4);
}

TEST_CASE("links that lead in circles end") {
    const TemporaryFolder data;
    write_class_folders(data.path(), 2, 2, 4, 4);
    fs::create_directory_symlink(data.path(), data / "class0/up");
    fs::create_directory_symlink(data / "class1", data / "class1/self");
    CHECK(load_training(data.path(), {}, 0.5, 1).set.store->view().count == 4);
}

TEST_CASE("wrong folders are named with what was expected") {
    const TemporaryFolder data;
    CHECK(training_error(data / "none") == (data / "none") + ": no such file or folder");
    CHECK(training_error(data.path()) ==
          data.path() + ": empty folder, expected one sub-folder per class");
    write_image(data / "loose.png", 4, 4, 3);
    CHECK(training_error(data.path()) ==
          data.path() + ": images but no sub-folders, expected one sub-folder per class");
    CHECK_THAT(training_error(data / "loose.png"), Contains("loose.png: not a data set, expected"));
    write_image(data / "cat/1.png", 4, 4, 3);
    CHECK(training_error(data.path()) ==
          data.path() + ": only one class (cat), expected at least two sub-folders");
    write_text(data / "dog/readme.txt", "no image");
    CHECK_THAT(training_error(data.path()), Contains("/dog: no images, expected JPEG, PNG"));
    write_image(data / "dog/1.png", 4, 4, 3);
    CHECK_THAT(training_error(data.path()),
               Contains("class cat has 1 image, expected at least two"));
}

TEST_CASE("halves of a data set are not taken for classes") {
    const TemporaryFolder data;
    write_class_folders(data / "train", 2, 2, 4, 4);
    write_class_folders(data / "test", 2, 2, 4, 4);
    CHECK_THAT(training_error(data.path()), Contains("test is a part of a data set, not a class"));
}

TEST_CASE("a class name that is not UTF-8 is refused") {
    // Latin-1, overlong, a surrogate, beyond Unicode.
    for (const char* name : {"caf\xE9", "\xe0\x80\xaf", "\xed\xa0\x80", "\xf4\x90\x80\x80"}) {
        const TemporaryFolder data;
        write_class_folders(data.path(), 2, 2, 4, 4);
        write_image(data / (std::string(name) + "/1.png"), 4, 4, 3);
        CHECK_THAT(training_error(data.path()), Contains("class name is not UTF-8"));
    }
}

TEST_CASE("images that differ in size need an input shape") {
    const TemporaryFolder data;
    write_class_folders(data.path(), 2, 2, 10, 12);
    write_image(data / "class1/odd.jpg", 16, 20, 3);
    CHECK(training_error(data.path()) ==
          data.path() +
              ": images differ in size (class0/0.png 10x12, class1/odd.jpg 16x20): "
              "give --input HxWxC");
    const TrainingSet set = load_training(data.path(), sized(6, 7, 1), 0.5, 1);
    CHECK(set.set.store->view().shape == space::Shape{6, 7, 1});
    CHECK(set.set.store->view().count == 5);
}

TEST_CASE("an impossible input shape is a configuration error") {
    const TemporaryFolder data;
    write_class_folders(data.path(), 2, 2, 4, 4);
    CHECK_THAT(message_of<ConfigError>([&] { load_training(data.path(), sized(4, 4, 2), 0.5, 1); }),
               Contains("input: 4x4x2 is no image shape"));
}

TEST_CASE("the first bad image in sorted order is reported, however many threads decode") {
    const TemporaryFolder data;
    write_class_folders(data.path(), 3, 30, 9, 9);
    cut(data / "class1/17.png", 70);
    cut(data / "class1/4.png", 70);
    cut(data / "class2/0.png", 0);
    for (const int threads : {1, 2, 5}) {
        LoadOptions options;
        options.threads = threads;
        CHECK(training_error(data.path(), options) ==
              (data / "class1/17.png") + ": not a decodable image (truncated PNG)");
    }
    LoadOptions options;
    options.skip_bad = true;
    options.threads = 2;
    const LoadedSet set = load_training(data.path(), options, 0.5, 1).set;
    CHECK(set.skipped == 3);
    CHECK(set.store->view().count == 87);
    CHECK_THAT(set.description, Contains("87 images 9x9x3, 3 classes, 3 bad ones skipped"));
}

TEST_CASE("a file of unknown ending is tried, and a dangling link is missed") {
    const TemporaryFolder data;
    write_class_folders(data.path(), 2, 2, 4, 4);
    fs::copy_file(data / "class0/0.png", data / "class0/picture");
    CHECK(load_training(data.path(), {}, 0.5, 1).set.store->view().count == 5);
    write_text(data / "class0/x.webp", "RIFF....WEBP");
    CHECK_THAT(training_error(data.path()),
               Contains("x.webp: not a decodable image (no JPEG, PNG, BMP"));
    fs::remove(data / "class0/x.webp");
    fs::create_symlink("nowhere.png", data / "class1/gone.png");
    CHECK_THAT(training_error(data.path()), Contains("gone.png: not a decodable image (cannot be"));
}

TEST_CASE("when every image is bad, skipping leaves nothing") {
    const TemporaryFolder data;
    for (const char* name : {"a/1.jpg", "b/1.jpg"}) {
        write_text(data / name, "not a picture");
    }
    LoadOptions options;
    options.skip_bad = true;
    CHECK(training_error(data.path(), options) == data.path() + ": no usable image (2 bad)");
    CHECK_THAT(training_error(data.path()), Contains("a/1.jpg: not a decodable image"));
}

TEST_CASE("pixels do not depend on threads, progress reaches the total") {
    const TemporaryFolder data;
    write_class_folders(data.path(), 2, 25, 20, 20);
    std::vector<std::uint64_t> prints;
    for (const int threads : {1, 4}) {
        LoadOptions options = sized(7, 9, 3);
        options.threads = threads;
        std::atomic<std::int64_t> calls{0};
        std::atomic<std::int64_t> furthest{0};
        options.progress = [&](std::int64_t done, std::int64_t total) {
            ++calls;
            if (done == total) {
                furthest = done;
            }
        };
        prints.push_back(load_training(data.path(), options, 0.3, 1).set.fingerprint);
        CHECK(calls == 50);
        CHECK(furthest == 50);
    }
    CHECK(prints[0] == prints[1]);
}

TEST_CASE("an exception from progress ends the loading") {
    const TemporaryFolder data;
    write_class_folders(data.path(), 2, 10, 4, 4);
    LoadOptions options;
    options.threads = 3;
    options.progress = [](std::int64_t, std::int64_t) { throw Interrupted(); };
    CHECK_THROWS_AS(load_training(data.path(), options, 0.3, 1), Interrupted);
}

TEST_CASE("the fingerprint knows pixels and labels") {
    const TemporaryFolder data;
    write_class_folders(data.path(), 2, 3, 6, 6);
    const auto print = [&] { return load_training(data.path(), {}, 0.3, 1).set.fingerprint; };
    const std::uint64_t first = print();
    CHECK(print() == first);
    fs::rename(data / "class1/0.png", data / "class0/9.png");
    CHECK(print() != first);
    fs::rename(data / "class0/9.png", data / "class1/0.png");
    write_image(data / "class1/0.png", 6, 6, 3, 99);
    CHECK(print() != first);
}

TEST_CASE("a test folder has the classes of the training set") {
    const TemporaryFolder data;
    write_class_folders(data / "t", 3, 2, 4, 4);
    const std::vector<std::string> labels = {"class0", "class1", "class2"};
    const auto test = [&](const std::vector<std::string>& names) {
        return load_test(data / "t", "", {}, names);
    };
    REQUIRE(test(labels).has_value());
    CHECK(test(labels)->set.store->view().count == 6);
    CHECK_THAT(message_of([&] {
                   test({"class0", "class1"});
               }),
               Contains("/t: class class2 is not in the training set"));
    CHECK_THAT(message_of([&] {
                   test({"class0", "class1", "class2", "zebra"});
               }),
               Contains("/t: no class zebra, the training set has one"));
    // A training set of another format may have its own order; labels follow it.
    const auto reordered = test({"class2", "class0", "class1"});
    CHECK(reordered->set.labels.front() == "class2");
    const Bytes first = picture(4, 4, 3, 4);
    const space::ImageView view = reordered->set.store->view();
    CHECK(view.labels[0] == 0);
    CHECK(Bytes(view.image(0), view.image(0) + 48) == first);
}

TEST_CASE("a folder of classes ships no test half") {
    const TemporaryFolder data;
    write_class_folders(data.path(), 2, 2, 4, 4);
    CHECK_FALSE(load_test("", data.path(), {}, {"class0", "class1"}).has_value());
}
