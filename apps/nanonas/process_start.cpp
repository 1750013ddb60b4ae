#include "apps/nanonas/process_start.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <new>

namespace nanonas::app {

namespace {

/// What is thrown where nobody can catch it: in the libraries' constructors, on their threads.
[[noreturn]] void end_at_uncaught() {
    try {
        if (const std::exception_ptr error = std::current_exception()) {
            std::rethrow_exception(error);
        }
        std::fputs("nanonas: failed: ended by a library\n", stderr);
    } catch (const std::bad_alloc&) {
        std::fputs("nanonas: out of memory\n", stderr);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "nanonas: failed: %s\n", error.what());
    } catch (...) {
        std::fputs("nanonas: failed: an error of a library\n", stderr);
    }
    end_process(1);
}

}  // namespace

void start_process() {
    std::set_terminate(end_at_uncaught);
    for (int descriptor = STDIN_FILENO; descriptor <= STDERR_FILENO; ++descriptor) {
        if (::fcntl(descriptor, F_GETFD) < 0) {
            // The lowest free number, which is this one.
            [[maybe_unused]] const int opened = ::open("/dev/null", O_RDWR);
        }
    }
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
#if defined(__linux__) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
namespace {

/// The C library takes its environment from the system's afterwards, so that setenv would be lost
/// here: the program begins again with one variable more.
void begin_without_blas_threads(char** arguments, char** environment) {
    constexpr std::size_t kMost = 4096;
    static char variable[] = "OPENBLAS_NUM_THREADS=1";
    static char* extended[kMost + 2] = {};
    constexpr std::size_t kName = sizeof "OPENBLAS_NUM_THREADS=" - 1;
    std::size_t count = 0;
    for (; environment[count] != nullptr; ++count) {
        if (count == kMost || std::strncmp(environment[count], variable, kName) == 0) {
            return;
        }
        extended[count] = environment[count];
    }
    extended[count] = variable;
    static char program[4096] = {};
    if (::readlink("/proc/self/exe", program, sizeof program - 1) > 0) {
        ::execve(program, arguments, extended);  // when it fails, OpenBLAS has its threads
    }
}

void before_libraries(int, char** arguments, char** environment) {
    nanonas::app::start_process();
    begin_without_blas_threads(arguments, environment);
}

__attribute__((section(".preinit_array"), used)) void (*const before)(int, char**,
                                                                      char**) = before_libraries;

}  // namespace
#endif
