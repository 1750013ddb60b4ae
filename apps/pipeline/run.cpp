#include "apps/pipeline/run.hpp"

#include "apps/pipeline/evaluators.hpp"
#include "apps/pipeline/figures.hpp"
#include "apps/pipeline/identity.hpp"
#include "apps/pipeline/report_json.hpp"
#include "apps/pipeline/run_state.hpp"
#include "apps/pipeline/steps/c_check.hpp"
#include "apps/pipeline/steps/products.hpp"
#include "apps/pipeline/steps/search_conclusion.hpp"
#include "apps/pipeline/steps/stages.hpp"
#include "apps/pipeline/steps/training.hpp"
#include "nas/evaluators/cached_evaluator.hpp"
#include "nas/evaluators/table_evaluator.hpp"
#include "space/checksum.hpp"
#include "space/files.hpp"
#include "space/json/json_text.hpp"
#include "train/engine/engine.hpp"

namespace nanonas::pipeline {

namespace {

SearchReport search_report(const nas::SearchResult& result) {
    SearchReport report;
    report.decided = result.decisions.size();
    for (const nas::Decision& decision : result.decisions) {
        report.infeasible += decision.feasible() ? 0U : 1U;
    }
    report.evaluated = report.decided - report.infeasible;
    report.replayed = result.replayed;
    report.ahead = result.speculation.started;
    report.ahead_in_vain = result.speculation.wasted;
    report.seconds_in_vain = result.speculation.wasted_seconds;
    return report;
}

}  // namespace

/// Where none is the caller's own.
std::string Run::State::strategy_name() const {
    return own.space ? strategy_of(spec.search, *own.space) : strategy_of(spec.search);
}

nas::Journal Run::State::open_journal() const {
    const nlohmann::json config = json::parse_file(directory->file("config.json"));
    const nlohmann::json read = json::parse_file(directory->file("data.json"));
    nas::JournalHeader header{spec.training.seed,
                              own.strategy ? own.strategy->name() : strategy_name(),
                              run_fingerprint(config, read)};
    header.older_fingerprint = run_fingerprint_with_places(config, read);
    header.space = space->name();
    header.axes = axes;
    if (!from_table() && own.evaluator == nullptr) {
        const train::Arithmetic arithmetic = search_arithmetic(spec, *space);
        header.build = arithmetic.build;
        header.simd = arithmetic.simd;
        header.probe = arithmetic.probe;
    }
    const std::string file = directory->file("journal.jsonl");
    return resumed || resume ? nas::Journal::resume(file, header)
                             : nas::Journal::create(file, header);
}

std::unique_ptr<nas::Evaluator> Run::State::evaluator() const {
    if (from_table()) {
        auto table =
            std::make_unique<nas::TableEvaluator>(spec.search.scores, space_of(spec)->axes());
        table->use_repeats(repeats_of(spec.search));
        return table;
    }
    std::unique_ptr<nas::Evaluator> evaluator = make_training_evaluator(
        spec, data->training,
        shared.scores == nullptr ? train::Arithmetic() : search_arithmetic(spec, *space));
    if (at_workers) {
        evaluator = std::make_unique<FleetEvaluator>(std::move(evaluator), at_workers,
                                                     space->axes(), shared.name);
    }
    if (shared.scores != nullptr) {
        evaluator = std::make_unique<nas::CachedEvaluator>(std::move(evaluator), *shared.scores,
                                                           shared.scores_file);
    }
    return evaluator;
}

const DataSets& Run::State::winner_data() {
    if (!resized) {
        resized = at_size(*data, space->build(winner.value()).input, spec, task);
    }
    return *resized;
}

nas::SearchResult Run::search(const nas::SearchHooks& hooks, nas::Evaluator* evaluator) {
    State& run = *state_;
    if (run.makes_products()) {
        foresee_check(run.spec.products, run.path, run.task);
    }
    nas::Journal journal = run.open_journal();
    journal.guard([&run] { run.directory->require_in_place(); });
    nas::SearchOptions options;
    options.seed = run.spec.training.seed;
    options.workers = static_cast<std::size_t>(run.task.threads);
    options.share = run.task.share;
    options.trials = run.spec.search.trials;
    options.budget = run.platform.budget;
    options.space = run.space.get();
    options.cost_model = run.problem ? run.cost_model.get() : nullptr;
    options.journal = &journal;
    options.stop = run.task.stop;
    const auto named = run.own.strategy ? nullptr : nas::make_strategy(run.strategy_name());
    nas::Strategy& strategy = run.own.strategy ? *run.own.strategy : *named;
    if (run.own.evaluator != nullptr) {
        evaluator = run.own.evaluator;
    }
    std::unique_ptr<nas::Evaluator> own;
    if (evaluator == nullptr) {
        own = run.evaluator();
        evaluator = own.get();
    }
    if (own && run.at_workers) {
        options.workers = FleetEvaluator::kMost;
        options.share = run.owns_workers() ? &run.at_workers->pool().share() : run.task.share;
    }
    nas::SearchHooks told = hooks;
    if (run.curves) {
        told.decided = [&](const nas::Decided& decided) {
            run.curves->decided(decided.index, decided.decision);
            if (hooks.decided) {
                hooks.decided(decided);
            }
        };
    }
    nas::SearchResult found = nas::search(strategy, *evaluator, options, told);
    run.report.search = search_report(found);
    if (run.owns_workers()) {
        run.report.search->workers = run.at_workers->pool().reports();
    }
    own.reset();
    run.at_workers.reset();
    run.report.seconds["search"] = found.seconds;
    if (!found.best) {
        throw NothingFits("no network fits: none of the " + std::to_string(found.decisions.size()) +
                          " candidates tried is feasible; " + journal.path() + " says why");
    }
    run.name_winner(found.best->candidate);
    run.report.winner->score = *found.best->score;
    run.report.winner->from_table = run.from_table();
    run.task.tell("winner: " + run.report.winner->name + ", score " +
                  score_text(*found.best->score, run.from_table()));
    run.report.search->conclusion =
        search_conclusion(found, run.report.cost ? &*run.report.cost : nullptr,
                          run.from_table() || run.own.evaluator ? nullptr : &*run.data);
    for (const std::string& line : run.report.search->conclusion) {
        run.task.tell("  " + line);
    }
    return found;
}

space::TrainedNetwork Run::train() {
    State& run = *state_;
    if (!run.is_search()) {
        foresee_check(run.spec.products, run.path, run.task);
    }
    const auto epoch = [&run](const train::EpochResult& at) {
        if (run.curves) {
            run.curves->epoch(at);
        }
    };
    space::TrainedNetwork trained =
        train_candidate(run.spec, *run.space, run.winner.value(), run.winner_data(), *run.directory,
                        run.shared.runs, epoch, run.task, run.report);
    return apply_stages(run.spec, std::move(trained), run.winner_data(), run.directory.get(),
                        run.task, run.report);
}

void Run::products(const space::TrainedNetwork& trained) {
    State& run = *state_;
    make_products(run.spec, trained, run.winner_data(), run.platform, run.directory->file("winner"),
                  run.directory.get(), run.task, run.report);
}

void Run::finish() {
    State& run = *state_;
    run.report.files["run"] = run.path;
    run.report.files["report"] = run.directory->file("report.html");
    run.report.seconds["total"] = run.watch.seconds();
    run.report.check = kBlankCheck;
    const std::string text = sealed(json::text(to_json(run.report), 2) + "\n");
    const std::string file = run.directory->file("summary.json");
    run.report.check = json::parse_text(text, file).at("check").get<std::string>();
    run.directory->require_in_place();
    write_file(file, text);
    if (run.curves) {
        run.curves->finished(run.report);
    }
    run.write_page();
}

Run::Run(std::unique_ptr<State> state) : state_(std::move(state)) {}
Run::Run(Run&&) noexcept = default;
Run& Run::operator=(Run&&) noexcept = default;
Run::~Run() = default;

const std::string& Run::path() const {
    return state_->path;
}

std::string Run::file(const std::string& name) const {
    return state_->path + "/" + name;
}

bool Run::resumed() const {
    return state_->resumed;
}

bool Run::finished() const {
    return state_->finished;
}

bool Run::makes_products() const {
    return state_->makes_products();
}

bool Run::priced() const {
    return state_->problem.has_value();
}

bool Run::from_table() const {
    return state_->from_table();
}

const std::vector<space::Axis>& Run::axes() const {
    return state_->axes;
}

const RunReport& Run::report() const {
    return state_->report;
}

}  // namespace nanonas::pipeline
