// Shared by the tests of nas/: a scratch folder, made-up score tables and a price list.
#pragma once

#include <stdlib.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "nas/evaluator.hpp"
#include "nas/search.hpp"
#include "nas/strategies/nanonas.hpp"
#include "space/cost.hpp"
#include "space/errors.hpp"
#include "space/random.hpp"
#include "space/spaces/cells.hpp"
#include "tests/support/temporary_folder.hpp"

namespace nanonas::nas::test {

using ScratchFolder = testing::TemporaryFolder;

inline std::string slurp(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

inline void spill(const std::string& path, const std::string& bytes) {
    std::ofstream(path, std::ios::binary) << bytes;
}

/// The space "cells" where no input is known: its axes.
inline const space::CellSpace kCells;

inline JournalHeader cells_header(std::uint64_t seed, const std::string& fingerprint) {
    JournalHeader header{seed, "occam", fingerprint};
    header.space = kCells.name();
    header.axes = kCells.axes();
    return header;
}

inline Known known_cells() {
    Known known;
    known.axes = kCells.axes();
    return known;
}

using Table = std::map<Candidate, double>;

/// Up to `ks` x `cs` scores on a coarse grid (many ties), rising often enough to search deep;
/// each candidate is missing with probability `missing`.
inline Table random_table(Rng& rng, std::int64_t ks, std::int64_t cs, double missing) {
    Table table;
    for (std::int64_t k = 1; k <= ks; ++k) {
        for (std::int64_t c = 0; c < cs; ++c) {
            const double score = static_cast<double>(k + c) + static_cast<double>(rng.below(5));
            if (rng.uniform() >= missing) {
                table[{k, c}] = score / 20.0;
            }
        }
    }
    return table;
}

/// Looks scores up and remembers what it was asked; `before` runs first (sleep, throw, count).
class FakeEvaluator : public Evaluator {
  public:
    explicit FakeEvaluator(Table table) : table_(std::move(table)) {}

    Evaluation evaluate(const Candidate& candidate, const space::Network* network,
                        const EvaluationContext& context) override {
        {
            const std::lock_guard<std::mutex> lock(mutex_);
            clash = clash || !running_.insert({candidate, context.repeat}).second;
            calls.push_back(candidate);
            seeds[candidate] = context.seed;
            saw_network = network != nullptr;
            threads.insert(std::this_thread::get_id());
            most_at_once = std::max(most_at_once, running_.size());
        }
        struct Leave {
            FakeEvaluator& evaluator;
            const std::pair<Candidate, std::int64_t> unit;
            ~Leave() {
                const std::lock_guard<std::mutex> lock(evaluator.mutex_);
                evaluator.running_.erase(unit);
            }
        } const leave{*this, {candidate, context.repeat}};
        if (before) {
            before(candidate, context);
        }
        Evaluation evaluation;
        const auto found = table_.find(candidate);
        if (found == table_.end()) {
            evaluation.infeasible = "not in the table";
        } else {
            evaluation.score = found->second * (1.0 + 0.001 * static_cast<double>(context.repeat));
            evaluation.curve = {found->second / 3.0, evaluation.score};
        }
        return evaluation;
    }

    std::int64_t repeats() const override { return its_repeats; }

    std::int64_t its_repeats = 1;  ///< their scores differ a little
    std::function<void(const Candidate&, const EvaluationContext&)> before;
    std::vector<Candidate> calls;
    std::map<Candidate, std::uint64_t> seeds;
    std::set<std::thread::id> threads;
    std::size_t most_at_once = 0;
    bool saw_network = false;
    bool clash = false;  ///< one repeat of a candidate twice at once

  private:
    Table table_;
    std::mutex mutex_;
    std::set<std::pair<Candidate, std::int64_t>> running_;
};

/// Sleeps in small steps and heeds the stop flag, as a trainer does between batches.
inline void work_for(std::chrono::microseconds duration, const EvaluationContext& context) {
    const auto end = std::chrono::steady_clock::now() + duration;
    while (std::chrono::steady_clock::now() < end) {
        if (*context.stop) {
            throw Interrupted();
        }
        std::this_thread::sleep_for(std::chrono::microseconds(200));
    }
}

/// MACC of the network; RAM 100 per channel of the stem, flash 10 per layer.
class FakePrices : public space::CostModel {
  public:
    std::string name() const override { return "fake"; }
    std::string basis() const override { return "made up for tests"; }
    space::CostReport cost(const space::Network& network) const override {
        space::CostReport report;
        report.runtime = name();
        report.macc = space::macc(network);
        report.ram_bytes = 100 * network.nodes.front().output.channels;
        report.flash_bytes = 10 * static_cast<std::int64_t>(network.nodes.size());
        return report;
    }
};

inline std::vector<Candidate> order_of(const SearchResult& result) {
    std::vector<Candidate> order;
    for (const Decision& decision : result.decisions) {
        order.push_back(decision.candidate);
    }
    return order;
}

/// Searches "cells" with the strategy NanoNas.
inline SearchResult run(Evaluator& evaluator, SearchOptions options,
                        const SearchHooks& hooks = {}) {
    NanoNas nanonas;
    options.space = options.space == nullptr ? &kCells : options.space;
    return search(nanonas, evaluator, options, hooks);
}

inline SearchOptions with_workers(std::size_t workers) {
    SearchOptions options;
    options.workers = workers;
    return options;
}

/// Duration of a candidate's evaluation, seeded, up to 2 ms.
inline void random_work(const Candidate& candidate, const EvaluationContext& context) {
    Rng rng(space::candidate_seed(3, "sleep", candidate));
    work_for(std::chrono::microseconds(rng.below(2000)), context);
}

/// Rises over c up to 3 and over k up to `ks`.
inline Table hill(std::int64_t ks) {
    Table table;
    for (std::int64_t k = 1; k <= ks + 1; ++k) {
        for (std::int64_t c = 0; c <= 4; ++c) {
            table[{k, c}] = static_cast<double>(10 * std::min(k, ks) - (c == 4 ? 9 : 3 - c));
        }
    }
    return table;
}

}  // namespace nanonas::nas::test

namespace nanonas::space {
/// Catch2 prints candidates with it.
inline std::ostream& operator<<(std::ostream& out, const Candidate& candidate) {
    return out << to_string(candidate);
}
}  // namespace nanonas::space

namespace nanonas::nas {
inline std::ostream& operator<<(std::ostream& out, const Trial& trial) {
    return out << to_string(trial);
}
}  // namespace nanonas::nas
