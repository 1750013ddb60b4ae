#include "apps/nanonas/c_check.hpp"

#include <filesystem>
#include <sstream>

#include "apps/nanonas/interrupt.hpp"
#include "apps/nanonas/process.hpp"
#include "export/interpreter.hpp"
#include "space/errors.hpp"
#include "space/files.hpp"

namespace nanonas::app {

namespace {

device::Limits limits() {
    device::Limits own;
    own.stop = &stop_requested();
    own.seconds = 600.0;
    return own;
}

std::string first_line(const std::string& text) {
    return text.substr(0, text.find('\n'));
}

/// The first C compiler on PATH with the line it calls itself by; both empty when there is none.
std::pair<std::string, std::string> find_compiler(const TemporaryDirectory& scratch) {
    for (const char* name : {"cc", "gcc", "clang"}) {
        const Finished asked =
            run_program({name, "--version"}, scratch.file("version"), "", "", limits());
        if (asked.started && asked.code == 0) {
            return {name, first_line(read_file(scratch.file("version")))};
        }
    }
    return {};
}

}  // namespace

CCheck check_c_source(const std::string& program, const std::string& source,
                      const exporting::QuantizedNetwork& network, const space::ImageView& images) {
    const TemporaryDirectory scratch;
    CCheck check;
    const auto [compiler, version] = find_compiler(scratch);
    if (compiler.empty()) {
        return check;
    }
    check.compiler = version;
    const std::string binary = scratch.file("program");
    const std::string folder = std::filesystem::path(source).parent_path().string();
    const Finished built = run_program({compiler, "-std=c99", "-O2", "-o", binary, "-I" + folder,
                                        "-I" + folder + "/../include", program + "/main.c", source},
                                       "", scratch.file("messages"), "", limits());
    if (built.code != 0) {
        throw ExportError(source + ": the emitted C does not compile (" +
                          first_line(read_file(scratch.file("messages"))) + ")");
    }
    if (run_program({binary}, "", "").code != 0) {
        ++check.mismatches;
    }
    const char* pixels = reinterpret_cast<const char*>(images.pixels);
    write_file(
        scratch.file("images"),
        std::string(pixels, static_cast<std::size_t>(images.count * images.shape.elements())));
    const Finished ran =
        run_program({binary, scratch.file("images")}, scratch.file("scores"), "", "", limits());
    if (ran.code != 0) {
        throw ExportError(source + ": the compiled program failed with exit code " +
                          std::to_string(ran.code));
    }
    std::istringstream scores(read_file(scratch.file("scores")));
    exporting::Int8Interpreter reference(network);
    for (std::int64_t row = 0; row < images.count; ++row) {
        bool same = true;
        for (const std::int8_t expected : reference.run(images.image(row))) {
            int given = INT32_MIN;
            scores >> given;
            same = same && given == expected;
        }
        check.mismatches += same ? 0 : 1;
        ++check.images;
    }
    return check;
}

}  // namespace nanonas::app
