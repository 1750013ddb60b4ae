// One worker process as the search sees it: started, greeted, given the search and its images, then
// asked. Nothing here waits.
#pragma once

#include <poll.h>

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "apps/pipeline/workers/child.hpp"
#include "apps/pipeline/workers/line_buffer.hpp"
#include "apps/pipeline/workers/protocol.hpp"
#include "apps/pipeline/workers/source.hpp"
#include "space/errors.hpp"
#include "train/data/dataset.hpp"

namespace nanonas::pipeline {

using WorkerClock = std::chrono::steady_clock;

inline double seconds_since(WorkerClock::time_point then) {
    return std::chrono::duration<double>(WorkerClock::now() - then).count();
}

/// How long the search is patient.
struct FleetLimits {
    double told_seconds = 10.0;      ///< until somebody is told that a worker has said nothing yet
    double hello_seconds = 600.0;    ///< from a command's start; a cluster may let it queue
    double open_seconds = 3600.0;    ///< until it has read its images, without a byte moving
    double silence_seconds = 150.0;  ///< while it evaluates; longer than a bridge's own patience
    double cancel_seconds = 10.0;
    double close_seconds = 2.0;    ///< until a worker that is not needed any more is killed
    double backoff_seconds = 0.5;  ///< before the first restart; doubled for each that follows
    double longest_backoff_seconds = 30.0;
    int starts_in_vain = 3;  ///< of a source that never worked
    int starts_again = 10;   ///< of one that did, between two evaluations
    int losses = 3;          ///< of one repeat
};

/// Why a worker is not one any more. `for_good`: started again it would be no better.
class WorkerFailure : public Error {
  public:
    WorkerFailure(const std::string& why, bool for_good) : Error(why), for_good_(for_good) {}
    bool for_good() const { return for_good_; }

  private:
    bool for_good_;
};

class Connection {
  public:
    /// What a worker is told of a search, and held to.
    struct Search {
        message::Open open;
        train::TrainingSet data;
        train::Arithmetic arithmetic;
    };
    using SearchPointer = std::shared_ptr<const Search>;

    /// Starts the command; `limits` must outlive it. Throws WorkerFailure.
    Connection(const WorkerSource& source, const FleetLimits& limits);

    /// It is told of the search once it has greeted.
    void open(const SearchPointer& search);
    void close(std::int64_t search);

    void add_to(std::vector<pollfd>& files) const;
    /// What it has said of evaluations since, in order; its greeting is dealt with here.
    std::vector<FromWorker> receive();
    /// What it has written on its standard error since, line by line.
    std::vector<std::string> complaints();
    void send(const FromHead& message);
    void flush();
    /// Throws WorkerFailure once it has ended, has said what is no message, or takes too long to
    /// greet and open.
    void check();

    /// It can be asked of that search.
    bool has_open(std::int64_t search) const;
    /// It could be asked of one search at least.
    bool ready() const { return ready_; }
    std::int64_t slots() const { return ready_ ? slots_ : 0; }
    void set_slots(std::int64_t slots) { slots_ = slots; }
    /// "hostA/1234", the command before it has said where it is.
    std::string name() const;
    const std::string& host() const { return host_; }
    /// Since it said anything, or was asked for something.
    double silent_seconds() const;

    void close_input() { child_.close_input(); }
    bool ended() const { return child_.ended(); }

  private:
    /// A search here: told of, its images on their way if they were asked for, open.
    struct Told {
        SearchPointer search;
        std::optional<std::int64_t> sent;  ///< bytes of data
        bool open = false;
    };

    /// True when it is for the caller.
    bool take(const FromWorker& message);
    void greet(const message::Hello& hello);
    void take_opened(const message::Opened& opened);
    /// Null: it has been closed meanwhile. Throws DataError for one that never was.
    Told* told_of(std::int64_t search);
    /// The first whose images are not all sent; null: none.
    Told* unsent();
    const Told* unsent() const { return const_cast<Connection*>(this)->unsent(); }
    void read_errors();
    std::string end_text();

    const WorkerSource& source_;
    const FleetLimits& limits_;
    Child child_;
    LineBuffer lines_{kLongestLine};
    LineBuffer error_lines_{kLongestLine};
    std::vector<std::string> complaints_;
    std::string last_complaint_;
    std::string outgoing_;
    std::map<std::int64_t, Told> searches_;
    std::int64_t last_search_ = 0;  ///< their numbers grow
    bool greeted_ = false;
    bool ready_ = false;
    std::string host_;
    std::int64_t process_ = 0;
    std::int64_t slots_ = 0;
    WorkerClock::time_point heard_ = WorkerClock::now();
    std::optional<WorkerClock::time_point> ended_at_;
    bool output_open_ = true, errors_open_ = true;
    std::optional<WorkerFailure> failure_;
};

}  // namespace nanonas::pipeline
