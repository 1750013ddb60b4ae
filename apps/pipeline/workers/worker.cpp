#include "apps/pipeline/workers/worker.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <condition_variable>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>

#include "apps/pipeline/version.hpp"
#include "apps/pipeline/workers/data_transfer.hpp"
#include "apps/pipeline/workers/line_buffer.hpp"
#include "apps/pipeline/workers/opening.hpp"
#include "apps/pipeline/workers/protocol.hpp"
#include "space/errors.hpp"
#include "space/parallel.hpp"

namespace nanonas::pipeline {

namespace {

constexpr const char* kNotOpen = "an evaluation before a search is open";

std::string host_name() {
    std::array<char, 256> name{};
    return ::gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "unknown";
}

/// The kinds that the search tells apart: what it would come to itself, and what is this machine's.
std::string kind_of(const std::exception& error) {
    if (dynamic_cast<const ConfigError*>(&error) != nullptr) {
        return "config";
    }
    if (dynamic_cast<const DataError*>(&error) != nullptr ||
        dynamic_cast<const NetworkError*>(&error) != nullptr) {
        return "data";
    }
    return dynamic_cast<const IoError*>(&error) != nullptr ? "io" : "other";
}

/// A search that asks here.
struct Search {
    explicit Search(std::int64_t number) : id(number) {}
    const std::int64_t id;
    std::unique_ptr<Opening> opening;        ///< complete once open
    std::unique_ptr<DataReceiver> receiver;  ///< once made, the reading thread's
    bool open = false;
};
using SearchPointer = std::shared_ptr<Search>;

/// One evaluation that was asked for and has not ended.
struct Job {
    message::Evaluate asked;
    SearchPointer search;
    std::atomic<bool> stop{false};
    bool running = false;
    message::Progress at;
};

class Worker {
  public:
    Worker(int output, const WorkerOptions& options, const Task& task)
        : output_(output), options_(options), task_(task) {
        loading_.threads = task.threads;
        loading_.stop = &closing_;
    }
    ~Worker() { close(); }
    Worker(const Worker&) = delete;
    Worker& operator=(const Worker&) = delete;

    void begin() {
        message::Hello hello;
        hello.version = version();
        hello.host = host_name();
        hello.process = ::getpid();
        hello.slots = 0;
        const bool beats = threads_.start([this] { beat(); }) && threads_.start([this] { load(); });
        while (hello.slots < task_.threads && threads_.start([this] { work(); })) {
            ++hello.slots;
        }
        if (!beats || hello.slots == 0) {
            throw IoError("no thread for an evaluation can be started");
        }
        say(hello);
    }

    void take(const std::string& line) {
        FromHead asked = [&] {
            try {
                return read_from_head(line);
            } catch (const DataError& error) {
                throw ConfigError(std::string("standard input: ") + error.what());
            }
        }();
        std::visit([this](auto& message) { take(std::move(message)); }, asked);
    }

    void close() {
        {
            const std::lock_guard<std::mutex> lock(mutex_);
            closing_ = true;
            for (const auto& job : jobs_) {
                job.second->stop = true;
            }
        }
        changed_.notify_all();
        threads_.join();
    }

  private:
    void take(message::Open open) {
        auto search = std::make_shared<Search>(open.search);
        {
            const std::lock_guard<std::mutex> lock(mutex_);
            if (!searches_.emplace(search->id, search).second) {
                throw ConfigError("standard input: search " + std::to_string(search->id) +
                                  " is opened twice");
            }
        }
        answer_opening(*search, [&] {
            search->opening = std::make_unique<Opening>(std::move(open), options_.cache);
            const std::lock_guard<std::mutex> lock(mutex_);
            to_load_.push_back(search);
        });
        changed_.notify_all();
    }

    /// Reading images takes its time; meanwhile evaluations are asked for, or the input ends.
    void load() {
        std::unique_lock<std::mutex> lock(mutex_);
        while (true) {
            changed_.wait(lock, [this] { return closing_ || !to_load_.empty(); });
            if (closing_) {
                return;
            }
            const SearchPointer search = to_load_.front();
            to_load_.pop_front();
            const auto known = images_of_another(search->opening->note());
            lock.unlock();
            answer_opening(*search, [&] { load(*search, known); });
            lock.lock();
        }
    }

    void load(Search& search, const std::optional<train::LoadedSet>& known) {
        auto images = known ? search.opening->split(*known) : search.opening->own_images(loading_);
        if (images) {
            open_with(search, std::move(*images));
            return;
        }
        {
            const std::lock_guard<std::mutex> lock(mutex_);
            search.receiver =
                std::make_unique<DataReceiver>(search.opening->note(), options_.cache);
        }
        say(message::NeedData{search.id});
    }

    /// Searches on the same images hold them together.
    std::optional<train::LoadedSet> images_of_another(const message::DataNote& note) const {
        for (const auto& other : searches_) {
            if (other.second->open &&
                other.second->opening->note().fingerprint == note.fingerprint) {
                return other.second->opening->images();
            }
        }
        return std::nullopt;
    }

    void take(const message::DataPart& part) {
        const SearchPointer search = search_of(part.search, "data that nobody asked for");
        {
            const std::lock_guard<std::mutex> lock(mutex_);
            if (!search->receiver) {
                throw ConfigError("standard input: data that nobody asked for");
            }
        }
        answer_opening(*search, [&] {
            search->receiver->take(part);
            if (search->receiver->complete()) {
                open_with(*search, search->opening->split(search->receiver->set()));
                search->receiver.reset();
            }
        });
    }

    SearchPointer search_of(std::int64_t id, const char* what) const {
        const std::lock_guard<std::mutex> lock(mutex_);
        const auto found = searches_.find(id);
        if (found == searches_.end()) {
            throw ConfigError(std::string("standard input: ") + what);
        }
        return found->second;
    }

    void open_with(Search& search, train::TrainingSet images) {
        search.opening->begin(std::move(images));
        {
            const std::lock_guard<std::mutex> lock(mutex_);
            search.open = true;
        }
        say(message::Opened{search.opening->arithmetic(), search.id});
    }

    template <typename Step>
    void answer_opening(const Search& search, const Step& step) {
        try {
            step();
        } catch (const Interrupted&) {
        } catch (const std::exception& error) {
            say(message::Refused{kind_of(error), Error(error.what()).what(), search.id});
        }
    }

    void take(const message::Close& close) {
        const SearchPointer search =
            search_of(close.search, "the end of a search that was not opened");
        const std::lock_guard<std::mutex> lock(mutex_);
        searches_.erase(close.search);
        to_load_.erase(std::remove(to_load_.begin(), to_load_.end(), search), to_load_.end());
    }

    void take(message::Evaluate asked) {
        const std::int64_t id = asked.id;
        auto job = std::make_shared<Job>();
        job->at.id = id;
        job->search = search_of(asked.search, kNotOpen);
        job->asked = std::move(asked);
        {
            const std::lock_guard<std::mutex> lock(mutex_);
            if (!job->search->open) {
                throw ConfigError(std::string("standard input: ") + kNotOpen);
            }
            if (!jobs_.emplace(id, job).second) {
                throw ConfigError("standard input: evaluation " + std::to_string(id) +
                                  " is under way");
            }
            waiting_.push_back(job);
        }
        changed_.notify_all();
    }

    void take(const message::Cancel& cancel) {
        const std::lock_guard<std::mutex> lock(mutex_);
        const auto found = jobs_.find(cancel.id);
        if (found == jobs_.end()) {
            return;  // it has ended meanwhile
        }
        found->second->stop = true;
        if (!found->second->running) {
            jobs_.erase(found);
            say(message::Cancelled{cancel.id});
        }
    }

    /// Evaluates until the worker closes.
    void work() {
        std::unique_lock<std::mutex> lock(mutex_);
        while (true) {
            changed_.wait(lock, [this] { return closing_ || !waiting_.empty(); });
            if (closing_) {
                return;
            }
            const std::shared_ptr<Job> job = waiting_.front();
            waiting_.pop_front();
            if (job->stop) {
                continue;
            }
            job->running = true;
            lock.unlock();
            const FromWorker answer = answer_to(*job);
            lock.lock();
            jobs_.erase(job->asked.id);
            say(answer);
        }
    }

    FromWorker answer_to(Job& job) {
        const std::int64_t id = job.asked.id;
        try {
            nas::Evaluation evaluation = job.search->opening->evaluate(
                job.asked, job.stop, [&](const nas::EvaluationProgress& progress) {
                    const std::lock_guard<std::mutex> lock(mutex_);
                    job.at = {id, progress.epoch, progress.epochs, progress.epoch_fraction,
                              progress.best_so_far};
                });
            if (!nas::is_finite(evaluation)) {  // JSON has no place for it
                return message::Failed{id, "data", "its score or curve is not finite"};
            }
            return message::Done{id, std::move(evaluation)};
        } catch (const Interrupted&) {
            return message::Cancelled{id};
        } catch (const std::bad_alloc&) {
            return message::Failed{id, "other", "out of memory"};
        } catch (const std::exception& error) {
            return message::Failed{id, kind_of(error), Error(error.what()).what()};
        }
    }

    /// A line about each evaluation under way, now and then: the search takes a worker that says
    /// nothing for one that hangs.
    void beat() {
        const auto pause = std::chrono::duration<double>(options_.heartbeat_seconds);
        std::unique_lock<std::mutex> lock(mutex_);
        while (!changed_.wait_for(lock, pause, [this] { return closing_.load(); })) {
            for (const auto& job : jobs_) {
                if (job.second->running) {
                    say(job.second->at);
                }
            }
        }
    }

    void say(const FromWorker& message) {
        const std::string line = line_of(message);
        const std::lock_guard<std::mutex> lock(output_mutex_);
        for (std::size_t at = 0; at < line.size() && !unheard_;) {
            const ssize_t written = ::write(output_, line.data() + at, line.size() - at);
            unheard_ = written < 0 && errno != EINTR;
            at += static_cast<std::size_t>(std::max<ssize_t>(written, 0));
        }
    }

    const int output_;
    const WorkerOptions& options_;
    const Task& task_;
    Task loading_;
    std::mutex output_mutex_;
    bool unheard_ = false;  ///< nobody reads any more

    mutable std::mutex mutex_;  ///< guards all below
    std::condition_variable changed_;
    std::map<std::int64_t, SearchPointer> searches_;
    std::deque<SearchPointer> to_load_;
    std::atomic<bool> closing_{false};
    std::map<std::int64_t, std::shared_ptr<Job>> jobs_;
    std::deque<std::shared_ptr<Job>> waiting_;
    ThreadGroup threads_;
};

std::optional<std::string> next_of(LineBuffer& lines) {
    try {
        return lines.next();
    } catch (const DataError& error) {
        throw ConfigError(std::string("standard input: ") + error.what());
    }
}

}  // namespace

void serve(int input, int output, const WorkerOptions& options, const Task& task) {
    Worker worker(output, options, task);
    worker.begin();
    LineBuffer lines(kLongestLine);
    std::array<char, 1 << 16> bytes;
    while (true) {
        const ssize_t count = ::read(input, bytes.data(), bytes.size());
        if (count < 0 && errno == EINTR) {
            continue;
        }
        if (count <= 0) {
            break;
        }
        lines.add({bytes.data(), static_cast<std::size_t>(count)});
        while (const auto line = next_of(lines)) {
            worker.take(*line);
        }
    }
    if (options.closed) {
        options.closed();
    }
}

}  // namespace nanonas::pipeline
