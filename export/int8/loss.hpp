// Where the int8 network parts from the float one: which layer to blame for lost classes.
#pragma once

#include <string>
#include <vector>

#include "export/int8/int8_network.hpp"
#include "space/images.hpp"
#include "space/trained_network.hpp"

namespace nanonas::exporting {

struct LayerLoss {
    std::string name;
    /// Share of images that keep their float class when this layer and those before it run in int8
    /// and those behind it in float; [0, 1].
    double agreement = 0.0;
    int steps = 0;  ///< of int8's 256, those between the smallest and the largest value written
};

/// Per layer of the quantized network, at least one image. Deterministic for any number of threads.
std::vector<LayerLoss> layer_losses(const space::TrainedNetwork& trained,
                                    const Int8Network& quantized, const space::ImageView& images,
                                    int threads);

/// The layer that lowers the agreement most; the first of equals.
std::size_t worst_layer(const std::vector<LayerLoss>& losses);

}  // namespace nanonas::exporting
