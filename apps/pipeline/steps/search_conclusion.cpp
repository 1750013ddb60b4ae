#include "apps/pipeline/steps/search_conclusion.hpp"

#include <algorithm>
#include <cmath>

#include "apps/pipeline/figures.hpp"
#include "space/text.hpp"

namespace nanonas::pipeline {

namespace {

constexpr double kSure = 2.0;         // standard errors
constexpr double kMostlySpent = 0.9;  // of a bound: a larger one may help

/// "unspent: RAM 62.3 %, MACC 6.5 %; with more MACC ..."; empty without a bound.
std::string unspent_text(const BudgetReport& cost) {
    std::string text, tightest;
    double most = 0.0;
    const auto add = [&](const char* name, const std::optional<Figure>& figure) {
        if (!figure || !figure->limit) {
            return;
        }
        const double share =
            static_cast<double>(figure->value) / static_cast<double>(*figure->limit);
        text += (text.empty() ? "unspent: " : ", ") + std::string(name) + " " +
                percent_text(1.0 - share);
        if (share > most) {
            most = share;
            tightest = name;
        }
    };
    add("RAM", cost.ram_bytes);
    add("flash", cost.flash_bytes);
    add("MACC", cost.macc);
    add("latency", cost.latency_us);
    add("energy", cost.energy_uj);
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

std::vector<std::string> search_conclusion(const nas::SearchResult& found, const BudgetReport* cost,
                                           const DataSets* data) {
    std::vector<std::string> lines = found.conclusion;
    if (cost != nullptr) {
        lines.push_back(unspent_text(*cost));
    }
    if (data != nullptr && found.best) {
        lines.push_back(chance_text(*found.best->score, *data));
    }
    lines.erase(std::remove(lines.begin(), lines.end(), ""), lines.end());
    return lines;
}

}  // namespace nanonas::pipeline
