#include "tests/export/native/c_program.hpp"

#include <algorithm>
#include <sstream>

#include "export/native/packages/c_writer.hpp"
#include "space/files.hpp"

namespace nanonas::testing {

namespace {

// RUN(n, N) is model <n>: each frame row by row, the first without a call before it and others
// after a frame given up, and at once through its own buffer.
const char* const kDriver = R"(#include <stdio.h>
#define RUN(name, NAME) \
    static void run_##name(int images, FILE *in, FILE *out) { \
        int8_t s[NAME##_CLASSES], r[NAME##_CLASSES]; \
        for (int i = 0; i < images; i++) { \
            if (fread(name##_input(), 1, NAME##_FRAME_BYTES, in) != NAME##_FRAME_BYTES) { return; } \
            if (i % 2 == 1) { \
                name##_push_row(name##_input()); \
                name##_begin(); \
            } \
            for (int y = 0; y < NAME##_HEIGHT; y++) { \
                if (name##_finish(r) != 0) { return; } \
                name##_push_row(name##_input() + y * NAME##_ROW_BYTES); \
            } \
            name##_push_row(name##_input()); \
            if (name##_finish(r) != 1 || name##_finish(s) != 0) { return; } \
            if (i % 3 == 1) { \
                name##_push_row(name##_input()); \
            } \
            name##_predict(name##_input(), s); \
            fwrite(s, 1, sizeof s, out); \
            fwrite(r, 1, sizeof r, out); \
        } \
        printf("%d\n", NAME##_ARENA_BYTES); \
    }
)";

std::string text_of(std::int64_t number) {
    return std::to_string(number);
}

}  // namespace

void write_c_source(const exporting::Int8Network& network, const space::ImageView& images,
                    const std::string& folder, const exporting::WriteOptions& options) {
    exporting::write_files(folder,
                           exporting::CWriter().render({nullptr, &network, images}, options));
}

ProgramRun run_c_program(const std::vector<exporting::Int8Network>& networks,
                         const std::vector<RandomImages>& images, const std::string& compiler) {
    const TemporaryFolder folder;
    std::string includes, runs, calls, sources, input;
    for (std::size_t i = 0; i < networks.size(); ++i) {
        const std::string name = "net" + std::to_string(i);
        write_c_source(networks[i], images[i].view(), folder.path(), {name, 1});
        includes += "#include \"" + name + ".h\"\n";
        runs += "RUN(" + name + ", NET" + std::to_string(i) + ")\n";
        calls += "    run_" + name + "(" + text_of(images[i].count) + ", in, out);\n";
        sources += " " + name + ".c";
        input.append(images[i].pixels.begin(), images[i].pixels.end());
    }
    write_file(folder.path() + "/images.bin", input);
    write_file(folder.path() + "/driver.c",
               includes + kDriver + runs +
                   "int main(void) {\n    FILE *in = fopen(\"images.bin\", \"rb\");\n"
                   "    FILE *out = fopen(\"scores.bin\", \"wb\");\n" +
                   calls + "    fclose(in);\n    return fclose(out);\n}\n");

    ProgramRun run;
    run.exit_code = run_command("cd " + folder.path() + " && " + compiler + " -o driver driver.c" +
                                    sources + " && ./driver",
                                run.messages);
    if (run.exit_code != 0) {
        return run;
    }
    std::istringstream printed(run.messages);
    std::int64_t arena = 0;
    while (printed >> arena) {
        run.arena_bytes.push_back(arena);
    }
    const std::string bytes = read_file(folder.path() + "/scores.bin");
    std::size_t from = 0;
    for (std::size_t i = 0; i < networks.size(); ++i) {
        const auto size =
            static_cast<std::size_t>(2 * images[i].count * networks[i].network.classes());
        const std::string part = bytes.substr(std::min(from, bytes.size()), size);
        run.scores.emplace_back(part.begin(), part.end());
        from += size;
    }
    return run;
}

}  // namespace nanonas::testing
