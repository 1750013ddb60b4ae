#include "apps/pipeline/workers/fleet.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <exception>
#include <thread>
#include <utility>

#include "apps/pipeline/workers/workers_lost.hpp"

namespace nanonas::pipeline {

namespace {

/// Deadlines and stop flags are looked at so often.
constexpr int kPollMs = 50;
constexpr std::chrono::milliseconds kWait{20};

}  // namespace

Fleet::Fleet(FleetPlan plan) : plan_(std::move(plan)) {
    if (::pipe2(wake_, O_CLOEXEC | O_NONBLOCK) != 0) {
        throw IoError("no pipe for the workers' thread can be made");
    }
    for (const WorkerSource& source : plan_.sources) {
        Post post;
        post.source = &source;
        post.report.source = source.name;
        posts_.push_back(std::move(post));
    }
    if (!thread_.start([this] { run(); })) {
        throw IoError("no thread for the workers can be started");
    }
}

Fleet::~Fleet() {
    {
        const std::lock_guard<std::mutex> lock(mutex_);
        closing_ = true;
    }
    wake();
    thread_.join();
    ::close(wake_[0]);
    ::close(wake_[1]);
}

std::int64_t Fleet::open(Connection::Search search) {
    std::int64_t number = 0;
    {
        const std::lock_guard<std::mutex> lock(mutex_);
        for (auto& [id, open] : searches_) {
            search.open.search = id;
            if (line_of(search.open) == line_of(open.search->open)) {
                ++open.users;
                return id;
            }
        }
        number = search.open.search = ++last_search_;
        const auto told = std::make_shared<const Connection::Search>(std::move(search));
        searches_[number] = {told, 1, {}};
        for (Post& post : posts_) {
            if (post.connection) {
                post.connection->open(told);
            }
        }
    }
    wake();
    return number;
}

void Fleet::close(std::int64_t search) {
    {
        const std::lock_guard<std::mutex> lock(mutex_);
        if (--searches_.at(search).users > 0) {
            return;
        }
        searches_.erase(search);
        for (Post& post : posts_) {
            if (post.connection) {
                post.connection->close(search);
            }
        }
    }
    wake();
}

void Fleet::wait_for_one(std::int64_t search, const std::atomic<bool>* stop) {
    std::unique_lock<std::mutex> lock(mutex_);
    const auto ready = [search](const Post& post) {
        return post.connection && post.connection->has_open(search) && post.connection->slots() > 0;
    };
    while (std::none_of(posts_.begin(), posts_.end(), ready)) {
        if (stop != nullptr && *stop) {
            throw Interrupted();
        }
        if (std::all_of(posts_.begin(), posts_.end(),
                        [](const Post& post) { return post.given_up; })) {
            std::string why;
            for (const Post& post : posts_) {
                const std::string one = post.source->name + ": " + post.last_failure;
                if (why.find(one) == std::string::npos) {
                    why += (why.empty() ? "" : "; ") + one;
                }
            }
            throw ConfigError("--workers-from: no worker can be had: " + why);
        }
        changed_.wait_for(lock, kWait);
    }
}

Fleet::TicketPointer Fleet::ask(message::Evaluate asked, std::string label) {
    auto ticket = std::make_shared<Ticket>();
    ticket->asked = std::move(asked);
    ticket->label = std::move(label);
    {
        const std::lock_guard<std::mutex> lock(mutex_);
        waiting_.push_back(ticket);
    }
    wake();
    return ticket;
}

bool Fleet::wait(const TicketPointer& ticket, std::optional<message::Progress>& progress) {
    std::unique_lock<std::mutex> lock(mutex_);
    if (ticket->state != Ticket::State::kEnded && !ticket->progress) {
        changed_.wait_for(lock, kWait);
    }
    progress = std::exchange(ticket->progress, std::nullopt);
    return ticket->state == Ticket::State::kEnded;
}

bool Fleet::take_back(const TicketPointer& ticket) {
    const std::lock_guard<std::mutex> lock(mutex_);
    const auto found = std::find(waiting_.begin(), waiting_.end(), ticket);
    if (found == waiting_.end()) {
        return false;
    }
    waiting_.erase(found);
    return true;
}

void Fleet::abandon(const TicketPointer& ticket) {
    {
        const std::lock_guard<std::mutex> lock(mutex_);
        ticket->abandoned = true;
        waiting_.erase(std::remove(waiting_.begin(), waiting_.end(), ticket), waiting_.end());
    }
    wake();
}

std::vector<WorkerReport> Fleet::reports() const {
    const std::lock_guard<std::mutex> lock(mutex_);
    std::vector<WorkerReport> reports;
    for (const Post& post : posts_) {
        reports.push_back(post.report);
    }
    return reports;
}

void Fleet::wake() const {
    const char byte = 0;
    [[maybe_unused]] const auto written = ::write(wake_[1], &byte, 1);  // full: it is awake
}

void Fleet::run() {
    // A worker that is gone is told by its output; writing to it must not end this program.
    sigset_t pipe;
    ::sigemptyset(&pipe);
    ::sigaddset(&pipe, SIGPIPE);
    ::pthread_sigmask(SIG_BLOCK, &pipe, nullptr);
    std::unique_lock<std::mutex> lock(mutex_);
    while (!closing_) {
        for (Post& post : posts_) {
            try {
                look_after(post);
            } catch (const WorkerFailure& failure) {
                lose(post, failure);
            }
        }
        count_slots();
        hand_out();
        give_up_hope();
        for (Post& post : posts_) {
            if (post.connection) {
                post.connection->flush();
            }
        }
        wait_for_something(lock);
    }
    close_all();
}

void Fleet::count_slots() {
    std::int64_t slots = 0;
    for (const Post& post : posts_) {
        slots += post.connection ? post.connection->slots() : 0;
    }
    if (slots != slots_) {
        slots_ = slots;
        plan_.slots_changed(slots);
        changed_.notify_all();
    }
}

/// The worker with the most to spare that has the search open; null: none.
Fleet::Post* Fleet::freest(std::int64_t search) {
    Post* chosen = nullptr;
    std::int64_t most = 0;
    for (Post& post : posts_) {
        const std::int64_t free =
            post.connection && post.connection->has_open(search)
                ? post.connection->slots() - static_cast<std::int64_t>(post.running.size())
                : 0;
        if (free > most) {
            most = free;
            chosen = &post;
        }
    }
    return chosen;
}

void Fleet::hand_out() {
    for (auto next = waiting_.begin(); next != waiting_.end();) {
        const TicketPointer ticket = *next;
        Post* const chosen = freest(ticket->asked.search);
        if (chosen == nullptr) {
            ++next;
            continue;
        }
        next = waiting_.erase(next);
        ticket->state = Ticket::State::kRunning;
        ticket->asked.id = ++last_id_;
        chosen->running[last_id_] = {ticket, std::nullopt};
        chosen->connection->send(ticket->asked);
    }
}

void Fleet::give_up_hope() {
    const bool hope = !plan_.alone || std::any_of(posts_.begin(), posts_.end(),
                                                  [](const Post& post) { return !post.given_up; });
    if (hope) {
        return;
    }
    for (const TicketPointer& ticket : std::exchange(waiting_, {})) {
        end(ticket, std::make_exception_ptr(NoWorkerLeft("no worker is left: the last, " +
                                                         posts_.back().source->name + ", " +
                                                         posts_.back().last_failure)));
    }
}

void Fleet::wait_for_something(std::unique_lock<std::mutex>& lock) {
    std::vector<pollfd> files = {{wake_[0], POLLIN, 0}};
    for (const Post& post : posts_) {
        if (post.connection) {
            post.connection->add_to(files);
        }
    }
    const auto lines = std::exchange(lines_, {});
    lock.unlock();
    for (const auto& line : lines) {
        if (plan_.told) {
            plan_.told(line.first, line.second);
        }
    }
    ::poll(files.data(), files.size(), kPollMs);
    char bytes[64];
    while (::read(wake_[0], bytes, sizeof bytes) > 0) {
    }
    lock.lock();
}

/// Without the search a worker has nothing to do: its input ends, and so does it.
void Fleet::close_all() {
    const auto begun = WorkerClock::now();
    for (Post& post : posts_) {
        if (post.connection) {
            post.connection->close_input();
        }
    }
    const auto all_ended = [this] {
        return std::all_of(posts_.begin(), posts_.end(), [](const Post& post) {
            return !post.connection || post.connection->ended();
        });
    };
    while (!all_ended() && seconds_since(begun) < plan_.limits.close_seconds) {
        for (Post& post : posts_) {
            if (post.connection) {
                post.connection->receive();  // so that it can write to the end
            }
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
    for (Post& post : posts_) {
        post.connection.reset();
    }
}

}  // namespace nanonas::pipeline
