#include "apps/nanonas/display.hpp"

#include <spdlog/sinks/basic_file_sink.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>

#include "apps/pipeline/figures.hpp"
#include "space/errors.hpp"
#include "space/printable.hpp"

namespace nanonas::app {

using pipeline::duration_text;

namespace {

constexpr auto kRedrawEvery = std::chrono::milliseconds(100);
constexpr int kBarCells = 24;

std::size_t terminal_width() {
    winsize size = {};
    return ::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 20 ? size.ws_col : 80;
}

std::string bar_text(double fraction) {
    const int full = static_cast<int>(std::clamp(fraction, 0.0, 1.0) * kBarCells);
    std::string text = "[" + std::string(static_cast<std::size_t>(full), '=');
    if (full < kBarCells) {
        text += '>';
    }
    text.resize(kBarCells + 1, ' ');
    return text + "]";
}

/// Seconds left, when enough has passed to tell; negative otherwise.
double seconds_left(double elapsed, double first, double now) {
    const double moved = now - first;
    return elapsed < 0.5 || moved < 0.005 ? -1.0 : elapsed * (1.0 - now) / moved;
}

}  // namespace

Display::Mode Display::detect(bool quiet) {
    if (quiet) {
        return Mode::kQuiet;
    }
    const char* term = std::getenv("TERM");
    const bool dumb = term == nullptr || std::string(term) == "dumb";
    return ::isatty(STDERR_FILENO) != 0 && !dumb ? Mode::kTerminal : Mode::kPlain;
}

Display::Display(Mode mode) : mode_(mode) {
    stderr_ = std::make_shared<spdlog::logger>("stderr",
                                               std::make_shared<spdlog::sinks::stderr_sink_mt>());
    stderr_->set_pattern("%v");
}

Display::~Display() {
    close();
}

void Display::log_to(const std::string& file) {
    const std::lock_guard<std::mutex> guard(mutex_);
    try {
        file_ = std::make_shared<spdlog::logger>(
            "file", std::make_shared<spdlog::sinks::basic_file_sink_mt>(file));
    } catch (const spdlog::spdlog_ex&) {
        throw IoError(file + ": cannot be opened for writing");
    }
    file_->set_pattern("%Y-%m-%d %H:%M:%S %v");
    file_->flush_on(spdlog::level::info);
    // A full disk is reported by what must be kept (journal, checkpoint), not by the log.
    file_->set_error_handler([](const std::string&) {});
}

void Display::line(const std::string& raw) {
    const std::string text = one_line(raw);
    const std::lock_guard<std::mutex> guard(mutex_);
    if (file_) {
        file_->info(text);
    }
    if (mode_ == Mode::kQuiet) {
        return;
    }
    erase_drawn();
    stderr_->info(text);
    draw(true);
}

void Display::note(const std::string& text) {
    const std::lock_guard<std::mutex> guard(mutex_);
    if (file_) {
        file_->info(one_line(text));
    }
}

void Display::bar(const std::string& key, const Bar& bar, bool plain_tenths) {
    const std::lock_guard<std::mutex> guard(mutex_);
    if (closed_) {
        return;
    }
    const auto [found, fresh] = live_.try_emplace(key);
    Live& live = found->second;
    live.bar = {one_line(bar.label), bar.fraction, one_line(bar.detail)};
    if (fresh) {
        live.first_fraction = bar.fraction;
        live.tenths = static_cast<int>(bar.fraction * 10.0 + 1e-9);
    }
    const int tenths = static_cast<int>(bar.fraction * 10.0 + 1e-9);
    if (plain_tenths && tenths > live.tenths) {
        live.tenths = tenths;
        const double left = seconds_left(live.watch.seconds(), live.first_fraction, bar.fraction);
        const std::string text = live.bar.label + ": " + std::to_string(tenths * 10) + " %" +
                                 (bar.detail.empty() ? "" : ", " + live.bar.detail) +
                                 (left > 0.0 ? ", " + duration_text(left) + " left" : "");
        if (file_) {
            file_->info(text);
        }
        if (mode_ == Mode::kPlain) {
            stderr_->info(text);
        }
    }
    if (mode_ == Mode::kTerminal) {
        draw(false);
    }
}

void Display::remove(const std::string& key) {
    const std::lock_guard<std::mutex> guard(mutex_);
    live_.erase(key);
    if (mode_ == Mode::kTerminal) {
        draw(true);
    }
}

void Display::close() {
    const std::lock_guard<std::mutex> guard(mutex_);
    live_.clear();
    closed_ = true;
    erase_drawn();
}

void Display::erase_drawn() {
    if (drawn_ > 0) {
        std::fprintf(stderr, "\x1b[%dA\r\x1b[J", drawn_);
        std::fflush(stderr);
        drawn_ = 0;
    }
}

void Display::draw(bool now) {
    const auto time = std::chrono::steady_clock::now();
    if (mode_ != Mode::kTerminal || closed_ || (!now && time - last_draw_ < kRedrawEvery)) {
        return;
    }
    last_draw_ = time;
    std::size_t label_width = 0;
    for (const auto& entry : live_) {
        label_width = std::max(label_width, entry.second.bar.label.size());
    }
    std::string text = drawn_ > 0 ? "\x1b[" + std::to_string(drawn_) + "A\r\x1b[J" : "";
    const std::size_t width = terminal_width();
    for (const auto& entry : live_) {
        const Live& live = entry.second;
        std::string label = live.bar.label;
        label.resize(label_width, ' ');
        char percent[16];
        std::snprintf(percent, sizeof percent, " %3.0f %%  ", 100.0 * live.bar.fraction);
        std::string row =
            "  " + label + " " + bar_text(live.bar.fraction) + percent + live.bar.detail;
        const double left =
            seconds_left(live.watch.seconds(), live.first_fraction, live.bar.fraction);
        if (left >= 0.0) {
            row += (live.bar.detail.empty() ? "" : ", ") + duration_text(left) + " left";
        }
        text += row.substr(0, width - 1) + "\n";
    }
    std::fwrite(text.data(), 1, text.size(), stderr);
    std::fflush(stderr);
    drawn_ = static_cast<int>(live_.size());
}

}  // namespace nanonas::app
