// A search space of one's own: axes with names, and the network of every point on them. A strategy
// of a few lines tries all points; a point that is no network is an outcome with its reason.
#include <cstdio>
#include <exception>
#include <optional>
#include <string>
#include <vector>

#include "export/runtime.hpp"
#include "nas/evaluators/stub_evaluator.hpp"
#include "nas/search.hpp"
#include "space/errors.hpp"
#include "space/search_space.hpp"

using namespace nanonas;

namespace {

/// Blocks of one or two convolutions with a pool behind each, at an input side of one's choice.
class BlockSpace : public space::SearchSpace {
  public:
    explicit BlockSpace(std::int64_t classes) : classes_(classes) {}

    std::string name() const override { return "blocks"; }
    std::vector<space::Axis> axes() const override {
        return {{"width", 4, 16, 4},
                {"blocks", 1, 4},
                {"side", 8, 32, 8},
                space::choice_axis("block", {"single", "double"})};
    }
    space::Network build(const space::Candidate& candidate) const override {
        space::require_on_axes(candidate, axes());
        const std::int64_t side = candidate.at[2];
        const bool twice = candidate.at[3] == 1;
        if ((side >> candidate.at[1]) < 2) {
            throw NetworkError("blocks: nothing is left of a side of " + std::to_string(side) +
                               " behind " + std::to_string(candidate.at[1]) + " pools");
        }
        space::Network network{{side, side, 1}, {}};
        for (std::int64_t i = 1; i <= candidate.at[1]; ++i) {
            const std::string block = "block" + std::to_string(i);
            add_convolution(network, block + ".a", candidate.at[0] * i);
            if (twice) {
                add_convolution(network, block + ".b", candidate.at[0] * i);
            }
            network.add(block + ".pool", space::MaxPool2d{});
        }
        return network.add("average", space::GlobalAveragePool{})
            .add("classifier", space::Dense{classes_})
            .add("softmax", space::Softmax{});
    }

  private:
    static void add_convolution(space::Network& network, const std::string& name,
                                std::int64_t channels) {
        network.add(name + ".conv", space::Conv2d{channels})
            .add(name + ".bn", space::BatchNorm{})
            .add(name + ".relu", space::Relu{});
    }

    std::int64_t classes_;
};

/// Every point, the last axis the fastest.
class Everything : public nas::Strategy {
  public:
    std::string name() const override { return "everything"; }
    void begin(const nas::Known& known) override {
        axes_ = known.axes;
        next_ = space::lowest(axes_);
    }
    std::optional<nas::Trial> ask() override {
        return next_ ? std::optional<nas::Trial>(*next_) : std::nullopt;
    }
    void tell(const nas::Outcome& outcome) override {
        if (outcome.score && (!best_ || *outcome.score > *best_->score)) {
            best_ = outcome;
        }
        for (std::size_t i = axes_.size(); i-- > 0;) {
            next_->at[i] += axes_[i].step;
            if (axes_[i].holds(next_->at[i])) {
                return;
            }
            next_->at[i] = axes_[i].low;
        }
        next_.reset();
    }
    std::optional<nas::Outcome> best() const override { return best_; }
    std::vector<nas::Trial> likely_next(std::size_t) const override { return {}; }

  private:
    std::vector<space::Axis> axes_;
    std::optional<space::Candidate> next_;
    std::optional<nas::Outcome> best_;
};

int run() {
    const BlockSpace blocks(4);
    const auto prices = exporting::make_cost_model("native");
    Everything strategy;
    nas::StubEvaluator scores;  // made up: instead of training
    nas::SearchOptions options;
    options.space = &blocks;
    options.cost_model = prices.get();
    options.budget.ram_bytes = 16 * 1024;
    options.budget.flash_bytes = 64 * 1024;
    const nas::SearchResult found = nas::search(strategy, scores, options);

    std::size_t no_network = 0;
    std::string why;
    for (const nas::Decision& decision : found.decisions) {
        if (!decision.reason.empty()) {
            ++no_network;
            why = decision.reason;
        }
    }
    std::printf("%zu points (%s), %zu of them no network: %s\n", found.decisions.size(),
                space::names_text(blocks.axes()).c_str(), no_network, why.c_str());
    if (!found.best) {
        std::printf("nothing fits\n");
        return 1;
    }
    std::printf("best %s, score %.3f\n",
                space::to_string(found.best->candidate, blocks.axes()).c_str(), *found.best->score);
    return found.decisions.size() == 4 * 4 * 4 * 2 && no_network > 0 ? 0 : 1;
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
