// Strategy: what to try next. Asked for a trial, told its outcome, one at a time.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "nas/trial.hpp"

namespace nanonas::nas {

/// No score: infeasible (over budget, no network, or unknown to the evaluator).
struct Outcome {
    Trial trial;
    std::optional<double> score;
    std::vector<double> repeats;  ///< of which `score` is the mean; empty where only that is known
};

/// What is known before anything is trained.
struct Known {
    std::vector<space::Axis> axes;  ///< of the space
    /// Whether a candidate can be built and keeps to every bound. Empty: all do.
    std::function<bool(const Candidate&)> fits;
    bool efforts = false;    ///< a trial of more effort gives a surer score
    std::uint64_t seed = 1;  ///< of whatever a strategy draws
    /// How many candidates may be trained for a first look; 0: as many as the strategy thinks
    /// right.
    std::int64_t trials = 0;
    /// Equal for candidates of one network. Empty: each is a network of its own.
    std::function<std::string(const Candidate&)> architecture;
    std::vector<space::Anchor> anchors = {};  ///< of the space
};

/// Decides what is tried. Keeps its state in itself and is asked by one thread; with the same seed
/// and outcomes it asks for the same trials.
class Strategy {
  public:
    virtual ~Strategy() = default;
    virtual std::string name() const = 0;
    /// Called once, before the first ask. Throws ConfigError for a space it cannot search.
    virtual void begin(const Known&) {}
    /// The next trial, or nothing when the search is over. Repeats its answer until told.
    virtual std::optional<Trial> ask() = 0;
    /// The outcome of the trial last asked for.
    virtual void tell(const Outcome& outcome) = 0;
    /// Best so far; nothing while no feasible candidate was told.
    virtual std::optional<Outcome> best() const = 0;
    /// Trials likely to be asked for after the current one, likeliest first, at most `count`;
    /// a hint for idle workers that never changes the answer.
    virtual std::vector<Trial> likely_next(std::size_t count) const = 0;
    /// Trainings of a candidate with different seeds that it is made for.
    virtual std::int64_t repeats() const { return 1; }
    /// Why it ended and how sure it is of its best, a sentence a line; for people.
    virtual std::vector<std::string> conclusion() const { return {}; }
};

/// A width and a depth: what the walks of cells need of a space.
bool has_two_numbers(const std::vector<space::Axis>& axes);

std::vector<std::string> strategy_names();
/// Throws ConfigError naming the known strategies.
std::unique_ptr<Strategy> make_strategy(const std::string& name);

}  // namespace nanonas::nas
