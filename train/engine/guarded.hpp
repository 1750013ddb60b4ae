// The boundary that no foreign exception of an engine crosses. Private to the engines.
#pragma once

#include <exception>
#include <new>
#include <string>

#include "space/errors.hpp"

namespace nanonas::train {

/// Runs `work`; what the system and libraries throw leaves as NetworkError "<engine> engine: ...",
/// in one line; out of memory, which is no property of a network, as std::bad_alloc.
template <typename Work>
auto guarded(const char* engine, Work&& work) {
    try {
        return work();
    } catch (const Error&) {
        throw;
    } catch (const std::bad_alloc&) {
        throw;
    } catch (const std::exception& error) {
        const std::string why = error.what();
        throw NetworkError(std::string(engine) + " engine: " + why.substr(0, why.find('\n')));
    }
}

}  // namespace nanonas::train
