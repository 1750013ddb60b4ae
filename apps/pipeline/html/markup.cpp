#include "apps/pipeline/html/markup.hpp"

#include <cmath>
#include <cstdio>

#include "space/printable.hpp"

namespace nanonas::pipeline::html {

std::string escaped(const std::string& text) {
    std::string safe;
    for (const char letter : one_line(text)) {
        switch (letter) {
            case '&':
                safe += "&amp;";
                break;
            case '<':
                safe += "&lt;";
                break;
            case '>':
                safe += "&gt;";
                break;
            case '"':
                safe += "&quot;";
                break;
            default:
                safe += letter;
        }
    }
    return safe;
}

std::string fixed(double value, int digits) {
    if (!std::isfinite(value)) {
        return "-";
    }
    char text[64];
    std::snprintf(text, sizeof text, "%.*f", digits, value);
    return text;
}

std::string element(const char* tag, const std::string& content, const char* css) {
    const std::string name = tag;
    return "<" + name + (*css == 0 ? "" : " class=\"" + std::string(css) + "\"") + ">" + content +
           "</" + name + ">";
}

std::string table(const Table& table) {
    std::string text = "<div class=\"wide\" tabindex=\"0\" role=\"group\" aria-label=\"" +
                       escaped(table.caption) + "\"><table><caption>" + escaped(table.caption) +
                       "</caption><thead><tr>";
    const auto css = [&](std::size_t column) {
        return column < table.words ? "" : " class=\"number\"";
    };
    for (std::size_t i = 0; i < table.head.size(); ++i) {
        text += std::string("<th scope=\"col\"") + css(i) + ">" + table.head[i] + "</th>";
    }
    text += "</tr></thead><tbody>\n";
    for (const std::vector<std::string>& row : table.rows) {
        text += "<tr>";
        for (std::size_t i = 0; i < row.size(); ++i) {
            const bool head = table.row_heads && i == 0;
            text += std::string(head ? "<th scope=\"row\"" : "<td") + css(i) + ">" + row[i] +
                    (head ? "</th>" : "</td>");
        }
        text += "</tr>\n";
    }
    return text + "</tbody></table></div>\n";
}

std::string folded(const std::string& summary, const std::string& content) {
    return "<details><summary>" + escaped(summary) + "</summary>\n" + content + "</details>\n";
}

std::string figure(const std::string& content, const std::string& caption) {
    return "<figure><div class=\"wide\" tabindex=\"0\" role=\"group\" aria-label=\"" +
           escaped(caption) + "\">" + content + "</div><figcaption>" + escaped(caption) +
           "</figcaption></figure>\n";
}

}  // namespace nanonas::pipeline::html
