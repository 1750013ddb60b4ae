// Event files of whole runs: the same from one that was stopped, and from one that was finished.
#include "apps/pipeline/run_curves.hpp"

#include <atomic>
#include <catch2/catch.hpp>
#include <filesystem>
#include <map>

#include "apps/pipeline/resolve.hpp"
#include "apps/pipeline/run.hpp"
#include "space/errors.hpp"
#include "space/files.hpp"
#include "space/little_endian.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tests/train/memory_set.hpp"

using namespace nanonas;
using namespace nanonas::pipeline;
using Catch::Contains;
namespace fs = std::filesystem;

namespace {

DataSets images() {
    DataSets data;
    data.training = test::bright_bands({8, 8, 1}, 3, 60, 1);
    data.training.set.description = "bands";
    data.winner = data.training;
    return data;
}

RunSpec small_run() {
    RunSpec spec;
    spec.search.steps = 20;
    spec.search.repeats = 2;
    spec.training.epochs = 8;
    spec.training.batch = 16;
    spec.training.augment = train::AugmentOptions{};
    spec.products.check_images = 0;
    spec.budget.macc = 30000;
    resolve_defaults(spec);
    spec.validate();
    return spec;
}

void go_on(const RunPlace& place, const DataSets& data, const Task& task = {}, int stop_at = -1,
           std::atomic<bool>* stop = nullptr) {
    Run run = Run::open(small_run(), Verb::kSearch, place, task, &data);
    if (!run.finished()) {
        nas::SearchHooks hooks;
        hooks.decided = [&](const nas::Decided& decided) {
            if (stop != nullptr && static_cast<int>(decided.index) == stop_at) {
                *stop = true;
            }
        };
        run.search(hooks);
        run.products(run.train());
        run.finish();
    }
}

/// By path in the folder: the events without their times.
std::map<std::string, std::vector<std::string>> events_of(const std::string& folder) {
    std::map<std::string, std::vector<std::string>> found;
    for (const auto& entry : fs::recursive_directory_iterator(folder)) {
        if (!entry.is_regular_file()) {
            continue;
        }
        const std::string bytes = read_file(entry.path().string());
        auto& events = found[fs::relative(entry.path(), folder).string()];
        for (std::size_t at = 0; at < bytes.size();) {
            const auto length = static_cast<std::size_t>(read_little_endian(bytes, at, 8));
            events.push_back(bytes.substr(at + 12 + 9, length - 9));
            at += 16 + length;
        }
    }
    return found;
}

}  // namespace

TEST_CASE("a run stopped in its search and in its training leaves the events of one that was not") {
    const testing::TemporaryFolder folder;
    const DataSets data = images();
    go_on({folder / "whole", false, folder / "curves/whole"}, data);
    const auto whole = events_of(folder / "curves/whole");
    const auto journal = read_file(folder / "whole/journal.jsonl");
    const auto lines =
        static_cast<std::size_t>(std::count(journal.begin(), journal.end(), '\n')) - 1;
    REQUIRE(lines > 3);
    CHECK(whole.size() == 1 + lines);
    const auto root = std::find_if(whole.begin(), whole.end(), [](const auto& file) {
        return file.first.find('/') == std::string::npos;
    });
    REQUIRE(root != whole.end());
    // Version, columns, options; the decisions; the epochs; the result.
    CHECK(root->second.size() == 3 + lines + 8 + 1);

    const std::string out = folder / "stopped";
    std::atomic<bool> stop{false};
    Task task;
    task.stop = &stop;
    CHECK_THROWS_AS(go_on({out, false, folder / "curves/stopped"}, data, task, 2, &stop),
                    Interrupted);
    stop = false;
    Task at_epoch = task;
    at_epoch.progress = [&stop](const Progress& at) {
        stop = stop || (at.part == "train" && at.fraction > 0.4);
    };
    CHECK_THROWS_AS(go_on({out, true, folder / "curves/stopped"}, data, at_epoch), Interrupted);
    const auto part = events_of(folder / "curves/stopped");
    CHECK(part.at(root->first).size() > 3 + lines);
    CHECK(part.at(root->first).size() < 3 + lines + 8);
    stop = false;
    task.threads = 2;
    go_on({out, true, folder / "curves/stopped"}, data, task);
    CHECK(events_of(folder / "curves/stopped") == whole);

    SECTION("asked for afterwards they are the same, and asked for again none is added") {
        go_on({out, true, folder / "curves/later"}, data);
        CHECK(events_of(folder / "curves/later") == whole);
        go_on({out, true, folder / "curves/later"}, data);
        CHECK(events_of(folder / "curves/later") == whole);
    }
    SECTION("without the checkpoint nothing is written over what is there") {
        fs::remove(out + "/training.ckpt");
        CHECK_THROWS_WITH(go_on({out, true, folder / "curves/stopped"}, data),
                          Contains("training.ckpt is gone"));
        CHECK(events_of(folder / "curves/stopped") == whole);
    }
}

TEST_CASE("a run that cannot begin leaves no folder of events, and none is shared by two runs") {
    const testing::TemporaryFolder folder;
    const DataSets data = images();
    {
        Run held =
            Run::open(small_run(), Verb::kSearch, {folder / "a", false, folder / "one"}, {}, &data);
    }
    const Run holder = Run::open(small_run(), Verb::kSearch, {folder / "a", true}, {}, &data);
    CHECK_THROWS_WITH(
        Run::open(small_run(), Verb::kSearch, {folder / "a", true, folder / "x/y"}, {}, &data),
        Contains("in use"));
    CHECK_FALSE(fs::exists(folder / "x"));
    RunSpec other = small_run();
    other.training.seed = 2;
    CHECK_THROWS_WITH(
        Run::open(other, Verb::kSearch, {folder / "b", false, folder / "one"}, {}, &data),
        Contains("--tensorboard: ") && Contains("one holds another run's events"));
    CHECK_FALSE(fs::exists(folder / "b"));
}
