// The worker's side, in this process, at the other end of two pipes.
#include "apps/pipeline/workers/worker.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <catch2/catch.hpp>
#include <chrono>
#include <csignal>
#include <exception>
#include <filesystem>
#include <set>
#include <thread>

#include "apps/pipeline/evaluators.hpp"
#include "apps/pipeline/identity.hpp"
#include "apps/pipeline/resolve.hpp"
#include "apps/pipeline/version.hpp"
#include "apps/pipeline/workers/data_transfer.hpp"
#include "apps/pipeline/workers/line_buffer.hpp"
#include "apps/pipeline/workers/protocol.hpp"
#include "space/errors.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tests/train/memory_set.hpp"
#include "train/data/memory_set.hpp"

using namespace nanonas;
using namespace nanonas::pipeline;
using Catch::Contains;

namespace {

/// A worker on a thread.
class Served {
  public:
    explicit Served(const std::string& cache, int slots = 1) {
        std::signal(SIGPIPE, SIG_IGN);
        REQUIRE(::pipe2(to_, O_CLOEXEC) == 0);
        REQUIRE(::pipe2(from_, O_CLOEXEC) == 0);
        options_.cache = cache;
        options_.heartbeat_seconds = 0.02;
        task_.threads = slots;
        thread_ = std::thread([this] {
            try {
                serve(to_[0], from_[1], options_, task_);
            } catch (...) {
                error_ = std::current_exception();
            }
            ::close(from_[1]);
        });
    }
    ~Served() {
        close();
        ::close(to_[0]);
        ::close(from_[0]);
    }

    void say(const FromHead& message) { say_line(line_of(message)); }
    void say_line(const std::string& line) {
        std::size_t at = 0;
        while (at < line.size()) {
            const ssize_t written = ::write(to_[1], line.data() + at, line.size() - at);
            REQUIRE(written > 0);
            at += static_cast<std::size_t>(written);
        }
    }

    /// The next message of that kind; others are passed over.
    template <typename Message>
    Message next() {
        while (true) {
            if (const auto line = lines_.next()) {
                const FromWorker message = read_from_worker(*line);
                if (const auto* found = std::get_if<Message>(&message)) {
                    return *found;
                }
                if (const auto* refused = std::get_if<message::Refused>(&message)) {
                    throw std::runtime_error("refused: " + refused->text);
                }
                continue;
            }
            std::array<char, 4096> bytes;
            const ssize_t count = ::read(from_[0], bytes.data(), bytes.size());
            if (count <= 0) {
                throw std::runtime_error("the worker has ended");
            }
            lines_.add({bytes.data(), static_cast<std::size_t>(count)});
        }
    }

    /// Ends the input; what serve() has thrown.
    std::string close() {
        if (thread_.joinable()) {
            ::close(to_[1]);
            thread_.join();
        }
        try {
            if (error_) {
                std::rethrow_exception(error_);
            }
        } catch (const std::exception& error) {
            return error.what();
        }
        return "";
    }

  private:
    int to_[2] = {-1, -1}, from_[2] = {-1, -1};
    WorkerOptions options_;
    Task task_;
    std::thread thread_;
    std::exception_ptr error_;
    LineBuffer lines_{kLongestLine};
};

struct Search {
    RunSpec spec;
    train::TrainingSet data;
    message::Open open;

    Search() {
        spec.search.steps = 20;
        spec.search.repeats = 2;
        spec.training.seed = 3;
        resolve_defaults(spec);
        const train::TrainingSet drawn = test::bright_bands({8, 8, 1}, 3, 90, 1);
        data = train::training_set(train::stored_set(drawn.set.store, drawn.set.labels, "bands"),
                                   spec.data.val_split, spec.training.seed, "bands");
        open.options = {{"search-steps", "20"},
                        {"repeats", "2"},
                        {"seed", "3"},
                        {"engine", spec.training.engine}};
        open.data = note_of(data, false);
    }

    void send_data(Served& worker) const {
        for (std::int64_t at = 0; at < open.data.bytes;) {
            const message::DataPart part = part_of(data, at);
            at += static_cast<std::int64_t>(part.bytes.size());
            worker.say(part);
        }
    }

    nas::Evaluation evaluate(std::int64_t k, std::uint64_t seed, std::int64_t repeat) const {
        const auto evaluator = make_training_evaluator(spec, data);
        const space::Candidate candidate{{k, 1}};
        const space::Network network =
            space_of(spec, {data.set.store->view().shape, 3})->build(candidate);
        nas::EvaluationContext context;
        context.seed = seed;
        context.repeat = repeat;
        return evaluator->evaluate(candidate, &network, context);
    }
};

message::Evaluate asked(std::int64_t id, std::int64_t k, std::int64_t effort = 1) {
    return {id, {{"k", k}, {"c", 1}}, effort, 1, 0xFFFFFFFFFFFFFFF0ull};
}

/// Would take minutes.
constexpr std::int64_t kLong = 1'000'000;

}  // namespace

TEST_CASE("a worker without the images asks for them once, and trains as the search would") {
    const testing::TemporaryFolder folder;
    const Search search;
    for (const bool first : {true, false}) {
        Served worker(folder / "cache");
        const auto hello = worker.next<message::Hello>();
        CHECK(hello.protocol == 2);
        CHECK(hello.version == version());
        CHECK(hello.process == ::getpid());
        CHECK(hello.slots == 1);
        worker.say(search.open);
        if (first) {
            worker.next<message::NeedData>();
            search.send_data(worker);
        }
        const auto opened = worker.next<message::Opened>();
        const train::Arithmetic here = search_arithmetic(
            search.spec, *space_of(search.spec, {search.data.set.store->view().shape, 3}));
        CHECK(opened.arithmetic.probe == here.probe);
        CHECK(opened.arithmetic.build == here.build);
        worker.say(asked(7, 3));
        const auto done = worker.next<message::Done>();
        CHECK(done.id == 7);
        const nas::Evaluation expected = search.evaluate(3, 0xFFFFFFFFFFFFFFF0ull, 1);
        CHECK(done.evaluation.score == expected.score);
        CHECK(done.evaluation.curve == expected.curve);
        CHECK(done.evaluation.seconds > 0.0);
        CHECK(worker.close() == "");
    }
}

TEST_CASE("several evaluations at a time, each told of, each cancelled by itself") {
    const testing::TemporaryFolder folder;
    const Search search;
    Served worker(folder / "cache", 2);
    CHECK(worker.next<message::Hello>().slots == 2);
    worker.say(search.open);
    worker.next<message::NeedData>();
    search.send_data(worker);
    worker.next<message::Opened>();
    worker.say(asked(1, 2, kLong));
    worker.say(asked(2, 3, kLong));
    worker.say(asked(3, 4, kLong));  // waits for a place
    std::set<std::int64_t> told;
    while (told.size() < 2) {
        const auto at = worker.next<message::Progress>();
        CHECK(at.fraction >= 0.0);
        told.insert(at.id);
    }
    CHECK(told == std::set<std::int64_t>{1, 2});
    worker.say(message::Cancel{3});
    CHECK(worker.next<message::Cancelled>().id == 3);
    worker.say(message::Cancel{1});
    CHECK(worker.next<message::Cancelled>().id == 1);
    worker.say(message::Cancel{1});  // again, and one that never was
    worker.say(message::Cancel{99});
    worker.say(asked(4, 2));
    CHECK(worker.next<message::Done>().id == 4);
    const auto begun = std::chrono::steady_clock::now();
    CHECK(worker.close() == "");  // with one under way
    CHECK(std::chrono::steady_clock::now() - begun < std::chrono::seconds(5));
}

TEST_CASE("a worker serves several searches, and holds images that they share once") {
    const testing::TemporaryFolder folder;
    const Search search;
    Search shorter = search;
    shorter.spec.search.steps = 10;
    shorter.open.options["search-steps"] = "10";
    shorter.open.search = 2;
    Served worker(folder / "cache", 2);
    worker.say(search.open);
    worker.next<message::NeedData>();
    search.send_data(worker);
    CHECK(worker.next<message::Opened>().search == 1);
    std::filesystem::remove_all(folder / "cache");
    worker.say(shorter.open);
    CHECK(worker.next<message::Opened>().search == 2);  // no images were sent
    message::Evaluate second = asked(8, 3);
    second.search = 2;
    worker.say(second);
    const auto of_second = worker.next<message::Done>();
    worker.say(asked(7, 3));
    const auto of_first = worker.next<message::Done>();
    CHECK(of_second.evaluation.score == shorter.evaluate(3, 0xFFFFFFFFFFFFFFF0ull, 1).score);
    CHECK(of_first.evaluation.score == search.evaluate(3, 0xFFFFFFFFFFFFFFF0ull, 1).score);
    CHECK(of_first.evaluation.curve != of_second.evaluation.curve);
    worker.say(message::Close{2});
    worker.say(asked(9, 2));
    CHECK(worker.next<message::Done>().id == 9);
    second.id = 10;
    worker.say(second);
    CHECK_THROWS(worker.next<message::Done>());
    CHECK_THAT(worker.close(), Contains("an evaluation before a search is open"));
}

TEST_CASE("what a worker cannot open it refuses in one line") {
    const testing::TemporaryFolder folder;
    const auto refusal = [&](message::Open open, const Search& search, bool sends) {
        Served worker(folder / "refused");
        worker.next<message::Hello>();
        worker.say(open);
        if (sends) {
            worker.next<message::NeedData>();
            search.send_data(worker);
        }
        try {
            worker.next<message::Opened>();
        } catch (const std::runtime_error& error) {
            return std::string(error.what());
        }
        return std::string("opened");
    };
    const Search search;
    message::Open open = search.open;
    open.options["no-such-option"] = "1";
    CHECK_THAT(refusal(open, search, false), Contains("refused: --no-such-option: unknown option"));
    open = search.open;
    open.options["engine"] = "steam";
    CHECK_THAT(refusal(open, search, false), Contains("refused: --engine: \"steam\" is unknown"));
    open = search.open;
    open.data.fingerprint = "0123456789abcdef";
    CHECK_THAT(refusal(open, search, true), Contains("expected 0123456789abcdef"));
    open = search.open;
    open.options["seed"] = "4";
    CHECK_THAT(refusal(open, search, true), Contains("split otherwise"));
}

TEST_CASE("what a candidate fails with is told by its kind, and the worker goes on") {
    const testing::TemporaryFolder folder;
    const Search search;
    Served worker(folder / "cache");
    worker.say(search.open);
    worker.next<message::NeedData>();
    search.send_data(worker);
    worker.next<message::Opened>();
    message::Evaluate none = asked(1, 3);
    none.candidate = {{"k", 3}};
    worker.say(none);
    const auto failed = worker.next<message::Failed>();
    CHECK(failed.id == 1);
    CHECK(failed.kind == "config");
    CHECK_THAT(failed.text, Contains("'c' is missing"));
    worker.say(asked(2, -1));
    CHECK(worker.next<message::Failed>().id == 2);
    worker.say(asked(3, 3));
    CHECK(worker.next<message::Done>().id == 3);
}

TEST_CASE("a worker ends at what is no message, and says which") {
    const testing::TemporaryFolder folder;
    const std::pair<std::string, const char*> lines[] = {
        {"what?\n", "\"what?\" is no message"},
        {line_of(FromHead(asked(1, 3))), "an evaluation before a search is open"},
        {line_of(FromHead(message::DataPart{0, "x"})), "data that nobody asked for"},
        {line_of(FromHead(message::Close{})), "the end of a search that was not opened"},
        {std::string(kLongestLine + 10, 'x') + "\n", "a line of more than 1,048,576 bytes"},
    };
    for (const auto& one : lines) {
        Served worker(folder / "cache");
        worker.next<message::Hello>();
        worker.say_line(one.first);
        CHECK_THROWS(worker.next<message::Opened>());
        CHECK_THAT(worker.close(), Contains(one.second));
    }
}
