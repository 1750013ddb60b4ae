#include "tests/apps/pipeline/workers/scripted.hpp"

#include <chrono>
#include <filesystem>
#include <fstream>
#include <thread>

#include "apps/pipeline/version.hpp"
#include "apps/pipeline/workers/data_transfer.hpp"
#include "space/spaces/cells.hpp"

namespace nanonas::test {

using namespace pipeline;

namespace {

const char* const kWords = R"(
hello() {
    echo '{"hello":{"protocol":2,"version":"'$version'","host":"there","process":'$$',"slots":'${1:-1}'}}'
}
open() { read -r line; echo '{"opened":{"build":"b","simd":"s","probe":"p"}}'; }
next() {
    read -r line || exit 0
    asked=${line#\{\"}; asked=${asked%%\"*}
    id=${line#*\"id\":}; id=${id%%[,\}]*}
}
answer() { echo '{"done":{"id":'$id',"score":'$1',"curve":[0.125,'$1'],"seconds":0.5}}'; }
beat() { echo '{"progress":{"id":'$id',"epoch":1,"epochs":2,"fraction":0.5,"best":0.375}}'; }
once() { mkdir "$folder/$1" 2>/dev/null; }
serve() { while next; do answer 0.5; done; }
)";

/// Waits while there is a file of that name.
class Local final : public nas::Evaluator {
  public:
    explicit Local(std::string hold) : hold_(std::move(hold)) {}
    std::int64_t repeats() const override { return 2; }
    nas::Evaluation evaluate(const space::Candidate&, const space::Network*,
                             const nas::EvaluationContext&) override {
        soon([this] { return !std::filesystem::exists(hold_); });
        nas::Evaluation evaluation;
        evaluation.score = 0.25;
        return evaluation;
    }

  private:
    std::string hold_;
};

std::shared_ptr<OpenSearch> open_on(const train::TrainingSet& data,
                                    const std::shared_ptr<WorkerPool>& pool) {
    Connection::Search search;
    search.open.data = note_of(data, false);
    search.data = data;
    search.arithmetic = {"b", "s", "p"};
    return std::make_shared<OpenSearch>(pool, std::move(search));
}

}  // namespace

Scripted::Scripted() : data_(bright_bands({8, 8, 1}, 3, 40, 1)) {
    plan_.limits.backoff_seconds = 0.02;
    plan_.limits.close_seconds = 1.0;
    plan_.told = [this](const std::string& text, bool) {
        const std::lock_guard<std::mutex> lock(mutex_);
        told_ += text + "\n";
    };
}

void Scripted::add(const std::string& script) {
    const std::string file = folder_ / ("worker" + std::to_string(plan_.sources.size()));
    std::ofstream(file) << "folder=" << folder_.path() << "\nversion=" << version() << kWords
                        << script << "\n";
    plan_.sources.push_back(
        {"cmd:worker" + std::to_string(plan_.sources.size()), {"/bin/sh", file}});
}

FleetEvaluator& Scripted::start(int here) {
    pool_ = std::make_shared<WorkerPool>(plan_, here);
    const auto search = open_on(data_, pool_);
    evaluator_ = std::make_unique<FleetEvaluator>(std::make_unique<Local>(file("hold")), search,
                                                  space::CellSpace{}.axes(), "");
    if (here == 0) {
        search->wait_for_one(nullptr);
    }
    return *evaluator_;
}

std::unique_ptr<FleetEvaluator> Scripted::another(std::uint64_t seed) {
    const auto search = open_on(bright_bands({8, 8, 1}, 3, 40, seed), pool_);
    return std::make_unique<FleetEvaluator>(std::make_unique<Local>(file("hold")), search,
                                            space::CellSpace{}.axes(), "other");
}

void Scripted::end() {
    evaluator_.reset();
    pool_.reset();
}

nas::Evaluation Scripted::evaluate(std::int64_t k, const std::atomic<bool>* stop) {
    nas::EvaluationContext context;
    context.seed = 12345678901234567890ull;
    context.repeat = 1;
    context.stop = stop;
    return evaluator_->evaluate({{k, 0}}, nullptr, context);
}

std::string Scripted::told() const {
    const std::lock_guard<std::mutex> lock(mutex_);
    return told_;
}

bool Scripted::tells(const std::string& text) const {
    return soon([&] { return told().find(text) != std::string::npos; });
}

bool Scripted::exists(const std::string& name) const {
    return std::filesystem::exists(file(name));
}

bool soon(const std::function<bool()>& holds) {
    for (int i = 0; i < 1000; ++i) {
        if (holds()) {
            return true;
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    return holds();
}

}  // namespace nanonas::test
