#include "export/device/elf.hpp"

#include "space/errors.hpp"
#include "space/little_endian.hpp"

namespace nanonas::device {

namespace {

// ELF32 (System V ABI): offsets in the file header and in a section header.
constexpr std::size_t kHeaderBytes = 52;
constexpr std::size_t kSectionTableAt = 32;
constexpr std::size_t kSectionEntryBytesAt = 46;
constexpr std::size_t kSectionCountAt = 48;
constexpr std::size_t kNameSectionAt = 50;
constexpr std::size_t kSectionHeaderBytes = 40;
constexpr std::uint32_t kNoBits = 8;
constexpr std::uint32_t kFlagWrite = 1, kFlagAllocate = 2, kFlagExecute = 4;

class Bytes {
  public:
    Bytes(const std::string& bytes, const std::string& file) : bytes_(bytes), file_(file) {}

    [[noreturn]] void refuse(const std::string& why) const {
        throw ExportError(file_ + ": not a whole ELF32 little-endian file (" + why + ")");
    }
    std::uint32_t number(std::size_t at, std::size_t size) const {
        if (at > bytes_.size() || bytes_.size() - at < size) {
            refuse("ends at byte " + std::to_string(bytes_.size()));
        }
        return static_cast<std::uint32_t>(read_little_endian(bytes_, at, size));
    }
    std::string text(std::size_t at) const {
        const std::size_t end = bytes_.find('\0', at);
        if (at >= bytes_.size() || end == std::string::npos) {
            refuse("a section name lies outside");
        }
        return bytes_.substr(at, end - at);
    }

  private:
    const std::string& bytes_;
    const std::string& file_;
};

}  // namespace

std::vector<ElfSection> read_elf_sections(const std::string& bytes, const std::string& file) {
    const Bytes elf(bytes, file);
    if (bytes.size() < kHeaderBytes || bytes.compare(0, 6,
                                                     "\x7F"
                                                     "ELF\x01\x01") != 0) {
        elf.refuse("no such header");
    }
    const std::size_t table = elf.number(kSectionTableAt, 4);
    const std::size_t count = elf.number(kSectionCountAt, 2);
    const std::size_t names = elf.number(kNameSectionAt, 2);
    if (elf.number(kSectionEntryBytesAt, 2) != kSectionHeaderBytes || names >= count) {
        elf.refuse("no section table");
    }
    const auto field = [&](std::size_t section, std::size_t index) {
        return elf.number(table + section * kSectionHeaderBytes + 4 * index, 4);
    };
    std::vector<ElfSection> sections;
    for (std::size_t i = 0; i < count; ++i) {
        const std::uint32_t flags = field(i, 2);
        if ((flags & kFlagAllocate) == 0 || field(i, 5) == 0) {
            continue;
        }
        sections.push_back({elf.text(std::size_t{field(names, 4)} + field(i, 0)),
                            std::int64_t{field(i, 5)}, (flags & kFlagExecute) != 0,
                            (flags & kFlagWrite) != 0, field(i, 1) != kNoBits});
    }
    return sections;
}

Sections sum_sections(const std::vector<ElfSection>& sections) {
    Sections sum;
    for (const ElfSection& section : sections) {
        std::int64_t& part = section.code       ? sum.text
                             : !section.stored  ? sum.bss
                             : section.writable ? sum.data
                                                : sum.rodata;
        part += section.bytes;
    }
    return sum;
}

}  // namespace nanonas::device
