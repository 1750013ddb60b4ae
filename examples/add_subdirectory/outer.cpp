// The price of a network, and the network itself ready to be trained.
#include <cstdio>

#include "export/runtime.hpp"
#include "space/spaces/cells.hpp"
#include "train/engine/engine.hpp"

int main() {
    const auto network = nanonas::space::CellSpace({28, 28, 1}, 10).build({4, 2});
    const auto model = nanonas::train::make_engine("fast")->create(network, {}, 1, 1);
    const auto cost = nanonas::exporting::make_cost_model("native")->cost(network);
    std::printf("%zu tensors, %lld B of RAM\n", model->weights().size(),
                static_cast<long long>(cost.ram_bytes));
}
