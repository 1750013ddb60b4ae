#include "export/device/check.hpp"

#include <catch2/catch.hpp>
#include <filesystem>

#include "space/errors.hpp"
#include "tests/export/device/exported.hpp"
#include "tests/support/message_of.hpp"

using namespace nanonas;
using Catch::Contains;
using testing::Exported;

namespace {

std::string message(const Exported& exported) {
    return testing::message_of<ExportError>(
        [&] { device::read_vectors(exported.source, exported.images.shape, exported.classes); });
}

}  // namespace

TEST_CASE("the shipped vectors read back as the images and scores they were made of") {
    const Exported exported({{7, 5, 3}, 4}, {2, 1}, 3, 6, "my_net");
    const device::Export found = device::find_export(exported.folder.path());
    CHECK(found.name == "my_net");
    const device::ShippedVectors vectors = device::read_vectors(found, {7, 5, 3}, 4);
    CHECK(vectors.count == 6);
    CHECK(vectors.pixels == exported.images.pixels);
    CHECK(vectors.scores == device::oracle_scores(exported.network, exported.images.view()));
}

TEST_CASE("vectors of another shape, or none, are refused by name") {
    const Exported exported({{7, 5, 3}, 4}, {2, 1}, 3, 2);
    SECTION("a score outside int8") {
        exported.change("model_vectors.h", "_scores[MODEL_VECTORS][MODEL_CLASSES] = {\n    {",
                        "_scores[MODEL_VECTORS][MODEL_CLASSES] = {\n    {200, ");
        CHECK_THAT(message(exported), Contains("model_vectors.h") && Contains("200"));
    }
    SECTION("a score too many") {
        exported.change("model_vectors.h", "_scores[MODEL_VECTORS][MODEL_CLASSES] = {\n    {",
                        "_scores[MODEL_VECTORS][MODEL_CLASSES] = {\n    {1, ");
        CHECK_THAT(message(exported), Contains("9 scores"));
    }
    SECTION("no table") {
        exported.change("model_vectors.h", "_vector_pixels", "_pixels");
        CHECK_THAT(message(exported), Contains("no table model_vector_pixels"));
    }
    SECTION("no export in the folder") {
        std::filesystem::remove(exported.folder.file("model_vectors.h"));
        CHECK_THROWS_WITH(device::find_export(exported.folder.path()), Contains("holds 0 files"));
        CHECK_THROWS_AS(device::find_export(exported.folder.path() + "/none"), ExportError);
    }
}

TEST_CASE("scores are compared byte by byte, and the first difference is named") {
    const std::vector<std::int8_t> expected = {1, 2, 3, 4, 5, 6};
    CHECK(device::compare_scores(expected, expected, 2).mismatches == 0);
    CHECK(device::compare_scores(expected, expected, 2).images == 3);
    CHECK(device::compare_scores(expected, expected, 2).first.empty());
    const device::Mismatch two = device::compare_scores({1, 2, 3, 9, 9, 6}, expected, 2);
    CHECK(two.mismatches == 2);
    CHECK(two.first == "image 1: class 1 is 9, the reference says 4");
    const device::Mismatch missing = device::compare_scores({1, 2, 3, 4}, expected, 2);
    CHECK(missing.mismatches == 1);
    CHECK_THAT(missing.first, Contains("image 2: class 0 is missing"));
}
