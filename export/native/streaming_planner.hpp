// The plan in the making: what operators (op/) add to it, node by node.
#pragma once

#include "export/native/streaming_plan.hpp"

namespace nanonas::exporting {

struct StreamingPlanner {
    /// What was read last, in the order in which a network may hold it.
    enum class Step { kStart, kConv, kPool, kAverage, kDense };

    StreamingPlan plan;
    Step step = Step::kStart;

    /// Throws NetworkError "layer 'x': the native runtime runs a Dense only behind `before`".
    static void expect(const space::Node& node, bool holds, const char* before);
};

}  // namespace nanonas::exporting
