// guarded() for what LibTorch throws. Private to the stock engine.
#pragma once

#include <c10/util/Exception.h>

#include <new>
#include <stdexcept>
#include <string>

#include "train/engine/guarded.hpp"

namespace nanonas::train {

/// c10::Error has its backtrace in what(), and is thrown for want of memory too.
template <typename Work>
auto stock_guarded(Work&& work) {
    return guarded("stock", [&work] {
        try {
            return work();
        } catch (const c10::Error& error) {
            const std::string why = error.what_without_backtrace();
            if (why.find("allocate memory") != std::string::npos) {
                throw std::bad_alloc();
            }
            throw std::runtime_error(why);
        }
    });
}

}  // namespace nanonas::train
