#include "train/bench/bench_train.hpp"

#include <algorithm>
#include <cmath>
#include <memory>
#include <string>

#include "space/errors.hpp"
#include "space/random.hpp"
#include "space/stopwatch.hpp"
#include "train/engine/batch_input.hpp"
#include "train/engine/engine.hpp"
#include "train/engine/fast/aligned_floats.hpp"
#include "train/engine/fast/kernels/feed.hpp"
#include "train/engine/fast/kernels/peak.hpp"

namespace nanonas::train {

namespace {

constexpr std::int64_t kImages = 512;
constexpr int kLeastSteps = 5;

template <typename Work>
double seconds_of(Work work) {
    const double begin = thread_cpu_seconds();
    work();
    return thread_cpu_seconds() - begin;
}

double median(std::vector<double> values) {
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    return *middle;
}

/// Random images in random order.
struct Images {
    space::Shape shape;
    std::int64_t classes;
    std::vector<std::uint8_t> pixels;
    std::vector<std::int32_t> labels;
    std::vector<std::int64_t> order;

    Images(const space::Shape& input, std::int64_t count, std::int64_t its_classes,
           std::uint64_t seed)
        : shape(input), classes(its_classes) {
        Rng rng(seed);
        pixels.resize(static_cast<std::size_t>(count * shape.elements()));
        for (std::uint8_t& pixel : pixels) {
            pixel = static_cast<std::uint8_t>(rng.next() >> 56);
        }
        for (std::int64_t i = 0; i < count; ++i) {
            labels.push_back(static_cast<std::int32_t>(i % classes));
            order.push_back(i);
        }
        rng.shuffle(order);
    }

    Batch batch(std::int64_t step, std::int64_t size) const {
        Batch batch;
        batch.images = {shape, static_cast<std::int64_t>(labels.size()), pixels.data(),
                        labels.data()};
        const std::int64_t batches = static_cast<std::int64_t>(order.size()) / size;
        batch.indices = order.data() + step % batches * size;
        batch.size = size;
        batch.dropout_seed = static_cast<std::uint64_t>(step);
        return batch;
    }
};

double feed_fast(const Images& images, const Batch& batch) {
    const lanes::MapShape shape{images.shape.channels, images.shape.height, images.shape.width};
    lanes::FeedScratch scratch(shape);
    lanes::AlignedFloats map(shape.size());
    const auto feed_all = [&] {
        for (std::int64_t first = 0; first < batch.size; first += lanes::kLanes) {
            lanes::FeedGroup group;
            for (std::int64_t lane = 0; lane < lanes::kLanes; ++lane) {
                group.images[lane] =
                    batch.images.image(batch.indices[std::min(first + lane, batch.size - 1)]);
            }
            lanes::feed(shape, group, 0, 1.0F / 255.0F, scratch, map.data());
        }
    };
    feed_all();  // a step finds its map in place
    return seconds_of(feed_all);
}

double feed_stock(const Batch& batch) {
    return seconds_of([&] {
        planar_input(batch.images, batch.indices, batch.size, batch.augment, space::Preprocess{});
    });
}

/// Of one training step of one image.
double step_flops(const space::Network& network) {
    double flops = 0.0;
    bool first = true;
    for (const space::Node& layer : network.nodes) {
        const auto macc = static_cast<double>(space::macc(layer));
        flops += 2.0 * macc * (first ? 2.0 : 3.0);
        first = first && macc == 0.0;
    }
    return flops;
}

EngineSpeed speed(std::vector<double> steps, std::vector<double> feeds, double batch, double flops,
                  double peak) {
    EngineSpeed speed;
    speed.step_seconds = median(std::move(steps));
    speed.feed_seconds = median(std::move(feeds));
    speed.samples_per_second = batch / speed.step_seconds;
    speed.samples_per_second_without_feed =
        batch / std::max(1e-9, speed.step_seconds - speed.feed_seconds);
    speed.gflops = flops * batch / speed.step_seconds * 1e-9;
    speed.peak_share = speed.gflops / peak;
    return speed;
}

bool has_stock() {
    const std::vector<std::string> names = engine_names();
    return std::find(names.begin(), names.end(), "stock") != names.end();
}

BenchTrainRow bench_network(const BenchTrainOptions& options, const BenchNetwork& bench,
                            const Images& images, double peak) {
    const space::Network& network = bench.network;
    const auto fast = make_engine("fast")->create(network, {}, options.seed, 1);
    const auto stock = has_stock() ? make_engine("stock")->create(network, {}, options.seed, 1)
                                   : std::unique_ptr<Model>();
    std::vector<double> fast_steps, fast_feeds, stock_steps, stock_feeds;
    const double begin = thread_cpu_seconds();
    // Alternating, so that whatever slows the machine down slows both.
    for (int round = -1;
         round < kLeastSteps || thread_cpu_seconds() - begin < options.seconds_per_network;
         ++round) {
        if (options.stop != nullptr && options.stop->load()) {
            throw Interrupted();
        }
        const Batch batch = images.batch(round + 1, options.batch_size);
        const double stock_step = stock ? seconds_of([&] { stock->train_batch(batch, {}); }) : 0.0;
        const double stock_feed = stock ? feed_stock(batch) : 0.0;
        // The first after the other engine finds strange caches: the second counts.
        fast->train_batch(batch, {});
        const Batch next = images.batch(round + 2, options.batch_size);
        const double fast_step = seconds_of([&] { fast->train_batch(next, {}); });
        const double fast_feed = feed_fast(images, next);
        if (round >= 0) {
            stock_steps.push_back(stock_step);
            stock_feeds.push_back(stock_feed);
            fast_steps.push_back(fast_step);
            fast_feeds.push_back(fast_feed);
        }
    }
    const auto batch = static_cast<double>(options.batch_size);
    const double flops = step_flops(network);
    BenchTrainRow row;
    row.input = images.shape;
    row.group = bench.group;
    row.name = bench.name;
    row.macc = space::macc(network);
    row.fast = speed(std::move(fast_steps), std::move(fast_feeds), batch, flops, peak);
    if (stock) {
        row.stock = speed(std::move(stock_steps), std::move(stock_feeds), batch, flops, peak);
        row.ratio = row.fast.samples_per_second / row.stock->samples_per_second;
        row.ratio_without_feed =
            row.fast.samples_per_second_without_feed / row.stock->samples_per_second_without_feed;
    }
    return row;
}

BenchTrainMeans means_of(const std::string& group, const std::vector<BenchTrainRow>& rows) {
    BenchTrainMeans means;
    means.group = group;
    double logs = 0.0;
    double logs_without_feed = 0.0;
    double count = 0.0;
    for (const BenchTrainRow& row : rows) {
        if (row.group == group) {
            logs += std::log(row.ratio);
            logs_without_feed += std::log(row.ratio_without_feed);
            means.worst_ratio = count == 0.0 ? row.ratio : std::min(means.worst_ratio, row.ratio);
            count += 1.0;
        }
    }
    means.geometric_mean = std::exp(logs / count);
    means.geometric_mean_without_feed = std::exp(logs_without_feed / count);
    return means;
}

}  // namespace

BenchTrainResult bench_train(const BenchTrainOptions& options,
                             const std::function<void(const BenchTrainRow&)>& row) {
    if (options.batch_size < 1 || options.networks.empty()) {
        throw ConfigError("bench train: expected networks and a batch of at least 1");
    }
    BenchTrainResult result;
    result.peak_gflops = lanes::measure_peak_gflops();
    std::vector<std::string> groups;
    std::optional<Images> images;  // of the networks before, while they read and tell the same
    for (const BenchNetwork& network : options.networks) {
        const space::Shape& input = network.network.input;
        const std::int64_t classes = network.network.classes();
        if (!images || images->shape != input || images->classes != classes) {
            images.emplace(input, std::max(kImages, options.batch_size), classes, options.seed);
        }
        result.rows.push_back(bench_network(options, network, *images, result.peak_gflops));
        if (groups.empty() || groups.back() != network.group) {
            groups.push_back(network.group);
        }
        if (row) {
            row(result.rows.back());
        }
    }
    for (const std::string& group : groups) {
        if (has_stock()) {
            result.means.push_back(means_of(group, result.rows));
        }
    }
    return result;
}

}  // namespace nanonas::train
