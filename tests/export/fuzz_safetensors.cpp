// libFuzzer: any bytes are either tensors or an ExportError.
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>

#include "space/errors.hpp"
#include "space/json/safetensors.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const std::string path =
        (std::filesystem::temp_directory_path() / ("nanonas-fuzz-" + std::to_string(getpid())))
            .string();
    std::ofstream(path, std::ios::binary)
        .write(reinterpret_cast<const char*>(data), static_cast<std::streamsize>(size));
    try {
        nanonas::json::read_safetensors(path);
    } catch (const nanonas::ExportError&) {
        // Refused, as it should be.
    }
    return 0;
}
