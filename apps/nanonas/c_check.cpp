#include "apps/nanonas/c_check.hpp"

#include <filesystem>
#include <sstream>

#include "apps/nanonas/interrupt.hpp"
#include "export/device/toolchain.hpp"
#include "export/interpreter.hpp"
#include "space/errors.hpp"
#include "space/files.hpp"

namespace nanonas::app {

using device::Finished;
using device::run_program;

namespace {

device::Limits limits() {
    device::Limits own;
    own.stop = &stop_requested();
    own.seconds = 600.0;
    return own;
}

}  // namespace

CCheck check_c_source(const std::string& program, const std::string& source,
                      const exporting::QuantizedNetwork& network, const space::ImageView& images,
                      const std::string& scratch_in) {
    device::Limits within = limits();
    within.scratch = scratch_in;
    const device::HostCompiler compiler = device::find_host_compiler(within);
    CCheck check;
    if (compiler.program.empty()) {
        return check;
    }
    check.compiler = compiler.version;
    const device::TemporaryDirectory scratch(within.scratch);
    const std::string binary = scratch.file("program");
    const std::string folder = std::filesystem::path(source).parent_path().string();
    const Finished built =
        run_program({compiler.program, "-std=c99", "-O2", "-o", binary, "-I" + folder,
                     "-I" + folder + "/../include", program + "/main.c", source},
                    "", scratch.file("messages"), "", limits());
    if (built.code != 0) {
        throw ExportError(source + ": the emitted C does not compile (" +
                          device::first_line(read_file(scratch.file("messages"))) + ")");
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
