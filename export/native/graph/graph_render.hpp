// The C of a graph as text.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "export/int8/int8_network.hpp"
#include "export/native/graph/graph_plan.hpp"
#include "export/native/graph/graph_tables.hpp"

namespace nanonas::exporting {

/// A quantized graph as its plan sees it, checked. Points into the Int8Network it was made from.
struct GraphModel {
    GraphPlan plan;
    std::vector<GraphNumbers> numbers;  ///< of each stage
    const Int8Network& network;

    bool quick() const;
};

/// Throws NetworkError for a graph that the plan does not hold, ExportError for numbers that the
/// kernels do not.
GraphModel read_graph_model(const Int8Network& network);

/// Template of <name>.c.
std::string graph_source(const GraphModel& model);
/// Words of the templates that c_render.cpp does not know.
std::map<std::string, std::string> graph_words(const GraphModel& model);

}  // namespace nanonas::exporting
