#include "space/random.hpp"
#include "train/engine/engine.hpp"

namespace nanonas::train {

std::vector<float> dropout_mask(std::uint64_t seed, std::size_t layer, double rate,
                                std::int64_t size, std::int64_t features) {
    Rng rng(derive_seed(seed, "mask", layer));
    const auto kept = static_cast<float>(rate < 1.0 ? 1.0 / (1.0 - rate) : 0.0);
    std::vector<float> mask(static_cast<std::size_t>(size * features));
    for (float& factor : mask) {
        factor = rng.uniform() < rate ? 0.0F : kept;
    }
    return mask;
}

}  // namespace nanonas::train
