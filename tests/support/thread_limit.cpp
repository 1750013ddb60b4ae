#include "tests/support/thread_limit.hpp"

#include <dlfcn.h>
#include <pthread.h>

#include <atomic>
#include <cerrno>
#include <cstdlib>

namespace {

/// Threads that may still be started; negative: any number.
std::atomic<int> left{-1};

/// A program that only preloads this file names the number by FEW_THREADS.
bool read_environment() {
    const char* number = std::getenv("FEW_THREADS");
    if (number != nullptr) {
        left = std::atoi(number);
    }
    return true;
}

}  // namespace

// Takes the place of the system's.
extern "C" int pthread_create(pthread_t* thread, const pthread_attr_t* attributes,
                              void* (*work)(void*), void* argument) {
    using Create = int (*)(pthread_t*, const pthread_attr_t*, void* (*)(void*), void*);
    [[maybe_unused]] static const bool is_read = read_environment();
    static const auto create = reinterpret_cast<Create>(::dlsym(RTLD_NEXT, "pthread_create"));
    if (left == 0) {
        return EAGAIN;
    }
    if (left > 0) {
        --left;
    }
    return create(thread, attributes, work, argument);
}

namespace nanonas::testing {

ThreadLimit::ThreadLimit(int more) {
    left = more;
}

ThreadLimit::~ThreadLimit() {
    left = -1;
}

}  // namespace nanonas::testing
