// Section sizes of a 32-bit little-endian ELF file, as the linker left them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace nanonas::device {

/// A section that takes memory on the device.
struct ElfSection {
    std::string name;
    std::int64_t bytes = 0;
    bool code = false;
    bool writable = false;
    bool stored = false;  ///< has bytes in the file; zeroed memory has none
};

/// Those with the flag "allocate". Throws ExportError naming `file` for anything but a whole
/// ELF32 file.
std::vector<ElfSection> read_elf_sections(const std::string& bytes, const std::string& file);

/// What a program takes, all of it: flash = text + rodata + data, static RAM = data + bss.
struct Sections {
    std::int64_t text = 0;
    std::int64_t rodata = 0;
    std::int64_t data = 0;
    std::int64_t bss = 0;

    std::int64_t flash_bytes() const { return text + rodata + data; }
    std::int64_t ram_bytes() const { return data + bss; }
    friend bool operator==(const Sections& a, const Sections& b) {
        return a.text == b.text && a.rodata == b.rodata && a.data == b.data && a.bss == b.bss;
    }
    friend Sections operator-(const Sections& a, const Sections& b) {
        return {a.text - b.text, a.rodata - b.rodata, a.data - b.data, a.bss - b.bss};
    }
};

Sections sum_sections(const std::vector<ElfSection>& sections);

}  // namespace nanonas::device
