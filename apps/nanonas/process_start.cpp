#include "apps/nanonas/process_start.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>

namespace nanonas::app {

void start_process() {
    for (int descriptor = STDIN_FILENO; descriptor <= STDERR_FILENO; ++descriptor) {
        if (::fcntl(descriptor, F_GETFD) < 0) {
            // The lowest free number, which is this one.
            [[maybe_unused]] const int opened = ::open("/dev/null", O_RDWR);
        }
    }
    ::setenv("OPENBLAS_NUM_THREADS", "1", 0);
}

void end_process(int code) {
    std::fflush(nullptr);
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    std::exit(code);  // leaks are told at exit
#else
    ::_exit(code);
#endif
}

}  // namespace nanonas::app

// A sanitizer's own start must come first.
#if defined(__ELF__) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
__attribute__((section(".preinit_array"),
               used)) static void (*const before_libraries)() = nanonas::app::start_process;
#endif
