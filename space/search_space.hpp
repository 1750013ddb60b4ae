// SearchSpace: which networks there are, as points on named axes. It describes: it owns no search,
// no price and no randomness.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "space/network.hpp"
#include "space/random.hpp"
#include "space/shapes.hpp"

namespace nanonas::space {

/// Whole numbers from `low` to `high` in steps, or choices by name, whose values count from 0.
struct Axis {
    std::string name;  ///< a column of score tables, a key of journals, a word of messages
    std::int64_t low = 0;
    std::int64_t high = 0;  ///< of the ranges that are searched; >= low
    std::int64_t step = 1;  ///< >= 1
    std::vector<std::string> choices = {};

    bool holds(std::int64_t value) const;
    /// The value is a choice by name.
    bool names(std::int64_t value) const { return !choices.empty() && holds(value); }
    /// How many values it has.
    std::int64_t size() const { return (high - low) / step + 1; }
};

Axis choice_axis(std::string name, std::vector<std::string> choices);

/// A point: a value for each axis of a space, in their order.
struct Candidate {
    std::vector<std::int64_t> at;

    Candidate() = default;
    Candidate(std::initializer_list<std::int64_t> values) : at(values) {}
    explicit Candidate(std::vector<std::int64_t> values) : at(std::move(values)) {}

    friend bool operator==(const Candidate& a, const Candidate& b) { return a.at == b.at; }
    friend bool operator!=(const Candidate& a, const Candidate& b) { return a.at != b.at; }
    friend bool operator<(const Candidate& a, const Candidate& b) { return a.at < b.at; }
};

/// What networks are wanted for: images of one shape, sorted into `classes` classes (>= 2).
struct Problem {
    Shape input = {0, 0, 0};  ///< without elements: not known, and nothing can be built
    std::int64_t classes = 2;
};

/// Networks of one kind known to do well, from small to large: of their bounds they make the most
/// where every number has gone as far as the others.
struct Anchor {
    Candidate smallest;
    Candidate largest;  ///< no number of it below, its choices those of `smallest`
};

/// A family of networks.
class SearchSpace {
  public:
    virtual ~SearchSpace() = default;
    virtual std::string name() const = 0;
    /// The same names in the same order for every problem; the ends may differ, and are at their
    /// widest where the input is not known. A space of two numbers has the one that widens a
    /// network first, the one that deepens it second: there are strategies that walk those.
    virtual std::vector<Axis> axes() const = 0;
    /// The same network for the same candidate. Its input need not be the problem's. Throws
    /// NetworkError, with the reason in a line, for a candidate that is no network; any point may
    /// be asked for, on the axes or not.
    virtual Network build(const Candidate& candidate) const = 0;
    /// Where a search may begin, the surest first; both ends on the axes. May be none.
    virtual std::vector<Anchor> anchors() const { return {}; }
};

std::vector<std::string> space_names();
/// Throws ConfigError naming the known spaces.
std::unique_ptr<SearchSpace> make_space(const std::string& name, const Problem& problem);

/// "(4,3)": values alone, choices as numbers.
std::string to_string(const Candidate& candidate);
/// The same with choices by name: "(4,max)".
std::string to_string(const Candidate& candidate, const std::vector<Axis>& axes);
/// "4", or the choice's name.
std::string value_text(const Axis& axis, std::int64_t value);
/// "k,c".
std::string names_text(const std::vector<Axis>& axes);

/// Reads "4,3" or "(4,3)", a value or a choice for each axis. Throws ConfigError unless each is on
/// its axis.
Candidate parse_candidate(const std::string& text, const std::vector<Axis>& axes);

/// The low end of every axis.
Candidate lowest(const std::vector<Axis>& axes);
/// Throws NetworkError naming the first axis that does not hold its value, or a wrong number of
/// values: the first line of most spaces' build().
void require_on_axes(const Candidate& candidate, const std::vector<Axis>& axes);

/// derive_seed(parent, purpose, values...).
std::uint64_t candidate_seed(std::uint64_t parent, std::string_view purpose,
                             const Candidate& candidate);

/// Uniform on each axis.
Candidate sample(const std::vector<Axis>& axes, Rng& rng);
/// Those that differ on one axis: by one step, or in the choice. Axis by axis, rising.
std::vector<Candidate> neighbours(const Candidate& candidate, const std::vector<Axis>& axes);
/// One of the neighbours, each as likely; the candidate itself when it has none.
Candidate mutate(const Candidate& candidate, const std::vector<Axis>& axes, Rng& rng);

}  // namespace nanonas::space

/// Candidates as keys of unordered maps.
template <>
struct std::hash<nanonas::space::Candidate> {
    std::size_t operator()(const nanonas::space::Candidate& candidate) const noexcept {
        return static_cast<std::size_t>(nanonas::space::candidate_seed(0, "", candidate));
    }
};
