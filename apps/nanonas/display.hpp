// Progress on standard error: live bars on a terminal, plain lines elsewhere, nothing when quiet.
#pragma once

#include <chrono>
#include <cstdio>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "space/stopwatch.hpp"

namespace spdlog {
class logger;
}

namespace nanonas::app {

/// One running thing.
struct Bar {
    std::string label;      ///< "(4,3)", "training (4,3)"
    double fraction = 0.0;  ///< [0, 1]
    std::string detail;     ///< "epoch 2/3, best 71.2 %"
};

class Display {
  public:
    enum class Mode { kTerminal, kPlain, kQuiet };

    /// Terminal when standard error is one.
    static Mode detect(bool quiet);

    explicit Display(Mode mode);
    ~Display();
    Display(const Display&) = delete;
    Display& operator=(const Display&) = delete;

    /// From now on every line also goes to this file, with the time. Throws IoError.
    void log_to(const std::string& file);

    /// A line that stays.
    void line(const std::string& text);
    /// A line for the log file only.
    void note(const std::string& text);
    /// Shows or moves a bar. With `plain_tenths`, a display without a terminal prints a line at
    /// every tenth that `fraction` passes.
    void bar(const std::string& key, const Bar& bar, bool plain_tenths = false);
    void remove(const std::string& key);
    /// Takes all bars away; later bars are ignored.
    void close();

  private:
    struct Live {
        Bar bar;
        Stopwatch watch;
        double first_fraction = 0.0;
        int tenths = 0;
    };

    void erase_drawn();
    void draw(bool now);

    const Mode mode_;
    std::mutex mutex_;
    std::map<std::string, Live> live_;
    int drawn_ = 0;
    bool closed_ = false;
    std::chrono::steady_clock::time_point last_draw_{};
    std::shared_ptr<spdlog::logger> stderr_;
    std::shared_ptr<spdlog::logger> file_;
};

}  // namespace nanonas::app
