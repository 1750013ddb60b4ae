// How to make the same run again.
#include "apps/pipeline/html/markup.hpp"
#include "apps/pipeline/html/sections.hpp"
#include "space/json/json_text.hpp"
#include "space/printable.hpp"

namespace nanonas::pipeline::html {

std::string repeat_section(const RunStory& story) {
    const RunReport& report = story.report;
    std::string text =
        element("p", "nanonas " + escaped(report.version) +
                         ". The same options give the same network, whatever the number of "
                         "workers:") +
        element("pre", "nanonas " + escaped(report.verb) + " --config " +
                           escaped(shell_quoted(story.name + "/config.json"))) +
        "\n";
    Table options;
    options.caption = "Options, as config.json holds them";
    options.head = {"option", "value"};
    options.words = 2;
    for (const auto& [name, value] : story.options.items()) {
        options.rows.push_back(
            {escaped(name), escaped(value.is_string() ? value.get<std::string>() : value.dump())});
    }
    Table products;
    products.caption = "Products, with their checksums";
    products.head = {"file", "checksum"};
    products.words = 2;
    for (const auto& [file, sum] : report.products) {
        products.rows.push_back({escaped(file), escaped(sum)});
    }
    return text + folded("Every option", table(options)) +
           (products.rows.empty() ? "" : folded("Every product", table(products)));
}

}  // namespace nanonas::pipeline::html
