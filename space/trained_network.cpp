#include "space/trained_network.hpp"

#include <cmath>
#include <set>

#include "space/errors.hpp"

namespace nanonas::space {

void check_weights(const Network& network, const Weights& weights) {
    std::set<std::string> known;
    for (const ParameterSpec& spec : parameters(network)) {
        known.insert(spec.name);
        const auto found = weights.find(spec.name);
        if (found == weights.end()) {
            throw NetworkError("tensor '" + spec.name + "' is missing");
        }
        std::int64_t elements = 1;
        for (const std::int64_t side : spec.shape) {
            elements *= side;
        }
        const Tensor& tensor = found->second;
        if (tensor.shape != spec.shape ||
            static_cast<std::int64_t>(tensor.values.size()) != elements) {
            throw NetworkError("tensor '" + spec.name + "' has another shape than its layer");
        }
        for (const float value : tensor.values) {
            if (!std::isfinite(value)) {
                throw NetworkError("tensor '" + spec.name + "' holds a value that is not finite");
            }
        }
    }
    for (const auto& [name, tensor] : weights) {
        if (known.count(name) == 0) {
            throw NetworkError("tensor '" + name + "' belongs to no layer");
        }
    }
}

}  // namespace nanonas::space
