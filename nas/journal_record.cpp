#include "nas/journal_record.hpp"

#include <limits>
#include <utility>

#include "space/checksum.hpp"
#include "space/errors.hpp"
#include "space/json/candidate_json.hpp"
#include "space/json/strict.hpp"

namespace nanonas::nas {
namespace {

using Object = nlohmann::ordered_json;

/// The first version with a space and its axes.
constexpr std::int64_t kNamesAxes = 3;
constexpr std::int64_t kLargest = std::numeric_limits<std::int64_t>::max();
constexpr double kLargestScore = std::numeric_limits<double>::max();

std::uint64_t read_hex(const json::Reader& reader) {
    const std::string text = reader.string();
    if (text.size() != 18 || text.compare(0, 2, "0x") != 0 ||
        text.find_first_not_of("0123456789abcdef", 2) != std::string::npos) {
        reader.fail("expected 0x and 16 hex digits");
    }
    return std::stoull(text.substr(2), nullptr, 16);
}

void put(Object& object, const Decision& decision, const std::vector<space::Axis>& axes,
         std::int64_t version) {
    const Object candidate = json::candidate_json(decision.candidate, axes);
    if (version < kNamesAxes) {
        object.update(candidate);
    } else {
        object["candidate"] = candidate;
    }
    if (decision.effort != 1) {
        object["effort"] = decision.effort;
    }
    object["feasible"] = decision.feasible();
    if (decision.score) {
        object["score"] = *decision.score;
        if (!decision.repeats.empty()) {
            object["repeats"] = decision.repeats;
        }
        object["curve"] = decision.curve;
    }
    if (decision.cost) {
        object["ram_bytes"] = decision.cost->ram_bytes;
        object["flash_bytes"] = decision.cost->flash_bytes;
        object["macc"] = decision.cost->macc;
    }
    if (!decision.violations.empty()) {
        Object& broken = object["violations"] = Object::array();
        for (const space::Violation& violation : decision.violations) {
            broken.push_back(Object{{"bound", violation.bound},
                                    {"limit", violation.limit},
                                    {"value", violation.value},
                                    {"excess", violation.excess()}});
        }
    }
    if (!decision.reason.empty()) {
        object["reason"] = decision.reason;
    }
    object["seed"] = "0x" + hexadecimal(decision.seed);
}

std::vector<double> read_scores(const json::Reader& reader) {
    std::vector<double> scores;
    for (const json::Reader& value : reader.items()) {
        scores.push_back(value.number(-kLargestScore, kLargestScore));
    }
    return scores;
}

Decision read_decision(const json::Reader& reader, const std::vector<space::Axis>& axes,
                       std::int64_t version) {
    Decision decision;
    if (version < kNamesAxes) {
        decision.candidate = {reader["k"].integer(1, kLargest), reader["c"].integer(0, kLargest)};
    } else {
        decision.candidate = json::read_candidate(reader["candidate"], axes);
    }
    if (reader.has("effort")) {
        decision.effort = reader["effort"].integer(2, kLargest);
    }
    if (reader["feasible"].boolean()) {
        decision.score = reader["score"].number(-kLargestScore, kLargestScore);
        decision.curve = read_scores(reader["curve"]);
        if (reader.has("repeats")) {
            decision.repeats = read_scores(reader["repeats"]);
        }
    } else if (reader.has("score") || reader.has("repeats") ||
               reader.has("violations") == reader.has("reason")) {
        reader.fail("infeasible: expected either violations or a reason, and no score");
    }
    if (reader.has("ram_bytes")) {
        decision.cost = CandidateCost{reader["ram_bytes"].integer(0, kLargest),
                                      reader["flash_bytes"].integer(0, kLargest),
                                      reader["macc"].integer(0, kLargest)};
    }
    if (reader.has("violations")) {
        for (const json::Reader& item : reader["violations"].items()) {
            item.only_keys({"bound", "limit", "value", "excess"});
            const space::Violation violation{item["bound"].string(),
                                             item["limit"].integer(0, kLargest),
                                             item["value"].integer(0, kLargest)};
            if (item["excess"].integer(0, kLargest) != violation.excess()) {
                item.fail("excess is not value - limit");
            }
            decision.violations.push_back(violation);
        }
    }
    if (reader.has("reason")) {
        decision.reason = reader["reason"].string();
    }
    decision.seed = read_hex(reader["seed"]);
    return decision;
}

/// One line, its check last.
std::string line_of(Object object) {
    object["check"] = kBlankCheck;
    return sealed(object.dump(-1, ' ', false, Object::error_handler_t::replace));
}

/// Every failure of `read` as a DataError that names the line.
template <typename Read>
auto read_line(const std::string& line, const std::string& where, Read read) {
    try {
        const nlohmann::json value = nlohmann::json::parse(line);
        return read(json::Reader(value, where));
    } catch (const nlohmann::json::exception&) {
        throw DataError(where + ": not a journal record (not valid JSON)");
    } catch (const ConfigError& error) {
        throw DataError(error.what());
    }
}

}  // namespace

std::string header_line(const JournalHeader& header) {
    std::vector<std::string> names;
    for (const space::Axis& axis : header.axes) {
        names.push_back(axis.name);
    }
    return line_of(Object{{"journal", kJournalVersion},
                          {"seed", header.seed},
                          {"strategy", header.strategy},
                          {"space", header.space},
                          {"axes", names},
                          {"fingerprint", header.fingerprint},
                          {"build", header.build},
                          {"simd", header.simd},
                          {"probe", header.probe}});
}

std::string to_json_line(std::size_t index, const Decision& decision,
                         const std::vector<space::Axis>& axes, std::int64_t version) {
    Object object;
    object["index"] = index;
    put(object, decision, axes, version);
    return line_of(std::move(object));
}

std::string speculative_line(const Decision& decision, const std::vector<space::Axis>& axes,
                             std::int64_t version) {
    Object object;
    object["speculative"] = true;
    put(object, decision, axes, version);
    return line_of(std::move(object));
}

Header read_header(const std::string& line, const std::string& where) {
    Header header = read_line(line, where, [](const json::Reader& reader) {
        Header found;
        found.version = reader["journal"].integer(0, kLargest);
        if (found.version < 1 || found.version > kJournalVersion) {
            reader["journal"].fail("not a journal of version 1 to 3");
        }
        std::vector<std::string> keys = {"journal", "seed", "strategy", "fingerprint"};
        if (found.version > 1) {
            keys.insert(keys.end(), {"build", "simd", "probe", "check"});
        }
        if (found.version >= kNamesAxes) {
            keys.insert(keys.end(), {"space", "axes"});
        }
        reader.only_keys(keys);
        if (!reader["seed"].value().is_number_unsigned()) {
            reader["seed"].fail("expected a whole number");
        }
        found.header.seed = reader["seed"].value().get<std::uint64_t>();
        found.header.strategy = reader["strategy"].string();
        found.header.fingerprint = reader["fingerprint"].string();
        if (found.version > 1) {
            found.header.build = reader["build"].string();
            found.header.simd = reader["simd"].string();
            found.header.probe = reader["probe"].string();
        }
        found.header.space = "cells";
        found.header.axes = {{"k"}, {"c"}};
        if (found.version >= kNamesAxes) {
            found.header.space = reader["space"].string();
            found.header.axes.clear();
            for (const json::Reader& name : reader["axes"].items()) {
                found.header.axes.push_back({name.string()});
            }
        }
        return found;
    });
    if (header.version > 1 && seal_of(line) != Seal::kWhole) {
        throw DataError(where + ": damaged, its check does not fit; start a new run");
    }
    return header;
}

Record read_record(const std::string& line, const std::string& where, std::int64_t version,
                   const std::vector<space::Axis>& axes) {
    Record record = read_line(line, where, [&](const json::Reader& reader) {
        std::vector<std::string> keys = {
            "index",     "speculative", "effort", "feasible",   "score",  "repeats", "curve",
            "ram_bytes", "flash_bytes", "macc",   "violations", "reason", "seed"};
        if (version > 1) {
            keys.emplace_back("check");
        }
        if (version < kNamesAxes) {
            keys.insert(keys.end(), {"k", "c"});
        } else {
            keys.emplace_back("candidate");
        }
        reader.only_keys(keys);
        Record found;
        if (reader.has("speculative")) {
            if (!reader["speculative"].boolean() || reader.has("index")) {
                reader.fail("expected either speculative:true or an index");
            }
        } else {
            found.index = reader["index"].integer(0, kLargest);
        }
        found.decision = read_decision(reader, axes, version);
        return found;
    });
    if (version > 1 && seal_of(line) != Seal::kWhole) {
        throw DataError(where +
                        ": damaged, its check does not fit; remove this line and all after it to "
                        "go on from there");
    }
    return record;
}

}  // namespace nanonas::nas
