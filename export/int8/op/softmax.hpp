#pragma once

#include "export/int8/op/ops.hpp"

namespace nanonas::exporting {

/// The multiplier of a Softmax node: a step of its input times beta, as a difference in Q5.26.
FixedMultiplier softmax_multiplier(float beta, float scale);

}  // namespace nanonas::exporting
