#include "nas/search.hpp"

#include <algorithm>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <utility>

#include "nas/evaluation_pool.hpp"
#include "nas/pricing.hpp"
#include "nas/search_loop.hpp"
#include "space/errors.hpp"
#include "space/random.hpp"
#include "space/stopwatch.hpp"

namespace nanonas::nas {
namespace {

// How far ahead idle workers may look, in candidates per worker.
constexpr std::size_t kHorizonPerWorker = 4;
constexpr std::size_t kLeastForeseen = 16;  // workers

/// The same hooks, one call at a time.
SearchHooks one_at_a_time(const SearchHooks& hooks) {
    const auto gate = std::make_shared<std::mutex>();
    const auto gated = [gate](auto hook) {
        const decltype(hook) inner = hook;
        if (hook) {
            hook = [gate, inner](auto&&... arguments) {
                const std::lock_guard<std::mutex> lock(*gate);
                inner(std::forward<decltype(arguments)>(arguments)...);
            };
        }
        return hook;
    };
    return {gated(hooks.decided), gated(hooks.started), gated(hooks.progress), gated(hooks.ended)};
}

/// Keeps what can be kept while an error is under way, which is the one to tell.
template <typename Keep>
void on_the_way_out(Keep keep) {
    try {
        keep();
    } catch (const IoError&) {
    }
}

/// Finished before it was asked for.
struct Ahead {
    Decision decision;
    double seconds = 0.0;
    bool from_journal = false;
};

class SearchLoop {
  public:
    SearchLoop(Strategy& strategy, const Evaluator& evaluator, const SearchOptions& options,
               const SearchHooks& hooks, Pool& pool)
        : strategy_(strategy),
          options_(options),
          hooks_(hooks),
          prices_(options, evaluator),
          efforts_(evaluator.efforts()),
          pool_(pool) {}

    SearchResult run();

  private:
    std::uint64_t seed_of(const Trial& trial) const { return nas::seed_of(options_.seed, trial); }
    void load_journal();
    void decide_all();
    void keep_decisions();
    Decided replay(const Trial& trial);
    Decided decide(const Trial& trial);
    Decided evaluate(const Priced& priced);
    void keep_finished();
    std::size_t horizon() const;
    void use_idle_workers(const Trial& asked);

    Strategy& strategy_;
    const SearchOptions& options_;
    const SearchHooks& hooks_;
    std::vector<Decision> recorded_;  ///< the journal's, to be replayed
    PriceList prices_;
    const bool efforts_;
    std::map<Trial, Ahead> ahead_;
    std::map<Trial, std::size_t> decided_;  ///< index in result_.decisions
    /// Decided, but not yet journalled and shown: a write to disk takes milliseconds, and by then
    /// the workers know what comes next.
    std::deque<Decided> unkept_;
    SearchResult result_;
    Pool& pool_;
};

SearchResult SearchLoop::run() {
    load_journal();
    try {
        decide_all();
    } catch (...) {
        on_the_way_out([this] { keep_decisions(); });
        throw;
    }
    if (const std::optional<Outcome> best = strategy_.best()) {
        result_.best = result_.decisions.at(decided_.at(best->trial));
    }
    result_.conclusion = strategy_.conclusion();
    pool_.shut_down();
    Speculation& speculation = result_.speculation;
    speculation.started = pool_.speculations_started();
    speculation.wasted = speculation.started - speculation.used;
    speculation.wasted_seconds =
        std::max(0.0, pool_.speculative_seconds() - speculation.used_seconds);
    return std::move(result_);
}

void SearchLoop::decide_all() {
    Known known;
    known.axes = options_.space->axes();
    known.fits = [this](const Candidate& candidate) { return prices_.fits(candidate); };
    known.efforts = efforts_;
    known.seed = options_.seed;
    known.trials = options_.trials;
    known.architecture = [this](const Candidate& candidate) {
        return prices_.architecture(candidate);
    };
    known.anchors = options_.space->anchors();
    strategy_.begin(known);
    while (const std::optional<Trial> trial = strategy_.ask()) {
        const auto again = decided_.find(*trial);
        if (again != decided_.end()) {
            const Decision& before = result_.decisions[again->second];
            strategy_.tell({*trial, before.score, before.repeats});
            continue;
        }
        const std::size_t index = result_.decisions.size();
        Decided event = index < recorded_.size() ? replay(*trial) : decide(*trial);
        strategy_.tell({*trial, event.decision.score, event.decision.repeats});
        decided_.emplace(*trial, index);
        result_.decisions.push_back(event.decision);
        event.index = index;
        event.best = strategy_.best();
        unkept_.push_back(std::move(event));
    }
    keep_decisions();
    if (result_.decisions.size() < recorded_.size()) {
        throw ConfigError(options_.journal->path() + ":" +
                          std::to_string(options_.journal->line(result_.decisions.size())) +
                          ": goes on where the search is over; written by another search");
    }
}

void SearchLoop::keep_decisions() {
    while (!unkept_.empty()) {
        const Decided event = std::move(unkept_.front());
        unkept_.pop_front();
        if (!event.replayed && options_.journal != nullptr) {
            options_.journal->append(event.decision);
        }
        if (hooks_.decided) {
            hooks_.decided(event);
        }
    }
}

void SearchLoop::load_journal() {
    if (options_.journal == nullptr) {
        return;
    }
    recorded_ = options_.journal->decisions();
    for (const auto& [trial, decision] : options_.journal->speculative()) {
        if (decision.seed != seed_of(trial)) {
            throw DataError(options_.journal->path() + ": " + to_string(trial) +
                            " holds a seed that is not this run's");
        }
        ahead_[trial] = {decision, 0.0, true};
    }
}

Decided SearchLoop::replay(const Trial& trial) {
    const std::size_t index = result_.decisions.size();
    const Decision& decision = recorded_[index];
    const auto where = [&] {
        return options_.journal->path() + ":" + std::to_string(options_.journal->line(index));
    };
    if (decision.trial() != trial) {
        throw ConfigError(where() + ": has " + to_string(decision.trial()) +
                          " where the search asks for " + to_string(trial) +
                          "; written by another search");
    }
    if (decision.seed != seed_of(trial)) {
        throw DataError(where() + ": seed is not this run's for " + to_string(trial));
    }
    ahead_.erase(trial);
    ++result_.replayed;
    Decided event;
    event.decision = decision;
    event.replayed = true;
    return event;
}

Decided SearchLoop::decide(const Trial& trial) {
    if (options_.stop != nullptr && *options_.stop) {
        pool_.shut_down();
        keep_finished();
        throw Interrupted();
    }
    if (options_.journal != nullptr) {
        options_.journal->require_extendable();
    }
    const Priced priced = prices_.of(trial, seed_of(trial));
    if (priced.fits()) {
        return evaluate(priced);
    }
    Decided event;
    event.decision = priced.decision;
    return event;
}

Decided SearchLoop::evaluate(const Priced& priced) {
    const Trial trial = priced.decision.trial();
    Decided event;
    keep_finished();
    const auto early = ahead_.find(trial);
    if (early != ahead_.end()) {
        event.decision = early->second.decision;
        event.seconds = early->second.seconds;
        event.speculative = true;
        const bool from_journal = early->second.from_journal;
        ahead_.erase(early);
        if (from_journal) {
            return event;
        }
    } else {
        pool_.ask({trial, priced.network, priced.decision.seed});
        std::optional<FinishedEvaluation> finished;
        try {
            use_idle_workers(trial);
            keep_decisions();
            while (!(finished = pool_.wait())) {
                keep_finished();
                use_idle_workers(trial);
            }
        } catch (...) {
            pool_.shut_down();
            on_the_way_out([this] { keep_finished(); });
            throw;
        }
        event.decision = decision_of(priced, finished->evaluation);
        event.seconds = finished->seconds;
        event.speculative = finished->speculative;
    }
    ++result_.evaluated;
    result_.evaluation_seconds += event.seconds;
    if (event.speculative) {
        ++result_.speculation.used;
        result_.speculation.used_seconds += event.seconds;
    }
    return event;
}

void SearchLoop::keep_finished() {
    for (const FinishedEvaluation& finished : pool_.take_finished()) {
        const Decision decision =
            decision_of(prices_.of(finished.trial, seed_of(finished.trial)), finished.evaluation);
        if (options_.journal != nullptr) {
            options_.journal->append_speculative(decision);
        }
        ahead_[finished.trial] = {decision, finished.seconds, false};
    }
}

std::size_t SearchLoop::horizon() const {
    // The share may grow before the next look ahead.
    const std::size_t share =
        options_.share == nullptr
            ? options_.workers
            : std::max(kLeastForeseen,
                       static_cast<std::size_t>(std::max(1, options_.share->load())));
    return kHorizonPerWorker * std::min(options_.workers, share);
}

void SearchLoop::use_idle_workers(const Trial& asked) {
    if (options_.workers == 1) {
        return;
    }
    std::vector<EvaluationJob> jobs;
    for (const Trial& trial : strategy_.likely_next(horizon())) {
        if (trial == asked || decided_.count(trial) != 0 || ahead_.count(trial) != 0) {
            continue;
        }
        const Priced priced = prices_.of(trial, seed_of(trial));
        if (priced.fits()) {
            jobs.push_back({trial, priced.network, priced.decision.seed});
        }
    }
    pool_.speculate(jobs);
}

}  // namespace

SearchResult run_search_loop(Strategy& strategy, const Evaluator& evaluator,
                             const SearchOptions& options, const SearchHooks& hooks, Pool& pool) {
    if (options.workers < 1) {
        throw ConfigError("workers: 0, expected at least 1");
    }
    if (options.space == nullptr) {
        throw std::invalid_argument("search: no space");
    }
    return SearchLoop(strategy, evaluator, options, hooks, pool).run();
}

SearchResult search(Strategy& strategy, Evaluator& evaluator, const SearchOptions& options,
                    const SearchHooks& hooks) {
    const Stopwatch watch;
    const SearchHooks gated = one_at_a_time(hooks);
    EvaluationPool pool(evaluator, options.workers, options.stop, gated, options.share);
    SearchResult result = run_search_loop(strategy, evaluator, options, gated, pool);
    result.seconds = watch.seconds();
    return result;
}

}  // namespace nanonas::nas
