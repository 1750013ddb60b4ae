#include "apps/pipeline/identity.hpp"

#include <algorithm>
#include <array>

#include "space/checksum.hpp"
#include "space/files.hpp"
#include "space/json/json_text.hpp"

namespace nanonas::pipeline {

namespace {

constexpr std::array<const char*, 3> kPlaces = {"data", "test", "scores"};

nlohmann::json set_json(const train::LoadedSet& set) {
    return {{"description", set.description},
            {"fingerprint", hexadecimal(set.fingerprint)},
            {"skipped", set.skipped},
            {"labels", set.labels}};
}

/// data.json without the descriptions, which tell where the images lie.
nlohmann::json contents(nlohmann::json data) {
    for (nlohmann::json& set : data) {
        if (set.is_object()) {
            set.erase("description");
        }
    }
    return data;
}

}  // namespace

nlohmann::json option_value(const Option& option, const std::string& text) {
    switch (option.kind) {
        case Kind::kSwitch:
            return text == "true";
        case Kind::kInteger:
        case Kind::kBytes:
        case Kind::kNumber:
            return nlohmann::json::parse(text);
        case Kind::kIntegerOrWord: {
            nlohmann::json number = nlohmann::json::parse(text, nullptr, false);
            return number.is_discarded() ? nlohmann::json(text) : number;
        }
        case Kind::kText:
            return text;
    }
    return text;
}

std::vector<std::pair<const Option*, std::string>> deciding_options(const RunSpec& spec,
                                                                    Verb verb) {
    Config config;
    static_cast<RunSpec&>(config) = spec;
    std::vector<std::pair<const Option*, std::string>> found;
    for (const Option& option : options()) {
        std::string text = option.show(config);
        if (option.decides_answer && option.belongs_to(verb) && !text.empty()) {
            found.emplace_back(&option, std::move(text));
        }
    }
    return found;
}

nlohmann::json config_json(const RunSpec& spec, Verb verb) {
    nlohmann::json values = nlohmann::json::object();
    for (const auto& [option, text] : deciding_options(spec, verb)) {
        values[option->name] = option_value(*option, text);
    }
    return values;
}

nlohmann::json data_json(const DataSets* data, const std::string& scores) {
    nlohmann::json value = nlohmann::json::object();
    if (data != nullptr) {
        value["training"] = set_json(data->training.set);
        value["test"] = data->test ? set_json(data->test->set) : nlohmann::json();
    }
    if (!scores.empty()) {
        value["scores"] = checksum(read_file(scores));
    }
    return value;
}

bool names_a_place(const std::string& option) {
    return std::find(kPlaces.begin(), kPlaces.end(), option) != kPlaces.end();
}

bool same_data(const nlohmann::json& before, nlohmann::json now) {
    if (!before.contains("scores")) {  // earlier versions did not keep it
        now.erase("scores");
    }
    return contents(before) == contents(now);
}

std::string run_fingerprint(const nlohmann::json& config, const nlohmann::json& data) {
    nlohmann::json options = config;
    for (const char* place : kPlaces) {
        options.erase(place);
    }
    return checksum(json::text(options) + json::text(contents(data)));
}

std::string run_fingerprint(const std::string& directory) {
    return run_fingerprint(json::parse_file(directory + "/config.json"),
                           json::parse_file(directory + "/data.json"));
}

std::string run_fingerprint_with_places(const nlohmann::json& config, const nlohmann::json& data) {
    return checksum(json::text(config) + json::text(data));
}

}  // namespace nanonas::pipeline
