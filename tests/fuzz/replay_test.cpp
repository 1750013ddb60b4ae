// Every kept input through its reader, with any compiler: what a fuzzer found once stays found.
#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>

#include "space/files.hpp"
#include "tests/fuzz/readers.hpp"
#include "tests/support/source_folder.hpp"

using namespace nanonas;

namespace {

std::vector<std::string> corpus(const std::string& reader) {
    std::vector<std::string> files;
    for (const auto& entry : std::filesystem::directory_iterator(testing::source_folder() +
                                                                 "/tests/fuzz/corpus/" + reader)) {
        files.push_back(entry.path().string());
    }
    std::sort(files.begin(), files.end());
    return files;
}

}  // namespace

TEST_CASE("every kept input is read or refused in one line") {
    for (const fuzz::Reader& reader : fuzz::kReaders) {
        int read = 0;
        int refused = 0;
        for (const std::string& file : corpus(reader.name)) {
            INFO(file);
            REQUIRE_NOTHROW(fuzz::explore(reader, read_file(file)) ? ++read : ++refused);
        }
        INFO(reader.name);
        // A corpus that only holds one kind would tell nothing of the other.
        CHECK(read > 0);
        CHECK(refused > 0);
    }
}

TEST_CASE("every folder of kept inputs has its reader") {
    for (const auto& entry :
         std::filesystem::directory_iterator(testing::source_folder() + "/tests/fuzz/corpus")) {
        const std::string name = entry.path().filename().string();
        INFO(name);
        CHECK(std::any_of(std::begin(fuzz::kReaders), std::end(fuzz::kReaders),
                          [&](const fuzz::Reader& reader) { return name == reader.name; }));
    }
}
