// Network, Preprocess and costs as JSON.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "space/cost.hpp"
#include "space/json/strict.hpp"
#include "space/network.hpp"
#include "space/preprocess.hpp"

namespace nanonas::json {

/// {"input": [50,50,3], "layers": [{"name": "stem.conv", "kind": "Conv2d", "out_channels": 4,
/// ...}]}; a node that does not read the one before it has "inputs", a list of values, too.
nlohmann::json to_json(const space::Network& network);
/// Strict; rebuilds through Network::add. Throws ConfigError or NetworkError.
space::Network read_network(const Reader& reader);

nlohmann::json to_json(const space::Preprocess& preprocess);
space::Preprocess read_preprocess(const Reader& reader);

nlohmann::json to_json(const space::CostReport& report);

}  // namespace nanonas::json
