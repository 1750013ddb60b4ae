// Which classes the int8 network takes for which, and the pictures of which it is surest and wrong.
#include "apps/pipeline/figures.hpp"
#include "apps/pipeline/html/markup.hpp"
#include "apps/pipeline/html/sections.hpp"
#include "space/text.hpp"

namespace nanonas::pipeline::html {

namespace {

constexpr std::size_t kMostClasses = 40;

std::string confusion(const Mistakes& mistakes) {
    Table all;
    all.caption = "Rows: what an image is; columns: what the int8 network says of it";
    all.head = {"is"};
    const bool square = mistakes.labels.size() <= kMostClasses;
    if (square) {
        for (const std::string& label : mistakes.labels) {
            all.head.push_back(escaped(label));
        }
    }
    all.head.insert(all.head.end(), {"images", "right"});
    for (std::size_t is = 0; is < mistakes.labels.size(); ++is) {
        std::vector<std::string> row = {escaped(mistakes.labels[is])};
        std::int64_t images = 0;
        for (std::size_t said = 0; said < mistakes.labels.size(); ++said) {
            const std::int64_t count = mistakes.confusion[is][said];
            images += count;
            if (square) {
                row.push_back(said == is  ? element("strong", grouped(count))
                              : count > 0 ? grouped(count)
                                          : "");
            }
        }
        row.push_back(grouped(images));
        row.push_back(images > 0 ? percent_text(static_cast<double>(mistakes.confusion[is][is]) /
                                                static_cast<double>(images))
                                 : "-");
        all.rows.push_back(row);
    }
    return table(all);
}

std::string pictures(const Mistakes& mistakes) {
    std::string text;
    for (const WrongPicture& picture : mistakes.pictures) {
        const std::string is = escaped(mistakes.labels[picture.is]);
        const std::string said = escaped(mistakes.labels[picture.said]);
        text += "<li><img src=\"" + picture.address + "\" alt=\"" + is + " taken for " + said +
                "\">" + element("strong", is) + ", said " + said + " " +
                percent_text(static_cast<double>(picture.probability)) + "</li>\n";
    }
    if (text.empty()) {
        return "";
    }
    return element("h3", "Surest and wrong") + "<ul class=\"pictures\">\n" + text + "</ul>\n";
}

}  // namespace

std::string mistakes_section(const RunStory& story) {
    if (!story.mistakes) {
        return story.report.training
                   ? element("p", "Not told: " + escaped(story.no_mistakes), "quiet") + "\n"
                   : "";
    }
    const Mistakes& mistakes = *story.mistakes;
    return element("p", grouped(mistakes.wrong) + " of " + grouped(mistakes.images) + " " +
                            escaped(mistakes.role) + " images wrong.") +
           confusion(mistakes) + pictures(mistakes);
}

}  // namespace nanonas::pipeline::html
