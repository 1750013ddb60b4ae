#include <array>

#include "apps/nanonas/interrupt.hpp"
#include "apps/nanonas/verbs/bench_search.hpp"
#include "apps/nanonas/verbs/verbs.hpp"
#include "apps/nanonas/views/table.hpp"
#include "export/runtime.hpp"
#include "nas/signature.hpp"
#include "space/choice.hpp"
#include "space/errors.hpp"
#include "space/text.hpp"
#include "train/bench/bench_train.hpp"

namespace nanonas::app {

namespace {

nlohmann::json to_json(const train::EngineSpeed& speed) {
    return {{"samples_per_second", speed.samples_per_second},
            {"samples_per_second_without_feed", speed.samples_per_second_without_feed},
            {"step_seconds", speed.step_seconds},
            {"feed_seconds", speed.feed_seconds},
            {"gflops", speed.gflops},
            {"peak_share", speed.peak_share}};
}

std::string whole(double value) {
    return grouped(static_cast<std::int64_t>(value));
}

int bench_signature(Session& session) {
    const std::string signature = nas::signature({"occam", "nanonas"}, exporting::all_cost_models(),
                                                 session.config().training.seed);
    session.result({{"verb", "bench"}, {"signature", signature}}, signature + "\n");
    return kDone;
}

using Cells = std::vector<std::string>;

/// Without the columns of the stock engine where this build has none.
Cells training_cells(const train::BenchTrainRow& row) {
    Cells cells = {space::to_string(row.input),
                   row.name,
                   grouped(row.macc),
                   whole(row.fast.samples_per_second),
                   whole(row.fast.samples_per_second_without_feed),
                   fixed(100 * row.fast.feed_seconds / row.fast.step_seconds, 1) + " %",
                   fixed(row.fast.gflops, 1),
                   fixed(100 * row.fast.peak_share, 0) + " %"};
    if (row.stock) {
        const Cells more = {whole(row.stock->samples_per_second), fixed(row.stock->gflops, 1),
                            fixed(row.ratio, 2), fixed(row.ratio_without_feed, 2)};
        cells.insert(cells.end(), more.begin(), more.end());
    }
    return cells;
}

nlohmann::json to_json(const train::BenchTrainRow& row) {
    nlohmann::json json = {{"input", space::to_string(row.input)},
                           {"group", row.group},
                           {"network", row.name},
                           {"macc", row.macc},
                           {"fast", to_json(row.fast)}};
    if (row.stock) {
        json.update({{"stock", to_json(*row.stock)},
                     {"ratio", row.ratio},
                     {"ratio_without_feed", row.ratio_without_feed}});
    }
    return json;
}

std::string progress(const train::BenchTrainRow& row) {
    return space::to_string(row.input) + " " + row.name + ": " +
           (row.stock ? fixed(row.ratio, 2) + " x stock" : whole(row.fast.samples_per_second));
}

int bench_training(Session& session) {
    train::BenchTrainOptions options;
    options.seed = session.config().training.seed;
    options.stop = &stop_requested();
    const auto& input = session.config().data.input;
    constexpr std::int64_t kClasses = 2;
    using Shapes = std::vector<space::Shape>;
    options.networks =
        train::cell_networks(input ? Shapes{*input} : Shapes{{50, 50, 3}, {32, 32, 3}},
                             {1, 2, 3, 4, 6, 8, 10, 12}, {0, 1, 2, 3, 4, 5}, kClasses);
    const std::vector<train::BenchNetwork> blocks = train::block_networks(
        input ? Shapes{*input} : Shapes{{32, 32, 3}, {50, 50, 3}, {80, 80, 3}}, kClasses);
    options.networks.insert(options.networks.end(), blocks.begin(), blocks.end());
    nlohmann::json document = {{"verb", "bench"}, {"what", "train"}};
    std::vector<Cells> rows = {
        {"input", "network", "MACC", "fast/s", "no feed", "feed", "GFLOP/s", "of peak"}};
    const train::BenchTrainResult result =
        train::bench_train(options, [&](const train::BenchTrainRow& row) {
            session.display().line(progress(row));
            rows.push_back(training_cells(row));
            document["rows"].push_back(to_json(row));
        });
    document["peak_gflops"] = result.peak_gflops;
    std::string compared;
    if (result.rows.front().stock) {
        for (const char* head : {"stock/s", "GFLOP/s", "ratio", "no feed"}) {
            rows.front().emplace_back(head);
        }
        for (const train::BenchTrainMeans& means : result.means) {
            document["means"].push_back(
                {{"group", means.group},
                 {"geometric_mean", means.geometric_mean},
                 {"geometric_mean_without_feed", means.geometric_mean_without_feed},
                 {"worst_ratio", means.worst_ratio}});
            compared += means.group + ": geometric mean " + fixed(means.geometric_mean, 2) +
                        " x stock LibTorch (" + fixed(means.geometric_mean_without_feed, 2) +
                        " x without feeding), worst " + fixed(means.worst_ratio, 2) + " x\n";
        }
    }
    session.result(document, table(rows, "", 2) +
                                 "\none core, batch 16, samples per second of CPU time; peak " +
                                 fixed(result.peak_gflops, 0) + " GFLOP/s\n" + compared);
    return kDone;
}

struct Bench {
    const char* name;
    int (*run)(Session&);
};

constexpr std::array<Bench, 6> kBenches = {{
    {"signature", bench_signature},
    {"train", bench_training},
    {"search", bench_search},
    {"workers", bench_workers},
    {"scaling", bench_scaling},
    {"learning", bench_learning},
}};

}  // namespace

int run_bench(Session& session) {
    const std::string& what = session.command().what;
    if (what.empty()) {
        throw ConfigError("bench: say what to measure; known: " + listed(names_of(kBenches)));
    }
    return choose(kBenches, what, "bench: \"" + what + "\" is unknown; known: ").run(session);
}

}  // namespace nanonas::app
