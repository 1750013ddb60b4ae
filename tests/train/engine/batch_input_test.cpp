#include "train/engine/batch_input.hpp"

#include <catch2/catch.hpp>

#include "tests/train/memory_set.hpp"
#include "train/data/augment_apply.hpp"

using namespace nanonas;
using namespace nanonas::train;

TEST_CASE("a batch gathers rows into planes of pre-processed pixels") {
    const space::Shape shape{3, 2, 3};
    const TrainingSet data = test::bright_bands(shape, 2, 5, 1);
    const space::ImageView view = data.set.store->view();
    const space::Preprocess preprocess{0.25F, 100};
    const std::int64_t rows[] = {4, 0};
    const std::vector<float> input = planar_input(view, rows, 2, nullptr, preprocess);
    REQUIRE(input.size() == 36);
    std::size_t at = 0;
    for (const std::int64_t row : rows) {
        for (std::int64_t c = 0; c < 3; ++c) {
            for (std::int64_t y = 0; y < 3; ++y) {
                for (std::int64_t x = 0; x < 2; ++x) {
                    CHECK(input[at++] == preprocess.apply(view.image(row)[(y * 2 + x) * 3 + c]));
                }
            }
        }
    }
}

TEST_CASE("augmentation happens on raw pixels, each image by its own draw") {
    const space::Shape shape{4, 4, 1};
    const TrainingSet data = test::bright_bands(shape, 2, 3, 2);
    const space::ImageView view = data.set.store->view();
    const std::int64_t rows[] = {1, 1};
    AugmentDraw changed;
    changed.flip = true;
    changed.dx = 1;
    changed.brightness = 60;
    const AugmentDraw draws[] = {AugmentDraw{}, changed};
    const std::vector<float> input = planar_input(view, rows, 2, draws, {1.0F, 0});
    std::vector<std::uint8_t> expected(16);
    apply_augment(shape, view.image(1), changed, expected.data());
    for (std::size_t i = 0; i < 16; ++i) {
        CHECK(input[i] == static_cast<float>(view.image(1)[i]));
        CHECK(input[16 + i] == static_cast<float>(expected[i]));
    }
    CHECK(std::vector<float>(input.begin(), input.begin() + 16) !=
          std::vector<float>(input.begin() + 16, input.end()));
}
