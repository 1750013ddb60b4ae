// What all formats have in common: names, options, files that are there already.
#include "export/format.hpp"

#include <catch2/catch.hpp>

#include "space/files.hpp"
#include "tests/export/labelled_model.hpp"
#include "tests/support/source_folder.hpp"
#include "tests/support/temporary_folder.hpp"

using namespace nanonas;
using Catch::Contains;
using exporting::OutputFile;
using testing::kCFormats;

TEST_CASE("a name that means something to C, C++, CMake or the package's toolchain is refused") {
    const testing::LabelledModel model(1, 1);
    const auto long_name = std::string(64, 'a');
    for (const std::string& format : kCFormats) {
        for (const std::string& name :
             {std::string("while"), std::string("class"), std::string("Register"),
              std::string("string"), std::string("StdInt"), std::string("test"), std::string("all"),
              std::string("_x"), std::string("a b"), long_name}) {
            INFO(format << " " << name);
            CHECK_THROWS_WITH(model.render(format, name), Contains("name '" + name + "'"));
        }
        CHECK_NOTHROW(model.render(format, "Net_2"));
        CHECK_NOTHROW(model.render(format, std::string(63, 'a')));
    }
    for (const char* name : {"Arduino", "arduino_net", "Servo", "wire", "SPI"}) {
        CHECK_THROWS_WITH(model.render("arduino", name), Contains("choose another"));
        CHECK_NOTHROW(model.render("c", name));
    }
    for (const char* name : {"current", "app", "kernel"}) {
        CHECK_THROWS_WITH(model.render("zephyr", name), Contains("Zephyr"));
    }
}

TEST_CASE("a C format needs an int8 network and says how to get one") {
    for (const std::string& format : kCFormats) {
        CHECK_THROWS_WITH(exporting::make_writer(format)->render({}, {}),
                          Contains("format " + format) && Contains("nanonas quantize"));
    }
}

TEST_CASE("an option that does not apply to a format is an error, one that is not set is none") {
    exporting::WriteOptions options;
    for (const std::string& format : exporting::format_names()) {
        CHECK_NOTHROW(exporting::check_options(*exporting::make_writer(format), options));
    }
    options.io = exporting::Io::kUint8;
    for (const std::string& format : kCFormats) {
        CHECK_THROWS_WITH(exporting::check_options(*exporting::make_writer(format), options),
                          "--io: does not apply to format " + format);
    }
    for (const exporting::Precision precision :
         {exporting::Precision::kInt8, exporting::Precision::kFloat32,
          exporting::Precision::kFloat16, exporting::Precision::kDynamic}) {
        CHECK(exporting::parse_precision(to_string(precision)) == precision);
    }
    for (const exporting::Io io :
         {exporting::Io::kInt8, exporting::Io::kUint8, exporting::Io::kFloat}) {
        CHECK(exporting::parse_io(to_string(io)) == io);
    }
    CHECK_THROWS_WITH(exporting::parse_io("unit8"), Contains("did you mean uint8"));
}

TEST_CASE("a file that is there already is named, whichever it is") {
    const testing::LabelledModel model(1, 1);
    for (const std::string& format : kCFormats) {
        for (const OutputFile& file : model.render(format)) {
            const testing::TemporaryFolder folder;
            write_file(folder.path() + "/" + file.path, "mine");
            CHECK_THROWS_WITH(exporting::require_absent(folder.path(), model.render(format)),
                              Contains(file.path + ": exists already"));
        }
        const testing::TemporaryFolder empty;
        CHECK_NOTHROW(exporting::require_absent(empty.path(), model.render(format)));
    }
}

TEST_CASE("the page of exports has a row for every format") {
    const std::string page = read_file(testing::source_folder() + "/docs/exports.md");
    for (const std::string& format : exporting::format_names()) {
        INFO(format);
        CHECK_THAT(page, Contains("\n| `" + format + "` |"));
    }
}
