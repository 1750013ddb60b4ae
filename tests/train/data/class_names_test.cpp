#include "train/data/class_names.hpp"

#include <filesystem>

#include "tests/train/data/support.hpp"

using namespace nanonas;
using namespace nanonas::train;
using namespace nanonas::train::testing;

namespace {

const std::string kComposed = "caf\xC3\xA9";
const std::string kDecomposed = "cafe\xCC\x81";

std::string problem(const std::vector<std::string>& names) {
    return message_of([&] { check_class_names("data", names); });
}

}  // namespace

TEST_CASE("class names of one line in any script pass") {
    check_class_names("data", {"cat", "T-shirt/top", kComposed, "\xE7\x8C\xAB", " with blanks "});
}

TEST_CASE("a class name that a label file could not hold is refused") {
    const std::string expected =
        "data: class name 'b?' holds a line break or control character (U+000D), expected one line "
        "of text";
    CHECK(problem({"a", "b\r"}) == expected);
    for (const char* name : {"b\n", "b\tc", "\x1B[2J", "\x7F", "b\xC2\x85", "b\xE2\x80\xA8"}) {
        CHECK_THAT(problem({"a", name}), Catch::Contains("line break or control character"));
    }
    CHECK(problem({"a", "caf\xE9"}) == "data: class name is not UTF-8");
    CHECK(problem({"a", "\xED\xA0\x80"}) == "data: class name is not UTF-8");
    CHECK(problem({"a", "a"}) == "data: two classes are called 'a'");
}

TEST_CASE("names that differ only in Unicode composition are told") {
    CHECK(problem({kDecomposed, "a", kComposed}) ==
          "data: class " + kComposed +
              " is another class in another Unicode composition (bytes 63 61 66 c3 a9, there 63 61 "
              "66 65 cc 81), expected one spelling");
    CHECK(message_of([] {
              check_same_classes("test", {"a", kDecomposed}, {"a", kComposed});
          }) == "test: class " + kDecomposed +
                    " is the training set's in another Unicode composition (bytes 63 61 66 65 cc "
                    "81, there 63 61 66 c3 a9), expected one spelling");
    CHECK(message_of([] {
              check_same_classes("test", {"a", "b"}, {"a", "c"});
          }) == "test: class b is not in the training set");
    CHECK(message_of([] {
              check_same_classes("test", {"a"}, {"a", "c"});
          }) == "test: no class c, the training set has one");
}

TEST_CASE("class names are checked before any image is decoded") {
    const TemporaryFolder data;
    write_image(data / "a/1.png", 4, 4, 3);
    write_text(data / "b\r/1.png", "no image");
    CHECK_THAT(training_error(data.path()), Catch::Contains("class name 'b?' holds"));
}

TEST_CASE("too many classes and too large images are refused before they are decoded") {
    const TemporaryFolder data;
    for (int i = 0; i <= 10000; ++i) {
        std::filesystem::create_directories(data / ("many/" + std::to_string(i)));
    }
    CHECK(training_error(data / "many") ==
          (data / "many") + ": 10,001 sub-folders, expected at most 10,000 classes");
    for (const char* name : {"large/a/1.png", "large/b/1.png"}) {
        write_image(data / name, 4097, 2, 1);
    }
    CHECK(training_error(data / "large") ==
          (data / "large") +
              ": images of 4097x2x1, expected at most 4,096 a side: give --input HxWxC");
}

TEST_CASE("a caller may refuse a set before its images are decoded") {
    const TemporaryFolder data;
    write_class_folders(data.path(), 2, 2, 4, 5);
    LoadOptions options;
    int decoded = 0;
    options.progress = [&decoded](std::int64_t, std::int64_t) { ++decoded; };
    options.accept = [](const space::Shape& shape, std::int64_t classes) {
        throw ConfigError(to_string(shape) + ", " + std::to_string(classes));
    };
    CHECK(message_of<ConfigError>([&] { load_training(data.path(), options, 0.5, 1); }) ==
          "4x5x3, 2");
    CHECK(decoded == 0);
}
