#include "nas/strategies/evolution.hpp"

#include <algorithm>

namespace nanonas::nas {
namespace {

constexpr std::size_t kPopulation = 24;
constexpr std::size_t kTournament = 6;

}  // namespace

std::optional<Candidate> Evolution::propose(Sampler& sampler, const std::vector<Outcome>& outcomes,
                                            std::size_t heard, Rng& rng) {
    if (const std::optional<Candidate> anchor = sampler.anchor()) {
        return anchor;
    }
    if (heard + lag() < kPopulation) {
        return sampler.draw(rng);
    }
    const std::size_t size = std::min(heard, kPopulation);
    const Outcome* const population = outcomes.data() + heard - size;
    const Outcome* parent = nullptr;
    for (std::size_t i = 0; i < kTournament; ++i) {
        const Outcome& drawn = population[static_cast<std::size_t>(rng.below(size))];
        if (parent == nullptr || score_or_least(drawn) > score_or_least(*parent)) {
            parent = &drawn;
        }
    }
    const std::optional<Candidate> child = sampler.mutate(parent->trial.candidate, rng);
    return child ? child : sampler.draw(rng);
}

}  // namespace nanonas::nas
