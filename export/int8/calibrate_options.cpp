#include "export/int8/calibrate.hpp"
#include "space/choice.hpp"

namespace nanonas::exporting {

namespace {

constexpr Named<RangeMethod> kMethods[] = {{"minmax", RangeMethod::kMinMax},
                                           {"percentile", RangeMethod::kPercentile},
                                           {"mse", RangeMethod::kMse},
                                           {"score", RangeMethod::kScore}};
constexpr const char* kAuto = "auto";

}  // namespace

std::string to_string(RangeMethod method) {
    return name_of(kMethods, method);
}

std::vector<std::string> calibration_names() {
    std::vector<std::string> names = names_of(kMethods);
    names.emplace_back(kAuto);
    return names;
}

std::vector<RangeMethod> parse_calibration(const std::string& text) {
    if (text == kAuto) {
        std::vector<RangeMethod> all;
        for (const Named<RangeMethod>& row : kMethods) {
            if (row.value != RangeMethod::kScore) {  // knows no error of one layer
                all.push_back(row.value);
            }
        }
        return all;
    }
    const Named<RangeMethod>* const row = find_named(kMethods, text);
    if (row == nullptr) {
        refuse_name(text, calibration_names(), "\"" + text + "\" is not one of ");
    }
    return {row->value};
}

}  // namespace nanonas::exporting
