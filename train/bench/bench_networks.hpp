// The networks that engines are measured on.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "space/network.hpp"

namespace nanonas::train {

struct BenchNetwork {
    std::string group;  ///< means are taken over it
    std::string name;
    space::Network network;
};

/// "cells": (k,c) for every k and c that each input can take.
std::vector<BenchNetwork> cell_networks(const std::vector<space::Shape>& inputs,
                                        const std::vector<std::int64_t>& kernels,
                                        const std::vector<std::int64_t>& cells,
                                        std::int64_t classes);

/// "blocks": for each input, a 3x3 stem of stride 2 and of width 8 and 16, then three stages of
/// depthwise-separable blocks, and of inverted bottlenecks (1x1, depthwise 3x3, 1x1 without ReLU)
/// that expand three times, without and ("residual") with a sum around each that keeps its map's
/// shape; each stage but the first halves the map and has more channels.
std::vector<BenchNetwork> block_networks(const std::vector<space::Shape>& inputs,
                                         std::int64_t classes);

}  // namespace nanonas::train
