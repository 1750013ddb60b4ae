#include "export/native/packages/c_writer.hpp"

#include "export/native/templates/c_templates.hpp"

namespace nanonas::exporting {

namespace {

const char* const kReadme = R"(
| file | holds |
|---|---|
| `@name@.h`, `@name@.c` | the network: all that a firmware needs |
| `example/` | a program that prints the class of one embedded image |
| `main.c`, `@name@_vectors.h` | test vectors with the scores each must give |
| `Makefile`, `CMakeLists.txt` | build both on a computer |

Check it here with `make check`, or with `cmake -B build && cmake --build build && ctest --test-dir
build`. In a CMake project: `add_subdirectory(@name@)`, then
`target_link_libraries(firmware PRIVATE @name@)`. In any other: compile `@name@.c` with the rest;
`-O2` is what it was measured with.
)";

}  // namespace

std::string CWriter::description() const {
    return "C99 source and header without dependencies, an example, test vectors, a Makefile and a "
           "CMakeLists.txt";
}

CLayout CWriter::layout() const {
    return {"@name@.h",
            "@name@.c",
            "example/@name@_sample.h",
            "@name@_vectors.h",
            {{"main.c", kMainTemplate},
             {"example/main.c", kExampleTemplate},
             {"Makefile", kMakefileTemplate},
             {"CMakeLists.txt", kCMakeTemplate},
             {"README.md", std::string(kReadmeTemplate) + kReadme}}};
}

}  // namespace nanonas::exporting
