// The winner layer by layer: its maps, and where RAM, flash and work go.
#include <algorithm>

#include "apps/pipeline/html/markup.hpp"
#include "apps/pipeline/html/sections.hpp"
#include "space/text.hpp"

namespace nanonas::pipeline::html {

namespace {

/// A number with a bar as long as its share of the largest.
std::string barred(std::int64_t value, std::int64_t most) {
    const double share = most > 0 ? static_cast<double>(value) / static_cast<double>(most) : 0.0;
    return grouped(value) +
           " <svg viewBox=\"0 0 60 10\" aria-hidden=\"true\" "
           "style=\"display:inline;width:3.75rem;min-width:3.75rem\"><rect class=\"bar\" width=\"" +
           fixed(share * 60.0, 1) + "\" height=\"10\"/></svg>";
}

std::string layers(const space::CostReport& cost) {
    std::int64_t macc = 0, weights = 0, maps = 0;
    for (const space::LayerCost& layer : cost.layers) {
        macc = std::max(macc, layer.macc);
        weights = std::max(weights, layer.weight_bytes);
        maps = std::max(maps, layer.tensor_bytes);
    }
    Table all;
    all.caption =
        "Layers in the order in which they run; maps: bytes that are held while the layer runs "
        "whole, which rows that stream through need not be";
    all.head = {"layer", "kind", "output", "MACC", "weights B", "maps B"};
    all.words = 3;
    for (const space::LayerCost& layer : cost.layers) {
        if (layer.macc == 0 && layer.weight_bytes == 0 && layer.tensor_bytes == 0) {
            continue;  // vanishes in the folded network
        }
        all.rows.push_back({escaped(layer.name), escaped(layer.kind),
                            escaped(to_string(layer.output)), barred(layer.macc, macc),
                            barred(layer.weight_bytes, weights), barred(layer.tensor_bytes, maps)});
    }
    return table(all);
}

std::string items(const std::string& caption, const std::vector<space::CostItem>& items) {
    std::int64_t most = 0;
    for (const space::CostItem& item : items) {
        most = std::max(most, item.bytes);
    }
    Table all;
    all.caption = caption;
    all.head = {"part", "bytes"};
    for (const space::CostItem& item : items) {
        all.rows.push_back({escaped(item.name), barred(item.bytes, most)});
    }
    return items.empty() ? "" : table(all);
}

}  // namespace

std::string network_section(const RunStory& story) {
    if (!story.cost) {
        return "";
    }
    return layers(*story.cost) +
           items("RAM: " + bytes_text(story.cost->ram_bytes), story.cost->ram_items) +
           items("Flash: " + bytes_text(story.cost->flash_bytes), story.cost->flash_items);
}

}  // namespace nanonas::pipeline::html
