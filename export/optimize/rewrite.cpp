#include "export/optimize/rewrite.hpp"

#include "space/passes/rewrite.hpp"

namespace nanonas::exporting {

void bypass(Int8Network& network, std::size_t index) {
    const auto at = static_cast<std::ptrdiff_t>(index);
    space::bypass(network.network, index);
    network.constants.erase(network.constants.begin() + at);
    network.values.erase(network.values.begin() + at + 1);
}

}  // namespace nanonas::exporting
