#include "tests/fuzz/readers.hpp"

#include <filesystem>
#include <fstream>
#include <stdexcept>

#include "space/errors.hpp"
#include "tests/support/temporary_folder.hpp"

namespace nanonas::fuzz {

bool explore(const Reader& reader, const std::string& bytes) {
    try {
        reader.read(bytes);
        return true;
    } catch (const Error& error) {
        const std::string text = error.what();
        if (text.empty() || text.find('\n') != std::string::npos) {
            throw std::logic_error(std::string(reader.name) +
                                   ": not a refusal in one line: " + text);
        }
        return false;
    }
}

std::string scratch_file(const std::string& name, const std::string& bytes) {
    static const testing::TemporaryFolder folder;
    const std::string path = folder / name;
    std::filesystem::create_directories(std::filesystem::path(path).parent_path());
    std::ofstream(path, std::ios::binary)
        .write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    return path;
}

}  // namespace nanonas::fuzz
