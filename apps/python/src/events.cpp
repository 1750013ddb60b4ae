#include "apps/python/src/events.hpp"

#include <iterator>
#include <utility>

#include "nas/journal_record.hpp"

namespace nb = nanobind;

namespace nanonas::python {

void EventQueue::put(Event event) {
    const std::lock_guard<std::mutex> guard(mutex_);
    if (const auto* const now = std::get_if<Progress>(&event)) {
        for (auto last = waiting_.rbegin(); last != waiting_.rend(); ++last) {
            auto* const before = std::get_if<Progress>(&*last);
            if (before == nullptr) {
                break;
            }
            if (before->part == now->part && !before->ended) {
                waiting_.erase(std::next(last).base());
                break;
            }
        }
    }
    waiting_.push_back(std::move(event));
    filled_.notify_one();
}

void EventQueue::close() {
    const std::lock_guard<std::mutex> guard(mutex_);
    closed_ = true;
    filled_.notify_one();
}

bool EventQueue::take(std::vector<Event>& events, std::chrono::milliseconds patience) {
    std::unique_lock<std::mutex> lock(mutex_);
    filled_.wait_for(lock, patience, [this] { return closed_ || !waiting_.empty(); });
    events.assign(std::make_move_iterator(waiting_.begin()),
                  std::make_move_iterator(waiting_.end()));
    waiting_.clear();
    return !closed_ || !events.empty();
}

namespace {

void call(const nb::object& callback, const Began& event) {
    callback("began", event.path.c_str(), event.resumed);
}
void call(const nb::object& callback, const Message& event) {
    callback("message", event.text.c_str(), event.detail);
}
void call(const nb::object& callback, const Progress& event) {
    callback("progress", event.part.c_str(), event.label.c_str(), event.fraction,
             event.detail.c_str(), event.ended);
}
void call(const nb::object& callback, const Decision& event) {
    callback("decided", event.row.c_str(), event.replayed, event.speculative, event.best,
             event.seconds);
}

}  // namespace

void deliver(const nb::object& callback, const Event& event) {
    std::visit([&callback](const auto& each) { call(callback, each); }, event);
}

Task task_for(EventQueue& events, const std::atomic<bool>& stop, int threads) {
    Task task;
    task.threads = threads;
    task.stop = &stop;
    task.progress = [&events](const Progress& at) { events.put(at); };
    task.told = [&events](const std::string& text, bool detail) {
        events.put(Message{text, detail});
    };
    return task;
}

nas::SearchHooks hooks_for(EventQueue& events, const std::vector<space::Axis>& axes) {
    nas::SearchHooks hooks;
    hooks.decided = [&events, axes](const nas::Decided& decided) {
        const nas::Decision& decision = decided.decision;
        events.put(Decision{
            nas::to_json_line(decided.index, decision, axes), decided.replayed, decided.speculative,
            decided.best && decided.best->trial == decision.trial(), decided.seconds});
    };
    hooks.progress = [&events, axes](const nas::EvaluationProgress& at) {
        const std::string name = to_string(at.trial, axes);
        const double repeat = (static_cast<double>(at.epoch) + at.epoch_fraction) /
                              static_cast<double>(std::max<std::int64_t>(at.epochs, 1));
        events.put(Progress{
            name + " #" + std::to_string(at.repeat + 1), name, repeat,
            "repeat " + std::to_string(at.repeat + 1) + " of " + std::to_string(at.repeats)});
    };
    hooks.ended = [&events, axes](const nas::Trial& trial) {
        const std::string name = to_string(trial, axes);
        events.put(Progress{name, name, 1.0, "", false, true});
    };
    return hooks;
}

}  // namespace nanonas::python
