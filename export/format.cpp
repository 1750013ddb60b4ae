#include "export/format.hpp"

#include "export/native/packages/arduino_writer.hpp"
#include "export/native/packages/c_writer.hpp"
#include "export/native/packages/platformio_writer.hpp"
#include "export/native/packages/zephyr_writer.hpp"
#include "export/onnx/onnx_writer.hpp"
#include "export/tflite/tflite_writer.hpp"
#include "export/tflite/tflm/tflm_writer.hpp"
#include "space/errors.hpp"
#include "space/text.hpp"

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

std::string listed(const std::vector<std::string>& names) {
    std::string text;
    for (const std::string& name : names) {
        text += (text.empty() ? "" : ", ") + name;
    }
    return text;
}

}  // namespace

std::vector<std::string> format_names() {
    std::vector<std::string> names;
    for (const Format& format : kFormats) {
        names.emplace_back(format.name);
    }
    return names;
}

std::unique_ptr<Writer> make_writer(const std::string& format) {
    for (const Format& row : kFormats) {
        if (format == row.name) {
            return row.make();
        }
    }
    throw ConfigError("format '" + format + "': unknown; expected one of " +
                      listed(format_names()) + did_you_mean(format, format_names()));
}

}  // namespace nanonas::exporting
