// What a Run holds; for its own files alone.
#pragma once

#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "apps/pipeline/data_sets.hpp"
#include "apps/pipeline/resolve.hpp"
#include "apps/pipeline/run.hpp"
#include "apps/pipeline/run_curves.hpp"
#include "apps/pipeline/run_directory.hpp"
#include "apps/pipeline/workers/fleet_evaluator.hpp"
#include "nas/evaluator.hpp"
#include "nas/journal.hpp"
#include "space/cost.hpp"
#include "space/stopwatch.hpp"

namespace nanonas::pipeline {

/// All that a run knows.
struct Run::State {
    RunSpec spec;
    Verb verb = Verb::kSearch;
    Task task;
    SharedWork shared;
    OwnParts own;
    Stopwatch watch;
    Platform platform;
    /// At the size of the winner's input, made when it is first trained; absent until then.
    std::optional<DataSets> resized;
    std::optional<DataSets> data;  ///< absent: a table alone decides
    bool data_of_path = false;     ///< as the spec's paths lead to
    /// Absent: candidates are trained here alone.
    std::shared_ptr<OpenSearch> at_workers;
    std::optional<space::Problem> problem;  ///< absent: nothing is built or priced
    std::unique_ptr<space::CostModel> cost_model;
    std::shared_ptr<space::SearchSpace> space;
    std::vector<space::Axis> axes;
    std::string path;
    std::unique_ptr<RunDirectory> directory;
    bool resumed = false;
    bool resume = false;  ///< asked for
    std::int64_t report_images = kReportImages;
    bool finished = false;
    std::optional<space::Candidate> winner;
    std::unique_ptr<RunCurves> curves;  ///< null: not asked for
    RunReport report;

    bool from_table() const { return !spec.search.scores.empty(); }
    bool is_search() const { return verb == Verb::kSearch; }
    bool makes_products() const { return !is_search() || !spec.search.search_only; }

    void check();
    void read_data(const RunPlan& plan, const RunPlace& place, const DataSets* images);
    void price();
    void start_workers();
    void take_directory(const RunPlan& plan, const std::string& tensorboard);
    void adopt_finished(const std::string& tensorboard);
    nlohmann::json read_json() const;
    std::string strategy_name() const;
    nas::Journal open_journal() const;
    bool owns_workers() const { return at_workers && !shared.workers; }
    std::unique_ptr<nas::Evaluator> evaluator() const;
    const DataSets& winner_data();
    void write_page();
    void name_winner(const space::Candidate& candidate);
};

}  // namespace nanonas::pipeline
