// Journal: what a search decided, one JSON record a line, appended and synced as it is decided.
//
//     {"journal":3,"seed":7,"strategy":"occam","space":"cells","axes":["k","c"],
//      "fingerprint":"91c0...","build":"..","simd":"..","probe":"..","check":"5e1f..."}
//     {"index":0,"candidate":{"k":1,"c":0},"feasible":true,"score":0.71,"curve":[0.6,0.71],
//      "ram_bytes":..,"flash_bytes":..,"macc":..,"seed":"0x...","check":".."}
//     {"index":1,"candidate":{..},"feasible":false,..,"violations":[{"bound":"macc",..}],..}
//     {"index":9,"candidate":{..},"effort":2,"feasible":true,"score":0.74,"repeats":[0.73,0.75],..}
//     {"index":2,"candidate":{..},"feasible":false,"reason":"cells: a 28x28x1 input takes ..",..}
//
// "check" is over the bytes of the line (space/checksum.hpp). Version 2 knew the space "cells"
// alone, k and c among the other keys of a record; it is gone on with in its own form. Version 1
// had neither checks nor build, SIMD target and probe either: its decisions are replayed, but as
// nobody knows where its scores were computed, none is added to them.
//
// Records hold no wall-clock time: two runs, a run killed and resumed, and runs with any number of
// workers write the same bytes. Work that idle workers finished before it was asked for depends on
// timing; it is kept in a file of its own beside the journal, with the same first line:
//
//     journal.jsonl  ->  journal.speculation.jsonl
//     {"speculative":true,"candidate":{"k":2,"c":0},...}
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "nas/line_file.hpp"
#include "nas/trial.hpp"
#include "space/budget.hpp"
#include "space/search_space.hpp"

namespace nanonas::nas {

/// What the search priced a candidate at.
struct CandidateCost {
    std::int64_t ram_bytes = 0;
    std::int64_t flash_bytes = 0;
    std::int64_t macc = 0;

    friend bool operator==(const CandidateCost& a, const CandidateCost& b) {
        return a.ram_bytes == b.ram_bytes && a.flash_bytes == b.flash_bytes && a.macc == b.macc;
    }
};

/// All that became of one candidate.
struct Decision {
    Candidate candidate;
    std::int64_t effort = 1;                   ///< of the trial
    std::optional<double> score;               ///< absent: infeasible
    std::vector<double> curve;                 ///< as in Evaluation
    std::vector<double> repeats;               ///< scores of more than one; their mean is `score`
    std::optional<CandidateCost> cost;         ///< absent: not priced, or no network
    std::vector<space::Violation> violations;  ///< every bound broken; then it was never evaluated
    std::string reason;                        ///< infeasible for another cause than a bound
    std::uint64_t seed = 0;                    ///< see seed_of

    Trial trial() const { return {candidate, effort}; }
    bool feasible() const { return score.has_value(); }
    friend bool operator==(const Decision& a, const Decision& b);
};

/// derive_seed(run seed, "candidate", values...), and of that with "effort" for a trial of more
/// than one.
std::uint64_t seed_of(std::uint64_t run_seed, const Trial& trial);

/// What decides the answer of a run; a resume under another header is refused.
struct JournalHeader {
    std::uint64_t seed = 0;
    std::string strategy;
    std::string fingerprint;  ///< of everything else that does, such as a checksum of all options
    /// What computes the scores; empty where nothing is computed.
    std::string build = {};
    std::string simd = {};
    std::string probe = {};  ///< what a fixed small training comes to
    std::string space = {};
    std::vector<space::Axis> axes = {};  ///< of the space; the file holds their names
    /// The fingerprint as earlier versions formed it, good for a journal of theirs; empty: none.
    std::string older_fingerprint = {};
};

/// The decisions of a file, to be looked at: whoever writes it may go on. `axes` are those of its
/// space, by whose choices it names values. A torn last line is passed over. Throws DataError for
/// what is no journal, IoError.
std::vector<Decision> read_journal(const std::string& path, const std::vector<space::Axis>& axes);

/// Where a journal keeps what was evaluated ahead.
std::string speculation_path(const std::string& journal_path);

/// The file of one search; one process at a time writes it.
class Journal {
  public:
    /// A new file. Throws ConfigError when `path` exists, IoError when it cannot be written.
    /// Speculation left over from another journal of this name is discarded.
    static Journal create(const std::string& path, const JournalHeader& header);

    /// Goes on with a file, or starts one where there is none or not even a whole header. A torn
    /// last line is cut off. Throws DataError "path:LINE: ..." for a malformed line before it,
    /// ConfigError naming what differs when the header is another run's, IoError. The same holds
    /// for the file of speculation, if there is one.
    static Journal resume(const std::string& path, const JournalHeader& header);

    const std::string& path() const { return file_.path(); }

    /// All decisions of the file, those appended by this process included.
    const std::vector<Decision>& decisions() const { return decisions_; }
    /// Line of a decision in the file, from 1; for messages.
    static std::size_t line(std::size_t index) { return index + 2; }
    /// Finished speculative evaluations.
    const std::map<Trial, Decision>& speculative() const { return speculative_; }

    /// Throws ConfigError for a journal of version 1, to which nothing is added.
    void require_extendable() const;
    /// Called before each append; may throw.
    void guard(std::function<void()> before_append) { guard_ = std::move(before_append); }
    /// On return the record is on disk, see LineFile::append.
    void append(const Decision& decision);
    void append_speculative(const Decision& decision);

  private:
    Journal(LineFile file, const JournalHeader& header);
    void read(const std::vector<std::string>& lines);
    void read_speculation();

    LineFile file_;
    JournalHeader header_;
    std::int64_t version_;  ///< of the file
    std::function<void()> guard_;
    std::optional<LineFile> speculation_;  ///< opened when first needed
    std::int64_t speculation_version_;
    std::vector<Decision> decisions_;
    std::map<Trial, Decision> speculative_;
};

}  // namespace nanonas::nas
