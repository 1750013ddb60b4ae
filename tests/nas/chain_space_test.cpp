// A second space from end to end: what docs/adding-a-space.md promises.
#include "tests/support/chain_space.hpp"

#include <algorithm>
#include <catch2/catch.hpp>

#include "export/runtime.hpp"
#include "nas/evaluators/stub_evaluator.hpp"
#include "nas/evaluators/table_evaluator.hpp"
#include "nas/journal_record.hpp"
#include "nas/search.hpp"
#include "nas/strategy.hpp"
#include "tests/nas/support.hpp"

using namespace nanonas;
using namespace nanonas::nas;
using namespace nanonas::nas::test;

namespace {

constexpr space::Shape kInput{32, 32, 3};

/// Fifteen samples and fifteen mutations of the best: a strategy over any axes.
class Sampler : public Strategy {
  public:
    std::string name() const override { return "sampler"; }
    void begin(const Known& known) override {
        axes_ = known.axes;
        next_ = space::sample(axes_, rng_);
    }
    std::optional<Trial> ask() override {
        return count_ < 30 ? std::optional<Trial>(next_) : std::nullopt;
    }
    void tell(const Outcome& outcome) override {
        ++count_;
        if (outcome.score && (!best_ || *outcome.score > *best_->score)) {
            best_ = outcome;
        }
        next_ = count_ < 15 || !best_ ? space::sample(axes_, rng_)
                                      : space::mutate(best_->trial.candidate, axes_, rng_);
    }
    std::optional<Outcome> best() const override { return best_; }
    std::vector<Trial> likely_next(std::size_t) const override { return {}; }

  private:
    std::vector<space::Axis> axes_;
    Rng rng_{5};
    Candidate next_;
    int count_ = 0;
    std::optional<Outcome> best_;
};

/// Remembers the inputs it saw.
class WatchingStub : public StubEvaluator {
  public:
    Evaluation evaluate(const Candidate& candidate, const space::Network* network,
                        const EvaluationContext& context) override {
        inputs[candidate] = network->input;
        return StubEvaluator::evaluate(candidate, network, context);
    }
    std::map<Candidate, space::Shape> inputs;
};

JournalHeader header_of(const Strategy& strategy, const space::SearchSpace& space) {
    JournalHeader header{3, strategy.name(), "f"};
    header.space = space.name();
    header.axes = space.axes();
    return header;
}

SearchResult run(Strategy& strategy, Evaluator& evaluator, const space::SearchSpace& space,
                 const std::string& path) {
    const auto prices = exporting::make_cost_model("native");
    Journal journal = Journal::resume(path, header_of(strategy, space));
    SearchOptions options;
    options.seed = 3;
    options.trials = 8;
    options.space = &space;
    options.cost_model = prices.get();
    options.budget.ram_bytes = 24 * 1024;
    options.budget.flash_bytes = 48 * 1024;
    options.journal = &journal;
    return search(strategy, evaluator, options);
}

/// Searches, and again from the journal cut after each line. The journal's text.
template <typename Make>
std::string search_and_resume(const Make& make, const space::SearchSpace& space,
                              SearchResult& result) {
    const ScratchFolder folder;
    const std::string path = folder / "j";
    StubEvaluator stub;
    result = run(*make(), stub, space, path);
    std::string whole = slurp(path);
    for (std::size_t end = 0; end != std::string::npos; end = whole.find('\n', end + 1)) {
        INFO("cut after byte " << end);
        spill(path, whole.substr(0, end == 0 ? 0 : end + 1));
        const SearchResult again = run(*make(), stub, space, path);
        REQUIRE(slurp(path) == whole);
        REQUIRE(again.decisions == result.decisions);
        REQUIRE(again.best->candidate == result.best->candidate);
    }
    return whole;
}

}  // namespace

TEST_CASE("a space of other axes is searched, priced, journalled and resumed by every strategy") {
    const ChainSpace space(kInput, 5);
    for (const std::string& name : strategy_names()) {
        INFO(name);
        SearchResult result;
        const std::string journal =
            search_and_resume([&] { return make_strategy(name); }, space, result);
        REQUIRE(result.best);
        CHECK(result.decisions.size() > 5);
        CHECK_THAT(journal, Catch::Contains("\"space\":\"chain\",\"axes\":[\"width\",\"layers\"]"));
        if (name == "occam" || name == "nanonas") {  // walk, from the smallest
            CHECK_THAT(journal,
                       Catch::Contains("{\"index\":0,\"candidate\":{\"width\":8,\"layers\":1},"));
        }
        std::size_t evaluated = 0;
        for (const Decision& decision : result.decisions) {
            CHECK((decision.candidate.at[0] - 8) % 4 == 0);
            CHECK(decision.seed ==
                  derive_seed(3, "candidate", decision.candidate.at[0], decision.candidate.at[1]));
            evaluated += decision.feasible() ? 1U : 0U;
            if (decision.feasible()) {
                CHECK_NOTHROW(space::require_on_axes(decision.candidate, space.axes()));
            }
        }
        CHECK(evaluated >= 3);
        for (const std::string& line : result.conclusion) {
            CHECK_THAT(line, !Catch::Contains(" k"));
        }
    }
}

TEST_CASE("every width is reached in the space's own steps") {
    /// Better with every channel, worse with every layer.
    class Wide : public Evaluator {
      public:
        Evaluation evaluate(const Candidate& candidate, const space::Network*,
                            const EvaluationContext&) override {
            Evaluation evaluation;
            evaluation.score = static_cast<double>(candidate.at[0] - candidate.at[1]);
            return evaluation;
        }
    } wide;
    const ChainSpace space(kInput, 5);
    SearchOptions options;
    options.space = &space;
    const SearchResult result = search(*make_strategy("occam"), wide, options);
    REQUIRE(result.best);
    CHECK(result.best->candidate == Candidate{64, 1});
    CHECK(result.conclusion.front() == "ended because nothing beyond width = 64 fits");
}

TEST_CASE("a space of more axes, choices among them, has networks of inputs of their own") {
    const SidedChainSpace space(kInput, 5);
    SearchResult result;
    const std::string journal =
        search_and_resume([] { return std::make_unique<Sampler>(); }, space, result);
    REQUIRE(result.best);
    CHECK_THAT(journal,
               Catch::Contains("\"pools\":\"no\"") && Catch::Contains("\"pools\":\"yes\""));
    std::size_t unbuildable = 0;
    for (const Decision& decision : result.decisions) {
        unbuildable += decision.reason.empty() ? 0U : 1U;
        CHECK(decision.feasible() == (decision.reason.empty() && decision.violations.empty()));
    }
    CHECK(unbuildable > 0);

    const ScratchFolder folder;
    WatchingStub stub;
    Sampler sampler;
    run(sampler, stub, space, folder / "j");
    REQUIRE(stub.inputs.size() > 3);
    for (const auto& seen : stub.inputs) {
        const std::int64_t side = seen.first.at[2];
        CHECK(seen.second == space::Shape{side, side, 3});
    }
}

TEST_CASE("strategies that walk two numbers refuse other spaces in a line") {
    const SidedChainSpace space(kInput, 5);
    StubEvaluator stub;
    SearchOptions options;
    options.space = &space;
    for (const std::string name : {"occam", "nanonas"}) {
        CHECK_THROWS_WITH(
            search(*make_strategy(name), stub, options),
            "strategy \"" + name +
                "\": walks a space of two numbers, a width and a depth; this one has 4 axes "
                "(width,layers,side,pools), not all of numbers");
        CHECK_THROWS_AS(make_strategy(name)->begin({}), ConfigError);
    }
}

TEST_CASE("a journal of one space is refused by another") {
    const ScratchFolder folder;
    const auto strategy = make_strategy("occam");
    StubEvaluator stub;
    run(*strategy, stub, ChainSpace(kInput, 5), folder / "j");
    CHECK_THROWS_WITH(Journal::resume(folder / "j", header_of(*strategy, kCells)),
                      Catch::Contains("started with space chain, not cells"));
    CHECK_THROWS_WITH(
        Journal::resume(folder / "j", header_of(*strategy, SidedChainSpace(kInput, 5))),
        Catch::Contains("started with space chain, not sided"));
}

TEST_CASE("a table of its scores has its axes for columns") {
    const ChainSpace space(kInput, 5);
    TableEvaluator table("layers,width,score\n1,8,0.5\n2,8,0.6\n1,12,0.55\n", "s.csv",
                         space.axes());
    SearchOptions options;
    options.space = &space;
    const SearchResult result = search(*make_strategy("nanonas"), table, options);
    REQUIRE(result.best);
    CHECK(result.best->candidate == Candidate{8, 2});
}
