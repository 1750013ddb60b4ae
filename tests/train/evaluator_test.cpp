#include "train/evaluator.hpp"

#include <catch2/catch.hpp>
#include <thread>

#include "space/errors.hpp"
#include "tests/train/fake_engine.hpp"
#include "tests/train/memory_set.hpp"

using namespace nanonas;
using namespace nanonas::train;
using test::FakeEngine;

namespace {

const TrainingSet& data() {
    static const TrainingSet set = test::bright_bands({1, 1, 6}, 2, 80, 3);
    return set;
}

EvaluatorOptions repeated(std::int64_t repeats) {
    EvaluatorOptions options;
    options.repeats = repeats;
    options.training.threads = 7;
    options.training.checkpoint = "/proc/nowhere";
    return options;
}

nas::EvaluationContext seeded(std::uint64_t seed, std::int64_t repeat = 0) {
    nas::EvaluationContext context;
    context.seed = seed;
    context.repeat = repeat;
    return context;
}

}  // namespace

TEST_CASE("a repeat's score is the best accuracy of its curve") {
    const auto network = test::fake_network(6, 2);
    TrainingEvaluator evaluator(std::make_shared<FakeEngine>(), data(), {}, repeated(2));
    CHECK(evaluator.repeats() == 2);
    for (const std::int64_t repeat : {0, 1}) {
        const nas::Evaluation evaluation = evaluator.evaluate({1, 0}, &network, seeded(3, repeat));
        REQUIRE(evaluation.curve.size() == 3);
        CHECK(evaluation.score ==
              *std::max_element(evaluation.curve.begin(), evaluation.curve.end()));
        CHECK_FALSE(evaluation.infeasible.has_value());
        CHECK(evaluation.seconds > 0.0);
    }
}

TEST_CASE("each repeat has a seed and one thread of its own") {
    const auto engine = std::make_shared<FakeEngine>();
    const auto network = test::fake_network(6, 2);
    TrainingEvaluator evaluator(engine, data(), {}, repeated(3));
    for (const std::int64_t repeat : {2, 0, 1}) {
        evaluator.evaluate({1, 0}, &network, seeded(3, repeat));
    }
    CHECK(engine->log->threads == std::vector<int>{1, 1, 1});
    CHECK(engine->log->seeds == std::vector<std::uint64_t>{derive_seed(3, "repeat", 2),
                                                           derive_seed(3, "repeat", 0),
                                                           derive_seed(3, "repeat", 1)});
}

TEST_CASE("evaluations on several threads at once equal those one after another") {
    const auto network = test::fake_network(6, 2);
    TrainingEvaluator evaluator(std::make_shared<FakeEngine>(), data(), {}, repeated(1));
    std::vector<nas::Evaluation> alone(8), together(8);
    for (std::size_t i = 0; i < alone.size(); ++i) {
        alone[i] = evaluator.evaluate({1, 0}, &network, seeded(i));
    }
    std::vector<std::thread> threads;
    for (std::size_t i = 0; i < together.size(); ++i) {
        threads.emplace_back([&, i] {
            together[i] = evaluator.evaluate({1, 0}, &network, seeded(i));
        });
    }
    for (std::thread& thread : threads) {
        thread.join();
    }
    for (std::size_t i = 0; i < alone.size(); ++i) {
        CHECK(together[i].score == alone[i].score);
        CHECK(together[i].curve == alone[i].curve);
    }
}

TEST_CASE("progress names candidate, repeat and epoch") {
    const auto network = test::fake_network(6, 2);
    TrainingEvaluator evaluator(std::make_shared<FakeEngine>(), data(), {}, repeated(2));
    nas::EvaluationContext context = seeded(3, 1);
    std::vector<nas::EvaluationProgress> seen;
    context.progress = [&](const nas::EvaluationProgress& progress) { seen.push_back(progress); };
    evaluator.evaluate({4, 2}, &network, context);
    REQUIRE_FALSE(seen.empty());
    CHECK(seen.front().trial.candidate == space::Candidate{4, 2});
    CHECK(seen.front().repeat == 1);
    CHECK(seen.back().repeats == 2);
    CHECK(seen.back().epoch == 2);
    CHECK(seen.back().epochs == 3);
    CHECK(seen.back().best_so_far.has_value());
}

TEST_CASE("a network for other channels than the images have is infeasible with the reason") {
    const auto network = test::fake_network(5, 2);
    TrainingEvaluator evaluator(std::make_shared<FakeEngine>(), data(), {}, repeated(1));
    const nas::Evaluation evaluation = evaluator.evaluate({1, 0}, &network, seeded(3));
    CHECK(evaluation.infeasible ==
          std::optional<std::string>("takes 1x1x5 images, those to train on are 1x1x6"));
}

TEST_CASE("an evaluation stops when asked and needs a network") {
    const auto network = test::fake_network(6, 2);
    TrainingEvaluator evaluator(std::make_shared<FakeEngine>(), data(), {}, repeated(1));
    const std::atomic<bool> stop{true};
    nas::EvaluationContext context = seeded(3);
    context.stop = &stop;
    CHECK_THROWS_AS(evaluator.evaluate({1, 0}, &network, context), Interrupted);
    CHECK_THROWS_AS(evaluator.evaluate({1, 0}, nullptr, seeded(3)), NetworkError);
    CHECK_THROWS_AS(TrainingEvaluator(std::make_shared<FakeEngine>(), data(), {}, repeated(0)),
                    ConfigError);
}

TEST_CASE("a key names all that decides a score, and is empty where that is not known") {
    const auto engine = std::make_shared<FakeEngine>();
    const auto network = test::fake_network(6, 2);
    const TrainingEvaluator unknown(engine, data(), {}, repeated(2));
    CHECK(unknown.key({1, 0}, &network, seeded(3)).empty());

    EvaluatorOptions options = repeated(2);
    options.training.arithmetic.probe = "abc";
    const auto key = [&](const EvaluatorOptions& asked, const nas::EvaluationContext& context,
                         const space::Network* of) {
        return TrainingEvaluator(engine, data(), {}, asked).key({1, 0}, of, context);
    };
    const std::string base = key(options, seeded(3), &network);
    REQUIRE_FALSE(base.empty());
    CHECK(key(options, seeded(3), &network) == base);
    CHECK(key(options, seeded(3), nullptr).empty());
    CHECK(key(options, seeded(4), &network) != base);
    CHECK(key(options, seeded(3, 1), &network) != base);
    nas::EvaluationContext longer = seeded(3);
    longer.effort = 2;
    CHECK(key(options, longer, &network) != base);
    EvaluatorOptions other = options;
    other.training.learning_rate *= 2.0;
    CHECK(key(other, seeded(3), &network) != base);
    other = options;
    other.training.arithmetic.probe = "abd";
    CHECK(key(other, seeded(3), &network) != base);
    const auto wider = test::fake_network(6, 3);
    CHECK(key(options, seeded(3), &wider) != base);
    TrainingSet split = data();
    std::swap(split.training.front(), split.validation.front());
    CHECK(TrainingEvaluator(engine, split, {}, options).key({1, 0}, &network, seeded(3)) != base);
}
