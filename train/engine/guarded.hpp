// The boundary that no foreign exception of an engine crosses. Private to the engines.
#pragma once

#include <c10/util/Exception.h>

#include <new>
#include <string>

#include "space/errors.hpp"

namespace nanonas::train {

/// Runs `work`; what LibTorch and the system throw leaves as NetworkError "<engine> engine: ...",
/// in one line; out of memory, which is no property of a network, as std::bad_alloc.
template <typename Work>
auto guarded(const char* engine, Work&& work) {
    const auto refusal = [engine](const std::string& why) {
        return NetworkError(std::string(engine) + " engine: " + why.substr(0, why.find('\n')));
    };
    try {
        return work();
    } catch (const Error&) {
        throw;
    } catch (const c10::Error& error) {
        const std::string why = error.what_without_backtrace();
        if (why.find("allocate memory") != std::string::npos) {
            throw std::bad_alloc();
        }
        throw refusal(why);
    } catch (const std::bad_alloc&) {
        throw;
    } catch (const std::exception& error) {
        throw refusal(error.what());
    }
}

}  // namespace nanonas::train
