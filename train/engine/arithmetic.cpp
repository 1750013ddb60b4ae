#include "train/engine/arithmetic.hpp"

#include "space/checksum.hpp"
#include "space/little_endian.hpp"
#include "space/random.hpp"
#include "space/spaces/cells.hpp"

namespace nanonas::train {
namespace {

/// Every kind of layer with odd sizes, so that the ends of blocks and lanes are computed with too.
std::string probe(const Engine& engine) {
    constexpr std::int64_t kSteps = 20;
    constexpr std::int64_t kBatch = 19;
    constexpr std::uint64_t kSeed = 2024;
    const space::CellSpace cells{{10, 11, 3}, 3};
    const space::Network network = cells.build({5, 2});

    Rng rng(kSeed);
    std::vector<std::uint8_t> pixels;
    std::vector<std::int32_t> labels;
    std::vector<std::int64_t> rows;
    for (std::int64_t row = 0; row < 2 * kBatch; ++row) {
        rows.push_back(row);
        labels.push_back(static_cast<std::int32_t>(rng.below(3)));
        for (std::int64_t i = 0; i < cells.input.elements(); ++i) {
            pixels.push_back(static_cast<std::uint8_t>(rng.below(256)));
        }
    }
    Batch batch;
    batch.images = {cells.input, 2 * kBatch, pixels.data(), labels.data()};
    batch.size = kBatch;
    const auto model = engine.create(network, {}, kSeed, 1);
    for (std::int64_t step = 0; step < kSteps; ++step) {
        batch.indices = rows.data() + step % 2 * kBatch;
        batch.dropout_seed = derive_seed(kSeed, "dropout", step);
        model->train_batch(batch, {});
    }
    std::string bytes;
    for (const auto& [name, tensor] : model->weights()) {
        bytes += little_endian(tensor.values);
    }
    return checksum(bytes);
}

}  // namespace

Arithmetic arithmetic_of(const Engine& engine, const space::Network* like) {
    const Engine& used = like == nullptr ? engine : engine.engine_for(*like);
    return {NANONAS_BUILD, used.simd(), probe(used)};
}

}  // namespace nanonas::train
