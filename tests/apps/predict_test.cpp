// `nanonas predict`: pictures that carry no label.
#include <catch2/catch.hpp>
#include <cmath>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "tests/apps/program.hpp"
#include "tests/support/source_folder.hpp"

using namespace nanonas;
using namespace nanonas::test;
using Catch::Contains;

namespace {

/// A trained run `a`, and `photos` without class folders.
struct Trained : Scratch {
    Trained() {
        make_images(path("data"), 3, 40);
        const Ran ran = test::run(words("train --data data --arch 4,0 --epochs 40 --batch 8 "
                                        "--check-images 0 --out a --quiet"),
                                  folder());
        INFO(ran.err);
        REQUIRE(ran.code == 0);
        make_images(path("new"), 3, 4, 7);
        std::filesystem::create_directory(path("photos"));
        for (const auto& entry : std::filesystem::recursive_directory_iterator(path("new"))) {
            if (entry.is_regular_file()) {
                std::filesystem::copy(
                    entry.path(), path("photos/" + entry.path().parent_path().filename().string() +
                                       "-" + entry.path().filename().string()));
            }
        }
    }

    Ran predict(const std::string& line) const {
        return test::run(words("predict " + line), folder());
    }
};

}  // namespace

TEST_CASE("pictures without labels get a class, the same in all three forms") {
    const Trained scratch;
    std::vector<nlohmann::json> forms;
    for (const char* form : {"int8", "float", "c"}) {
        const Ran ran = scratch.predict(std::string("a photos --json --quiet --form ") + form);
        INFO(form << "\n" << ran.err);
        REQUIRE(ran.code == 0);
        forms.push_back(nlohmann::json::parse(ran.out));
        const nlohmann::json& told = forms.back();
        CHECK(told["form"] == form);
        CHECK(told["labels"].size() == 3);
        REQUIRE(told["files"].size() == 12);
        int right = 0;
        for (const auto& file : told["files"]) {
            const std::string name =
                std::filesystem::path(file["file"].get<std::string>()).filename();
            right += name.rfind(file["class"].get<std::string>() + "-", 0) == 0 ? 1 : 0;
            double sum = 0.0;
            double highest = 0.0;
            for (const double probability : file["probabilities"]) {
                sum += probability;
                highest = std::max(highest, probability);
            }
            CHECK(std::abs(sum - 1.0) < 1e-5);
            CHECK(file["probabilities"][static_cast<std::size_t>(
                      std::find(told["labels"].begin(), told["labels"].end(), file["class"]) -
                      told["labels"].begin())] == highest);
            CHECK(file["orientation"] == 1);
        }
        CHECK(right >= 9);
    }
    CHECK(forms[0]["files"] == forms[2]["files"]);
    for (std::size_t i = 0; i < 12; ++i) {
        for (std::size_t k = 0; k < 3; ++k) {
            const double rounded = forms[0]["files"][i]["probabilities"][k];
            const double real = forms[1]["files"][i]["probabilities"][k];
            CHECK(std::abs(rounded - real) < 0.1);
        }
    }
    SECTION("the table has a line a picture and counts at its end") {
        const Ran ran = scratch.predict("a/winner/model.safetensors photos");
        CHECK(ran.code == 0);
        CHECK(lines(ran.out) == 1 + 12 + 2);
        CHECK_THAT(ran.out, Contains("12 files: ") && Contains("photos/"));
    }
    SECTION("--csv has a line a picture and a column a class") {
        const Ran ran = scratch.predict("a photos --csv");
        CHECK(ran.code == 0);
        CHECK(lines(ran.out) == 13);
        std::string head = "file,class";
        for (const auto& label : forms[0]["labels"]) {
            head += "," + label.get<std::string>();
        }
        CHECK(ran.out.rfind(head + ",problem\n", 0) == 0);
    }
    SECTION("the labelled set's file in the same forms gives the same answers") {
        const Ran ran = scratch.predict("a/winner/model.tflite photos --json");
        INFO(ran.err);
        CHECK(ran.code == 0);
        const nlohmann::json told = nlohmann::json::parse(ran.out);
        REQUIRE(told["files"].size() == 12);
        for (std::size_t i = 0; i < 12; ++i) {
            CHECK(told["files"][i]["probabilities"] == forms[0]["files"][i]["probabilities"]);
        }
        const Ran real = scratch.predict("a/winner/model.tflite photos --form float");
        CHECK(real.code == 2);
        CHECK_THAT(real.err, Contains("--form") && Contains("integers only"));
        CHECK(lines(real.err) == 1);
    }
}

TEST_CASE("a file that is no picture has its line, and the others their answers") {
    const Trained scratch;
    write(scratch.path("photos/zz.jpg"), "hello");
    for (const char* form : {"", " --csv", " --json"}) {
        const Ran ran = scratch.predict(std::string("a photos") + form);
        INFO(form << "\n" << ran.out << ran.err);
        CHECK(ran.code == 1);
        CHECK_THAT(ran.err, Contains("zz.jpg: not a decodable image"));
        CHECK_THAT(ran.out, Contains("zz.jpg"));
    }
    const Ran alone = scratch.predict("a photos/zz.jpg --json");
    CHECK(alone.code == 1);
    const nlohmann::json told = nlohmann::json::parse(alone.out);
    REQUIRE(told["files"].size() == 1);
    CHECK_THAT(told["files"][0]["problem"].get<std::string>(), Contains("not a decodable image"));
    CHECK_FALSE(told["files"][0].contains("class"));
}

TEST_CASE("a photo taken on its side is told so") {
    const Trained scratch;
    const std::string photo = testing::source_folder() + "/tests/fuzz/corpus/image/on-its-side.jpg";
    const Ran ran = scratch.predict("a " + photo);
    INFO(ran.err);
    CHECK(ran.code == 0);
    CHECK_THAT(ran.out, Contains("turned by 90 degrees (EXIF)"));
    const nlohmann::json told = nlohmann::json::parse(scratch.predict("a --json " + photo).out);
    CHECK(told["files"][0]["orientation"] == 6);
}

TEST_CASE("what predict cannot do is one line") {
    const Trained scratch;
    std::filesystem::create_directory(scratch.path("empty"));
    const auto refused = [&](const std::string& line) {
        const Ran ran = scratch.predict(line);
        INFO(line << "\n" << ran.out << ran.err);
        CHECK(ran.code == 2);
        CHECK(ran.out.empty());
        CHECK(lines(ran.err) == 1);
        return ran.err;
    };
    CHECK_THAT(refused(""), Contains("no model: name its run or file"));
    CHECK_THAT(refused("a"), Contains("no pictures: name files or folders"));
    CHECK_THAT(refused("a nowhere.jpg"), Contains("nowhere.jpg: no such file or folder"));
    CHECK_THAT(refused("a empty"), Contains("empty: no pictures in it"));
    CHECK_THAT(refused("nowhere photos"), Contains("nowhere"));
    CHECK_THAT(refused("a photos --form int16"), Contains("--form") && Contains("int8"));
    CHECK_THAT(refused("a photos --csv --json"), Contains("--csv"));
    CHECK_THAT(refused("a photos --epochs 3"), Contains("--epochs"));
}
