#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <catch2/catch.hpp>

#include "nas/journal_record.hpp"
#include "nas/search.hpp"
#include "nas/strategies/nanonas.hpp"
#include "tests/nas/support.hpp"

using namespace nanonas;
using namespace nanonas::nas;
using namespace nanonas::nas::test;

namespace {

const JournalHeader kHeader = cells_header(9, "f");

Table sample_table() {
    Rng rng(4);
    return random_table(rng, 4, 4, 0.0);
}

/// With a space, prices and a budget, so that every kind of record appears.
SearchResult run(const std::string& path, std::size_t workers, FakeEvaluator& evaluator,
                 const SearchHooks& hooks = {}) {
    Journal journal = Journal::resume(path, kHeader);
    const FakePrices prices;
    SearchOptions options;
    options.seed = kHeader.seed;
    options.workers = workers;
    const space::CellSpace cells{{8, 8, 1}, 2, 0.5};
    options.space = &cells;
    options.cost_model = &prices;
    options.budget.ram_bytes = 300;
    options.journal = &journal;
    NanoNas occam;
    return search(occam, evaluator, options, hooks);
}

SearchResult run(const std::string& path, std::size_t workers = 1) {
    FakeEvaluator evaluator(sample_table());
    return run(path, workers, evaluator);
}

/// The first candidate so long that idle workers look ahead meanwhile.
void slow_first(const Candidate& candidate, const EvaluationContext& context) {
    work_for(std::chrono::milliseconds(candidate == Candidate{1, 0} ? 30 : 1), context);
}

/// While it lives, no file grows beyond `bytes`.
class DiskOf {
  public:
    explicit DiskOf(std::size_t bytes) : handler_(::signal(SIGXFSZ, SIG_IGN)) {
        ::getrlimit(RLIMIT_FSIZE, &before_);
        rlimit tight = before_;
        tight.rlim_cur = bytes;
        ::setrlimit(RLIMIT_FSIZE, &tight);
    }
    DiskOf(const DiskOf&) = delete;
    DiskOf& operator=(const DiskOf&) = delete;
    ~DiskOf() {
        ::setrlimit(RLIMIT_FSIZE, &before_);
        ::signal(SIGXFSZ, handler_);
    }

  private:
    sighandler_t handler_;
    rlimit before_{};
};

}  // namespace

TEST_CASE("killed at any byte of its journal, a search resumes to the same bytes and winner") {
    const ScratchFolder folder;
    const std::string path = folder / "j";
    const SearchResult expected = run(path);
    const std::string whole = slurp(path);
    REQUIRE(expected.decisions.size() >= 6);
    for (std::size_t size = 0; size <= whole.size(); ++size) {
        INFO("killed after byte " << size);
        spill(path, whole.substr(0, size));
        const SearchResult resumed = run(path);
        REQUIRE(slurp(path) == whole);
        REQUIRE(resumed.decisions == expected.decisions);
        REQUIRE(resumed.best->candidate == expected.best->candidate);
    }
}

TEST_CASE("killed with SIGKILL again and again, a search ends as if it had never been") {
    const ScratchFolder folder;
    const SearchResult expected = run(folder / "whole");
    Rng rng(17);
    for (const std::size_t workers : {1u, 3u}) {
        INFO("workers " << workers);
        const std::string path = folder / ("killed-" + std::to_string(workers));
        int kills = 0;
        bool ended = false;
        while (!ended) {
            const pid_t child = ::fork();
            if (child == 0) {
                FakeEvaluator slow(sample_table());
                std::atomic<int> begun{0};
                slow.before = [&](const Candidate&, const EvaluationContext& context) {
                    if (kills < 2 && ++begun > 1) {
                        ::pause();  // until it is killed, however late that comes
                    }
                    work_for(std::chrono::milliseconds(4), context);
                };
                run(path, workers, slow);
                ::_exit(0);
            }
            // Longer each time, so that it ends on a slow machine too.
            ::usleep(
                static_cast<useconds_t>((rng.below(12) + static_cast<unsigned>(kills)) * 1000));
            ::kill(child, SIGKILL);
            int status = 0;
            REQUIRE(::waitpid(child, &status, 0) == child);
            ended = WIFEXITED(status);
            kills += ended ? 0 : 1;
        }
        CHECK(kills >= 2);
        const SearchResult resumed = run(path, workers);
        CHECK(resumed.best->candidate == expected.best->candidate);
        CHECK(slurp(path) == slurp(folder / "whole"));
    }
}

TEST_CASE("killed at any byte of journal and speculation, a search resumes to the same bytes") {
    const ScratchFolder folder;
    const std::string path = folder / "j";
    FakeEvaluator slow(sample_table());
    slow.before = slow_first;
    const SearchResult expected = run(path, 4, slow);
    const std::string whole = slurp(path);
    const std::string ahead = slurp(speculation_path(path));
    REQUIRE(whole.find("speculative") == std::string::npos);
    REQUIRE(ahead.find("\"speculative\":true") != std::string::npos);
    for (std::size_t size = 0; size <= whole.size(); size += 7) {
        for (const std::size_t workers : {1u, 3u}) {
            const std::size_t kept = size * 13 % (ahead.size() + 1);
            INFO("killed after byte " << size << " and " << kept << ", resumed by " << workers);
            spill(path, whole.substr(0, size));
            spill(speculation_path(path), ahead.substr(0, kept));
            const SearchResult resumed = run(path, workers);
            REQUIRE(slurp(path) == whole);
            REQUIRE(resumed.best->candidate == expected.best->candidate);
        }
    }
}

TEST_CASE("a disk that is full at any byte ends the search with an error that resume gets over") {
    const ScratchFolder folder;
    const std::string path = folder / "j";
    // Long records of scores with a short one behind them, which might still have room.
    const auto search_hill = [&](std::size_t workers) {
        FakeEvaluator evaluator(hill(2));
        return run(path, workers, evaluator);
    };
    const SearchResult expected = search_hill(1);
    const std::string whole = slurp(path);
    const std::string header = whole.substr(0, whole.find('\n') + 1);
    for (const std::size_t workers : {1u, 3u}) {
        for (std::size_t size = header.size(); size < whole.size(); size += 7) {
            INFO("full at byte " << size << ", workers " << workers);
            spill(path, header);
            std::filesystem::remove(speculation_path(path));
            std::string message;
            {
                const DiskOf full(size);
                try {
                    search_hill(workers);
                } catch (const IoError& error) {
                    message = error.what();
                }
            }
            REQUIRE_THAT(message, Catch::Contains(": cannot be written ("));
            REQUIRE(whole.compare(0, slurp(path).size(), slurp(path)) == 0);
            const SearchResult resumed = search_hill(workers);
            REQUIRE(slurp(path) == whole);
            REQUIRE(resumed.decisions == expected.decisions);
        }
    }
}

TEST_CASE("a journal of version 1 is replayed to its end, and refused where it would go on") {
    const ScratchFolder folder;
    const std::string path = folder / "j";
    const SearchResult expected = run(path);
    std::string old = "{\"journal\":1,\"seed\":9,\"strategy\":\"occam\",\"fingerprint\":\"f\"}\n";
    for (std::size_t i = 0; i < expected.decisions.size(); ++i) {
        std::string line = to_json_line(i, expected.decisions[i], kHeader.axes, 2);
        line.erase(line.find(",\"check\""));
        old += line + "}\n";
    }
    spill(path, old);
    FakeEvaluator evaluator(sample_table());
    CHECK(run(path, 1, evaluator).best->candidate == expected.best->candidate);
    spill(path, old.substr(0, old.rfind('\n', old.size() - 2) + 1));
    CHECK_THROWS_WITH(run(path, 1, evaluator), Catch::Contains("of version 1"));
    CHECK(evaluator.calls.empty());
}

TEST_CASE("finished speculative work is used after a resume, not done again") {
    const ScratchFolder folder;
    const std::string path = folder / "j";
    FakeEvaluator slow(sample_table());
    slow.before = slow_first;
    run(path, 4, slow);
    const std::string whole = slurp(path);
    spill(path, whole.substr(0, whole.find('\n') + 1));
    const Journal early = Journal::resume(path, kHeader);
    REQUIRE(early.decisions().empty());
    REQUIRE_FALSE(early.speculative().empty());

    FakeEvaluator evaluator(sample_table());
    std::vector<Candidate> reused;
    SearchHooks hooks;
    hooks.decided = [&](const Decided& event) {
        if (event.speculative) {
            reused.push_back(event.decision.candidate);
        }
    };
    const SearchResult result = run(path, 1, evaluator, hooks);
    CHECK_FALSE(reused.empty());
    for (const Candidate& candidate : evaluator.calls) {
        CHECK(early.speculative().count(candidate) == 0);
    }
    CHECK(result.evaluated == evaluator.calls.size());
    CHECK(result.speculation.used == 0);
    CHECK(slurp(path) == whole);
}

TEST_CASE("a finished search resumes without evaluating anything or writing a byte") {
    const ScratchFolder folder;
    const std::string path = folder / "j";
    const SearchResult expected = run(path);
    const std::string whole = slurp(path);
    FakeEvaluator evaluator(sample_table());
    const SearchResult again = run(path, 4, evaluator);
    CHECK(evaluator.calls.empty());
    CHECK(slurp(path) == whole);
    CHECK(again.replayed == expected.decisions.size());
    CHECK(again.evaluated == 0);
    CHECK(again.decisions == expected.decisions);
}

TEST_CASE("a journal whose decisions the strategy would not make is refused with its line") {
    const ScratchFolder folder;
    const std::string path = folder / "j";
    run(path);
    const std::string whole = slurp(path);

    const std::size_t second = whole.find("{\"index\":1,");
    std::string other = whole.substr(0, second);
    Decision stray;
    stray.candidate = {7, 7};
    stray.reason = "stray";
    spill(path, other + to_json_line(1, stray, kHeader.axes) + "\n");
    CHECK_THROWS_WITH(run(path), path +
                                     ":3: has (7,7) where the search asks for (1,1); written by "
                                     "another search");

    const auto lines = static_cast<std::size_t>(std::count(whole.begin(), whole.end(), '\n'));
    spill(path, whole + to_json_line(lines - 1, stray, kHeader.axes) + "\n");
    CHECK_THROWS_WITH(run(path), path + ":" + std::to_string(lines + 1) +
                                     ": goes on where the search is over; written by another "
                                     "search");

    stray.candidate = {1, 0};
    spill(path,
          whole.substr(0, whole.find('\n') + 1) + to_json_line(0, stray, kHeader.axes) + "\n");
    CHECK_THROWS_AS(run(path), DataError);  // a seed that is not this run's
}
