// What a training takes of this machine's memory, told before it begins.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "space/network.hpp"

namespace nanonas::pipeline {

/// Bytes that one training of the network holds at least: the batch as floats, what each
/// convolution and pooling leaves for the way back, the dense layer's products, and the parameters
/// with gradient, moments and best copy. Engines work on sixteen images at a time.
std::int64_t training_bytes(const space::Network& network, std::int64_t batch);

/// What this process can still have: the system's, its control group's and its own limit. Nothing
/// where the system does not tell.
std::optional<std::int64_t> available_bytes();

/// Throws ConfigError with the figure and the way out when `trainings` at a time do not fit;
/// `batch_option` names what sets the batch.
void require_memory(const space::Network& network, std::int64_t batch, std::int64_t trainings,
                    const std::string& batch_option, std::optional<std::int64_t> available);

}  // namespace nanonas::pipeline
