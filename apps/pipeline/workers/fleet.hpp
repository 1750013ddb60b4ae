// The workers of a search, or of several: started, kept running, asked, and asked again when one is
// lost. One thread does all of it; everybody else waits for tickets.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "apps/pipeline/report.hpp"
#include "apps/pipeline/workers/connection.hpp"
#include "space/parallel.hpp"

namespace nanonas::pipeline {

struct FleetPlan {
    std::vector<WorkerSource> sources;
    FleetLimits limits;
    /// Nobody else evaluates: without a worker there is nothing to wait for.
    bool alone = true;
    /// Called from the fleet's thread: a line about workers; `detail`: for the log.
    std::function<void(const std::string& text, bool detail)> told;
    std::function<void(std::int64_t slots)> slots_changed;
};

class Fleet {
  public:
    /// An evaluation that was asked for; the fleet's lock guards it.
    struct Ticket {
        message::Evaluate asked;
        std::string label;  ///< "(4,3), repeat 2"
        enum class State { kWaiting, kRunning, kEnded } state = State::kWaiting;
        nas::Evaluation evaluation;
        std::exception_ptr error;
        std::optional<message::Progress> progress;  ///< since it was last looked at
        int losses = 0;
        bool abandoned = false;
    };
    using TicketPointer = std::shared_ptr<Ticket>;

    explicit Fleet(FleetPlan plan);
    /// Ends every worker.
    ~Fleet();
    Fleet(const Fleet&) = delete;
    Fleet& operator=(const Fleet&) = delete;

    /// Every worker is told of it; its number. The same as one that is open: that one's number.
    std::int64_t open(Connection::Search search);
    /// Once for each open().
    void close(std::int64_t search);

    /// Until a worker is ready for it. Throws ConfigError when none can be, with the reasons, and
    /// Interrupted on `stop`, which may be null.
    void wait_for_one(std::int64_t search, const std::atomic<bool>* stop);

    /// Of the search that `asked` names.
    TicketPointer ask(message::Evaluate asked, std::string label);
    /// True once it has ended; waits a little for it. `progress` is given what is new.
    bool wait(const TicketPointer& ticket, std::optional<message::Progress>& progress);
    /// True when no worker has begun it: nobody will.
    bool take_back(const TicketPointer& ticket);
    /// Nobody waits for it any more.
    void abandon(const TicketPointer& ticket);

    std::vector<WorkerReport> reports() const;

  private:
    struct Open {
        Connection::SearchPointer search;
        int users = 0;
        /// What each evaluation came to, and who said so: nobody may say otherwise.
        std::map<std::string, std::pair<std::string, std::string>> known;
    };
    struct Running {
        TicketPointer ticket;
        std::optional<WorkerClock::time_point> cancelled;
    };
    /// A place where a worker is kept running.
    struct Post {
        const WorkerSource* source = nullptr;
        std::unique_ptr<Connection> connection;
        std::map<std::int64_t, Running> running;
        std::map<std::int64_t, TicketPointer> ended;  ///< of this connection
        WorkerClock::time_point start_at;
        bool announced = false, missed = false, ever_opened = false, given_up = false;
        int failures = 0;  ///< in a row
        std::string last_failure;
        WorkerReport report;
    };

    void run();
    void look_after(Post& post);
    void start(Post& post);
    void take(Post& post, const FromWorker& message);
    void take_done(Post& post, const message::Done& done);
    Running take_ended(Post& post, std::int64_t id);
    void check_patience(const Post& post) const;
    void lose(Post& post, const WorkerFailure& failure);
    void lose_one(const TicketPointer& ticket, const std::string& worker, const std::string& why);
    void end(const TicketPointer& ticket, std::exception_ptr error);
    void hand_out();
    Post* freest(std::int64_t search);
    void give_up_hope();
    void count_slots();
    void wake() const;
    void wait_for_something(std::unique_lock<std::mutex>& lock);
    void close_all();
    void tell(const std::string& text, bool detail = false) { lines_.emplace_back(text, detail); }

    const FleetPlan plan_;
    int wake_[2] = {-1, -1};

    mutable std::mutex mutex_;  ///< guards all below
    std::condition_variable changed_;
    std::vector<Post> posts_;
    std::deque<TicketPointer> waiting_;
    std::int64_t last_id_ = 0;
    std::int64_t slots_ = 0;
    std::map<std::int64_t, Open> searches_;
    std::int64_t last_search_ = 0;
    std::vector<std::pair<std::string, bool>> lines_;  ///< to be told without the lock
    bool closing_ = false;
    ThreadGroup thread_;
};

}  // namespace nanonas::pipeline
