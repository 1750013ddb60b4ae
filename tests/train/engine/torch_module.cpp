#include "tests/train/engine/torch_module.hpp"

#include <ATen/Functions.h>
#include <c10/core/InferenceMode.h>
#include <torch/csrc/jit/api/module.h>
#include <torch/csrc/jit/serialization/import.h>

#include <sstream>
#include <stdexcept>

namespace nanonas::test {

namespace {

torch::jit::Module load(const std::string& bytes, torch::jit::ExtraFilesMap& extra) {
    std::istringstream file(bytes);
    return torch::jit::load(file, at::kCPU, extra);
}

torch::jit::Module load(const std::string& bytes) {
    std::istringstream file(bytes);
    return torch::jit::load(file, at::kCPU);
}

}  // namespace

LoadedModule::LoadedModule(const std::string& bytes) {
    torch::jit::ExtraFilesMap files = {{"nanonas.json", ""}};
    const torch::jit::Module module = load(bytes, files);
    extra = {files.begin(), files.end()};
    for (const c10::IValue& label : module.attr("labels").toListRef()) {
        labels.push_back(label.toStringRef());
    }
    for (const auto& parameter : module.named_parameters()) {
        trainable[parameter.name] = parameter.value.requires_grad();
    }
    for (const auto& buffer : module.named_buffers()) {
        trainable[buffer.name] = buffer.value.requires_grad();
    }
}

std::vector<float> forward(const std::string& bytes, const std::vector<std::uint8_t>& pixels,
                           const std::vector<std::int64_t>& shape) {
    const c10::InferenceMode inference;
    std::vector<std::uint8_t> copy = pixels;
    try {
        const at::Tensor logits =
            load(bytes).forward({at::from_blob(copy.data(), shape, at::kByte)}).toTensor();
        const at::Tensor flat = logits.contiguous();
        const float* values = flat.data_ptr<float>();
        return {values, values + flat.numel()};
    } catch (const std::exception& error) {
        throw std::runtime_error(error.what());
    }
}

std::string scaled(const std::string& bytes, float factor) {
    const c10::InferenceMode inference;
    torch::jit::Module module = load(bytes);
    for (const auto& attribute : module.named_attributes()) {
        if (attribute.value.isTensor()) {
            attribute.value.toTensor().mul_(factor);
        }
    }
    std::ostringstream file;
    module.save(file);
    return file.str();
}

}  // namespace nanonas::test
