#include "export/tflite/tflm/planner.hpp"

#include <algorithm>
#include <numeric>

namespace nanonas::exporting::tflm {

Plan greedy_plan(const std::vector<Buffer>& buffers) {
    std::vector<std::size_t> order(buffers.size());
    std::iota(order.rbegin(), order.rend(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
        return buffers[a].bytes > buffers[b].bytes;
    });

    Plan plan;
    plan.offsets.assign(buffers.size(), 0);
    std::vector<std::size_t> placed;  // by offset
    for (const std::size_t index : order) {
        const Buffer& wanted = buffers[index];
        std::int64_t offset = 0;
        for (const std::size_t other : placed) {
            const Buffer& neighbour = buffers[other];
            if (wanted.first_use > neighbour.last_use || neighbour.first_use > wanted.last_use) {
                continue;
            }
            if (plan.offsets[other] - offset >= wanted.bytes) {
                break;
            }
            offset = std::max(offset, plan.offsets[other] + neighbour.bytes);
        }
        plan.offsets[index] = offset;
        plan.bytes = std::max(plan.bytes, offset + wanted.bytes);
        placed.insert(std::upper_bound(placed.begin(), placed.end(), offset,
                                       [&](std::int64_t value, std::size_t other) {
                                           return value < plan.offsets[other];
                                       }),
                      index);
    }
    return plan;
}

}  // namespace nanonas::exporting::tflm
