// The page of a run, from stories made by hand.
#include <catch2/catch.hpp>
#include <limits>

#include "apps/pipeline/html/figures_of.hpp"
#include "apps/pipeline/html/markup.hpp"
#include "apps/pipeline/html/picture.hpp"
#include "apps/pipeline/html/plot.hpp"
#include "apps/pipeline/html/report.hpp"

using namespace nanonas;
using namespace nanonas::pipeline;
using Catch::Contains;

namespace {

nas::Decision decided(std::int64_t k, std::int64_t c, double score, std::int64_t macc) {
    nas::Decision decision;
    decision.candidate = {k, c};
    decision.score = score;
    decision.curve = {score / 2, score};
    decision.cost = nas::CandidateCost{100 * k, 1000 * k, macc};
    return decision;
}

html::RunStory story() {
    html::RunStory story;
    story.name = "mine";
    story.options = {{"seed", 1}, {"data", "<pictures> & \"more\""}};
    story.report.verb = "search";
    story.report.version = "1";
    story.report.winner.emplace();
    story.report.winner->name = "(2,1)";
    story.report.winner->point = {{"k", std::int64_t{2}}, {"c", std::int64_t{1}}};
    story.report.winner->score = 0.75;
    story.report.cost.emplace();
    story.report.cost->runtime = "native";
    story.report.cost->ram_bytes = {200, 400};
    story.report.cost->flash_bytes = {2000, std::nullopt};
    story.report.cost->macc = {5000, 6000};
    story.axes = {{"k", 1, 9}, {"c", 0, 5}};
    story.decisions = {decided(1, 0, 0.5, 1000), decided(2, 1, 0.75, 5000),
                       decided(2, 0, 0.4, 5500)};
    nas::Decision over;
    over.candidate = {3, 1};
    over.violations = {{"macc", 6000, 9000}, {"ram_bytes", 400, 500}};
    story.decisions.push_back(over);
    return story;
}

std::size_t times(const std::string& text, const std::string& part) {
    std::size_t count = 0;
    for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) {
        ++count;
    }
    return count;
}

}  // namespace

TEST_CASE("text from outside cannot become markup") {
    CHECK(html::escaped("a<b>&\"c\"") == "a&lt;b&gt;&amp;&quot;c&quot;");
    html::RunStory evil = story();
    const std::string script = "<script>alert(1)</script>";
    evil.name = script;
    evil.report.winner->name = script;
    evil.report.failures = {script};
    evil.report.search.emplace();
    evil.report.search->conclusion = {script};
    evil.report.search->workers = {{script, script, 1, 1, 0, 1.0}};
    evil.decisions.back().violations.clear();
    evil.decisions.back().reason = script;
    evil.mistakes.emplace();
    evil.mistakes->labels = {script, "b"};
    evil.mistakes->confusion = {{1, 1}, {0, 1}};
    evil.mistakes->pictures.resize(1);
    evil.mistakes->pictures[0].said = 1;
    evil.report.training.emplace();
    evil.report.products = {{script, script}};
    for (const auto& stories :
         {std::vector<html::RunStory>{evil}, std::vector<html::RunStory>{evil, evil}}) {
        const std::string page = html::report(stories);
        CHECK(times(page, "<script") == 0);
        CHECK(times(page, "&lt;script&gt;") > 8);
    }
}

TEST_CASE("the map shows every candidate once, with the bounds that forbade it") {
    const std::string page = html::report({story()});
    CHECK(times(page, "class=\"cell") == 4);
    CHECK(times(page, "class=\"cell best") == 1);
    CHECK_THAT(page, Contains("<title>(2,1): 75.00 %</title>"));
    CHECK_THAT(page, Contains("<title>(3,1): over MACC, RAM</title>"));
    CHECK_THAT(page, Contains(">MR</text>"));
    CHECK(page == html::report({story()}));
}

TEST_CASE("a trial of more effort takes the place of the first") {
    html::RunStory twice = story();
    nas::Decision again = decided(1, 0, 0.6, 1000);
    again.effort = 2;
    twice.decisions.push_back(again);
    const auto last = html::last_decisions(twice);
    REQUIRE(last.size() == 4);
    CHECK(*last[0]->score == 0.6);
}

TEST_CASE("what another network beats in everything is not on the front") {
    const std::string page = html::report({story()});
    CHECK_THAT(page, Contains("2 of 3 networks are beaten by none"));
}

TEST_CASE("a broken bound is no green verdict") {
    html::RunStory over = story();
    CHECK_THAT(html::report({over}), Contains("class=\"verdict good\""));
    over.report.cost->macc.value = 7000;
    const std::string page = html::report({over});
    CHECK_THAT(page, Contains("class=\"verdict bad\"") && Contains("it does not fit"));
}

TEST_CASE("spaces of other axes get their scores in order") {
    html::RunStory other = story();
    other.axes.push_back(space::choice_axis("head", {"mean", "dense"}));
    for (std::size_t i = 0; i < other.decisions.size(); ++i) {
        other.decisions[i].candidate.at.push_back(static_cast<std::int64_t>(i % 2));
    }
    other.report.winner->point["head"] = std::string("dense");
    const std::string page = html::report({other});
    CHECK(times(page, "class=\"cell") == 0);
    CHECK_THAT(page, Contains("<title>k 2, c 1, head dense: 75.00 %</title>"));
    CHECK(html::is_winner(other, other.decisions[1].candidate));
    CHECK_FALSE(html::is_winner(other, other.decisions[0].candidate));
}

TEST_CASE("a run without anything but its end makes a page") {
    html::RunStory bare;
    bare.name = "bare";
    bare.options = nlohmann::json::object();
    bare.report.verb = "train";
    const std::string page = html::report({bare});
    CHECK_THAT(page, Contains("No network."));
    CHECK(times(page, "nan") == times(page, "nanonas"));
}

TEST_CASE("steps of an axis are round, within it, and few") {
    CHECK(html::round_steps({0.0, 10.0, false}, 6) == std::vector<double>{0, 2, 4, 6, 8, 10});
    CHECK(html::round_steps({1.0, 1.0, false}, 6).empty());
    CHECK(html::round_steps({0.0, std::numeric_limits<double>::infinity(), false}, 6).empty());
    for (double low : {-3.7, 0.001, 12345.0, 1e-9}) {
        for (double width : {1e-6, 0.03, 7.0, 123456.0}) {
            const html::Range range{low, low + width, false};
            const auto steps = html::round_steps(range, 6);
            INFO(low << " " << width);
            CHECK(steps.size() <= 6);
            CHECK(steps.size() >= 2);
            for (const double step : steps) {
                CHECK(step >= range.low - width * 1e-6);
                CHECK(step <= range.high + width * 1e-6);
            }
        }
    }
}

TEST_CASE("a chart of one point, or of none, is a chart") {
    const auto label = [](double at) { return html::fixed(at, 1); };
    html::Plot empty("nothing", {"x", {}, label}, {"y", {}, label});
    CHECK_THAT(empty.svg(), Contains("<svg") && !Contains("nan") && !Contains("inf"));
    html::Range one;
    one.take(5.0);
    html::Plot plot("one", {"x", one, label}, {"y", one, label});
    plot.dot(5.0, 5.0, "best", "here");
    CHECK_THAT(plot.svg(), Contains("cx=\"340.0\"") && !Contains("nan"));
}

TEST_CASE("a picture is a PNG of its pixels") {
    const std::vector<std::uint8_t> pixels = {255, 0, 0, 0, 255, 0};
    const std::string address = html::picture_address({1, 2, 3}, pixels.data());
    CHECK(address.rfind("data:image/png;base64,iVBORw0KGgo", 0) == 0);
    CHECK(address == html::picture_address({1, 2, 3}, pixels.data()));
    const std::vector<std::uint8_t> other = {255, 0, 0, 0, 254, 0};
    CHECK(address != html::picture_address({1, 2, 3}, other.data()));
}
