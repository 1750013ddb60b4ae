// Options from texts, as the command line and the Python package give them.
#include "apps/pipeline/asked.hpp"

#include <catch2/catch.hpp>

#include "space/errors.hpp"
#include "space/files.hpp"
#include "tests/support/temporary_folder.hpp"

using namespace nanonas;
using namespace nanonas::pipeline;

namespace {

Asked asked(Verb verb, const std::map<std::string, std::string>& texts) {
    Asked result;
    result.verb = verb;
    read_options(texts, result);
    return result;
}

std::string refusal(Verb verb, const std::map<std::string, std::string>& texts) {
    try {
        asked(verb, texts);
    } catch (const ConfigError& error) {
        return error.what();
    }
    return "nothing was refused";
}

}  // namespace

TEST_CASE("texts win over the config file that is among them, and both are named") {
    const testing::TemporaryFolder folder;
    const std::string file = folder.path() + "/mine.json";
    write_file(file, R"({"recipe": "nanonas", "epochs": 7, "repeats": 2, "format": "tflite"})");
    const Asked both = asked(Verb::kSearch, {{"config", file}, {"epochs", "9"}, {"ram", "40KiB"}});
    CHECK(both.config.training.epochs == 9);
    CHECK(both.config.search.repeats == 2);
    CHECK(both.config.search.strategy == "nanonas");
    CHECK(both.config.budget.ram_bytes == 40 * 1024);
    CHECK(both.typed == std::set<std::string>{"config", "epochs", "ram"});
    CHECK(both.named == std::set<std::string>{"config", "epochs", "ram", "recipe", "repeats"});
}

TEST_CASE("a recipe is what the other texts start from") {
    const Asked published = asked(Verb::kSearch, {{"recipe", "nanonas"}, {"repeats", "5"}});
    CHECK(published.config.search.strategy == "nanonas");
    CHECK(published.config.search.repeats == 5);
}

TEST_CASE("texts are refused with the line of the command line") {
    CHECK(refusal(Verb::kSearch, {{"epoch", "3"}}) ==
          "--epoch: unknown option; did you mean --epochs?");
    CHECK(refusal(Verb::kSearch, {{"format", "c"}}).rfind("--format: unknown option", 0) == 0);
    CHECK(refusal(Verb::kSearch, {{"repeats", "0"}}) ==
          "--repeats '0': expected a whole number in [1, 1000]");
    CHECK(refusal(Verb::kSearch, {{"runtime", "all"}}) ==
          "--runtime: all is for profile; here it takes one runtime");
    CHECK(refusal(Verb::kProfile, {{"model", "a.tflite"}, {"classes", "3"}}) ==
          "--classes: not together with --model, which has its own");
    CHECK(refusal(Verb::kProfile, {{"runtime", "all"}}) == "nothing was refused");
}
