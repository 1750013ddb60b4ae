// Stands in for TensorFlow Lite Micro's interpreter: asks what the real one asks of alignment and
// sizes, and lets the C export of the same network (named oracle) compute.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "oracle.h"
#include "tensorflow/lite/micro/micro_mutable_op_resolver.h"
#include "tensorflow/lite/schema/schema_generated.h"

STANDIN_BEGIN

struct TfLiteTensor {
    union {
        int8_t* int8;
    } data;
};

class MicroInterpreter {
  public:
    MicroInterpreter(const Model* model, const MicroOpResolver& resolver, uint8_t* arena,
                     size_t arena_bytes)
        : model_(model), resolver_(resolver), arena_(arena), arena_bytes_(arena_bytes) {}

    TfLiteStatus AllocateTensors() {
        const auto aligned = [](const void* at) {
            return reinterpret_cast<uintptr_t>(at) % 16 == 0;
        };
        const bool fits =
            aligned(model_) && aligned(arena_) && std::memcmp(model_->bytes + 4, "TFL3", 4) == 0 &&
            arena_bytes_ == EXPECTED_ARENA_BYTES && resolver_.names.size() == EXPECTED_OPERATORS;
        input_.data.int8 = reinterpret_cast<int8_t*>(arena_);
        output_.data.int8 = reinterpret_cast<int8_t*>(arena_) + ORACLE_FRAME_BYTES;
        return fits ? kTfLiteOk : kTfLiteError;
    }

    TfLiteTensor* input(size_t) { return &input_; }
    TfLiteTensor* output(size_t) { return &output_; }

    TfLiteStatus Invoke() {
        uint8_t pixels[ORACLE_FRAME_BYTES];
        for (size_t i = 0; i < sizeof pixels; ++i) {
            pixels[i] = static_cast<uint8_t>(input_.data.int8[i] + 128);
        }
        oracle_predict(pixels, output_.data.int8);
        return kTfLiteOk;
    }

  private:
    const Model* model_;
    const MicroOpResolver& resolver_;
    uint8_t* arena_;
    size_t arena_bytes_;
    TfLiteTensor input_{};
    TfLiteTensor output_{};
};

STANDIN_END
