#include "apps/nanonas/search_conclusion.hpp"

#include <algorithm>
#include <cmath>

#include "space/text.hpp"

namespace nanonas::app {

namespace {

constexpr double kSure = 2.0;         // standard errors
constexpr double kMostlySpent = 0.9;  // of a bound: a larger one may help

struct Bound {
    const char* key;
    const char* name;
};
constexpr Bound kBounds[] = {{"ram_bytes", "RAM"},
                             {"flash_bytes", "flash"},
                             {"macc", "MACC"},
                             {"latency_us", "latency"},
                             {"energy_uj", "energy"}};

/// "unspent: RAM 62.3 %, MACC 6.5 %; MACC is what binds: ..."; empty without a bound.
std::string unspent_text(const nlohmann::json& cost) {
    std::string text, tightest;
    double most = 0.0;
    for (const Bound& bound : kBounds) {
        if (!cost.contains(bound.key) || cost[bound.key]["limit"].is_null()) {
            continue;
        }
        const double share =
            cost[bound.key]["value"].get<double>() / cost[bound.key]["limit"].get<double>();
        text += (text.empty() ? "unspent: " : ", ") + std::string(bound.name) + " " +
                percent_text(1.0 - share);
        if (share > most) {
            most = share;
            tightest = bound.name;
        }
    }
    if (!text.empty() && most > kMostlySpent) {
        text += "; with more " + tightest + " a larger network might do better";
    }
    return text;
}

/// The share of the commonest class among the validation images.
double majority(const DataSets& data) {
    const space::ImageView images = data.training.set.store->view();
    std::vector<double> counts(static_cast<std::size_t>(data.classes()));
    for (const std::int64_t row : data.training.validation) {
        counts[static_cast<std::size_t>(images.labels[row])] += 1.0;
    }
    return *std::max_element(counts.begin(), counts.end()) /
           static_cast<double>(std::max<std::size_t>(1, data.training.validation.size()));
}

/// A warning when always answering the commonest class would do as well; else empty.
std::string chance_text(double score, const DataSets& data) {
    const double guess = std::max(majority(data), 1.0 / static_cast<double>(data.classes()));
    const auto images = static_cast<double>(data.training.validation.size());
    const double error = std::sqrt(guess * (1.0 - guess) / std::max(1.0, images));
    if (score > guess + kSure * error) {
        return "";
    }
    return "warning: score " + percent_text(score) + " is no better than guessing (" +
           percent_text(guess) + " for always the commonest class, " +
           grouped(static_cast<std::int64_t>(data.training.validation.size())) +
           " validation images); try more or cleaner images, a larger --input, or more "
           "--search-steps";
}

}  // namespace

std::vector<std::string> search_conclusion(const nas::SearchResult& found,
                                           const nlohmann::json& cost,
                                           const std::optional<DataSets>& data) {
    std::vector<std::string> lines = found.conclusion;
    if (!cost.is_null()) {
        lines.push_back(unspent_text(cost));
    }
    if (data && found.best) {
        lines.push_back(chance_text(*found.best->score, *data));
    }
    lines.erase(std::remove(lines.begin(), lines.end(), ""), lines.end());
    return lines;
}

}  // namespace nanonas::app
