// What the fleet does with one worker: starts it, hears it, loses it.
#include <algorithm>
#include <cmath>
#include <exception>
#include <utility>

#include "apps/pipeline/figures.hpp"
#include "apps/pipeline/workers/fleet.hpp"
#include "apps/pipeline/workers/workers_lost.hpp"
#include "space/json/json_text.hpp"

namespace nanonas::pipeline {

namespace {

/// What decides an evaluation of one search.
std::string key_of(const message::Evaluate& asked) {
    return json::text({asked.candidate, asked.effort, asked.repeat, asked.seed});
}

std::string bits_of(nas::Evaluation evaluation) {
    evaluation.seconds = 0.0;
    return line_of(message::Done{0, std::move(evaluation)});
}

}  // namespace

void Fleet::look_after(Post& post) {
    if (!post.connection) {
        if (post.given_up || WorkerClock::now() < post.start_at) {
            return;
        }
        start(post);
    }
    Connection& worker = *post.connection;
    const std::vector<FromWorker> messages = worker.receive();
    for (const std::string& text : worker.complaints()) {
        tell("worker " + worker.name() + " says: " + text, true);
    }
    for (const FromWorker& message : messages) {
        take(post, message);
    }
    worker.check();
    if (worker.ready() && !std::exchange(post.announced, true)) {
        post.ever_opened = true;
        post.report.host = worker.host();
        tell("worker " + worker.name() + " is ready, slots: " + std::to_string(worker.slots()) +
             " (" + post.source->name + ")");
    }
    post.report.slots = std::max(post.report.slots, worker.slots());
    for (auto& [id, running] : post.running) {
        if (running.ticket->abandoned && !running.cancelled) {
            running.cancelled = WorkerClock::now();
            worker.send(message::Cancel{id});
        }
    }
    if (worker.host().empty() && worker.silent_seconds() > plan_.limits.told_seconds &&
        !std::exchange(post.missed, true)) {
        tell("worker " + worker.name() + ": says nothing yet");
    }
    check_patience(post);
}

void Fleet::start(Post& post) {
    post.ended.clear();
    post.announced = post.missed = false;
    post.connection = std::make_unique<Connection>(*post.source, plan_.limits);
    for (const auto& [id, open] : searches_) {
        post.connection->open(open.search);
    }
}

void Fleet::check_patience(const Post& post) const {
    const FleetLimits& limits = plan_.limits;
    if (!post.running.empty() && post.connection->silent_seconds() > limits.silence_seconds) {
        throw WorkerFailure("hangs: silent for " + duration_text(limits.silence_seconds), false);
    }
    for (const auto& entry : post.running) {
        const Running& running = entry.second;
        if (running.cancelled && seconds_since(*running.cancelled) > limits.cancel_seconds) {
            throw WorkerFailure("does not cancel " + running.ticket->label, false);
        }
    }
}

Fleet::Running Fleet::take_ended(Post& post, std::int64_t id) {
    const auto found = post.running.find(id);
    if (found == post.running.end()) {
        throw WorkerFailure(
            "answers an evaluation that it was not asked for, id " + std::to_string(id), false);
    }
    Running running = std::move(found->second);
    post.running.erase(found);
    post.ended[id] = running.ticket;
    return running;
}

void Fleet::take(Post& post, const FromWorker& message) {
    const std::string name = post.connection->name();
    if (const auto* at = std::get_if<message::Progress>(&message)) {
        const auto running = post.running.find(at->id);
        if (running != post.running.end()) {
            running->second.ticket->progress = *at;
            changed_.notify_all();
        } else if (post.ended.count(at->id) == 0) {
            take_ended(post, at->id);
        }
    } else if (const auto* done = std::get_if<message::Done>(&message)) {
        take_done(post, *done);
    } else if (const auto* failed = std::get_if<message::Failed>(&message)) {
        const TicketPointer ticket = take_ended(post, failed->id).ticket;
        // What lies in candidate, options and images fails everywhere.
        if (failed->kind == "config") {
            end(ticket, std::make_exception_ptr(ConfigError(failed->text)));
        } else if (failed->kind == "data") {
            end(ticket, std::make_exception_ptr(DataError(failed->text)));
        } else {
            lose_one(ticket, name, failed->text);
        }
    } else if (const auto* cancelled = std::get_if<message::Cancelled>(&message)) {
        const Running running = take_ended(post, cancelled->id);
        if (!running.cancelled) {
            lose_one(running.ticket, name, "cancelled it unasked");
        }
    } else if (const auto* lost = std::get_if<message::Lost>(&message)) {
        ++post.report.losses;
        lose_one(take_ended(post, lost->id).ticket, name, lost->why);
    }
}

void Fleet::take_done(Post& post, const message::Done& done) {
    const auto before = post.ended.find(done.id);
    const bool again = before != post.ended.end();
    const TicketPointer ticket = again ? before->second : take_ended(post, done.id).ticket;
    const std::string bits = bits_of(done.evaluation);
    const std::string name = post.connection->name();
    const auto open = searches_.find(ticket->asked.search);
    const auto known =
        open == searches_.end()
            ? std::make_pair(bits, name)  // over; nobody waits for it
            : open->second.known.emplace(key_of(ticket->asked), std::make_pair(bits, name))
                  .first->second;
    if (known.first != bits) {
        if (!again) {
            lose_one(ticket, name, "other bits than before");
        }
        throw WorkerFailure("scores " + ticket->label + " with other bits than " +
                                (known.second == name ? "before" : "worker " + known.second),
                            true);
    }
    if (again) {
        return;
    }
    post.failures = 0;
    ++post.report.evaluations;
    post.report.seconds += done.evaluation.seconds;
    tell(ticket->label + " was evaluated by " + name, true);
    ticket->evaluation = done.evaluation;
    end(ticket, nullptr);
}

void Fleet::end(const TicketPointer& ticket, std::exception_ptr error) {
    ticket->error = std::move(error);
    ticket->state = Ticket::State::kEnded;
    changed_.notify_all();
}

void Fleet::lose_one(const TicketPointer& ticket, const std::string& worker,
                     const std::string& why) {
    if (ticket->abandoned) {
        return;
    }
    if (++ticket->losses >= plan_.limits.losses) {
        end(ticket, std::make_exception_ptr(
                        WorkersLost(ticket->label + ": lost " + std::to_string(ticket->losses) +
                                    " times, the last time on worker " + worker + ": " + why)));
        return;
    }
    tell(ticket->label + ": lost on worker " + worker + " (" + why + "), asked again", true);
    ticket->state = Ticket::State::kWaiting;
    waiting_.push_front(ticket);
}

void Fleet::lose(Post& post, const WorkerFailure& failure) {
    const std::string name = post.connection ? post.connection->name() : post.source->name;
    const auto lost =
        std::count_if(post.running.begin(), post.running.end(),
                      [](const auto& entry) { return !entry.second.ticket->abandoned; });
    post.report.losses += lost;
    for (auto& entry : post.running) {
        lose_one(entry.second.ticket, name, failure.what());
    }
    post.running.clear();
    post.connection.reset();
    post.last_failure = failure.what();
    const FleetLimits& limits = plan_.limits;
    const int allowed = post.ever_opened ? limits.starts_again : limits.starts_in_vain;
    post.given_up = failure.for_good() || ++post.failures >= allowed;
    const double pause =
        std::min(limits.longest_backoff_seconds,
                 limits.backoff_seconds * std::pow(2.0, std::max(0, post.failures - 1)));
    post.start_at = WorkerClock::now() + std::chrono::duration_cast<WorkerClock::duration>(
                                             std::chrono::duration<double>(pause));
    std::string text = "worker " + name + ": " + failure.what();
    if (name != post.source->name) {
        text += " (" + post.source->name + ")";
    }
    if (lost > 0) {
        text += "; lost trainings: " + std::to_string(lost);
    }
    tell(text + (post.given_up ? "; given up" : "; started again in " + duration_text(pause)));
    changed_.notify_all();
}

}  // namespace nanonas::pipeline
