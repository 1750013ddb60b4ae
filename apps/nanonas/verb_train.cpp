#include "apps/nanonas/c_check.hpp"
#include "apps/nanonas/linked.hpp"
#include "apps/nanonas/memory.hpp"
#include "apps/nanonas/named_data.hpp"
#include "apps/nanonas/products.hpp"
#include "apps/nanonas/resolve.hpp"
#include "apps/nanonas/run_directory.hpp"
#include "apps/nanonas/session.hpp"
#include "apps/nanonas/summary.hpp"
#include "space/errors.hpp"
#include "space/stopwatch.hpp"

namespace nanonas::app {

int run_train(Session& session) {
    const Stopwatch watch;
    const Config& config = session.config();
    Display& display = session.display();
    if (config.training.arch.empty()) {
        throw ConfigError("--arch: needed; K,C such as 8,3");
    }
    const space::Candidate arch = arch_of(config);
    const Platform platform = resolve_platform(config.budget);
    const space::Budget& budget = platform.budget;
    auto cost_model = resolve_cost_model(config.budget, platform.device);
    require_strict(config, platform);
    const RunPlan plan = plan_run(config, Verb::kTrain, run_base(config, Verb::kTrain));
    if (plan.finished) {
        return show_finished(session, plan);
    }
    require_run_or_data(config, plan);
    tell_start(session, plan);

    const DataSets data = load_data(config, display, [&](const space::Problem& problem) {
        require_memory(space_of(config, problem)->build(arch),
                       config.training.batch.value_or(kLargestBatch), 1, "--batch",
                       available_bytes());
    });
    cost_model = resolve_cost_model(config.budget, platform.device, data.training.set.labels);
    nlohmann::json summary;
    summary["seconds"]["load"] = watch.seconds();
    const auto space = space_of(config, data.problem());
    const space::Network network = space->build(arch);
    summary["verb"] = "train";
    summary["version"] = NANONAS_VERSION;
    summary["run"] = plan.path;
    summary["winner"] = winner_json(arch, space->axes());
    summary["winner"]["input"] = space::to_string(network.input);
    summary["cost"] = cost_json(network, *cost_model, budget);

    const auto broken = space::violations(budget, cost_model->cost(network));
    if (!broken.empty()) {
        display.close();
        std::fprintf(stderr, "nanonas: %s does not fit: %s\n",
                     space::to_string(arch, space->axes()).c_str(),
                     space::to_string(broken).c_str());
        return kNothingFits;
    }

    rehearse_products(session, data);
    const RunDirectory run(plan.path, config, Verb::kTrain, to_json(data));
    if (run.plan().finished) {
        return show_finished(session, run.plan());
    }
    session.began(run.path());
    display.log_to(run.file("search.log"));
    display.line("run: " + run.path() + (run.plan().exists ? ", resumed" : ""));
    foresee_check(session, run.path());
    const auto trained = train_network(session, arch, data, run, summary);
    const int code =
        make_products(session, trained, data, platform, run.file("winner"), summary, &run);
    finish_run(session, run, watch, summary);
    return code;
}

}  // namespace nanonas::app
