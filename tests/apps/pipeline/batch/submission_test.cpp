#include "apps/pipeline/batch/submission.hpp"

#include <catch2/catch.hpp>

#include "apps/pipeline/option_table.hpp"
#include "space/errors.hpp"

using namespace nanonas;
using namespace nanonas::pipeline;
using Catch::Contains;

namespace {

BatchPlan six_runs() {
    BatchPlan plan;
    plan.name = "My Boards";
    plan.matrix = {{"seed", {"1", "2", "3"}}, {"target", {"rp2040", "stm32l412kb"}}};
    return plan;
}

std::string text_of(const std::string& system) {
    return submission_text(system, six_runs(), {}, {"my plan.yaml", "seed=1,2,3"}, 4);
}

}  // namespace

TEST_CASE("every system of --emit is given a job for each run, with the words quoted") {
    for (const std::string& system : find_option("emit")->allowed.names()) {
        INFO(system);
        CHECK_THAT(text_of(system), Contains("my plan.yaml") && Contains("seed=1,2,3") &&
                                        Contains("--out") && Contains("runs/My Boards") &&
                                        Contains("--index") && Contains("--workers"));
    }
    CHECK_THROWS_WITH(text_of("slrum"), Contains("did you mean slurm?"));
}

TEST_CASE("counts run from 0, threads and names are those of the plan") {
    CHECK_THAT(text_of("slurm"), Contains("#SBATCH --array=0-5\n") &&
                                     Contains("#SBATCH --cpus-per-task=4\n") &&
                                     Contains("--job-name=nanonas-my-boards\n") &&
                                     Contains("nanonas batch 'my plan.yaml' seed=1,2,3 --out "
                                              "'runs/My Boards' "));
    CHECK_THAT(text_of("kubernetes"), Contains("completions: 6\n") &&
                                          Contains("name: nanonas-my-boards\n") &&
                                          Contains("[nanonas, 'batch', 'my plan.yaml',"));
    CHECK_THAT(text_of("parallel"), Contains("seq 0 5 | parallel"));
}
