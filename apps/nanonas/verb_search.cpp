#include <filesystem>

#include "apps/nanonas/c_check.hpp"
#include "apps/nanonas/data_sets.hpp"
#include "apps/nanonas/evaluators.hpp"
#include "apps/nanonas/interrupt.hpp"
#include "apps/nanonas/linked.hpp"
#include "apps/nanonas/memory.hpp"
#include "apps/nanonas/named_data.hpp"
#include "apps/nanonas/products.hpp"
#include "apps/nanonas/resolve.hpp"
#include "apps/nanonas/run_directory.hpp"
#include "apps/nanonas/search_conclusion.hpp"
#include "apps/nanonas/search_view.hpp"
#include "apps/nanonas/session.hpp"
#include "apps/nanonas/summary.hpp"
#include "nas/evaluators/table_evaluator.hpp"
#include "nas/fingerprint.hpp"
#include "nas/search.hpp"
#include "space/cost.hpp"
#include "space/errors.hpp"
#include "space/json/json_text.hpp"
#include "space/stopwatch.hpp"
#include "space/text.hpp"
#include "train/engine/arithmetic.hpp"

namespace nanonas::app {

namespace {

constexpr space::Shape kTableInput = {50, 50, 3};  // NanoNAS's own, for tables without --input
constexpr std::int64_t kTableClasses = 2;

bool needs_data(const Config& config) {
    return config.search.scores.empty() || !config.search.search_only;
}

/// What candidates are built for; nothing when a table alone decides.
std::optional<space::Problem> search_problem(const Config& config, const space::Budget& budget,
                                             const std::optional<DataSets>& data,
                                             Display& display) {
    if (data) {
        return data->problem();
    }
    const bool bounded = budget.binds();
    if (!bounded && !config.data.input) {
        display.line("no --input and no bound: the table alone decides what is feasible");
        return std::nullopt;
    }
    const space::Problem problem{config.data.input.value_or(kTableInput),
                                 config.data.classes.value_or(kTableClasses)};
    display.line("candidates are priced at " + space::to_string(problem.input) + ", " +
                 std::to_string(problem.classes) + " classes" +
                 (config.data.input && config.data.classes ? "" : " (see --input and --classes)"));
    return problem;
}

/// Says why and by how much when even the smallest network breaks a bound; else nothing.
std::string smallest_excess(const space::SearchSpace& space, const space::CostModel& model,
                            const space::Budget& budget) {
    const std::vector<space::Axis> axes = space.axes();
    space::Network smallest;
    space::CostReport cost;
    try {
        smallest = space.build(space::lowest(axes));
        cost = model.cost(smallest);
    } catch (const NetworkError&) {
        return "";  // the search says why, and tries others
    }
    const auto broken = space::violations(budget, cost);
    if (broken.empty()) {
        return "";
    }
    std::string takes = "RAM " + bytes_text(cost.ram_bytes) + ", flash " +
                        bytes_text(cost.flash_bytes) + ", " + grouped(cost.macc) + " MACC";
    if (budget.latency_us) {
        takes += ", " + milliseconds_text(*cost.latency_us);
    }
    if (budget.energy_uj) {
        takes += ", " + grouped(*cost.energy_uj) + " uJ";
    }
    return "no network fits: the smallest, " + space::to_string(space::lowest(axes), axes) +
           ", takes " + takes + " at " + space::to_string(smallest.input) + "; " +
           space::to_string(broken);
}

/// The smallest network at the batches it is trained with; larger ones take more.
void require_search_memory(const Config& config, const space::Problem& problem) {
    const auto space = space_of(config, problem);
    const space::Network smallest = space->build(space::lowest(space->axes()));
    const auto available = available_bytes();
    if (config.search.scores.empty()) {
        require_memory(smallest, config.search.batch, worker_count(config.output), "--search-batch",
                       available);
    }
    if (!config.search.search_only) {
        require_memory(smallest, config.training.batch.value_or(kLargestBatch), 1, "--batch",
                       available);
    }
}

std::unique_ptr<nas::Evaluator> make_evaluator(const Config& config,
                                               const std::optional<DataSets>& data) {
    if (!config.search.scores.empty()) {
        auto table =
            std::make_unique<nas::TableEvaluator>(config.search.scores, space_of(config)->axes());
        table->use_repeats(config.search.repeats);
        return table;
    }
    return make_training_evaluator(config, data->training);
}

nlohmann::json search_json(const nas::SearchResult& result) {
    std::size_t infeasible = 0;
    for (const nas::Decision& decision : result.decisions) {
        infeasible += decision.feasible() ? 0U : 1U;
    }
    return {{"decided", result.decisions.size()},
            {"evaluated", result.decisions.size() - infeasible},
            {"infeasible", infeasible},
            {"replayed", result.replayed},
            {"ahead", result.speculation.started},
            {"ahead_in_vain", result.speculation.wasted},
            {"seconds_in_vain", result.speculation.wasted_seconds}};
}

void require_consistent(const Config& config) {
    if (needs_data(config) && config.data.classes) {
        throw ConfigError(
            "--classes: the images tell the number of classes; only --scores with "
            "--search-only needs it");
    }
}

}  // namespace

int run_search(Session& session) {
    const Stopwatch watch;
    Display& display = session.display();
    const Config& config = session.config();
    require_consistent(config);
    const Platform platform = resolve_platform(config.budget);
    const space::Budget& budget = platform.budget;
    auto cost_model = resolve_cost_model(config.budget, platform.device);
    if (!config.search.scores.empty()) {
        // A malformed table ends it before anything begins.
        nas::TableEvaluator{config.search.scores, space_of(config)->axes()};
    }
    require_strict(config, platform);
    const RunPlan plan = plan_run(config, Verb::kSearch, run_base(config, Verb::kSearch));
    if (plan.finished) {
        return show_finished(session, plan);
    }
    require_run_or_data(config, plan);
    tell_start(session, plan);

    nlohmann::json summary;
    std::optional<DataSets> data;
    if (needs_data(config)) {
        data = load_data(config, display, [&config](const space::Problem& found) {
            require_search_memory(config, found);
        });
        cost_model = resolve_cost_model(config.budget, platform.device, data->training.set.labels);
        summary["seconds"]["load"] = watch.seconds();
    }
    display.line("budget: " + budget_text(budget) + ", runtime " + config.budget.runtime);
    const auto problem = search_problem(config, budget, data, display);
    const auto space = space_of(config, problem.value_or(space::Problem{}));
    const std::vector<space::Axis> axes = space->axes();
    if (problem) {
        const std::string excess = smallest_excess(*space, *cost_model, budget);
        if (!excess.empty()) {
            display.close();
            std::fprintf(stderr, "nanonas: %s\n", excess.c_str());
            return kNothingFits;
        }
    }

    if (!config.search.search_only) {
        rehearse_products(session, *data);
    }

    const nlohmann::json resolved = config_json(config, Verb::kSearch);
    const nlohmann::json data_json = data ? to_json(*data) : nlohmann::json::object();
    const RunDirectory run(plan.path, config, Verb::kSearch, data_json);
    if (run.plan().finished) {
        return show_finished(session, run.plan());
    }
    session.began(run.path());
    display.log_to(run.file("search.log"));
    display.line("run: " + run.path() + (run.plan().exists ? ", resumed" : ""));
    if (!config.search.search_only) {
        foresee_check(session, run.path());
    }

    const bool from_table = !config.search.scores.empty();
    nas::JournalHeader header{config.training.seed, config.search.strategy,
                              nas::fingerprint(json::text(resolved) + json::text(data_json))};
    header.space = space->name();
    header.axes = axes;
    if (!from_table) {
        const train::Arithmetic arithmetic =
            train::arithmetic_of(*train::make_engine(config.training.engine));
        header.build = arithmetic.build;
        header.simd = arithmetic.simd;
        header.probe = arithmetic.probe;
    }
    nas::Journal journal = run.plan().exists || config.output.resume
                               ? nas::Journal::resume(run.file("journal.jsonl"), header)
                               : nas::Journal::create(run.file("journal.jsonl"), header);
    journal.guard([&run] { run.require_in_place(); });
    nas::SearchOptions options;
    options.seed = config.training.seed;
    options.workers = static_cast<std::size_t>(worker_count(config.output));
    options.budget = budget;
    options.space = space.get();
    options.cost_model = problem ? cost_model.get() : nullptr;
    options.journal = &journal;
    options.stop = &stop_requested();
    const auto strategy = nas::make_strategy(config.search.strategy);
    const auto evaluator = make_evaluator(config, data);
    SearchView view(display, axes, problem.has_value(), from_table);
    const nas::SearchResult found = nas::search(*strategy, *evaluator, options, view.hooks());
    summary["search"] = search_json(found);
    summary["seconds"]["search"] = found.seconds;
    if (!found.best) {
        display.close();
        std::fprintf(stderr,
                     "nanonas: no network fits: none of the %zu candidates tried is "
                     "feasible; %s says why\n",
                     found.decisions.size(), run.file("journal.jsonl").c_str());
        return kNothingFits;
    }

    const space::Candidate winner = found.best->candidate;
    summary["verb"] = "search";
    summary["version"] = NANONAS_VERSION;
    summary["run"] = run.path();
    summary["winner"] = winner_json(winner, axes);
    summary["winner"]["score"] = *found.best->score;
    summary["winner"]["from_table"] = from_table;
    if (problem) {
        const space::Network network = space->build(winner);
        summary["winner"]["input"] = space::to_string(network.input);
        summary["cost"] = cost_json(network, *cost_model, budget);
    }
    display.line("winner: " + space::to_string(winner, axes) + ", score " +
                 score_text(*found.best->score, from_table));
    const auto conclusion = search_conclusion(found, problem ? summary["cost"] : nlohmann::json(),
                                              from_table ? std::optional<DataSets>() : data);
    summary["search"]["conclusion"] = conclusion;
    for (const std::string& line : conclusion) {
        display.line("  " + line);
    }
    int code = kDone;
    if (!config.search.search_only) {
        const auto trained = train_network(session, winner, *data, run, summary);
        code = make_products(session, trained, *data, platform, run.file("winner"), summary, &run);
    }
    finish_run(session, run, watch, summary);
    return code;
}

}  // namespace nanonas::app
