#include "apps/nanonas/bench_search.hpp"

#include <vector>

#include "apps/nanonas/data_sets.hpp"
#include "apps/nanonas/evaluators.hpp"
#include "apps/nanonas/interrupt.hpp"
#include "apps/nanonas/resolve.hpp"
#include "apps/nanonas/search_view.hpp"
#include "apps/nanonas/summary.hpp"
#include "nas/search.hpp"
#include "space/cost/cost_model.hpp"
#include "space/errors.hpp"
#include "space/text.hpp"
#include "train/engine/engine.hpp"

namespace nanonas::app {

namespace {

struct Row {
    std::string engine;
    std::size_t workers = 1;
    nas::SearchResult result;
};

nas::SearchResult search_once(Session& session, const DataSets& data, const std::string& engine,
                              std::size_t workers) {
    Config config = session.config();
    config.training.engine = engine;
    const auto cost_model = resolve_cost_model(config.budget, data.training.set.labels);
    nas::SearchOptions options;
    options.seed = config.training.seed;
    options.workers = workers;
    options.budget = resolve_budget(config.budget);
    options.space = data.cells();
    options.cost_model = cost_model.get();
    options.stop = &stop_requested();
    const auto strategy = nas::make_strategy(config.search.strategy);
    const auto evaluator = make_training_evaluator(config, data.training);
    session.display().line("search with engine " + engine + ", " + std::to_string(workers) +
                           (workers == 1 ? " worker" : " workers"));
    SearchView view(session.display(), true, false);
    return nas::search(*strategy, *evaluator, options, view.hooks());
}

/// Images trained on per second of evaluation, for the candidates that counted.
double samples_per_second(const nas::SearchResult& result, const Config& config,
                          const DataSets& data) {
    const auto images = static_cast<double>(data.training.training.size()) *
                        static_cast<double>(config.search.epochs * config.search.repeats);
    return images * static_cast<double>(result.evaluated) / result.evaluation_seconds;
}

}  // namespace

int bench_search(Session& session) {
    const Config& config = session.config();
    const DataSets data = load_data(config, session.display());
    const auto workers = static_cast<std::size_t>(worker_count(config.output));
    std::vector<Row> rows;
    for (const std::string& engine : train::engine_names()) {
        rows.push_back({engine, workers, search_once(session, data, engine, workers)});
        if (rows.size() == 1 && workers > 1) {
            rows.push_back({engine, 1, search_once(session, data, engine, 1)});
        }
    }
    nlohmann::json document = {{"verb", "bench"}, {"what", "search"}};
    std::vector<std::vector<std::string>> cells = {{"engine", "workers", "winner", "score",
                                                    "candidates", "wall s", "images/s each",
                                                    "against first"}};
    for (const Row& row : rows) {
        if (!row.result.best) {
            throw ConfigError("bench search: no candidate fits the budget");
        }
        const nas::Decision& best = *row.result.best;
        const double ratio = row.result.seconds / rows.front().result.seconds;
        const double speed = samples_per_second(row.result, config, data);
        char ratio_text[32];
        std::snprintf(ratio_text, sizeof ratio_text, "%.2f x", ratio);
        cells.push_back({row.engine, std::to_string(row.workers), space::to_string(best.candidate),
                         percent_text(*best.score), std::to_string(row.result.evaluated),
                         grouped(static_cast<std::int64_t>(row.result.seconds)),
                         grouped(static_cast<std::int64_t>(speed)), ratio_text});
        document["rows"].push_back({{"engine", row.engine},
                                    {"workers", row.workers},
                                    {"k", best.candidate.k},
                                    {"c", best.candidate.c},
                                    {"score", *best.score},
                                    {"candidates", row.result.evaluated},
                                    {"seconds", row.result.seconds},
                                    {"seconds_over_first", ratio},
                                    {"samples_per_second", speed}});
    }
    session.result(document, table(cells, "", 1));
    return kDone;
}

}  // namespace nanonas::app
