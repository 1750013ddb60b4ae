#include "export/device/run.hpp"

#include <filesystem>

#include "export/device/figures.hpp"
#include "export/device/programs.hpp"
#include "space/errors.hpp"
#include "space/files.hpp"

namespace nanonas::device {

namespace {

/// SysTick has 24 bits.
constexpr double kTicksPerTurn = 16'777'216.0;

std::string define(const char* macro, const std::string& name) {
    return "-D" + named_program(macro, name);
}

void add_source(std::vector<std::string>& words, const RunRequest& request) {
    const Export& source = request.source;
    if (request.entry == Entry::kRows) {
        words.push_back(define("@NAME@_ROWS_ONLY", source.name));
    }
    if (request.trace) {
        words.push_back(define("@NAME@_TRACE", source.name));
    }
    words.insert(words.end(), {"-I" + source.folder, "-o", "program", "run.c",
                               source.folder + "/" + source.name + ".c"});
}

void write_inputs(const RunRequest& request, const TemporaryDirectory& scratch) {
    const space::ImageView& images = request.images;
    const char* pixels = reinterpret_cast<const char*>(images.pixels);
    write_file(
        scratch.file("images.bin"),
        std::string(pixels, static_cast<std::size_t>(images.count * images.shape.elements())));
    write_file(scratch.file("run.c"), named_program(kRunProgram, request.source.name));
}

std::int64_t scored_images(const RunRequest& request, const TemporaryDirectory& scratch) {
    std::error_code error;
    const auto bytes = std::filesystem::file_size(scratch.file("scores.bin"), error);
    return error ? 0 : static_cast<std::int64_t>(bytes) / request.classes;
}

/// Links for the first board that holds the program.
const Machine& link_for_board(const RunRequest& request, const Core& core, const Toolchain& tools,
                              const TemporaryDirectory& scratch, const Limits& limits) {
    write_file(scratch.file("start.c"), kStartProgram);
    std::vector<std::string> words = compile_words(core, tools);
    words.insert(words.end(), {"-T", "device.ld", "start.c"});
    add_source(words, request);
    for (const Machine& machine : core.machines) {
        write_file(scratch.file("device.ld"), linker_script(machine));
        try {
            compile(words, request.source.folder, scratch, limits);
            return machine;
        } catch (const ExportError& error) {
            const bool too_large =
                std::string(error.what()).find("overflowed") != std::string::npos;
            if (!too_large || &machine == &core.machines.back()) {
                throw;
            }
        }
    }
    throw ExportError("core " + core.name + ": has no board");
}

std::string what_runs(const RunRequest& request, const std::string& where) {
    return request.source.folder + ": " +
           (request.entry == Entry::kFrame ? "frame entry" : "rows entry") + " on " + where;
}

std::string last_line(std::string text) {
    text.erase(text.find_last_not_of('\n') + 1);
    const std::size_t end = text.rfind('\n');
    return end == std::string::npos ? text : text.substr(end + 1);
}

void require_ended(const Finished& ran, const std::string& what,
                   const TemporaryDirectory& scratch) {
    if (!ran.started) {
        throw ExportError(what + ": could not be started");
    }
    if (ran.timed_out) {
        throw ExportError(what + ": no image was finished in time; killed");
    }
    if (ran.code != 0) {
        const std::string said = last_line(read_file(scratch.file("said")));
        throw ExportError(what + ": failed with exit code " + std::to_string(ran.code) +
                          (said.empty() ? "" : " (" + said + ")"));
    }
}

DeviceRun read_scores(const RunRequest& request, const std::string& what,
                      const TemporaryDirectory& scratch) {
    const std::string bytes = read_file(scratch.file("scores.bin"));
    const auto expected = static_cast<std::size_t>(request.images.count * request.classes);
    if (bytes.size() != expected) {
        throw ExportError(what + ": wrote " + std::to_string(bytes.size()) +
                          " bytes of scores, expected " + std::to_string(expected));
    }
    DeviceRun run;
    run.images = request.images.count;
    run.scores.assign(bytes.begin(), bytes.end());
    return run;
}

}  // namespace

DeviceRun run(const RunRequest& request, const Core& core, const Toolchain& tools,
              const Limits& limits, const std::function<void(std::int64_t images)>& done) {
    const TemporaryDirectory scratch(limits.scratch);
    write_inputs(request, scratch);
    const Machine& machine = link_for_board(request, core, tools, scratch, limits);
    Limits watched = limits;
    watched.progress = [&] {
        const std::int64_t images = scored_images(request, scratch);
        if (done) {
            done(images);
        }
        return images;
    };
    const Finished ran =
        run_program({tools.emulator, "-M", machine.name, "-icount", "shift=0", "-display", "none",
                     "-monitor", "none", "-serial", "none", "-semihosting-config",
                     "enable=on,target=native", "-kernel", "program"},
                    "", "said", scratch.path(), watched);
    const std::string what = what_runs(request, core.name + " (" + machine.name + ")");
    require_ended(ran, what, scratch);
    DeviceRun result = read_scores(request, what, scratch);
    const Figures figures =
        read_figures(read_file(scratch.file("figures.bin")), machine, "figures.bin");
    result.machine = machine.name;
    result.instructions = figures.instructions;
    result.fewest = figures.fewest;
    result.most = figures.most;
    result.clock_turn = static_cast<double>(machine.tick_ps) / 1000.0 * kTicksPerTurn;
    result.stack_bytes = figures.stack_bytes;
    if (request.trace) {
        result.layer_instructions = figures.layer_instructions;
    }
    return result;
}

DeviceRun run_here(const RunRequest& request, const std::string& compiler, const Limits& limits) {
    const TemporaryDirectory scratch(limits.scratch);
    write_inputs(request, scratch);
    std::vector<std::string> words = {compiler, "-std=gnu99", "-O2", "-DHOST"};
    add_source(words, request);
    compile(words, request.source.folder, scratch, limits);
    Limits watched = limits;
    watched.progress = [&] { return scored_images(request, scratch); };
    const Finished ran =
        run_program({scratch.file("program")}, "", "said", scratch.path(), watched);
    const std::string what = what_runs(request, "this computer");
    require_ended(ran, what, scratch);
    return read_scores(request, what, scratch);
}

}  // namespace nanonas::device
