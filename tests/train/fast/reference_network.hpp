// Loss gradients of a whole network by the plain loops, in double precision.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "space/network.hpp"
#include "space/trained_network.hpp"
#include "train/engine/fast/kernels/reference.hpp"

namespace nanonas::train::lanes::reference {

/// By parameter name; `mask`: dropout factors [images][features], or empty.
std::map<std::string, Values> network_gradients(const space::Network& network,
                                                const space::Weights& weights, const Images& input,
                                                const std::vector<std::int32_t>& labels,
                                                const std::vector<float>& mask, double smoothing);

}  // namespace nanonas::train::lanes::reference
