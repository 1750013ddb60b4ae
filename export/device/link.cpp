#include "export/device/link.hpp"

#include <algorithm>
#include <filesystem>
#include <sstream>

#include "export/device/programs.hpp"
#include "space/errors.hpp"
#include "space/files.hpp"

namespace nanonas::device {

namespace {

const std::string kVectorsEnd = "_vectors.h";

/// The first line that says "error" or "overflowed", else the first one.
std::string first_complaint(const std::string& messages) {
    std::istringstream lines(messages);
    std::string first;
    for (std::string line; std::getline(lines, line);) {
        if (line.find("error:") != std::string::npos ||
            line.find("overflowed") != std::string::npos ||
            line.find("undefined reference") != std::string::npos) {
            return line;
        }
        if (first.empty()) {
            first = line;
        }
    }
    return first.empty() ? "no message" : first;
}

/// Values of macros, as the preprocessor sees them; those that are not numbers are left out.
std::optional<std::int64_t> macro_value(const std::string& preprocessed, const std::string& mark) {
    const std::size_t at = preprocessed.find(mark);
    if (at == std::string::npos) {
        return std::nullopt;
    }
    std::string digits;
    for (const char letter : preprocessed.substr(at + mark.size())) {
        if (letter == '\n') {
            break;
        }
        if (letter >= '0' && letter <= '9') {
            digits += letter;
        } else if (letter != ' ' && letter != '(' && letter != ')' && letter != 'U') {
            return std::nullopt;
        }
    }
    return digits.empty() || digits.size() > 12 ? std::nullopt
                                                : std::optional<std::int64_t>(std::stoll(digits));
}

class Linker {
  public:
    Linker(const Export& source, const Core& core, const Toolchain& tools, const Limits& limits)
        : source_(source), core_(core), tools_(tools), limits_(limits), scratch_(limits.scratch) {
        write_file(scratch_.file("start.c"), kStartProgram);
        write_file(scratch_.file("firmware.c"), named_program(kFirmwareProgram, source.name));
        // The largest board: what is weighed must not depend on what fits.
        write_file(scratch_.file("firmware.ld"), linker_script(core.machines.back()));
    }

    LinkedFirmware firmware(bool rows) const {
        return {sections(rows, true), sections(rows, false)};
    }

    std::string macros(bool rows) const {
        const std::string prefix = named_program("@NAME@_", source_.name);
        write_file(scratch_.file("macros.c"), "#include \"" + source_.name + ".h\"\n" + "ARENA " +
                                                  prefix + "ARENA_BYTES\nSTACK " + prefix +
                                                  "STACK_BYTES\n");
        std::vector<std::string> words = compile_words(core_, tools_);
        add_entry(words, rows);
        words.insert(words.end(),
                     {"-E", "-P", "-I" + source_.folder, "-o", "macros.txt", "macros.c"});
        compile(words, source_.folder, scratch_, limits_);
        return read_file(scratch_.file("macros.txt"));
    }

  private:
    void add_entry(std::vector<std::string>& words, bool rows) const {
        if (rows) {
            words.push_back(named_program("-D@NAME@_ROWS_ONLY", source_.name));
        }
    }

    Sections sections(bool rows, bool with_model) const {
        std::vector<std::string> words = compile_words(core_, tools_);
        add_entry(words, rows);
        words.insert(words.end(), {"-DFIRMWARE", "-I" + source_.folder, "-T", "firmware.ld", "-o",
                                   "firmware.elf", "start.c", "firmware.c"});
        words.push_back(with_model ? source_.folder + "/" + source_.name + ".c"
                                   : "-DWITHOUT_MODEL");
        compile(words, source_.folder, scratch_, limits_);
        const std::string file = scratch_.file("firmware.elf");
        return sum_sections(read_elf_sections(read_file(file), file));
    }

    const Export& source_;
    const Core& core_;
    const Toolchain& tools_;
    const Limits& limits_;
    TemporaryDirectory scratch_;
};

}  // namespace

Export find_export(const std::string& folder) {
    std::vector<std::string> names;
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
        const std::string file = entry.path().filename().string();
        if (file.size() > kVectorsEnd.size() &&
            file.compare(file.size() - kVectorsEnd.size(), kVectorsEnd.size(), kVectorsEnd) == 0) {
            names.push_back(file.substr(0, file.size() - kVectorsEnd.size()));
        }
    }
    if (error) {
        throw ExportError(folder + ": cannot be read (" + error.message() + ")");
    }
    if (names.size() != 1) {
        throw ExportError(folder + ": holds " + std::to_string(names.size()) +
                          " files <name>_vectors.h; expected the one C export");
    }
    return {std::filesystem::absolute(folder).lexically_normal().string(), names.front()};
}

std::vector<std::string> compile_words(const Core& core, const Toolchain& tools) {
    std::vector<std::string> words = {tools.compiler};
    words.insert(words.end(), core.flags.begin(), core.flags.end());
    for (const char* flag : {"-O2", "-std=gnu99", "-ffunction-sections", "-fdata-sections",
                             "-Wl,--gc-sections", "-nostartfiles", "--specs=nano.specs"}) {
        words.emplace_back(flag);
    }
    return words;
}

void compile(const std::vector<std::string>& words, const std::string& what,
             const TemporaryDirectory& scratch, const Limits& limits) {
    Limits own = limits;
    own.progress = nullptr;
    const Finished built = run_program(words, "", "messages", scratch.path(), own);
    if (built.timed_out) {
        throw ExportError(what + ": the compiler did not end in time");
    }
    if (!built.started || built.code != 0) {
        throw ExportError(what + ": the C does not compile (" +
                          first_complaint(read_file(scratch.file("messages"))) + ")");
    }
}

LinkReport link_report(const Export& source, const Core& core, const Toolchain& tools,
                       const Limits& limits) {
    const Linker linker(source, core, tools, limits);
    LinkReport report;
    report.core = core.name;
    report.compiler = tools.compiler_version;
    const std::vector<std::string> words = compile_words(core, tools);
    for (std::size_t i = 1; i < words.size(); ++i) {
        report.flags += (i == 1 ? "" : " ") + words[i];
    }
    report.frame = linker.firmware(false);
    report.rows = linker.firmware(true);
    const std::string macros = linker.macros(false);
    report.stated_stack_bytes = macro_value(macros, "STACK ");
    report.stated_frame_arena_bytes = macro_value(macros, "ARENA ").value_or(0);
    report.stated_rows_arena_bytes = macro_value(linker.macros(true), "ARENA ").value_or(0);
    return report;
}

}  // namespace nanonas::device
