// Every reader of bytes that come from outside, as a function a fuzzer can call.
//
// Any bytes are either read or refused with one of our errors (space/errors.hpp) in one line of
// text. Whatever else happens is a failure: throw() of something else, a crash, a hang.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace nanonas::fuzz {

struct Reader {
    const char* name;  ///< of its folder in tests/fuzz/corpus
    void (*read)(const std::string& bytes);
};

void read_tflite_model(const std::string& bytes);
void read_onnx_model(const std::string& bytes);
void read_safetensors(const std::string& bytes);
void read_model_file(const std::string& bytes);
void read_pytorch_state(const std::string& bytes);
void read_network(const std::string& bytes);
void read_target(const std::string& bytes);
void read_config(const std::string& bytes);
void read_plan(const std::string& bytes);
void read_worker_lines(const std::string& bytes);
void read_head_lines(const std::string& bytes);
void read_journal(const std::string& bytes);
void read_table(const std::string& bytes);
void read_image(const std::string& bytes);
void read_pnm(const std::string& bytes);
void read_idx(const std::string& bytes);
void read_cifar(const std::string& bytes);

constexpr Reader kReaders[] = {
    {"tflite", read_tflite_model},
    {"onnx", read_onnx_model},
    {"safetensors", read_safetensors},
    {"model", read_model_file},
    {"pytorch", read_pytorch_state},
    {"network", read_network},
    {"target", read_target},
    {"config", read_config},
    {"plan", read_plan},
    {"worker", read_worker_lines},
    {"head", read_head_lines},
    {"journal", read_journal},
    {"table", read_table},
    {"image", read_image},
    {"pnm", read_pnm},
    {"idx", read_idx},
    {"cifar", read_cifar},
};

/// Throws std::logic_error when the reader does anything but read or refuse. Returns whether it
/// read.
bool explore(const Reader& reader, const std::string& bytes);

/// A file of this process's own, holding `bytes`, for readers that take a path. `name` keeps its
/// ending.
std::string scratch_file(const std::string& name, const std::string& bytes);

}  // namespace nanonas::fuzz
