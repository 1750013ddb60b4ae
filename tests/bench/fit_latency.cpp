// Fits the instruction counts of export/native/latency.cpp: exports of seeded random networks run
// under QEMU, least squares on relative errors, the largest error on networks not fitted.
// Usage: fit_latency [CORE...]; prints one row of kCores per core.
#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <string>
#include <vector>

#include "export/device/core.hpp"
#include "export/device/run.hpp"
#include "export/native/latency.hpp"
#include "export/native/streaming_plan.hpp"
#include "tests/export/device/exported.hpp"
#include "tests/support/draw.hpp"

using namespace nanonas;
using testing::draw;

namespace {

constexpr int kFitted = 100, kChecked = 30;
constexpr std::int64_t kMostMacc = 4'000'000;

struct Sample {
    exporting::Work work;
    double instructions = 0.0;
};

Sample measure(const device::Core& core, const device::Toolchain& tools, Rng& rng) {
    for (;;) {
        const std::int64_t side = draw(rng, 16, 64);
        const space::CellSpace cells{{side, side, draw(rng, 0, 1) * 2 + 1}, draw(rng, 2, 20)};
        const space::Candidate candidate{draw(rng, 1, 16),
                                         draw(rng, 0, std::min<std::int64_t>(5, cells.deepest()))};
        if (space::layer_costs(cells.build(candidate)).macc > kMostMacc) {
            continue;
        }
        const testing::Exported exported(cells, candidate, rng.below(1'000'000), 1);
        const device::DeviceRun run = device::run({exported.source, device::Entry::kFrame,
                                                   exported.classes, exported.images.view(), false},
                                                  core, tools);
        return {exporting::work_of(exporting::plan_streaming(exported.network.network)),
                run.instructions};
    }
}

Eigen::MatrixXd relative(const std::vector<Sample>& samples) {
    Eigen::MatrixXd matrix(static_cast<Eigen::Index>(samples.size()),
                           static_cast<Eigen::Index>(exporting::Work::kTerms));
    for (Eigen::Index i = 0; i < matrix.rows(); ++i) {
        const Sample& sample = samples[static_cast<std::size_t>(i)];
        for (Eigen::Index j = 0; j < matrix.cols(); ++j) {
            matrix(i, j) = static_cast<double>(sample.work.terms[static_cast<std::size_t>(j)]) /
                           sample.instructions;
        }
    }
    return matrix;
}

}  // namespace

int main(int count, char** words) {
    const device::Toolchain tools = device::find_toolchain();
    if (!tools.can_run()) {
        std::fprintf(stderr, "%s\n", tools.missing.c_str());
        return 1;
    }
    std::vector<std::string> names(words + 1, words + count);
    if (names.empty()) {
        names = device::core_names();
    }
    for (const std::string& name : names) {
        const device::Core& core = device::core_named(name);
        Rng rng(11);
        std::vector<Sample> fitted, checked;
        for (int i = 0; i < kFitted + kChecked; ++i) {
            (i < kFitted ? fitted : checked).push_back(measure(core, tools, rng));
        }
        const Eigen::MatrixXd matrix = relative(fitted);
        const Eigen::VectorXd row = matrix.colPivHouseholderQr().solve(
            Eigen::VectorXd::Ones(static_cast<Eigen::Index>(fitted.size())));
        const auto worst = [&row](const std::vector<Sample>& samples) {
            return ((relative(samples) * row).array() - 1.0).abs().maxCoeff();
        };
        std::printf("    // largest error: %.1f %% of %d networks fitted, %.1f %% of %d others\n",
                    100.0 * worst(fitted), kFitted, 100.0 * worst(checked), kChecked);
        std::printf("    {/* %s */ {", name.c_str());
        for (Eigen::Index j = 0; j < row.size(); ++j) {
            std::printf("%s%.2f", j == 0 ? "" : ", ", row(j));
        }
        std::printf("}, },\n");
        std::fflush(stdout);
    }
    return 0;
}
