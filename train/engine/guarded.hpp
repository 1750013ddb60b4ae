// The boundary that no foreign exception of an engine crosses. Private to the engines.
#pragma once

#include <c10/util/Exception.h>

#include <new>
#include <string>

#include "space/errors.hpp"

namespace nanonas::train {

/// Runs `work`; what LibTorch and the system throw leaves as NetworkError "<engine> engine: ...",
/// in one line.
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
        throw refusal(error.what_without_backtrace());
    } catch (const std::bad_alloc&) {
        throw refusal("out of memory");
    } catch (const std::exception& error) {
        throw refusal(error.what());
    }
}

}  // namespace nanonas::train
