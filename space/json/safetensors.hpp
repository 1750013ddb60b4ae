// The safetensors container: 8-byte little-endian header length, JSON header, raw tensor data
// (https://huggingface.co/docs/safetensors; F32 only).
#pragma once

#include <map>
#include <string>

#include "space/trained_network.hpp"

namespace nanonas::json {

/// Tensors by name and text by key: all that a safetensors file holds.
struct TensorFile {
    space::Weights tensors;
    std::map<std::string, std::string> metadata;
};

/// Written whole or not at all. Throws IoError.
void write_safetensors(const std::string& path, const TensorFile& file);

/// What write_safetensors writes; `path` is for messages.
std::string safetensors_bytes(const std::string& path, const TensorFile& file);

/// Of the bytes of `path`, as read_safetensors.
TensorFile parse_safetensors(const std::string& path, const std::string& bytes);

/// Throws IoError when unreadable, ExportError "path: not a safetensors file (...)" on any
/// malformed byte: short file, header length, JSON, dtype, shape, overlapping or outside offsets.
TensorFile read_safetensors(const std::string& path);

}  // namespace nanonas::json
