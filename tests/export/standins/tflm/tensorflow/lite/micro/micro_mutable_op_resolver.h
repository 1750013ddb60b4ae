// Stands in for TensorFlow Lite Micro's header of this name: counts the operators added.
// STANDIN_OLD_NAMES: status codes are global and classes in tflite, as before 2026.
#pragma once

#include <set>
#include <string>

#ifdef STANDIN_OLD_NAMES
#define STANDIN_BEGIN namespace tflite {
#define STANDIN_END }
enum TfLiteStatus { kTfLiteOk = 0, kTfLiteError = 1 };
STANDIN_BEGIN
#else
#define STANDIN_BEGIN  \
    namespace tflite { \
    namespace micro {
#define STANDIN_END \
    }               \
    }
STANDIN_BEGIN
enum TfLiteStatus { kTfLiteOk = 0, kTfLiteError = 1 };
#endif

class MicroOpResolver {
  public:
    std::set<std::string> names;
};

template <unsigned int kCount>
class MicroMutableOpResolver : public MicroOpResolver {
  public:
    TfLiteStatus AddConv2D() { return add("conv"); }
    TfLiteStatus AddMaxPool2D() { return add("max"); }
    TfLiteStatus AddAveragePool2D() { return add("average"); }
    TfLiteStatus AddFullyConnected() { return add("dense"); }

  private:
    TfLiteStatus add(const char* name) {
        return names.size() < kCount && names.insert(name).second ? kTfLiteOk : kTfLiteError;
    }
};

STANDIN_END
