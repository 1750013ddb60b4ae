// The tensors that a pickle of PyTorch names, before their values are looked at.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "export/pytorch/pickle.hpp"

namespace nanonas::exporting {

struct StoredTensor {
    std::string type;  ///< of its values: "FloatStorage"
    std::string key;   ///< names the file of its values
    std::int64_t offset = 0;
    std::vector<std::int64_t> shape, strides;  ///< in elements, none negative
};

/// By name, "stem.conv.weight": of a state_dict or a TorchScript module. Throws ExportError
/// "path: ..." when the pickle is neither.
std::map<std::string, StoredTensor> stored_tensors(const Pickle& pickle, const std::string& path);

/// Whether values of this type can become float32.
bool is_float_type(const std::string& type);

/// The tensor's values as float32 in the order of its shape, whose sides are at least 1; `bytes`
/// are those of its file, is_float_type(tensor.type). Nothing when it reaches beyond them.
std::optional<std::vector<float>> values_of(const StoredTensor& tensor, std::string_view bytes);

}  // namespace nanonas::exporting
