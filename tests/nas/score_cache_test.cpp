#include "nas/score_cache.hpp"

#include <catch2/catch.hpp>
#include <memory>

#include "nas/evaluators/cached_evaluator.hpp"
#include "tests/nas/support.hpp"

using namespace nanonas;
using namespace nanonas::nas;
using namespace nanonas::nas::test;

namespace {

Evaluation evaluation(double score, std::vector<double> curve) {
    Evaluation made;
    made.score = score;
    made.curve = std::move(curve);
    return made;
}

/// Counts what is evaluated and says what decides it.
class Counted final : public FakeEvaluator {
  public:
    Counted(Table table, int& count) : FakeEvaluator(std::move(table)) {
        its_repeats = 2;
        before = [&count](const Candidate&, const EvaluationContext&) { ++count; };
    }
    std::string key(const Candidate& candidate, const space::Network*,
                    const EvaluationContext& context) const override {
        return space::to_string(candidate) + " " + std::to_string(context.seed) + " " +
               std::to_string(context.repeat) + " " + std::to_string(context.effort);
    }
};

std::string journal_of(ScoreCache* cache, const std::string& file, const std::string& path,
                       int& count) {
    Rng rng(5);
    std::unique_ptr<Evaluator> evaluator =
        std::make_unique<Counted>(random_table(rng, 8, 5, 0.1), count);
    if (cache != nullptr) {
        evaluator = std::make_unique<CachedEvaluator>(std::move(evaluator), *cache, file);
    }
    Journal journal = Journal::create(path, cells_header(3, ""));
    SearchOptions options = with_workers(1);
    options.journal = &journal;
    options.seed = 3;
    run(*evaluator, options);
    return slurp(path);
}

}  // namespace

TEST_CASE("scores are the same bits when they are read back") {
    const ScratchFolder folder;
    const double odd = 0.1 + 0.2;
    {
        ScoreCache cache(folder / "scores");
        CHECK_FALSE(cache.find("a"));
        cache.add("one", "a", evaluation(odd, {1.0 / 3.0, odd}));
        cache.add("two", "b", evaluation(0.0, {}));
        CHECK(cache.find("a")->score == odd);
    }
    ScoreCache again(folder / "scores");
    REQUIRE(again.find("a"));
    CHECK(again.find("a")->score == odd);
    CHECK(again.find("a")->curve == std::vector<double>{1.0 / 3.0, odd});
    CHECK(again.find("b")->curve.empty());
    CHECK(again.size() == 2);
}

TEST_CASE("a torn or damaged line is passed over, and what stands behind it is kept") {
    const ScratchFolder folder;
    {
        ScoreCache cache(folder / "scores");
        for (const char* key : {"a", "b", "c"}) {
            cache.add("one", key, evaluation(0.5, {0.5}));
        }
    }
    const std::string path = folder / "scores/one.jsonl";
    std::string text = slurp(path);
    text.replace(text.find("0.5", text.find("\"b\"") - 40), 3, "0.6");  // of one line
    spill(path, text + R"({"check":"00)");
    ScoreCache cache(folder / "scores");
    CHECK(cache.size() == 2);
    cache.add("one", "d", evaluation(0.7, {}));
    ScoreCache again(folder / "scores");
    CHECK(again.size() == 3);
    CHECK(again.find("d")->score == 0.7);
}

TEST_CASE(
    "a search writes the same journal with a cache, empty or full, and a full one saves all") {
    const ScratchFolder folder;
    int plain = 0, first = 0, second = 0, later = 0;
    const std::string expected = journal_of(nullptr, "", folder / "plain", plain);
    REQUIRE(plain > 10);
    {
        ScoreCache cache(folder / "scores");
        CHECK(journal_of(&cache, "a", folder / "first", first) == expected);
        CHECK(journal_of(&cache, "b", folder / "second", second) == expected);
    }
    ScoreCache cache(folder / "scores");
    CHECK(journal_of(&cache, "c", folder / "later", later) == expected);
    CHECK(first == plain);
    // What is infeasible is not kept.
    CHECK(second < plain / 2);
    CHECK(later == second);
}
