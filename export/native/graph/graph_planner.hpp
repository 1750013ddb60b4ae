// The plan of a graph in the making: what operators (op/) add to it, node by node.
#pragma once

#include <vector>

#include "export/native/graph/graph_plan.hpp"

namespace nanonas::exporting {

/// Where a value of the network lies: the rows of a ring, seen with padding around them.
struct GraphPlace {
    std::size_t ring = 0;
    std::int64_t top = 0, bottom = 0, left = 0, right = 0;  ///< of Pads that readers take in
};

class GraphPlanner {
  public:
    explicit GraphPlanner(const space::Network& network);

    GraphPlan plan;

    /// A stage of the node that reads the rows of its inputs one by one, and its ring.
    GraphStage& add(const space::Node& node, GraphKernel kernel);
    /// The same for a window over them; `pads`: the kernel reads rows and columns of padding.
    GraphStage& add_window(const space::Node& node, GraphKernel kernel, const space::Window& window,
                           bool pads);
    /// The same for a kernel that reads all rows and writes one.
    GraphStage& add_sums(const space::Node& node, GraphKernel kernel, std::int64_t sums);

    /// What the node reads, and what it writes when it needs no stage.
    const GraphPlace& read(const space::Node& node) const { return places_[node.inputs.front()]; }
    void alias(const GraphPlace& place) { places_.push_back(place); }
    /// Whether all who read what the node writes are operators that `takes` says yes to.
    template <typename Takes>
    bool only_read_by(const space::Node& node, const Takes& takes) const {
        bool any = false;
        for (const space::Node& reader : network_.nodes) {
            for (const space::Value value : reader.inputs) {
                if (value > 0 && network_.nodes[value - 1].name == node.name) {
                    any = true;
                    if (!takes(reader.op)) {
                        return false;
                    }
                }
            }
        }
        return any;
    }

    /// Throws NetworkError "layer 'x': the native runtime ...".
    [[noreturn]] static void refuse(const space::Node& node, const std::string& why);

  private:
    GraphRing ring_of(const std::string& name, const space::Shape& map) const;

    const space::Network& network_;
    std::vector<GraphPlace> places_;  ///< of each value so far
};

}  // namespace nanonas::exporting
