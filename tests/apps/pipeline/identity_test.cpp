#include "apps/pipeline/identity.hpp"

#include <catch2/catch.hpp>

using namespace nanonas;
using namespace nanonas::pipeline;

namespace {

nlohmann::json data_of(const std::string& place, const std::string& contents) {
    return {{"training", {{"description", place + ": 9 images"}, {"fingerprint", contents}}},
            {"test", nullptr}};
}

}  // namespace

TEST_CASE("a run on the same images at another place is the same run") {
    RunSpec here, there;
    here.data.data = "/home/me/flowers";
    there.data.data = "/mnt/flowers";
    const auto fingerprint = [](const RunSpec& spec, const nlohmann::json& data) {
        return run_fingerprint(config_json(spec, Verb::kSearch), data);
    };
    const nlohmann::json data = data_of("/home/me/flowers", "1");
    CHECK(fingerprint(here, data) == fingerprint(there, data_of("/mnt/flowers", "1")));
    CHECK(fingerprint(here, data) != fingerprint(there, data_of("/mnt/flowers", "2")));
    there.training.seed = 2;
    CHECK(fingerprint(here, data) != fingerprint(there, data));
    CHECK(same_data(data, data_of("/mnt/flowers", "1")));
    CHECK_FALSE(same_data(data, data_of("/home/me/flowers", "2")));
}

TEST_CASE("a score table counts by its contents, and earlier runs did not keep it") {
    const nlohmann::json kept = {{"scores", "aa"}};
    CHECK(same_data(kept, {{"scores", "aa"}}));
    CHECK_FALSE(same_data(kept, {{"scores", "bb"}}));
    CHECK(same_data(nlohmann::json::object(), {{"scores", "bb"}}));
}

TEST_CASE("config.json holds the options that decide the answer, and only those of the verb") {
    RunSpec spec;
    spec.training.arch = "4,2";
    spec.workers = 3;
    const nlohmann::json train = config_json(spec, Verb::kTrain);
    CHECK(train.at("arch") == "4,2");
    CHECK_FALSE(train.contains("workers"));
    CHECK_FALSE(train.contains("repeats"));
    CHECK(config_json(spec, Verb::kSearch).at("repeats") == 3);
}
