#include "export/optimize/optimize.hpp"

#include "export/optimize/dead_nodes.hpp"
#include "export/optimize/dead_taps.hpp"
#include "export/optimize/fold_pads.hpp"
#include "export/optimize/no_ops.hpp"
#include "space/cost.hpp"

namespace nanonas::exporting {

namespace {

struct Pass {
    const char* name;
    void (*run)(Int8Network& network);
};

constexpr Pass kPasses[] = {
    {"dead operators", drop_dead_nodes},
    {"no-ops", drop_no_ops},
    {"pads", fold_pads},
    {"dead taps", drop_dead_taps},
};

PassSaving size_of(const Int8Network& network) {
    const space::CostReport report = space::layer_costs(network.network);
    return {"", static_cast<std::int64_t>(network.network.nodes.size()), report.weight_bytes,
            report.macc};
}

}  // namespace

std::vector<PassSaving> optimize(Int8Network& network) {
    std::vector<PassSaving> savings;
    PassSaving before = size_of(network);
    for (const Pass& pass : kPasses) {
        pass.run(network);
        const PassSaving after = size_of(network);
        savings.push_back({pass.name, before.operators - after.operators,
                           before.weight_bytes - after.weight_bytes, before.macc - after.macc});
        before = after;
    }
    return savings;
}

}  // namespace nanonas::exporting
