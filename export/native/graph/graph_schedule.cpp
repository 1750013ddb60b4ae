#include "export/native/graph/graph_schedule.hpp"

#include <algorithm>
#include <limits>
#include <numeric>

namespace nanonas::exporting {

namespace {

constexpr std::int64_t kNever = std::numeric_limits<std::int64_t>::max();

/// What a run tells of a ring.
struct Life {
    std::int64_t first = kNever, last = 0;  ///< steps of the schedule, both inclusive
    std::int64_t slots = 1;
};

/// The generated C's push_row() and make_row(), counting only.
class Run {
  public:
    Run(const GraphPlan& plan, std::size_t streamed)
        : plan_(plan),
          streamed_(streamed),
          made_(plan.rings.size(), 0),
          lives_(plan.rings.size()),
          readers_(plan.rings.size()) {
        for (std::size_t i = 0; i < plan.stages.size(); ++i) {
            readers_[plan.stages[i].source].push_back(i);
            if (plan.stages[i].second != plan.stages[i].source) {
                readers_[plan.stages[i].second].push_back(i);
            }
        }
    }

    /// The last stage that runs row by row and reads the ring; `otherwise` where there is none.
    std::int64_t last_reader(std::size_t ring, std::int64_t otherwise) const {
        std::int64_t last = otherwise;
        for (const std::size_t reader : readers_[ring]) {
            last = reader < streamed_ ? static_cast<std::int64_t>(reader) : last;
        }
        return last;
    }

    std::vector<Life> lives() {
        const std::int64_t first = last_reader(0, -1);
        while (made_[0] < plan_.rings[0].height) {
            write(0);
            ++made_[0];
            for (std::int64_t index = first; index >= 0;) {
                index = make_row(static_cast<std::size_t>(index))
                            ? last_reader(static_cast<std::size_t>(index) + 1, index)
                            : index - 1;
            }
        }
        for (std::size_t index = streamed_; index < plan_.stages.size(); ++index) {
            while (make_row(index)) {
            }
        }
        lives_.back().last = kNever;
        return lives_;
    }

  private:
    bool has_rows(std::size_t ring, std::int64_t needed) const {
        return made_[ring] >= needed + plan_.rings[ring].lead;
    }

    void write(std::size_t ring) {
        ++now_;
        std::int64_t oldest = kNever;
        for (const std::size_t reader : readers_[ring]) {
            const GraphStage& stage = plan_.stages[reader];
            const std::int64_t row = made_[reader + 1];
            if (row < stage.steps) {
                oldest = std::min(oldest, stage.first_needed(row));
            }
        }
        Life& life = lives_[ring];
        const std::int64_t row = made_[ring] - plan_.rings[ring].lead;
        life.slots = std::max(life.slots, row - std::min(oldest, row) + 1);
        life.first = std::min(life.first, now_);
        life.last = now_;
    }

    bool make_row(std::size_t index) {
        const GraphStage& stage = plan_.stages[index];
        const std::int64_t row = made_[index + 1];
        if (row == stage.steps ||
            !has_rows(stage.source, stage.end_needed(row, plan_.rings[stage.source].height)) ||
            (stage.second != stage.source && !has_rows(stage.second, row + 1))) {
            return false;
        }
        if (row >= plan_.rings[index + 1].lead) {
            write(index + 1);
        } else {
            ++now_;
        }
        lives_[stage.source].last = now_;
        lives_[stage.second].last = now_;
        ++made_[index + 1];
        return true;
    }

    const GraphPlan& plan_;
    std::size_t streamed_;
    std::int64_t now_ = 0;
    std::vector<std::int64_t> made_;
    std::vector<Life> lives_;
    std::vector<std::vector<std::size_t>> readers_;
};

/// The largest first, each at the lowest place that no ring of its time takes. Returns the end.
std::int64_t place(std::vector<GraphRing>& rings, const std::vector<Life>& lives) {
    std::vector<std::size_t> order(rings.size());
    std::iota(order.begin(), order.end(), 0);
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
        return rings[a].bytes() > rings[b].bytes();
    });
    std::vector<std::size_t> placed;
    std::int64_t end = 0;
    for (const std::size_t ring : order) {
        std::vector<std::size_t> beside;
        for (const std::size_t other : placed) {
            if (lives[other].first <= lives[ring].last && lives[ring].first <= lives[other].last) {
                beside.push_back(other);
            }
        }
        std::sort(beside.begin(), beside.end(),
                  [&](std::size_t a, std::size_t b) { return rings[a].offset < rings[b].offset; });
        std::int64_t offset = 0;
        for (const std::size_t other : beside) {
            if (offset + rings[ring].bytes() <= rings[other].offset) {
                break;
            }
            offset = std::max(offset, rings[other].offset + rings[other].bytes());
        }
        rings[ring].offset = offset;
        placed.push_back(ring);
        end = std::max(end, offset + rings[ring].bytes());
    }
    return end;
}

}  // namespace

void schedule(GraphPlan& plan) {
    std::int64_t fewest = kNever;
    for (std::size_t layers = plan.stages.size() + 1; layers-- > 0;) {
        Run run(plan, layers);
        const std::vector<Life> lives = run.lives();
        std::vector<GraphRing> rings = plan.rings;
        for (std::size_t i = 0; i < rings.size(); ++i) {
            rings[i].offset = 0;
            rings[i].slots = lives[i].slots;
        }
        const std::int64_t bytes = place(rings, lives);
        if (bytes < fewest) {
            fewest = bytes;
            plan.rings = std::move(rings);
            plan.streamed = layers;
            plan.rows_bytes = bytes;
        }
    }
    const Run run(plan, plan.streamed);
    plan.first = run.last_reader(0, -1);
    for (std::size_t i = 0; i < plan.stages.size(); ++i) {
        plan.stages[i].next =
            static_cast<std::size_t>(run.last_reader(i + 1, static_cast<std::int64_t>(i)));
    }
}

}  // namespace nanonas::exporting
