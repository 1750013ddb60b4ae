#include "space/search_space.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

#include "space/errors.hpp"

namespace nanonas::space {
namespace {

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view kBlanks = " \t";
    const std::size_t first = text.find_first_not_of(kBlanks);
    return first == std::string_view::npos
               ? std::string_view()
               : text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

std::optional<std::int64_t> value_of(std::string_view text, const Axis& axis) {
    if (!axis.choices.empty()) {
        const auto found = std::find(axis.choices.begin(), axis.choices.end(), text);
        return found == axis.choices.end()
                   ? std::nullopt
                   : std::optional<std::int64_t>(found - axis.choices.begin());
    }
    std::int64_t value = 0;
    const char* const last = text.data() + text.size();
    const auto [end, error] = std::from_chars(text.data(), last, value);
    return error == std::errc() && end == last && axis.holds(value)
               ? std::optional<std::int64_t>(value)
               : std::nullopt;
}

/// "k in [1, 1024]", "side in [16, 96] in steps of 16", "pool one of max, average".
std::string values_text(const Axis& axis) {
    if (!axis.choices.empty()) {
        std::string names;
        for (const std::string& choice : axis.choices) {
            names += (names.empty() ? "" : ", ") + choice;
        }
        return axis.name + " one of " + names;
    }
    return axis.name + " in [" + std::to_string(axis.low) + ", " + std::to_string(axis.high) + "]" +
           (axis.step == 1 ? "" : " in steps of " + std::to_string(axis.step));
}

}  // namespace

bool Axis::holds(std::int64_t value) const {
    return value >= low && value <= high && (value - low) % step == 0;
}

Axis choice_axis(std::string name, std::vector<std::string> choices) {
    const auto count = static_cast<std::int64_t>(choices.size());
    return {std::move(name), 0, count - 1, 1, std::move(choices)};
}

std::string to_string(const Candidate& candidate) {
    return to_string(candidate, {});
}

std::string to_string(const Candidate& candidate, const std::vector<Axis>& axes) {
    const Axis plain;
    std::string text;
    for (std::size_t i = 0; i < candidate.at.size(); ++i) {
        text +=
            (i == 0 ? "" : ",") + value_text(i < axes.size() ? axes[i] : plain, candidate.at[i]);
    }
    return "(" + text + ")";
}

std::string value_text(const Axis& axis, std::int64_t value) {
    return axis.names(value) ? axis.choices[static_cast<std::size_t>(value)]
                             : std::to_string(value);
}

std::string names_text(const std::vector<Axis>& axes) {
    std::string text;
    for (const Axis& axis : axes) {
        text += (text.empty() ? "" : ",") + axis.name;
    }
    return text;
}

Candidate parse_candidate(const std::string& text, const std::vector<Axis>& axes) {
    std::string_view rest = trimmed(text);
    if (!rest.empty() && rest.front() == '(') {
        rest.remove_prefix(1);
    }
    if (!rest.empty() && rest.back() == ')') {
        rest.remove_suffix(1);
    }
    Candidate candidate;
    for (const Axis& axis : axes) {
        const bool last = &axis == &axes.back();
        const std::size_t comma = last ? rest.size() : rest.find(',');
        const auto value = comma == std::string_view::npos
                               ? std::nullopt
                               : value_of(trimmed(rest.substr(0, comma)), axis);
        if (!value) {
            std::string expected = to_string(lowest(axes), axes);
            expected = names_text(axes) + " such as " + expected.substr(1, expected.size() - 2);
            for (const Axis& one : axes) {
                expected += (&one == &axes.front() ? ": " : ", ") + values_text(one);
            }
            throw ConfigError("'" + text + "': not an architecture, expected " + expected);
        }
        candidate.at.push_back(*value);
        rest.remove_prefix(last ? comma : comma + 1);
    }
    return candidate;
}

Candidate lowest(const std::vector<Axis>& axes) {
    Candidate candidate;
    for (const Axis& axis : axes) {
        candidate.at.push_back(axis.low);
    }
    return candidate;
}

void require_on_axes(const Candidate& candidate, const std::vector<Axis>& axes) {
    if (candidate.at.size() != axes.size()) {
        throw NetworkError(to_string(candidate) + ": expected " + names_text(axes));
    }
    for (std::size_t i = 0; i < axes.size(); ++i) {
        if (!axes[i].holds(candidate.at[i])) {
            throw NetworkError(axes[i].name + " is " + std::to_string(candidate.at[i]) +
                               ", expected " + values_text(axes[i]));
        }
    }
}

std::uint64_t candidate_seed(std::uint64_t parent, std::string_view purpose,
                             const Candidate& candidate) {
    std::uint64_t seed = derive_seed(parent, purpose);
    for (const std::int64_t value : candidate.at) {
        seed = split_mix64(seed ^ static_cast<std::uint64_t>(value));
    }
    return seed;
}

Candidate sample(const std::vector<Axis>& axes, Rng& rng) {
    Candidate candidate;
    for (const Axis& axis : axes) {
        const auto steps =
            static_cast<std::int64_t>(rng.below(static_cast<std::uint64_t>(axis.size())));
        candidate.at.push_back(axis.low + axis.step * steps);
    }
    return candidate;
}

std::vector<Candidate> neighbours(const Candidate& candidate, const std::vector<Axis>& axes) {
    std::vector<Candidate> all;
    for (std::size_t i = 0; i < axes.size(); ++i) {
        const Axis& axis = axes[i];
        const std::int64_t here = candidate.at[i];
        const auto add = [&](std::int64_t value) {
            if (value != here && axis.holds(value)) {
                all.push_back(candidate);
                all.back().at[i] = value;
            }
        };
        if (axis.choices.empty()) {
            add(here - axis.step);
            add(here + axis.step);
            continue;
        }
        for (std::int64_t choice = axis.low; choice <= axis.high; ++choice) {
            add(choice);
        }
    }
    return all;
}

Candidate mutate(const Candidate& candidate, const std::vector<Axis>& axes, Rng& rng) {
    const std::vector<Candidate> all = neighbours(candidate, axes);
    return all.empty() ? candidate : all[static_cast<std::size_t>(rng.below(all.size()))];
}

}  // namespace nanonas::space
