// What an operator does to each value before it writes it.
#pragma once

namespace nanonas::space {

/// Set by space/passes alone: networks as they are trained have operators of their own for it.
enum class Activation { kNone, kRelu };

}  // namespace nanonas::space
