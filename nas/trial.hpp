// Trial: a candidate, and how much training its score is worth.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "space/search_space.hpp"

namespace nanonas::nas {

using space::Candidate;

/// What a strategy asks for.
struct Trial {
    Candidate candidate;
    std::int64_t effort = 1;  ///< >= 1; so many times the training of a first look

    Trial() = default;
    Trial(const Candidate& its_candidate, std::int64_t its_effort = 1)  // a first look, as a rule
        : candidate(its_candidate), effort(its_effort) {}

    friend bool operator==(const Trial& a, const Trial& b) {
        return a.candidate == b.candidate && a.effort == b.effort;
    }
    friend bool operator!=(const Trial& a, const Trial& b) { return !(a == b); }
    friend bool operator<(const Trial& a, const Trial& b) {
        return a.effort != b.effort ? a.effort < b.effort : a.candidate < b.candidate;
    }
};

/// "(4,3)", "(4,3) x2" for twice the training; choices by name where the axes are given.
inline std::string to_string(const Trial& trial, const std::vector<space::Axis>& axes = {}) {
    return space::to_string(trial.candidate, axes) +
           (trial.effort == 1 ? "" : " x" + std::to_string(trial.effort));
}

}  // namespace nanonas::nas
