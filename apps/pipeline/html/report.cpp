#include "apps/pipeline/html/report.hpp"

#include "apps/pipeline/html/markup.hpp"
#include "apps/pipeline/html/page.hpp"
#include "apps/pipeline/html/sections.hpp"

namespace nanonas::pipeline::html {

namespace {

struct Section {
    const char* id;
    const char* title;
    std::string (*content)(const RunStory&);
};

constexpr Section kSections[] = {
    {"verdict", "Verdict", verdict_section},
    {"map", "Candidates", map_section},
    {"trade-offs", "Trade-offs", trade_off_section},
    {"learning", "Learning curves", learning_section},
    {"network", "The network", network_section},
    {"rounding", "What int8 costs", rounding_section},
    {"mistakes", "What it gets wrong", mistakes_section},
    {"work", "Time and workers", work_section},
    {"repeat", "Do it again", repeat_section},
};

/// `of`: the run's name where there are several.
std::string section(const std::string& id, const std::string& title, const std::string& content,
                    const std::string& of = "") {
    return "<section aria-label=\"" + escaped(of + title) + "\"><h2 id=\"" + id + "\">" +
           escaped(title) + "</h2>\n" + content + "</section>\n";
}

std::string link(const std::string& id, const std::string& title) {
    return "<li><a href=\"#" + id + "\">" + escaped(title) + "</a></li>";
}

std::string contents(const std::string& links) {
    return "<nav aria-label=\"Contents\"><ul>" + links + "</ul></nav>\n";
}

/// `before` tells one run's ids from another's.
std::string run_body(const RunStory& story, const std::string& before) {
    std::string links, body;
    for (const Section& part : kSections) {
        const std::string content = part.content(story);
        if (!content.empty()) {
            links += link(before + part.id, part.title);
            body += section(before + part.id, part.title, content,
                            before.empty() ? "" : story.name + ": ");
        }
    }
    return (before.empty() ? contents(links) : "") + body;
}

}  // namespace

std::string report(const std::vector<RunStory>& stories) {
    if (stories.size() == 1) {
        const RunStory& story = stories.front();
        return page(story.name + " - nanonas",
                    element("h1", escaped(story.name)) + "\n" + run_body(story, ""));
    }
    const std::string title = std::to_string(stories.size()) + " runs";
    std::string links = link("comparison", "Comparison"), body;
    for (std::size_t i = 0; i < stories.size(); ++i) {
        const std::string id = "run" + std::to_string(i + 1);
        links += link(id, stories[i].name);
        body += "<section aria-label=\"" + escaped(stories[i].name) + "\"><h1 id=\"" + id + "\">" +
                escaped(stories[i].name) + "</h1>\n" + run_body(stories[i], id + "-") +
                "</section>\n";
    }
    return page(title + " - nanonas",
                element("h1", title) + "\n" + contents(links) +
                    section("comparison", "Comparison", comparison_section(stories)) + body);
}

}  // namespace nanonas::pipeline::html
