// A small plan, and what two batches of it must have in common.
#pragma once

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/apps/program.hpp"

namespace nanonas::test {

inline const std::string kPlan =
    "name: small\n"
    "defaults: {data: data, test: test, search-steps: 20, repeats: 2, epochs: 8, batch: 8,\n"
    "           augment: none, check-images: 0}\n"
    "matrix:\n"
    "  macc: [20000, 60000]\n"
    "  seed: [1, 2]\n";

inline const std::vector<std::string> kRuns = {"macc=20000,seed=1", "macc=20000,seed=2",
                                               "macc=60000,seed=1", "macc=60000,seed=2"};

struct Folder : Scratch {
    Folder() {
        make_images(path("data"), 3, 30);
        make_images(path("test"), 3, 10, 2);
        write(path("plan.yaml"), kPlan);
    }
    Ran batch(const std::string& line) const { return run(words("batch " + line), folder()); }
};

/// results.json without wall times, what is counted per process, and the emulator's figures, which
/// scatter in their last digits.
inline nlohmann::json answers(const std::string& file) {
    nlohmann::json value = nlohmann::json::parse(read(file));
    value.erase("directory");
    value.erase("work");
    for (nlohmann::json& one : value["runs"]) {
        nlohmann::json& summary = one["summary"];
        for (const char* part : {"seconds", "files", "run", "check", "linked"}) {
            summary.erase(part);
        }
        for (const char* part : {"replayed", "ahead", "ahead_in_vain", "seconds_in_vain"}) {
            summary["search"].erase(part);
        }
    }
    return value;
}

inline void check_same(const Folder& folder, const std::string& one, const std::string& other) {
    for (const std::string& name : kRuns) {
        for (const char* file : {"/journal.jsonl", "/config.json", "/data.json",
                                 "/winner/model.safetensors", "/winner/c/model.c"}) {
            INFO(name << file);
            const bool same = read(folder.path(one + "/" + name + file)) ==
                              read(folder.path(other + "/" + name + file));
            CHECK(same);
        }
    }
    CHECK(answers(folder.path(one + "/results.json")) ==
          answers(folder.path(other + "/results.json")));
}

}  // namespace nanonas::test
