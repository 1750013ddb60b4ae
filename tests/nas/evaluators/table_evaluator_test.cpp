#include "nas/evaluators/table_evaluator.hpp"

#include <catch2/catch.hpp>

#include "tests/nas/support.hpp"

using namespace nanonas;
using namespace nanonas::nas;

namespace {

const std::vector<space::Axis> kAxes = test::kCells.axes();

std::map<Candidate, double> scores(const std::string& text) {
    const TableEvaluator table(text, "runs/scores.csv", kAxes);
    std::map<Candidate, double> first;
    for (const auto& [candidate, efforts] : table.scores()) {
        first[candidate] = efforts.at(1).at(0).score;
    }
    return first;
}

std::string error_of(const std::string& text) {
    try {
        TableEvaluator(text, "s.csv", kAxes);
    } catch (const DataError& error) {
        return error.what();
    }
    return "no error";
}

const std::map<Candidate, double> kTwo = {{{1, 0}, 0.5}, {{2, 3}, 0.75}};

}  // namespace

TEST_CASE("columns in any order, spaces, quotes, CRLF, blank lines and a byte order mark read") {
    CHECK(scores("k,c,score\n1,0,0.5\n2,3,0.75\n") == kTwo);
    CHECK(scores("k,c,score\n1,0,0.5\n2,3,0.75") == kTwo);
    CHECK(scores("\xEF\xBB\xBFk,c,score\r\n1,0,0.5\r\n2,3,0.75\r\n\r\n\r\n") == kTwo);
    CHECK(scores(" score , c , k \n 0.5 , 0 , 1 \n\t.75, 3,2\n\n") == kTwo);
    CHECK(scores("\"k\",\"c\",\"score\"\n\"1\",0,5e-1\n2,3,+0.75\n") == kTwo);
}

TEST_CASE("a JSON array of objects reads") {
    CHECK(scores(R"([{"k":1,"c":0,"score":0.5}, {"score":0.75,"c":3,"k":2}])") == kTwo);
    CHECK(error_of(R"([{"k":1,"c":0,"score":0.5},{"k":1,"c":0,"score":0.6}])") ==
          "s.csv: /1: (1,0) again, first in /0");
    CHECK_THROWS_AS(scores(R"([{"k":1,"c":0,"scor":0.5}])"), DataError);
    CHECK_THROWS_AS(scores(R"([{"k":1.5,"c":0,"score":0.5}])"), DataError);
    CHECK_THROWS_AS(scores(R"([{"k":1,"c":0,"score":"0.5"}])"), DataError);
    CHECK_THROWS_AS(scores(R"([{"k":1,"c":0)"), DataError);
    CHECK_THROWS_AS(scores("[]"), DataError);
    CHECK_THROWS_AS(scores("{}"), DataError);
}

TEST_CASE("a malformed row is named with what was expected") {
    CHECK(error_of("k,c,score\n1,0,0.5\n1,x,0.5\n") ==
          "s.csv:3: c is \"x\", expected a whole number in [0, 1000000]");
    CHECK(error_of("k,c,score\n0,0,0.5\n") ==
          "s.csv:2: k is \"0\", expected a whole number in [1, 1000000]");
    CHECK(error_of("k,c,score\n1,0,nan\n") ==
          "s.csv:2: score is \"nan\", expected a finite number");
    CHECK(error_of("k,c,score\n1,0,1e999\n") ==
          "s.csv:2: score is \"1e999\", expected a finite number");
    CHECK(error_of("k,c,score\n1,0,\n") == "s.csv:2: score is \"\", expected a finite number");
    CHECK(error_of("k,c,score\n1,0,0.5 %\n") ==
          "s.csv:2: score is \"0.5 %\", expected a finite number");
    CHECK(error_of("k,c,score\n1,0\n") == "s.csv:2: 2 columns, expected 3 (k, c, score)");
    CHECK(error_of("k,c,score\n\n1,0,0.5,9\n") == "s.csv:3: 4 columns, expected 3 (k, c, score)");
    CHECK(error_of("k,c,score\n1.0,0,0.5\n") ==
          "s.csv:2: k is \"1.0\", expected a whole number in [1, 1000000]");
    CHECK(error_of("k,c,score\n-1,0,0.5\n") ==
          "s.csv:2: k is \"-1\", expected a whole number in [1, 1000000]");
}

TEST_CASE("a wrong header, an empty file and a header alone are errors") {
    CHECK(error_of("k;c;score\n1;0;0.5\n") ==
          "s.csv:1: header row is \"k;c;score\", expected the columns k,c,score in any order");
    CHECK(error_of("1,0,0.5\n") ==
          "s.csv:1: header row is \"1,0,0.5\", expected the columns k,c,score in any order");
    CHECK(error_of("k,k,score\n1,0,0.5\n") ==
          "s.csv:1: header row is \"k,k,score\", expected the columns k,c,score in any order");
    CHECK(error_of("") == "s.csv: empty, expected rows of k,c,score");
    CHECK(error_of("\xEF\xBB\xBF \r\n") == "s.csv: empty, expected rows of k,c,score");
    CHECK(error_of("k,c,score\n") == "s.csv: no rows, expected at least one k,c,score");
}

TEST_CASE("a candidate given twice is named with both rows") {
    CHECK(error_of("k,c,score\n2,1,0.5\n1,0,0.4\n2,1,0.5\n") ==
          "s.csv:4: (2,1) again, first in row 2");
}

TEST_CASE("a candidate that is not in the table is infeasible, with the file's name") {
    TableEvaluator table("k,c,score\n1,0,0.5\n", "some/where/scores.csv", kAxes);
    const Evaluation known = table.evaluate({1, 0}, nullptr, {});
    CHECK(known.score == 0.5);
    CHECK_FALSE(known.infeasible);
    const Evaluation unknown = table.evaluate({1, 1}, nullptr, {});
    CHECK(unknown.infeasible == std::optional<std::string>("not in scores.csv"));
}

TEST_CASE("a table is read from its file, and a missing file is an I/O error") {
    const test::ScratchFolder folder;
    test::spill(folder / "scores.csv", "k,c,score\n1,0,0.5\n2,3,0.75\n");
    CHECK(TableEvaluator(folder / "scores.csv", kAxes).scores().size() == 2);
    CHECK_THROWS_AS(TableEvaluator(folder / "none.csv", kAxes), IoError);
}

TEST_CASE("columns are named as the axes are, choices as they are called") {
    const std::vector<space::Axis> axes = {{"width", 8, 64, 8},
                                           space::choice_axis("pool", {"max", "average"})};
    const TableEvaluator table("pool,score,width\naverage,0.5,16\nmax,0.25,16\n", "s.csv", axes);
    CHECK(table.knows({16, 1}));
    CHECK_FALSE(table.knows({8, 1}));
    const TableEvaluator same(R"([{"width":16,"pool":"average","score":0.5}])", "s.json", axes);
    CHECK(same.scores().at({16, 1}) == table.scores().at({16, 1}));
    const auto error = [&](const std::string& text) {
        try {
            TableEvaluator(text, "s.csv", axes);
        } catch (const DataError& refused) {
            return std::string(refused.what());
        }
        return std::string("no error");
    };
    CHECK(error("width,pool,score\n16,min,0.5\n") ==
          "s.csv:2: pool is \"min\", not one of its choices");
    CHECK(
        error("k,c,score\n16,0,0.5\n") ==
        "s.csv:1: header row is \"k,c,score\", expected the columns width,pool,score in any order");
    CHECK(error("width,pool,score\n16,max,0.5\n16,max,0.5\n") ==
          "s.csv:3: (16,max) again, first in row 2");
    CHECK(error(R"([{"width":16,"pool":1,"score":0.5}])") != "no error");
    CHECK(error(R"([{"width":16,"pool":"min","score":0.5}])") ==
          "s.csv: /0: pool is \"min\", not one of its choices");
}

TEST_CASE("what evaluations took is optional, and goes with their scores") {
    TableEvaluator table("k,c,seconds,score,repeat\n1,0,0.25,0.5,0\n1,0,1e1,0.75,1\n", "s.csv",
                         kAxes);
    CHECK(table.has_seconds());
    for (std::uint64_t seed = 0; seed < 8; ++seed) {
        double both = 0.0;
        for (const std::int64_t repeat : {0, 1}) {
            EvaluationContext context;
            context.seed = seed;
            context.repeat = repeat;
            const Evaluation evaluation = table.evaluate({1, 0}, nullptr, context);
            CHECK(evaluation.seconds == (evaluation.score == 0.5 ? 0.25 : 10.0));
            both += evaluation.seconds;
        }
        CHECK(both == 10.25);
    }
    CHECK_FALSE(TableEvaluator("k,c,score\n1,0,0.5\n", "s.csv", kAxes).has_seconds());
    const std::string first = R"([{"k":1,"c":0,"score":0.5,"seconds":2},{"k":1,"c":1,"score":0.5)";
    CHECK(TableEvaluator(first + R"(,"seconds":0.5}])", "s.json", kAxes).has_seconds());
    CHECK_FALSE(TableEvaluator(first + "}]", "s.json", kAxes).has_seconds());
    CHECK(error_of("k,c,score,seconds\n1,0,0.5,-1\n") ==
          "s.csv:2: seconds is \"-1\", expected a finite number from 0");
    CHECK(error_of("k,c,score,seconds\n1,0,0.5,\n") ==
          "s.csv:2: seconds is \"\", expected a finite number from 0");
}
