// Stands in for TensorFlow Lite's schema: a model is its bytes.
#pragma once

namespace tflite {

struct Model {
    unsigned char bytes[8];
};

inline const Model* GetModel(const void* bytes) {
    return static_cast<const Model*>(bytes);
}

}  // namespace tflite
