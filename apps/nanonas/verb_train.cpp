#include "apps/nanonas/c_check.hpp"
#include "apps/nanonas/linked.hpp"
#include "apps/nanonas/memory.hpp"
#include "apps/nanonas/named_data.hpp"
#include "apps/nanonas/products.hpp"
#include "apps/nanonas/resolve.hpp"
#include "apps/nanonas/run_directory.hpp"
#include "apps/nanonas/session.hpp"
#include "space/errors.hpp"
#include "space/stopwatch.hpp"

namespace nanonas::app {

int run_train(Session& session) {
    const Stopwatch watch;
    const Config& config = session.config();
    Display& display = session.display();
    if (!config.training.arch) {
        throw ConfigError("--arch: needed; K,C such as 8,3");
    }
    const space::Candidate arch = *config.training.arch;
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

    const DataSets data = load_data(config, display, [&](const space::CellSpace& cells) {
        require_memory(cells.build(arch), config.training.batch.value_or(kLargestBatch), 1,
                       "--batch", available_bytes());
    });
    cost_model = resolve_cost_model(config.budget, platform.device, data.training.set.labels);
    nlohmann::json summary;
    summary["seconds"]["load"] = watch.seconds();
    const space::CellSpace cells = data.cells();
    const space::Network network = cells.build(arch);
    summary["verb"] = "train";
    summary["version"] = NANONAS_VERSION;
    summary["run"] = plan.path;
    summary["winner"] = {{"k", arch.k}, {"c", arch.c}, {"input", space::to_string(cells.input)}};
    summary["cost"] = cost_json(network, *cost_model, budget);

    const auto broken = space::violations(budget, cost_model->cost(network));
    if (!broken.empty()) {
        display.close();
        std::fprintf(stderr, "nanonas: %s does not fit: %s\n", space::to_string(arch).c_str(),
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
