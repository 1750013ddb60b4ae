// A chart of points, lines and bounds as SVG, with axes of round numbers.
#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace nanonas::pipeline::html {

/// From the smallest to the largest value that was shown to it.
struct Range {
    double low = 0.0, high = 0.0;
    bool empty = true;

    void take(double value);
};

/// 1, 2 or 5 times a power of ten apart, `most` at most, all within the range.
std::vector<double> round_steps(const Range& range, int most);

struct PlotAxis {
    std::string title;
    Range range;
    std::function<std::string(double)> label;  ///< of a step
};

/// Marks are drawn in the order they are put. `css` are classes of the page's style sheet, `tip`
/// what a mark says when pointed at. Points outside of the ranges are not to be put.
class Plot {
  public:
    /// `name`: what the chart shows, for those who do not see it.
    Plot(std::string name, PlotAxis x, PlotAxis y);

    void line(const std::vector<std::pair<double, double>>& points, const std::string& css);
    void dot(double x, double y, const std::string& css, const std::string& tip);
    /// A line over the whole height, with a word beside it.
    void bound(double x, const std::string& word);

    std::string svg() const;

  private:
    double across(double x) const;
    double down(double y) const;

    std::string name_;
    PlotAxis x_, y_;
    std::string marks_;
};

}  // namespace nanonas::pipeline::html
