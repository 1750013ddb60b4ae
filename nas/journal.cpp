#include "nas/journal.hpp"

#include <filesystem>
#include <sstream>
#include <system_error>
#include <utility>

#include "nas/journal_record.hpp"
#include "space/errors.hpp"
#include "space/files.hpp"
#include "space/random.hpp"

namespace nanonas::nas {
namespace {

void check_same_run(const JournalHeader& found, const JournalHeader& wanted,
                    const std::string& where) {
    const auto differs = [&](const std::string& what, const std::string& a, const std::string& b) {
        throw ConfigError(where + ": started with " + what + " " + a + ", not " + b +
                          "; resume with what it was started with, or start a new run");
    };
    if (found.seed != wanted.seed) {
        differs("seed", std::to_string(found.seed), std::to_string(wanted.seed));
    }
    if (found.strategy != wanted.strategy) {
        differs("strategy", found.strategy, wanted.strategy);
    }
    if (found.space != wanted.space) {
        differs("space", found.space, wanted.space);
    }
    if (space::names_text(found.axes) != space::names_text(wanted.axes)) {
        differs("axes", space::names_text(found.axes), space::names_text(wanted.axes));
    }
    const bool of_older =
        !wanted.older_fingerprint.empty() && found.fingerprint == wanted.older_fingerprint;
    if (found.fingerprint != wanted.fingerprint && !of_older) {
        differs("settings", found.fingerprint, wanted.fingerprint);
    }
}

/// Scores of two builds or two kinds of processor differ by roundings, and so may the winner.
void check_same_arithmetic(const Header& found, const JournalHeader& wanted,
                           const std::string& where) {
    if (found.version == 1) {
        return;
    }
    const auto same = [&](const char* what, const std::string& was, const std::string& is) {
        if (was != is) {
            throw ConfigError(where + ": started with " + what + " " + was + ", here it is " + is +
                              ": the scores would not be comparable; resume where it was started, "
                              "or start a new run");
        }
    };
    same("build", found.header.build, wanted.build);
    same("arithmetic", found.header.simd, wanted.simd);
    same("arithmetic probe", found.header.probe, wanted.probe);
}

/// Throws DataError unless it is the next decision of the journal at `path`.
void read_decision(Record record, const std::string& path, const std::string& where,
                   std::vector<Decision>& decisions) {
    if (!record.index) {
        throw DataError(where + ": a speculative record, expected in " + speculation_path(path));
    }
    if (*record.index != static_cast<std::int64_t>(decisions.size())) {
        throw DataError(where + ": index " + std::to_string(*record.index) + ", expected " +
                        std::to_string(decisions.size()));
    }
    decisions.push_back(std::move(record.decision));
}

}  // namespace

std::uint64_t seed_of(std::uint64_t run_seed, const Trial& trial) {
    const std::uint64_t seed = space::candidate_seed(run_seed, "candidate", trial.candidate);
    return trial.effort == 1 ? seed : derive_seed(seed, "effort", trial.effort);
}

bool operator==(const Decision& a, const Decision& b) {
    return a.trial() == b.trial() && a.score == b.score && a.curve == b.curve &&
           a.repeats == b.repeats && a.cost == b.cost && a.violations == b.violations &&
           a.reason == b.reason && a.seed == b.seed;
}

std::string speculation_path(const std::string& journal_path) {
    const std::filesystem::path path = journal_path;
    const std::string name = path.stem().string() + ".speculation" + path.extension().string();
    return (path.parent_path() / name).string();
}

std::vector<Decision> read_journal(const std::string& path, const std::vector<space::Axis>& axes) {
    std::istringstream text(read_file(path));
    std::vector<Decision> decisions;
    Header header;
    std::size_t number = 0;
    for (std::string line; std::getline(text, line) && !text.eof();) {
        const std::string where = path + ":" + std::to_string(++number);
        if (number == 1) {
            header = read_header(line, where);
        } else {
            read_decision(read_record(line, where, header.version, axes), path, where, decisions);
        }
    }
    return decisions;
}

Journal::Journal(LineFile file, const JournalHeader& header)
    : file_(std::move(file)),
      header_(header),
      version_(kJournalVersion),
      speculation_version_(kJournalVersion) {}

Journal Journal::create(const std::string& path, const JournalHeader& header) {
    Journal journal(LineFile::create(path), header);
    try {
        journal.file_.append(header_line(header));
    } catch (const IoError&) {
        journal.file_.remove();
        throw;
    }
    std::error_code none;
    std::filesystem::remove(speculation_path(path), none);
    return journal;
}

Journal Journal::resume(const std::string& path, const JournalHeader& header) {
    Journal journal(LineFile::open(path), header);
    const std::vector<std::string> lines = journal.file_.lines();
    journal.read(lines);
    journal.read_speculation();
    journal.file_.cut_torn();
    if (lines.empty()) {
        journal.file_.append(header_line(header));
    }
    return journal;
}

void Journal::read(const std::vector<std::string>& lines) {
    Header header;
    for (std::size_t i = 0; i < lines.size(); ++i) {
        const std::string where = path() + ":" + std::to_string(i + 1);
        if (i == 0) {
            header = read_header(lines[i], where);
            check_same_run(header.header, header_, where);
            check_same_arithmetic(header, header_, where);
            version_ = header.version;
            continue;
        }
        read_decision(read_record(lines[i], where, header.version, header_.axes), path(), where,
                      decisions_);
    }
}

void Journal::read_speculation() {
    const std::string path = speculation_path(file_.path());
    if (!std::filesystem::exists(path)) {
        return;
    }
    speculation_ = LineFile::open(path);
    const std::vector<std::string> lines = speculation_->lines();
    Header header;
    for (std::size_t i = 0; i < lines.size(); ++i) {
        const std::string where = path + ":" + std::to_string(i + 1);
        if (i == 0) {
            header = read_header(lines[i], where);
            check_same_run(header.header, header_, where);
            check_same_arithmetic(header, header_, where);
            speculation_version_ = header.version;
            continue;
        }
        Record record = read_record(lines[i], where, header.version, header_.axes);
        if (record.index) {
            throw DataError(where + ": not a speculative record");
        }
        speculative_[record.decision.trial()] = std::move(record.decision);
    }
    speculation_->cut_torn();
    if (lines.empty()) {
        speculation_->append(header_line(header_));
    }
}

void Journal::require_extendable() const {
    if (version_ == 1) {
        throw ConfigError(path() +
                          ":1: of version 1, which does not tell the build and the SIMD target it "
                          "was started with: its " +
                          std::to_string(decisions_.size()) +
                          " decisions are read, but none is added; start a new run");
    }
}

void Journal::append(const Decision& decision) {
    require_extendable();
    if (guard_) {
        guard_();
    }
    file_.append(to_json_line(decisions_.size(), decision, header_.axes, version_));
    decisions_.push_back(decision);
}

void Journal::append_speculative(const Decision& decision) {
    require_extendable();
    if (guard_) {
        guard_();
    }
    if (!speculation_) {
        speculation_ = LineFile::create(speculation_path(path()));
        speculation_->append(header_line(header_));
    }
    speculation_->append(speculative_line(decision, header_.axes, speculation_version_));
    speculative_[decision.trial()] = decision;
}

}  // namespace nanonas::nas
