#include "apps/pipeline/workers/connection.hpp"

#include <algorithm>
#include <utility>

#include "apps/pipeline/version.hpp"
#include "apps/pipeline/workers/data_transfer.hpp"

namespace nanonas::pipeline {

namespace {

/// For the exit code of a program whose output has ended, and for output of one that has ended.
constexpr double kEndSeconds = 1.0;
/// Of one worker, before the others are looked at.
constexpr int kReadsAtOnce = 16;

/// Empty when two machines give the same bits.
std::string difference(const train::Arithmetic& here, const train::Arithmetic& there) {
    const auto other = [](const char* what, const std::string& mine, const std::string& its) {
        return mine == its ? std::string()
                           : std::string("computes otherwise: its ") + what + " is \"" + its +
                                 "\", here it is \"" + mine + "\"";
    };
    for (const std::string& text :
         {other("build", here.build, there.build), other("arithmetic", here.simd, there.simd),
          other("arithmetic probe", here.probe, there.probe)}) {
        if (!text.empty()) {
            return text;
        }
    }
    return "";
}

}  // namespace

Connection::Connection(const WorkerSource& source, const FleetLimits& limits) try
    : source_(source), limits_(limits), child_(source.words) {
} catch (const IoError& error) {
    throw WorkerFailure(error.what(), true);
}

void Connection::add_to(std::vector<pollfd>& files) const {
    const bool writes = !outgoing_.empty() || unsent() != nullptr;
    for (const pollfd& file :
         {pollfd{child_.output(), POLLIN, 0}, pollfd{child_.errors(), POLLIN, 0},
          pollfd{writes ? child_.input() : -1, POLLOUT, 0}}) {
        if (file.fd >= 0) {
            files.push_back(file);
        }
    }
}

std::vector<FromWorker> Connection::receive() {
    std::vector<FromWorker> messages;
    try {
        for (int i = 0; i < kReadsAtOnce && output_open_; ++i) {
            const std::string bytes = child_.read_output(output_open_);
            if (bytes.empty()) {
                break;
            }
            lines_.add(bytes);
            while (const auto line = lines_.next()) {
                const FromWorker message = read_from_worker(*line);
                heard_ = WorkerClock::now();
                if (take(message)) {
                    messages.push_back(message);
                }
            }
        }
        if (!output_open_ && lines_.rest() > 0) {
            throw DataError("its last line is torn");
        }
    } catch (const WorkerFailure& failure) {
        failure_ = failure_ ? failure_ : failure;
    } catch (const DataError& error) {
        failure_ = failure_ ? failure_ : WorkerFailure(error.what(), false);
    }
    read_errors();
    return messages;
}

bool Connection::take(const FromWorker& message) {
    if (const auto* hello = std::get_if<message::Hello>(&message)) {
        greet(*hello);
        return false;
    }
    if (!greeted_) {
        throw DataError("it does not say hello first");
    }
    if (const auto* refused = std::get_if<message::Refused>(&message)) {
        if (told_of(refused->search) == nullptr) {
            return false;
        }
        throw WorkerFailure("refuses this search: " + refused->text, refused->kind != "io");
    }
    if (const auto* need = std::get_if<message::NeedData>(&message)) {
        if (Told* const told = told_of(need->search)) {
            if (told->sent) {
                throw DataError("it asks for the images twice");
            }
            told->sent = 0;
        }
        return false;
    }
    if (const auto* opened = std::get_if<message::Opened>(&message)) {
        take_opened(*opened);
        return false;
    }
    if (const auto* slots = std::get_if<message::Slots>(&message)) {
        slots_ = slots->count;
        return false;
    }
    return true;
}

void Connection::take_opened(const message::Opened& opened) {
    Told* const told = told_of(opened.search);
    if (told == nullptr) {
        return;
    }
    if (told->open) {
        throw DataError("it opens twice");
    }
    const std::string other = difference(told->search->arithmetic, opened.arithmetic);
    if (!other.empty()) {
        throw WorkerFailure(other, true);
    }
    told->open = ready_ = true;
}

Connection::Told* Connection::told_of(std::int64_t search) {
    const auto found = searches_.find(search);
    if (found != searches_.end()) {
        return &found->second;
    }
    if (search > last_search_) {
        throw DataError("it speaks of search " + std::to_string(search) +
                        ", of which it was not told");
    }
    return nullptr;
}

Connection::Told* Connection::unsent() {
    for (auto& [id, told] : searches_) {
        if (told.sent && *told.sent < told.search->open.data.bytes) {
            return &told;
        }
    }
    return nullptr;
}

void Connection::open(const SearchPointer& search) {
    if (searches_.emplace(search->open.search, Told{search, std::nullopt, false}).second &&
        greeted_) {
        send(search->open);
    }
    last_search_ = std::max(last_search_, search->open.search);
}

void Connection::close(std::int64_t search) {
    if (searches_.erase(search) > 0 && greeted_) {
        send(message::Close{search});
    }
}

bool Connection::has_open(std::int64_t search) const {
    const auto found = searches_.find(search);
    return found != searches_.end() && found->second.open;
}

void Connection::greet(const message::Hello& hello) {
    if (greeted_) {
        throw DataError("it says hello twice");
    }
    host_ = hello.host;
    process_ = hello.process;
    if (hello.protocol != kProtocol) {
        throw WorkerFailure("speaks protocol " + std::to_string(hello.protocol) + ", expected " +
                                std::to_string(kProtocol),
                            true);
    }
    if (hello.version != version()) {
        throw WorkerFailure("is of version " + hello.version + ", expected " + version(), true);
    }
    slots_ = hello.slots;
    greeted_ = true;
    for (const auto& [id, told] : searches_) {
        send(told.search->open);
    }
}

void Connection::read_errors() {
    for (int i = 0; i < kReadsAtOnce && errors_open_; ++i) {
        const std::string bytes = child_.read_errors(errors_open_);
        if (bytes.empty()) {
            break;
        }
        try {
            error_lines_.add(bytes);
            while (auto line = error_lines_.next()) {
                line->erase(line->find_last_not_of(" \t\r") + 1);
                if (!line->empty()) {
                    last_complaint_ = *line;
                    complaints_.push_back(std::move(*line));
                }
            }
        } catch (const DataError&) {
            error_lines_ = LineBuffer(kLongestLine);  // no text for people
        }
    }
}

std::vector<std::string> Connection::complaints() {
    return std::exchange(complaints_, {});
}

void Connection::send(const FromHead& message) {
    heard_ = WorkerClock::now();
    outgoing_ += line_of(message);
}

void Connection::flush() {
    while (true) {
        Told* const told = outgoing_.empty() ? unsent() : nullptr;
        if (told != nullptr) {
            message::DataPart part = part_of(told->search->data, *told->sent);
            part.search = told->search->open.search;
            *told->sent += static_cast<std::int64_t>(part.bytes.size());
            outgoing_ = line_of(part);
        }
        if (outgoing_.empty()) {
            return;
        }
        const ssize_t written = child_.write(outgoing_);
        if (written <= 0) {
            if (written < 0) {
                child_.close_input();  // its end is told by its output
                outgoing_.clear();
                searches_.clear();
            }
            return;
        }
        heard_ = WorkerClock::now();
        outgoing_.erase(0, static_cast<std::size_t>(written));
    }
}

void Connection::check() {
    if (failure_) {
        throw *failure_;
    }
    if (!ended_at_ && (!output_open_ || child_.ended())) {
        ended_at_ = WorkerClock::now();
    }
    if (ended_at_ &&
        ((!output_open_ && child_.ended()) || seconds_since(*ended_at_) > kEndSeconds)) {
        const std::string text = end_text();
        throw WorkerFailure(text, child_.was_no_command() && !greeted_);
    }
    if (!greeted_ && seconds_since(heard_) > limits_.hello_seconds) {
        throw WorkerFailure("says nothing", false);
    }
    const bool opens = std::any_of(searches_.begin(), searches_.end(),
                                   [](const auto& entry) { return !entry.second.open; });
    if (greeted_ && opens && seconds_since(heard_) > limits_.open_seconds) {
        throw WorkerFailure("does not get ready", false);
    }
}

std::string Connection::end_text() {
    const bool by_itself = child_.ended();
    child_.kill();
    read_errors();
    std::string text = by_itself ? "ended, " + child_.ending() : "closed its output";
    return text + (last_complaint_.empty() ? "" : ": " + last_complaint_);
}

std::string Connection::name() const {
    return host_.empty() ? source_.name : host_ + "/" + std::to_string(process_);
}

double Connection::silent_seconds() const {
    return seconds_since(heard_);
}

}  // namespace nanonas::pipeline
