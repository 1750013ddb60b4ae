#include "export/optimize/dead_nodes.hpp"

#include "export/optimize/rewrite.hpp"
#include "space/passes/rewrite.hpp"

namespace nanonas::exporting {

void drop_dead_nodes(Int8Network& network) {
    // From the end: what only dead operators read is dead by the time it is looked at.
    for (std::size_t i = network.network.nodes.size(); i-- > 0;) {
        if (space::readers(network.network, i + 1) == 0) {
            bypass(network, i);
        }
    }
}

}  // namespace nanonas::exporting
