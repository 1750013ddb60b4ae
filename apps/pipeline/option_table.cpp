#include "apps/pipeline/option_table.hpp"

#include <algorithm>

#include "apps/pipeline/options/groups.hpp"
#include "space/choice.hpp"

namespace nanonas::pipeline {

const std::vector<Option>& options() {
    static const std::vector<Option> table = [] {
        std::vector<Option> all;
        for (auto&& part :
             {make_data_options(), make_budget_options(), make_search_options(),
              make_training_options(), make_output_options(), make_device_options()}) {
            all.insert(all.end(), part.begin(), part.end());
        }
        return all;
    }();
    return table;
}

const Option* find_option(const std::string& name) {
    return find_named(options(), name);
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
