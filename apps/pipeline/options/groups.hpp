// The option table's rows, a function per group, and the small parsers they share.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "apps/pipeline/option_table.hpp"
#include "space/errors.hpp"
#include "space/text.hpp"

namespace nanonas::pipeline {

std::vector<Option> make_data_options();
std::vector<Option> make_budget_options();
std::vector<Option> make_search_options();
std::vector<Option> make_training_options();
std::vector<Option> make_output_options();
std::vector<Option> make_device_options();
std::vector<Option> make_batch_options();
std::vector<Option> make_predict_options();
std::vector<Option> make_track_options();

constexpr std::int64_t kCountLimit = 1'000'000;

using Text = const std::string&;

std::string optional_text(const std::optional<std::int64_t>& value);
std::string switch_text(bool on);
/// "true" or "false".
bool parse_switch(Text text, Text what);
/// Bytes, at least 1.
std::int64_t parse_size(Text text, Text what);
/// A number that the row's range holds.
std::int64_t parse_integer(Text text, Text what);
double parse_number(Text text, Text what);
train::Schedule parse_schedule(Text text, Text what);
std::string schedule_text(train::Schedule schedule);
std::vector<std::string> schedule_names();
std::string not_empty(Text text, Text what);

/// `parse`, with `what` put before its message.
template <typename Value>
Value prefixed(Value (*parse)(Text), Text text, Text what) {
    try {
        return parse(text);
    } catch (const ConfigError& error) {
        throw ConfigError(what + ": " + error.what());
    }
}

// What a row allows, its last field.
inline Allowed at_least(double low) {
    return {low};
}
inline Allowed between(double low, double high, Names words = nullptr) {
    return {low, high, words};
}
inline Allowed one_of(Names names) {
    return {-kNoBound, kNoBound, names};
}

constexpr Verb kS = Verb::kSearch, kT = Verb::kTrain, kQ = Verb::kQuantize, kE = Verb::kEvaluate,
               kX = Verb::kExport, kP = Verb::kProfile, kB = Verb::kBench, kG = Verb::kTargets,
               kV = Verb::kValidate, kN = Verb::kBatch, kW = Verb::kWorker, kR = Verb::kTrack,
               kD = Verb::kPredict, kY = Verb::kReport;

}  // namespace nanonas::pipeline
