// The C in each of its packages, built as the project it is made for builds it, and run.
#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <regex>
#include <set>
#include <sstream>

#include "space/files.hpp"
#include "tests/export/labelled_model.hpp"
#include "tests/export/shell.hpp"
#include "tests/support/source_folder.hpp"

using namespace nanonas;
using Catch::Contains;
using exporting::OutputFile;
using testing::kCFormats;
using testing::must_run;
using testing::run_command;
using testing::text_of;

namespace {

const std::string kStandins = testing::source_folder() + "/tests/export/standins";
const std::string kWarnings = " -Wall -Wextra -Wconversion -Wpedantic -Werror ";

struct Model : testing::LabelledModel {
    Model() : LabelledModel(20250219, 3) {}
};

std::vector<std::string> paths(const std::vector<OutputFile>& files) {
    std::vector<std::string> names;
    for (const OutputFile& file : files) {
        names.push_back(file.path);
    }
    std::sort(names.begin(), names.end());
    return names;
}

bool ends_with(const std::string& text, const std::string& end) {
    return text.size() >= end.size() &&
           text.compare(text.size() - end.size(), end.size(), end) == 0;
}

}  // namespace

TEST_CASE("each package holds the files its toolchain expects, in its places") {
    const Model model;
    CHECK(paths(model.render("c")) ==
          std::vector<std::string>{"CMakeLists.txt", "Makefile", "README.md", "example/main.c",
                                   "example/my_model_sample.h", "main.c", "my_model.c",
                                   "my_model.h", "my_model_vectors.h"});
    CHECK(paths(model.render("arduino")) ==
          std::vector<std::string>{"README.md", "examples/MyModel/MyModel.ino",
                                   "examples/MyModel/my_model_sample.h", "keywords.txt",
                                   "library.properties", "src/my_model.c", "src/my_model.h"});
    CHECK(paths(model.render("zephyr")) ==
          std::vector<std::string>{"CMakeLists.txt", "Kconfig", "README.md", "include/my_model.h",
                                   "samples/my_model/CMakeLists.txt", "samples/my_model/prj.conf",
                                   "samples/my_model/sample.yaml", "samples/my_model/src/main.c",
                                   "samples/my_model/src/my_model_sample.h", "src/my_model.c",
                                   "zephyr/module.yml"});
    CHECK(paths(model.render("platformio")) ==
          std::vector<std::string>{"README.md", "examples/my_model/platformio.ini",
                                   "examples/my_model/src/main.c",
                                   "examples/my_model/src/my_model_sample.h", "include/my_model.h",
                                   "library.json", "src/my_model.c"});
}

TEST_CASE("every package ships the same header, source and sample, and no mark is left over") {
    const Model model;
    const auto plain = model.render("c");
    for (const std::string& format : kCFormats) {
        INFO(format);
        for (const OutputFile& file : model.render(format)) {
            INFO(file.path);
            for (const char* shared : {"my_model.h", "my_model.c", "my_model_sample.h"}) {
                const std::string in_c = shared == std::string("my_model_sample.h")
                                             ? "example/my_model_sample.h"
                                             : shared;
                if (ends_with("/" + file.path, std::string("/") + shared)) {
                    CHECK(file.bytes == text_of(plain, in_c));
                }
            }
            const std::regex mark("@[A-Za-z_]*@");
            if (file.path != "Makefile") {  // $@ is its own
                CHECK_FALSE(std::regex_search(file.bytes, mark));
            }
        }
    }
}

TEST_CASE("the C project: make and CMake build the example and the check, which say the same") {
    const Model model;
    const testing::TemporaryFolder folder;
    exporting::write_files(folder.path(), model.render("c"));
    const std::string in = "cd " + folder.path() + " && ";
    CHECK_THAT(must_run(in + "make check CFLAGS='-O1 -std=c99" + kWarnings + "'"),
               Contains(model.answer() + "\nas expected\n") && Contains("3 passed, 0 failed"));
    must_run(in + "make clean && cmake -S . -B build -DCMAKE_C_FLAGS='" + kWarnings + "'");
    must_run(in + "cmake --build build");
    CHECK_THAT(must_run(in + "ctest --test-dir build --no-tests=error -V"),
               Contains(model.answer()) && Contains("3 passed, 0 failed") &&
                   Contains("100% tests passed, 0 tests failed out of 2"));

    SECTION("a project above it links the library, with rows only") {
        write_file(folder.path() + "/above/CMakeLists.txt",
                   "cmake_minimum_required(VERSION 3.13)\nproject(firmware C)\n"
                   "set(MY_MODEL_ROWS_ONLY ON CACHE BOOL \"\")\nadd_subdirectory(.. my_model)\n"
                   "add_executable(firmware ../example/main.c)\n"
                   "target_link_libraries(firmware PRIVATE my_model)\n");
        must_run(in + "cmake -S above -B b2 && cmake --build b2");
        CHECK_THAT(must_run(in + "./b2/firmware"), Contains(model.answer() + "\nas expected\n"));
        CHECK_FALSE(std::filesystem::exists(folder.path() + "/b2/my_model/my_model_test"));
        std::string symbols;
        CHECK(run_command(in + "nm b2/my_model/*.a | grep my_model_input", symbols) != 0);
    }
    SECTION("an example that computes something else fails") {
        const std::string path = folder.path() + "/example/my_model_sample.h";
        std::string sample = read_file(path);
        const std::size_t scores = sample.find("{", sample.find("sample_scores"));
        sample.replace(scores + 1, sample.find(',', scores) - scores - 1, "99");
        write_file(path, sample);
        std::string output;
        CHECK(run_command(in + "make my_model_example && ./my_model_example", output) != 0);
        CHECK_THAT(output, Contains("NOT AS EXPECTED"));
    }
}

TEST_CASE("the Arduino library: the sketch prints the oracle's class over Serial") {
    const Model model;
    const testing::TemporaryFolder folder;
    exporting::write_files(folder.path(), model.render("arduino"));
    const std::string core = kStandins + "/arduino/host/cores/standin";
    const std::string output =
        must_run("cd " + folder.path() + " && gcc -std=c99 -O1 -c" + kWarnings +
                 "-Isrc -o my_model.o src/my_model.c && g++ -std=c++11 -O1" + kWarnings +
                 "-Isrc -I" + core + " -include Arduino.h -x c++ examples/MyModel/MyModel.ino " +
                 core + "/main.cpp -x none my_model.o -o sketch && ./sketch");
    CHECK_THAT(output, Contains(model.answer()) && Contains(" us\nas expected\n"));
}

TEST_CASE("the Arduino library: its properties and keywords follow the specification") {
    const Model model;
    const auto files = model.render("arduino");
    std::map<std::string, std::string> fields;
    std::istringstream properties(text_of(files, "library.properties"));
    for (std::string line; std::getline(properties, line);) {
        INFO(line);
        const std::size_t equals = line.find('=');
        REQUIRE(equals != std::string::npos);
        CHECK(fields.emplace(line.substr(0, equals), line.substr(equals + 1)).second);
    }
    for (const char* field : {"name", "version", "author", "maintainer", "sentence", "paragraph",
                              "category", "url", "architectures", "includes"}) {
        INFO(field);
        CHECK_FALSE(fields[field].empty());
    }
    CHECK(std::regex_match(fields["name"], std::regex("[A-Za-z0-9][A-Za-z0-9 _.-]{0,62}")));
    CHECK(std::regex_match(fields["version"], std::regex("\\d+\\.\\d+\\.\\d+")));
    CHECK(std::set<std::string>{"Display", "Communication", "Signal Input/Output", "Sensors",
                                "Device Control", "Timing", "Data Storage", "Data Processing",
                                "Other"}
              .count(fields["category"]) == 1);
    CHECK(fields["url"].rfind("https://", 0) == 0);
    CHECK(fields["includes"] == "my_model.h");

    const std::string header = text_of(files, "src/my_model.h");
    std::istringstream keywords(text_of(files, "keywords.txt"));
    for (std::string line; std::getline(keywords, line);) {
        INFO(line);
        if (!line.empty() && line[0] != '#') {
            CHECK(std::regex_match(line, std::regex("\\w+\t(KEYWORD[123]|LITERAL[12])")));
            CHECK_THAT(header, Contains(line.substr(0, line.find('\t'))));
        }
    }
}

TEST_CASE("the Zephyr module: its sample builds through module.yml, Kconfig symbol and library") {
    const Model model;
    const testing::TemporaryFolder folder;
    exporting::write_files(folder.path(), model.render("zephyr"));
    const auto build = [&](const std::string& where, const std::string& more = "") {
        return "cd " + folder.path() + " && ZEPHYR_BASE=" + kStandins +
               "/zephyr cmake -S samples/my_model -B " + where + " " + more + " && cmake --build " +
               where + " && " + where + "/zephyr_image";
    };
    CHECK_THAT(must_run(build("whole")), Contains(model.answer() + "\nas expected\n"));
    CHECK_THAT(
        must_run(build("rows", "-DSTANDIN_CONF=CONFIG_NANONAS_MY_MODEL_ROWS_ONLY=y") +
                 " && nm rows/modules/my_model/libmy_model.a"),
        Contains(model.answer()) && Contains("my_model_predict") && !Contains("my_model_input"));

    SECTION("without its symbol nothing is built") {
        std::string output;
        write_file(folder.path() + "/samples/my_model/prj.conf", "CONFIG_MAIN_STACK_SIZE=4096\n");
        CHECK(run_command(build("none"), output) != 0);
        CHECK_THAT(output, Contains("my_model"));
    }
    SECTION("prj.conf sets a symbol that Kconfig defines") {
        CHECK_THAT(read_file(folder.path() + "/Kconfig"), Contains("config NANONAS_MY_MODEL\n"));
        CHECK_THAT(read_file(folder.path() + "/samples/my_model/prj.conf"),
                   Contains("CONFIG_NANONAS_MY_MODEL=y\n"));
    }
}

TEST_CASE("the PlatformIO library: include and src build its example, which the manifest lists") {
    const Model model;
    const testing::TemporaryFolder folder;
    const auto files = model.render("platformio");
    exporting::write_files(folder.path(), files);
    CHECK_THAT(must_run("cd " + folder.path() + " && gcc -std=c99 -O1" + kWarnings +
                        "-Iinclude src/*.c examples/my_model/src/main.c -o image && ./image"),
               Contains(model.answer() + "\nas expected\n"));

    const auto manifest = nlohmann::json::parse(text_of(files, "library.json"));
    CHECK(manifest.at("name") == "my_model");
    CHECK(std::filesystem::exists(folder.path() + "/include/" +
                                  manifest.at("headers").get<std::string>()));
    for (const auto& example : manifest.at("examples")) {
        for (const auto& file : example.at("files")) {
            CHECK(std::filesystem::exists(folder.path() + "/" +
                                          example.at("base").get<std::string>() + "/" +
                                          file.get<std::string>()));
        }
    }
}

TEST_CASE("all C of all packages compiles without a warning, for devices, too, and as C++") {
    const Model model;
    for (const std::string compiler :
         {"gcc -O2 -std=c99", "clang -O2 -std=c99", "g++ -x c++ -O2 -std=c++11",
          "clang++ -x c++ -O2 -std=c++17", "arm-none-eabi-gcc -mcpu=cortex-m0plus -Os -std=c99",
          "arm-none-eabi-gcc -mcpu=cortex-m4 -O2 -std=c99",
          "arm-none-eabi-g++ -x c++ -mcpu=cortex-m4 -O2 -std=c++11"}) {
        if (!testing::installed(compiler.substr(0, compiler.find(' ')))) {
            continue;
        }
        for (const std::string& format : kCFormats) {
            const testing::TemporaryFolder folder;
            const auto files = model.render(format);
            exporting::write_files(folder.path(), files);
            for (const OutputFile& file : files) {
                if (ends_with(file.path, ".c")) {
                    INFO(compiler << " " << format << " " << file.path);
                    must_run("cd " + folder.path() + " && " + compiler + kWarnings +
                             "-I. -Iinclude -Isrc -c -o /dev/null " + file.path);
                }
            }
        }
    }
}

TEST_CASE("a core whose int is narrower than 32 bits is told so by the header") {
    const Model model;
    for (const std::string& format : kCFormats) {
        const testing::TemporaryFolder folder;
        exporting::write_files(folder.path(), model.render(format));
        // What <limits.h> is on an AVR.
        write_file(folder.path() + "/avr/limits.h", "#define INT_MAX 32767\n");
        std::string output;
        INFO(format);
        CHECK(run_command("cd " + folder.path() +
                              " && gcc -std=c99 -fsyntax-only -Iavr -I. -Isrc -Iinclude "
                              "$(find . -name my_model.c)",
                          output) != 0);
        CHECK_THAT(output, Contains("my_model is for cores with 32 bits"));
    }
}

TEST_CASE("a program of C++ calls the model") {
    const Model model;
    const testing::TemporaryFolder folder;
    exporting::write_files(folder.path(), model.render("c"));
    write_file(folder.path() + "/use.cpp",
               "#include <cstdio>\n#include \"my_model.h\"\n#include \"my_model_vectors.h\"\n"
               "int main() {\n    int8_t scores[MY_MODEL_CLASSES];\n"
               "    my_model_predict(my_model_vector_pixels[0], scores);\n"
               "    const int best = my_model_top_class(scores);\n"
               "    std::printf(\"my_model: %s (class %d), score %d\\n\", my_model_labels[best], "
               "best, scores[best]);\n}\n");
    CHECK(must_run("cd " + folder.path() +
                   " && gcc -c -std=c99 my_model.c && g++ use.cpp my_model.o -o use && ./use") ==
          model.answer() + "\n");
}
