// libFuzzer around one reader: NANONAS_READER is its name, NANONAS_READ its function.
#include "tests/fuzz/readers.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    constexpr nanonas::fuzz::Reader kReader{NANONAS_READER, nanonas::fuzz::NANONAS_READ};
    nanonas::fuzz::explore(kReader, std::string(reinterpret_cast<const char*>(data), size));
    return 0;
}
