#include "apps/pipeline/option_table.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "apps/pipeline/options/groups.hpp"
#include "space/choice.hpp"
#include "space/text.hpp"

namespace nanonas::pipeline {

const std::vector<Option>& options() {
    static const std::vector<Option> table = [] {
        std::vector<Option> all;
        for (auto&& part : {make_data_options(), make_budget_options(), make_search_options(),
                            make_training_options(), make_output_options(), make_device_options(),
                            make_batch_options(), make_predict_options(), make_track_options()}) {
            all.insert(all.end(), part.begin(), part.end());
        }
        return all;
    }();
    return table;
}

const Option* find_option(const std::string& name) {
    return find_named(options(), name);
}

void Option::read(Config& config, const std::string& text, const std::string& what) const {
    const auto whole = [](double bound, std::int64_t without) {
        return std::isinf(bound) ? without : static_cast<std::int64_t>(bound);
    };
    const std::vector<std::string> names =
        allowed.names == nullptr ? std::vector<std::string>() : allowed.names();
    if (std::find(names.begin(), names.end(), text) == names.end()) {
        if (kind == Kind::kInteger || kind == Kind::kIntegerOrWord) {
            try {
                nanonas::parse_integer(text, what, whole(allowed.low, INT64_MIN),
                                       whole(allowed.high, INT64_MAX));
            } catch (const ConfigError& error) {
                throw ConfigError(error.what() + (names.empty() ? "" : " or " + listed(names)));
            }
        } else if (kind == Kind::kNumber) {
            parse_number(text, what, allowed.low, allowed.high);
        } else if (allowed.names != nullptr) {
            refuse_name(text, names, what + ": \"" + text + "\" is unknown; expected one of ");
        }
    }
    store(config, text, what);
}

bool Option::belongs_to(Verb verb) const {
    return std::find(verbs.begin(), verbs.end(), verb) != verbs.end();
}

const char* group_title(Group group) {
    switch (group) {
        case Group::kData:
            return "Data";
        case Group::kBudget:
            return "Budget";
        case Group::kSearch:
            return "Search";
        case Group::kTraining:
            return "Network and training";
        case Group::kOutput:
            return "Input, output and running";
    }
    return "";
}

}  // namespace nanonas::pipeline
