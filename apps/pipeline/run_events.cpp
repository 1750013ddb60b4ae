#include "apps/pipeline/run_events.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <utility>

#include "apps/pipeline/tensorboard/events.hpp"
#include "space/json/json_text.hpp"

namespace nanonas::pipeline {

namespace tb = nanonas::tensorboard;

namespace {

const std::string kCandidate = "candidate/";
const std::string kScore = kCandidate + "score";
constexpr const char* kRam = "ram_bytes";
constexpr const char* kFlash = "flash_bytes";
constexpr const char* kMacc = "macc";
constexpr const char* kValidationAccuracy = "accuracy/validation";
constexpr const char* kEffort = "effort";

/// Signs that file systems and TensorBoard's pages take.
std::string file_name(std::string text) {
    for (char& sign : text) {
        const bool good = (sign >= '0' && sign <= '9') || (sign >= 'A' && sign <= 'Z') ||
                          (sign >= 'a' && sign <= 'z') ||
                          std::string("=,.-_").find(sign) != std::string::npos;
        sign = good ? sign : '-';
    }
    return text;
}

std::string markdown_cell(const nlohmann::json& value) {
    const std::string text = value.is_string() ? value.get<std::string>() : json::text(value);
    std::string cell;
    for (const char sign : text) {
        cell += sign == '|' ? "\\|" : std::string(1, sign);
    }
    return cell;
}

/// The validation accuracies of each repeat; empty where the journal does not tell them apart: a
/// training that diverged has fewer epochs than the others.
std::vector<std::vector<double>> curves_of(const nas::Decision& decision) {
    const std::vector<double>& all = decision.curve;
    const std::size_t repeats = std::max<std::size_t>(1, decision.repeats.size());
    std::vector<std::vector<double>> curves;
    if (all.empty() || all.size() % repeats != 0) {
        return curves;
    }
    const auto epochs = static_cast<std::ptrdiff_t>(all.size() / repeats);
    for (std::size_t repeat = 0; repeat < repeats; ++repeat) {
        const auto begin = all.begin() + static_cast<std::ptrdiff_t>(repeat) * epochs;
        curves.emplace_back(begin, begin + epochs);
        const std::vector<double>& curve = curves.back();
        const double score = repeats == 1 ? *decision.score : decision.repeats[repeat];
        if (score != curve.back() && score != *std::max_element(curve.begin(), curve.end())) {
            return {};
        }
    }
    return curves;
}

void add_cost(std::vector<tb::Scalar>& scalars, const std::string& group,
              const nas::Decision& decision) {
    if (decision.cost) {
        scalars.push_back({group + kRam, static_cast<double>(decision.cost->ram_bytes)});
        scalars.push_back({group + kFlash, static_cast<double>(decision.cost->flash_bytes)});
        scalars.push_back({group + kMacc, static_cast<double>(decision.cost->macc)});
    }
}

/// Those that are numbers.
std::vector<tb::Scalar> finite(std::vector<tb::Scalar> scalars) {
    const auto bad = [](const tb::Scalar& scalar) { return !std::isfinite(scalar.value); };
    scalars.erase(std::remove_if(scalars.begin(), scalars.end(), bad), scalars.end());
    return scalars;
}

}  // namespace

std::string candidate_folder(std::size_t index, const nas::Decision& decision,
                             const std::vector<space::Axis>& axes) {
    char number[32];
    std::snprintf(number, sizeof number, "%04zu_", index + 1);
    std::string name = number;
    for (std::size_t i = 0; i < axes.size(); ++i) {
        name += (i == 0 ? "" : ",") + axes[i].name + "=" +
                space::value_text(axes[i], decision.candidate.at.at(i));
    }
    return file_name(name + (decision.effort == 1 ? "" : "_x" + std::to_string(decision.effort)));
}

std::string options_event(const nlohmann::json& options) {
    std::string table = "| option | value |\n|---|---|\n";
    for (const auto& item : options.items()) {
        table += "| " + item.key() + " | " + markdown_cell(item.value()) + " |\n";
    }
    return tb::text_event("options", table);
}

std::string columns_event(const std::vector<space::Axis>& axes) {
    std::vector<std::pair<std::string, bool>> parameters;
    for (const space::Axis& axis : axes) {
        parameters.emplace_back(axis.name, !axis.choices.empty());
    }
    parameters.emplace_back(kEffort, false);
    return tb::experiment_event(
        parameters, {kScore, kCandidate + kRam, kCandidate + kFlash, kCandidate + kMacc});
}

std::string decision_event(std::size_t index, const nas::Decision& decision,
                           std::optional<double> best, std::size_t infeasible) {
    std::vector<tb::Scalar> scalars;
    if (decision.score) {
        scalars.push_back({"search/score", *decision.score});
    }
    if (best) {
        scalars.push_back({"search/best_score", *best});
    }
    add_cost(scalars, "search/", decision);
    scalars.push_back({"search/infeasible", static_cast<double>(infeasible)});
    return tb::scalars_event(static_cast<std::int64_t>(index) + 1, finite(scalars));
}

std::vector<std::string> candidate_events(std::size_t index, const nas::Decision& decision,
                                          const std::vector<space::Axis>& axes) {
    std::vector<std::string> events;
    events.push_back(tb::version_event());
    std::vector<tb::HParam> parameters;
    for (std::size_t i = 0; i < axes.size(); ++i) {
        const std::int64_t value = decision.candidate.at.at(i);
        if (axes[i].names(value)) {
            parameters.emplace_back(axes[i].name, space::value_text(axes[i], value));
        } else {
            parameters.emplace_back(axes[i].name, static_cast<double>(value));
        }
    }
    parameters.emplace_back(kEffort, static_cast<double>(decision.effort));
    events.push_back(tb::session_start_event(parameters));

    const auto curves = curves_of(decision);
    for (std::size_t epoch = 0; !curves.empty() && epoch < curves.front().size(); ++epoch) {
        std::vector<tb::Scalar> scalars = {{kValidationAccuracy, 0.0}};
        for (std::size_t repeat = 0; repeat < curves.size(); ++repeat) {
            const double accuracy = curves[repeat][epoch];
            scalars[0].value += accuracy / static_cast<double>(curves.size());
            if (curves.size() > 1) {
                scalars.push_back(
                    {"accuracy/validation_repeat_" + std::to_string(repeat + 1), accuracy});
            }
        }
        events.push_back(tb::scalars_event(static_cast<std::int64_t>(epoch) + 1, finite(scalars)));
    }
    std::vector<tb::Scalar> scalars;
    if (decision.score) {
        scalars.push_back({kScore, *decision.score});
    }
    add_cost(scalars, kCandidate, decision);
    events.push_back(tb::scalars_event(static_cast<std::int64_t>(index) + 1, finite(scalars)));
    if (!decision.feasible()) {
        events.push_back(tb::text_event(
            "infeasible", decision.violations.empty() ? decision.reason
                                                      : "over " + to_string(decision.violations)));
    }
    events.push_back(tb::session_end_event(decision.feasible()));
    return events;
}

std::string epoch_event(const train::EpochResult& epoch) {
    return tb::scalars_event(epoch.epoch + 1,
                             finite({{"loss/train", epoch.loss},
                                     {"loss/validation", epoch.validation_loss},
                                     {kValidationAccuracy, epoch.validation_accuracy},
                                     {"learning_rate", epoch.learning_rate}}));
}

std::string result_event(const RunReport& report) {
    std::vector<tb::Scalar> scalars;
    for (const auto& [role, accuracy] : report.accuracy) {
        scalars.push_back({"winner/" + role + "_accuracy_float", accuracy.of_float});
        scalars.push_back({"winner/" + role + "_accuracy_int8", accuracy.of_int8});
        scalars.push_back({"winner/" + role + "_agreement", accuracy.agreement});
    }
    const auto add = [&scalars](const char* tag, const Figure& figure) {
        scalars.push_back({tag, static_cast<double>(figure.value)});
    };
    if (report.cost) {
        add("winner/ram_bytes", report.cost->ram_bytes);
        add("winner/flash_bytes", report.cost->flash_bytes);
        add("winner/macc", report.cost->macc);
        if (report.cost->latency_us) {
            add("winner/latency_us", *report.cost->latency_us);
        }
        if (report.cost->energy_uj) {
            add("winner/energy_uj", *report.cost->energy_uj);
        }
    }
    return tb::scalars_event(0, finite(scalars));
}

}  // namespace nanonas::pipeline
