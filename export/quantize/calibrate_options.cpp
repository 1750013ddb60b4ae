#include <algorithm>

#include "export/quantize/calibrate.hpp"
#include "space/errors.hpp"
#include "space/text.hpp"

namespace nanonas::exporting {

namespace {

struct MethodName {
    RangeMethod method;
    const char* name;
};
const MethodName kMethods[] = {{RangeMethod::kMinMax, "minmax"},
                               {RangeMethod::kPercentile, "percentile"},
                               {RangeMethod::kMse, "mse"},
                               {RangeMethod::kScore, "score"}};
constexpr const char* kAuto = "auto";

}  // namespace

std::string to_string(RangeMethod method) {
    const auto* found = std::find_if(std::begin(kMethods), std::end(kMethods),
                                     [&](const MethodName& row) { return row.method == method; });
    return found == std::end(kMethods) ? "" : found->name;
}

std::vector<std::string> calibration_names() {
    std::vector<std::string> names;
    for (const MethodName& row : kMethods) {
        names.emplace_back(row.name);
    }
    names.emplace_back(kAuto);
    return names;
}

std::vector<RangeMethod> parse_calibration(const std::string& text) {
    std::vector<RangeMethod> all;
    for (const MethodName& row : kMethods) {
        if (text == row.name) {
            return {row.method};
        }
        if (row.method != RangeMethod::kScore) {  // knows no error of one layer
            all.push_back(row.method);
        }
    }
    if (text == kAuto) {
        return all;
    }
    throw ConfigError("\"" + text + "\" is not one of minmax, percentile, mse, score, auto" +
                      did_you_mean(text, calibration_names()));
}

}  // namespace nanonas::exporting
