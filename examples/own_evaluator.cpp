// An evaluator of one's own: any score of a candidate, here one that needs no training. It counts
// how many different answers an untrained network gives to noise, and says of some candidates that
// it knows nothing.
#include <cstdio>
#include <exception>
#include <memory>
#include <string>
#include <vector>

#include "export/runtime.hpp"
#include "nas/search.hpp"
#include "space/errors.hpp"
#include "space/random.hpp"
#include "space/spaces/cells.hpp"
#include "train/engine/engine.hpp"

using namespace nanonas;

namespace {

constexpr space::Shape kInput{16, 16, 1};

/// Noise, the same for all candidates.
class Noise {
  public:
    explicit Noise(std::int64_t count) : labels_(static_cast<std::size_t>(count)) {
        Rng rng(11);
        pixels_.resize(static_cast<std::size_t>(count * kInput.elements()));
        for (std::uint8_t& pixel : pixels_) {
            pixel = static_cast<std::uint8_t>(rng.below(256));
        }
        for (std::int64_t row = 0; row < count; ++row) {
            rows_.push_back(row);
        }
    }
    space::ImageView view() const {
        return {kInput, static_cast<std::int64_t>(labels_.size()), pixels_.data(), labels_.data()};
    }
    const std::vector<std::int64_t>& rows() const { return rows_; }

  private:
    std::vector<std::uint8_t> pixels_;
    std::vector<std::int32_t> labels_;
    std::vector<std::int64_t> rows_;
};

/// The score depends on nothing but candidate, network and seed: it may be asked for by several
/// threads at once, ahead of time, and again when a search is resumed.
class SpreadOfAnswers : public nas::Evaluator {
  public:
    nas::Evaluation evaluate(const space::Candidate& candidate, const space::Network* network,
                             const nas::EvaluationContext& context) override {
        nas::Evaluation evaluation;
        if (candidate.at[0] % 2 == 1) {
            evaluation.infeasible = "odd numbers of kernels are not looked at";
            return evaluation;
        }
        if (context.stop != nullptr && *context.stop) {
            throw Interrupted();
        }
        const auto model = engine_->create(*network, {}, context.seed, 1);
        const auto rows = static_cast<std::int64_t>(noise_.rows().size());
        const std::vector<float> logits = model->logits(noise_.view(), noise_.rows().data(), rows);
        evaluation.score = variance(logits);
        return evaluation;
    }

  private:
    static double variance(const std::vector<float>& values) {
        double sum = 0.0;
        double squares = 0.0;
        for (const float value : values) {
            sum += value;
            squares += static_cast<double>(value) * value;
        }
        const auto count = static_cast<double>(values.size());
        return squares / count - (sum / count) * (sum / count);
    }

    std::shared_ptr<const train::Engine> engine_ = train::make_engine("fast");
    Noise noise_{32};
};

int run() {
    const space::CellSpace cells(kInput, 4);
    const auto prices = exporting::make_cost_model("native");
    SpreadOfAnswers evaluator;
    nas::SearchOptions options;
    options.workers = 2;
    options.space = &cells;
    options.cost_model = prices.get();
    options.budget.ram_bytes = 6 * 1024;
    options.budget.flash_bytes = 16 * 1024;

    std::size_t not_known = 0;
    nas::SearchHooks hooks;
    hooks.decided = [&not_known](const nas::Decided& at) {
        not_known += at.decision.reason.empty() ? 0U : 1U;
    };
    const auto strategy = nas::make_strategy("occam");
    const nas::SearchResult found = nas::search(*strategy, evaluator, options, hooks);
    std::printf("%zu candidates, %zu of them not looked at\n", found.decisions.size(), not_known);
    if (!found.best) {
        std::printf("nothing fits\n");
        return 1;
    }
    std::printf("best %s, score %.4f\n", space::to_string(found.best->candidate).c_str(),
                *found.best->score);
    return found.best->candidate.at[0] % 2 == 0 && not_known > 0 ? 0 : 1;
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
