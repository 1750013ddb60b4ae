// A space whose networks read images of sizes of their own, through the real evaluator.
#include <catch2/catch.hpp>
#include <utility>

#include "nas/search.hpp"
#include "tests/support/chain_space.hpp"
#include "tests/train/memory_set.hpp"
#include "train/evaluator.hpp"

using namespace nanonas;
using namespace nanonas::train;

namespace {

const space::Shape kShape{16, 16, 1};

/// Noise whose brightness is the class, which can be told at any size.
TrainingSet bright_noise() {
    Rng rng(3);
    std::vector<std::uint8_t> pixels;
    std::vector<std::int32_t> labels;
    TrainingSet data;
    for (std::int32_t i = 0; i < 160; ++i) {
        labels.push_back(i % 3);
        for (std::int64_t pixel = 0; pixel < kShape.elements(); ++pixel) {
            pixels.push_back(
                static_cast<std::uint8_t>(static_cast<std::uint64_t>(i % 3 * 70) + rng.below(100)));
        }
        (i % 4 == 3 ? data.validation : data.training).push_back(i);
    }
    data.set.labels = {"dark", "grey", "bright"};
    data.set.store =
        std::make_shared<test::MemoryStore>(kShape, std::move(pixels), std::move(labels));
    return data;
}

const TrainingSet& data() {
    static const TrainingSet set = bright_noise();
    return set;
}

EvaluatorOptions quick() {
    EvaluatorOptions options;
    options.training.epochs = 4;
    options.training.learning_rate = 0.01;
    return options;
}

/// Width 8, one layer, no pools, at a side.
space::Candidate sided(std::int64_t side) {
    return {8, 1, side, 0};
}

const nas::test::SidedChainSpace& sides() {
    static const nas::test::SidedChainSpace space(kShape, 3);
    return space;
}

/// Every side twice, the second time with more effort.
class EverySide final : public nas::Strategy {
  public:
    std::string name() const override { return "sides"; }
    std::optional<nas::Trial> ask() override {
        return next_ < trials_.size() ? std::optional(trials_[next_]) : std::nullopt;
    }
    void tell(const nas::Outcome& outcome) override {
        ++next_;
        if (outcome.score && (!best_ || *outcome.score > *best_->score)) {
            best_ = outcome;
        }
    }
    std::optional<nas::Outcome> best() const override { return best_; }
    std::vector<nas::Trial> likely_next(std::size_t count) const override {
        std::vector<nas::Trial> trials;
        for (std::size_t i = next_ + 1; i < trials_.size() && trials.size() < count; ++i) {
            trials.push_back(trials_[i]);
        }
        return trials;
    }

  private:
    std::vector<nas::Trial> trials_ = {{sided(16), 1}, {sided(8), 1}, {sided(32), 1},
                                       {sided(24), 1}, {sided(8), 2}, {sided(32), 2},
                                       {sided(16), 2}, {sided(24), 2}};
    std::size_t next_ = 0;
    std::optional<nas::Outcome> best_;
};

/// Everything fits.
class Free final : public space::CostModel {
  public:
    std::string name() const override { return "free"; }
    std::string basis() const override { return "nothing"; }
    space::CostReport cost(const space::Network&) const override { return {}; }
};

}  // namespace

TEST_CASE("a candidate is trained on the images at its own size") {
    TrainingEvaluator evaluator(make_engine("fast"), data(), {}, quick());
    for (const std::int64_t side : {8, 16, 32}) {
        INFO(side);
        const space::Network network = sides().build(sided(side));
        nas::EvaluationContext context;
        context.seed = 5;
        const nas::Evaluation evaluation = evaluator.evaluate(sided(side), &network, context);
        CHECK_FALSE(evaluation.infeasible.has_value());

        TrainOptions training = quick().training;
        training.seed = derive_seed(5, "repeat", 0);
        const TrainResult alone = train::train(*make_engine("fast"), network, {},
                                               at_size(data(), network.input), training, {});
        CHECK(evaluation.curve == alone.curve);
        CHECK(evaluation.score == alone.best_accuracy);
    }
}

TEST_CASE("a search over sizes gives the same scores for any number of workers") {
    const auto searched = [](std::size_t workers) {
        TrainingEvaluator evaluator(make_engine("fast"), data(), {}, quick());
        const Free prices;
        EverySide strategy;
        nas::SearchOptions options;
        options.workers = workers;
        options.space = &sides();
        options.cost_model = &prices;
        return nas::search(strategy, evaluator, options);
    };
    const nas::SearchResult one = searched(1);
    const nas::SearchResult four = searched(4);
    REQUIRE(one.decisions.size() == 8);
    CHECK(one.decisions == four.decisions);
    for (const nas::Decision& decision : one.decisions) {
        CHECK(decision.feasible());
        CHECK(decision.score.value_or(0.0) > 0.6);
    }
    REQUIRE(one.best);
}
