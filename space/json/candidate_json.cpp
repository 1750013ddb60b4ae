#include "space/json/candidate_json.hpp"

#include <algorithm>
#include <limits>

namespace nanonas::json {

nlohmann::ordered_json candidate_json(const space::Candidate& candidate,
                                      const std::vector<space::Axis>& axes) {
    nlohmann::ordered_json object = nlohmann::ordered_json::object();
    for (std::size_t i = 0; i < axes.size(); ++i) {
        const std::int64_t value = candidate.at.at(i);
        if (axes[i].names(value)) {
            object[axes[i].name] = space::value_text(axes[i], value);
        } else {
            object[axes[i].name] = value;
        }
    }
    return object;
}

space::Candidate read_candidate(const Reader& reader, const std::vector<space::Axis>& axes) {
    using Limits = std::numeric_limits<std::int64_t>;
    std::vector<std::string> names;
    for (const space::Axis& axis : axes) {
        names.push_back(axis.name);
    }
    reader.only_keys(names);
    space::Candidate candidate;
    for (const space::Axis& axis : axes) {
        const Reader value = reader[axis.name];
        if (axis.choices.empty() || value.value().is_number()) {
            candidate.at.push_back(value.integer(Limits::min(), Limits::max()));
            continue;
        }
        const auto found = std::find(axis.choices.begin(), axis.choices.end(), value.string());
        if (found == axis.choices.end()) {
            value.fail("not a choice of this axis");
        }
        candidate.at.push_back(found - axis.choices.begin());
    }
    return candidate;
}

}  // namespace nanonas::json
