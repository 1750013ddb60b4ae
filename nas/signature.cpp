#include "nas/signature.hpp"

#include "nas/evaluators/stub_evaluator.hpp"
#include "nas/journal_record.hpp"
#include "nas/search.hpp"
#include "space/checksum.hpp"
#include "space/cost.hpp"
#include "space/spaces/cells.hpp"

namespace nanonas::nas {
namespace {

const space::CellSpace kSpaces[] = {
    {{50, 50, 3}, 2, 0.5}, {{28, 28, 1}, 10, 0.5}, {{32, 32, 3}, 10, 0.5}, {{96, 64, 3}, 5, 0.5}};

// The journal's notation that the hash has always been over.
constexpr std::int64_t kNotation = 2;

// The bounds of the three parts of NanoNAS, a tight one, and none.
const space::Budget kBudgets[] = {{20 * 1024, 128 * 1024, 750'000},
                                  {32 * 1024, 256 * 1024, 930'000},
                                  {40 * 1024, 128 * 1024, 2'730'000},
                                  {8 * 1024, 8 * 1024, std::nullopt},
                                  {std::nullopt, std::nullopt, std::nullopt}};

}  // namespace

std::string signature(const std::vector<std::string>& strategies,
                      const std::vector<std::unique_ptr<space::CostModel>>& runtimes,
                      std::uint64_t seed) {
    std::string text;
    for (const std::string& strategy_name : strategies) {
        for (const auto& runtime : runtimes) {
            for (const space::CellSpace& cells : kSpaces) {
                for (const space::Budget& budget : kBudgets) {
                    SearchOptions options;
                    options.seed = seed;
                    options.trials = 8;
                    options.space = &cells;
                    options.budget = budget;
                    options.cost_model = runtime.get();
                    const auto strategy = make_strategy(strategy_name);
                    StubEvaluator stub;
                    const SearchResult result = search(*strategy, stub, options);
                    text +=
                        strategy_name + " " + runtime->name() + " " + to_string(cells.input) + "\n";
                    for (std::size_t i = 0; i < result.decisions.size(); ++i) {
                        text +=
                            to_json_line(i, result.decisions[i], cells.axes(), kNotation) + "\n";
                    }
                }
            }
        }
    }
    return checksum(text);
}

}  // namespace nanonas::nas
