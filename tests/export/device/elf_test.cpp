#include "export/device/elf.hpp"

#include <catch2/catch.hpp>
#include <map>
#include <sstream>

#include "export/device/toolchain.hpp"
#include "space/errors.hpp"
#include "space/files.hpp"
#include "tests/support/skip.hpp"

using namespace nanonas;
using device::ElfSection;
using device::Sections;

namespace {

void put(std::string& bytes, std::size_t at, std::uint32_t value, std::size_t size) {
    for (std::size_t i = 0; i < size; ++i) {
        bytes[at + i] = static_cast<char>((value >> (8 * i)) & 0xFFU);
    }
}

struct Header {
    const char* name;
    std::uint32_t type, flags, bytes;
};

/// Nothing but headers and names: what the reader looks at.
std::string make_elf(const std::vector<Header>& headers) {
    std::string names(1, '\0');
    std::string bytes(52 + 40 * (headers.size() + 1), '\0');
    bytes.replace(0, 6,
                  std::string("\x7F"
                              "ELF\x01\x01"));
    put(bytes, 32, 52, 4);
    put(bytes, 46, 40, 2);
    put(bytes, 48, static_cast<std::uint32_t>(headers.size() + 1), 2);
    put(bytes, 50, static_cast<std::uint32_t>(headers.size()), 2);
    for (std::size_t i = 0; i < headers.size(); ++i) {
        const std::size_t at = 52 + 40 * i;
        put(bytes, at, static_cast<std::uint32_t>(names.size()), 4);
        put(bytes, at + 4, headers[i].type, 4);
        put(bytes, at + 8, headers[i].flags, 4);
        put(bytes, at + 20, headers[i].bytes, 4);
        names += headers[i].name + std::string(1, '\0');
    }
    put(bytes, 52 + 40 * headers.size() + 16, static_cast<std::uint32_t>(bytes.size()), 4);
    return bytes + names;
}

const std::string kElf = make_elf({{".comment", 1, 0x30, 70},
                                   {".empty", 1, 6, 0},
                                   {".text", 1, 6, 1000},
                                   {".ARM.exidx", 1, 2, 8},
                                   {".rodata", 1, 2, 500},
                                   {".data", 1, 3, 20},
                                   {".bss", 8, 3, 3000},
                                   {".noinit", 8, 3, 40}});

}  // namespace

TEST_CASE("sections that take memory are read with what they are") {
    const std::vector<ElfSection> sections = device::read_elf_sections(kElf, "a.elf");
    REQUIRE(sections.size() == 6);
    CHECK(sections[0].name == ".text");
    CHECK(sections[0].code);
    CHECK(sections[3].writable);
    CHECK(sections[3].stored);
    CHECK_FALSE(sections[4].stored);
    const Sections sum = device::sum_sections(sections);
    CHECK(sum == Sections{1000, 508, 20, 3040});
    CHECK(sum.flash_bytes() == 1528);
    CHECK(sum.ram_bytes() == 3060);
}

TEST_CASE("anything but a whole ELF32 file is refused, wherever it ends") {
    for (std::size_t size = 0; size < kElf.size(); ++size) {
        INFO(size);
        CHECK_THROWS_AS(device::read_elf_sections(kElf.substr(0, size), "a.elf"), ExportError);
    }
    std::string other = kElf;
    other[4] = 2;  // ELF64
    CHECK_THROWS_AS(device::read_elf_sections(other, "a.elf"), ExportError);
    other = kElf;
    put(other, 50, 99, 2);
    CHECK_THROWS_AS(device::read_elf_sections(other, "a.elf"), ExportError);
}

TEST_CASE("the reader and arm-none-eabi-size agree") {
    const device::Toolchain tools = device::find_toolchain();
    if (!tools.can_link() || device::find_program("arm-none-eabi-size").empty()) {
        testing::skip("nothing is compared: " + tools.missing);
        return;
    }
    const device::TemporaryDirectory scratch;
    write_file(scratch.file("a.c"),
               "int values[30] = {1}; int zeros[50]; const char text[] = \"constant\";\n"
               "int entry(void); int entry(void) { return values[1] + zeros[2] + text[3]; }\n");
    REQUIRE(device::run_program({tools.compiler, "-mcpu=cortex-m4", "-mthumb", "-O1", "-nostdlib",
                                 "-Wl,--entry=entry", "-o", "a.elf", "a.c"},
                                "", "", scratch.path())
                .code == 0);
    REQUIRE(device::run_program({"arm-none-eabi-size", "-A", "a.elf"}, "sizes", "", scratch.path())
                .code == 0);
    std::map<std::string, std::int64_t> sizes;
    std::istringstream lines(read_file(scratch.file("sizes")));
    for (std::string line; std::getline(lines, line);) {
        std::istringstream words(line);
        std::string name;
        std::int64_t bytes = 0;
        if (words >> name >> bytes) {
            sizes[name] = bytes;
        }
    }
    const auto sections =
        device::read_elf_sections(read_file(scratch.file("a.elf")), scratch.file("a.elf"));
    CHECK(sections.size() >= 4);
    for (const ElfSection& section : sections) {
        INFO(section.name);
        CHECK(sizes.at(section.name) == section.bytes);
    }
}
