#include "export/format.hpp"

#include "export/native/packages/arduino_writer.hpp"
#include "export/native/packages/c_writer.hpp"
#include "export/native/packages/platformio_writer.hpp"
#include "export/native/packages/zephyr_writer.hpp"
#include "export/onnx/onnx_writer.hpp"
#include "export/tflite/tflite_writer.hpp"
#include "export/tflite/tflm/tflm_writer.hpp"
#include "space/choice.hpp"

namespace nanonas::exporting {

namespace {

struct Format {
    const char* name;
    std::unique_ptr<Writer> (*make)();
};

template <typename Kind>
std::unique_ptr<Writer> make() {
    return std::make_unique<Kind>();
}

// One row per format, the default first.
// clang-format off
const Format kFormats[] = {
    {"c", make<CWriter>},
    {"arduino", make<ArduinoWriter>},
    {"zephyr", make<ZephyrWriter>},
    {"platformio", make<PlatformioWriter>},
    {"onnx", make<OnnxWriter>},
    {"tflite", make<TfliteWriter>},
    {"tflm", make<TflmWriter>},
};
// clang-format on

}  // namespace

std::vector<std::string> format_names() {
    return names_of(kFormats);
}

std::unique_ptr<Writer> make_writer(const std::string& format) {
    return choose(kFormats, format, "format '" + format + "': unknown; expected one of ").make();
}

}  // namespace nanonas::exporting
