// Long work asked for by somebody: how many threads it may take, when to stop, whom to tell.
#pragma once

#include <algorithm>
#include <atomic>
#include <functional>
#include <string>

#include "space/errors.hpp"

namespace nanonas {

/// How far something has come.
struct Progress {
    std::string part;       ///< what is under way, the same from its begin to its end: "train"
    std::string label;      ///< its name for people: "training (4,3)"
    double fraction = 0.0;  ///< [0, 1]
    std::string detail;     ///< "epoch 2/3, best 71.2 %"
    bool is_long = false;   ///< takes minutes: worth a line now and then where no screen shows it
    bool ended = false;     ///< nothing more comes of this part
};

/// Results do not depend on any of this.
struct Task {
    int threads = 1;  ///< at most; >= 1
    const std::atomic<bool>* stop =
        nullptr;  ///< once true, the work throws Interrupted; may be null
    /// Both may be empty; called from any thread, also two at once.
    std::function<void(const Progress&)> progress = {};
    /// A sentence about what is done. `detail`: for a log rather than for somebody who waits.
    std::function<void(const std::string& text, bool detail)> told = {};
    /// How many of the threads it may take now, changed by whoever shares the cores out among
    /// several tasks; null: all of them.
    const std::atomic<int>* share = nullptr;

    int threads_now() const {
        return share == nullptr ? threads : std::clamp(share->load(), 1, threads);
    }
    void tell(const std::string& text, bool detail = false) const {
        if (told) {
            told(text, detail);
        }
    }
    void at(const Progress& where) const {
        if (progress) {
            progress(where);
        }
    }
    void ended(const std::string& part) const { at({part, "", 1.0, "", false, true}); }
    void throw_if_stopped() const {
        if (stop != nullptr && *stop) {
            throw Interrupted();
        }
    }
};

}  // namespace nanonas
