#include "apps/pipeline/html/plot.hpp"

#include <algorithm>
#include <cmath>

#include "apps/pipeline/html/markup.hpp"

namespace nanonas::pipeline::html {

namespace {

constexpr double kWidth = 640.0, kHeight = 320.0;
constexpr double kLeft = 64.0, kRight = 24.0, kTop = 16.0, kBottom = 48.0;

std::string at(double value) {
    return fixed(value, 1);
}

std::string word(double x, double y, const char* css, const std::string& text,
                 const std::string& more = "") {
    return "<text class=\"" + std::string(css) + "\" x=\"" + at(x) + "\" y=\"" + at(y) + "\"" +
           more + ">" + escaped(text) + "</text>";
}

std::string stroke(double x1, double y1, double x2, double y2, const char* css) {
    return "<line class=\"" + std::string(css) + "\" x1=\"" + at(x1) + "\" y1=\"" + at(y1) +
           "\" x2=\"" + at(x2) + "\" y2=\"" + at(y2) + "\"/>";
}

/// A range of one value shows it in the middle.
Range spread(Range range) {
    if (range.empty) {
        return {0.0, 1.0, false};
    }
    if (range.high <= range.low) {
        const double around = range.low == 0.0 ? 1.0 : std::abs(range.low) * 0.1;
        return {range.low - around, range.high + around, false};
    }
    const double margin = (range.high - range.low) * 0.04;
    return {range.low - margin, range.high + margin, false};
}

}  // namespace

void Range::take(double value) {
    low = empty ? value : std::min(low, value);
    high = empty ? value : std::max(high, value);
    empty = false;
}

std::vector<double> round_steps(const Range& range, int most) {
    const double width = range.high - range.low;
    if (!(width > 0.0) || !std::isfinite(width)) {
        return {};
    }
    double step = std::pow(10.0, std::floor(std::log10(width / most)));
    for (const double factor : {1.0, 2.0, 5.0, 10.0}) {
        if (std::floor(range.high / (step * factor)) - std::ceil(range.low / (step * factor)) + 1 <=
            most) {
            step *= factor;
            break;
        }
    }
    std::vector<double> steps;
    for (double at = std::ceil(range.low / step); at * step <= range.high; at += 1.0) {
        steps.push_back(at * step);
    }
    return steps;
}

Plot::Plot(std::string name, PlotAxis x, PlotAxis y)
    : name_(std::move(name)), x_(std::move(x)), y_(std::move(y)) {
    x_.range = spread(x_.range);
    y_.range = spread(y_.range);
}

double Plot::across(double x) const {
    return kLeft + (x - x_.range.low) / (x_.range.high - x_.range.low) * (kWidth - kLeft - kRight);
}

double Plot::down(double y) const {
    return kHeight - kBottom -
           (y - y_.range.low) / (y_.range.high - y_.range.low) * (kHeight - kTop - kBottom);
}

void Plot::line(const std::vector<std::pair<double, double>>& points, const std::string& css) {
    marks_ += "<polyline class=\"" + css + "\" points=\"";
    for (const auto& point : points) {
        marks_ += at(across(point.first)) + "," + at(down(point.second)) + " ";
    }
    marks_ += "\"/>\n";
}

void Plot::dot(double x, double y, const std::string& css, const std::string& tip) {
    marks_ += "<circle class=\"" + css + "\" cx=\"" + at(across(x)) + "\" cy=\"" + at(down(y)) +
              "\" r=\"5\"><title>" + escaped(tip) + "</title></circle>\n";
}

void Plot::bound(double x, const std::string& text) {
    const double here = across(x);
    marks_ += stroke(here, kTop, here, kHeight - kBottom, "bound");
    const bool left = here > kWidth / 2;
    marks_ += word(here + (left ? -4.0 : 4.0), kTop + 10.0, left ? "tick end" : "tick", text);
}

std::string Plot::svg() const {
    std::string text = "<svg viewBox=\"0 0 " + fixed(kWidth, 0) + " " + fixed(kHeight, 0) +
                       "\" role=\"img\" aria-label=\"" + escaped(name_) + "\">\n";
    for (const double y : round_steps(y_.range, 6)) {
        text += stroke(kLeft, down(y), kWidth - kRight, down(y), "grid");
        text += word(kLeft - 6.0, down(y) + 4.0, "tick end", y_.label(y));
    }
    for (const double x : round_steps(x_.range, 8)) {
        text += stroke(across(x), kHeight - kBottom, across(x), kHeight - kBottom + 4.0, "grid");
        text += word(across(x), kHeight - kBottom + 18.0, "tick middle", x_.label(x));
    }
    text += word((kLeft + kWidth - kRight) / 2, kHeight - 8.0, "title middle", x_.title);
    text += word(14.0, (kTop + kHeight - kBottom) / 2, "title middle", y_.title,
                 " transform=\"rotate(-90 14 " + at((kTop + kHeight - kBottom) / 2) + ")\"");
    return text + "\n" + marks_ + "</svg>\n";
}

}  // namespace nanonas::pipeline::html
