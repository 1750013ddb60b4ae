// A strategy of one's own, here a small evolution, in the search loop: what does not fit the budget
// is never evaluated, and any number of workers gives the same answer.
#include <algorithm>
#include <cstdio>
#include <exception>
#include <optional>
#include <string>
#include <vector>

#include "export/runtime.hpp"
#include "nas/evaluators/stub_evaluator.hpp"
#include "nas/search.hpp"
#include "space/random.hpp"
#include "space/spaces/cells.hpp"

using namespace nanonas;

namespace {

/// Random points first, then mutations of the best few. All randomness comes from one seed.
class Evolution : public nas::Strategy {
  public:
    explicit Evolution(std::uint64_t seed) : rng_(seed) {}

    std::string name() const override { return "evolution"; }
    void begin(const nas::Known& known) override {
        axes_ = known.axes;
        for (space::Axis& axis : axes_) {
            axis.high = std::min(axis.high, axis.low + 7 * axis.step);  // begin with small ones
        }
        next_ = space::sample(axes_, rng_);
    }
    std::optional<nas::Trial> ask() override {
        return told_ < kTrials ? std::optional<nas::Trial>(next_) : std::nullopt;
    }
    void tell(const nas::Outcome& outcome) override {
        ++told_;
        if (outcome.score) {
            parents_.push_back(outcome);
            std::stable_sort(parents_.begin(), parents_.end(),
                             [](const auto& a, const auto& b) { return *a.score > *b.score; });
            parents_.resize(std::min(parents_.size(), kParents));
        }
        next_ =
            told_ < kRandom || parents_.empty()
                ? space::sample(axes_, rng_)
                : space::mutate(parents_[rng_.below(parents_.size())].trial.candidate, axes_, rng_);
    }
    std::optional<nas::Outcome> best() const override {
        return parents_.empty() ? std::nullopt : std::optional<nas::Outcome>(parents_.front());
    }
    std::vector<nas::Trial> likely_next(std::size_t) const override { return {}; }

  private:
    static constexpr int kTrials = 60;
    static constexpr int kRandom = 20;
    static constexpr std::size_t kParents = 4;

    Rng rng_;
    std::vector<space::Axis> axes_;
    space::Candidate next_;
    std::vector<nas::Outcome> parents_;  // the best first
    int told_ = 0;
};

nas::SearchResult search_with(nas::Strategy& strategy, std::size_t workers) {
    const space::CellSpace cells({32, 32, 3}, 10);
    const auto prices = exporting::make_cost_model("native");
    nas::StubEvaluator scores;  // made up: instead of training
    nas::SearchOptions options;
    options.workers = workers;
    options.space = &cells;
    options.cost_model = prices.get();
    options.budget.ram_bytes = 20 * 1024;
    options.budget.flash_bytes = 32 * 1024;
    return nas::search(strategy, scores, options);
}

int run() {
    Evolution alone(5);
    const nas::SearchResult found = search_with(alone, 1);
    if (!found.best) {
        std::printf("nothing fits\n");
        return 1;
    }
    const auto fit =
        std::count_if(found.decisions.begin(), found.decisions.end(),
                      [](const nas::Decision& decision) { return decision.feasible(); });
    std::printf("%zu candidates, %lld of them within the budget\n", found.decisions.size(),
                static_cast<long long>(fit));
    std::printf("best %s, score %.3f, RAM %lld B\n",
                space::to_string(found.best->candidate).c_str(), *found.best->score,
                static_cast<long long>(found.best->cost->ram_bytes));

    Evolution in_parallel(5);
    const bool same = search_with(in_parallel, 3).decisions == found.decisions;
    std::printf("three workers decide %s\n", same ? "the same" : "otherwise");
    return same && fit < static_cast<long long>(found.decisions.size()) ? 0 : 1;
}

}  // namespace

int main() {
    try {
        return run();
    } catch (const std::exception& error) {
        std::fprintf(stderr, "%s\n", error.what());
        return 2;
    }
}
