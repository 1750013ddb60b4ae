#include "train/engine/fast/kernels/reference.hpp"

#include <algorithm>
#include <cmath>

namespace nanonas::train::lanes::reference {

namespace {

std::size_t at(Index i) {
    return static_cast<std::size_t>(i);
}

/// Calls visit(n, c, y, x) for every element.
template <typename Visit>
void each(const Images& images, Visit visit) {
    for (Index n = 0; n < images.images; ++n) {
        for (Index c = 0; c < images.channels; ++c) {
            for (Index y = 0; y < images.height; ++y) {
                for (Index x = 0; x < images.width; ++x) {
                    visit(n, c, y, x);
                }
            }
        }
    }
}

space::Shape shape_of(const Images& images) {
    return {images.height, images.width, images.channels};
}

/// Calls visit(input channel, y, x, weight index) for every weight that makes pixel (o, y, x).
template <typename Visit>
void each_tap(const Images& in, const Filter& filter, Index o, Index y, Index x, Visit visit) {
    const space::Window& window = filter.window;
    const Index top = y * window.stride_height - window.top(shape_of(in));
    const Index left = x * window.stride_width - window.left(shape_of(in));
    const Index inputs = filter.inputs(in.channels);
    for (Index i = 0; i < inputs; ++i) {
        const Index channel = filter.multiplier == 0 ? i : o / filter.multiplier;
        for (Index ky = 0; ky < window.height; ++ky) {
            for (Index kx = 0; kx < window.width; ++kx) {
                visit(channel, top + ky, left + kx,
                      at(((o * inputs + i) * window.height + ky) * window.width + kx));
            }
        }
    }
}

struct Position {
    Index y = 0;
    Index x = 0;
};

using Pixels = std::vector<Position>;

/// Those of a window that lie on the map, row by row.
Pixels pixels_of(const Images& in, const space::Window& window, Index y, Index x) {
    const space::Shape map{in.height, in.width, in.channels};
    const Index top = y * window.stride_height - window.top(map);
    const Index left = x * window.stride_width - window.left(map);
    Pixels pixels;
    for (Index ky = 0; ky < window.height; ++ky) {
        for (Index kx = 0; kx < window.width; ++kx) {
            const Position pixel{top + ky, left + kx};
            if (pixel.y >= 0 && pixel.x >= 0 && pixel.y < in.height && pixel.x < in.width) {
                pixels.push_back(pixel);
            }
        }
    }
    return pixels;
}

Position first_maximum(const Images& in, Index n, Index c, const Pixels& pixels) {
    Position best = pixels.front();
    for (const Position& pixel : pixels) {
        if (in.at(n, c, pixel.y, pixel.x) > in.at(n, c, best.y, best.x)) {
            best = pixel;
        }
    }
    return best;
}

/// value(n, c, pixels) of each window.
template <typename Value>
Images pooled(const Images& in, const space::Window& window, Value value) {
    const space::Shape shape = window.output({in.height, in.width, in.channels}, in.channels);
    Images out(in.images, in.channels, shape.height, shape.width);
    each(out, [&](Index n, Index c, Index y, Index x) {
        out.at(n, c, y, x) = value(n, c, pixels_of(in, window, y, x));
    });
    return out;
}

}  // namespace

Images convolution(const Images& in, const Values& weights, const Values& bias,
                   const Filter& filter) {
    const space::Shape shape =
        filter.window.output(shape_of(in), static_cast<std::int64_t>(bias.size()));
    Images out(in.images, shape.channels, shape.height, shape.width);
    each(out, [&](Index n, Index o, Index y, Index x) {
        double sum = bias[at(o)];
        each_tap(in, filter, o, y, x, [&](Index i, Index iy, Index ix, std::size_t w) {
            sum += weights[w] * in.padded(n, i, iy, ix);
        });
        out.at(n, o, y, x) = sum;
    });
    return out;
}

Images convolution_input_gradient(const Images& in, const Images& dz, const Values& weights,
                                  const Filter& filter) {
    Images out(in.images, in.channels, in.height, in.width);
    each(dz, [&](Index n, Index o, Index y, Index x) {
        each_tap(in, filter, o, y, x, [&](Index i, Index iy, Index ix, std::size_t w) {
            if (iy >= 0 && ix >= 0 && iy < in.height && ix < in.width) {
                out.at(n, i, iy, ix) += weights[w] * dz.at(n, o, y, x);
            }
        });
    });
    return out;
}

Values convolution_weight_gradient(const Images& in, const Images& dz, const Filter& filter) {
    Values out(at(dz.channels * filter.inputs(in.channels) * filter.window.area()));
    each(dz, [&](Index n, Index o, Index y, Index x) {
        each_tap(in, filter, o, y, x, [&](Index i, Index iy, Index ix, std::size_t w) {
            out[w] += dz.at(n, o, y, x) * in.padded(n, i, iy, ix);
        });
    });
    return out;
}

BatchNorm batch_statistics(const Images& z) {
    BatchNorm statistics{Values(at(z.channels)), Values(at(z.channels))};
    each(z, [&](Index n, Index c, Index y, Index x) {
        statistics.mean[at(c)] += z.at(n, c, y, x) / z.pixels();
    });
    each(z, [&](Index n, Index c, Index y, Index x) {
        const double distance = z.at(n, c, y, x) - statistics.mean[at(c)];
        statistics.variance[at(c)] += distance * distance / z.pixels();
    });
    return statistics;
}

Images batch_norm(const Images& z, const BatchNorm& statistics, double epsilon, const Values& gamma,
                  const Values& beta) {
    Images out = z;
    each(z, [&](Index n, Index c, Index y, Index x) {
        out.at(n, c, y, x) = gamma[at(c)] * (z.at(n, c, y, x) - statistics.mean[at(c)]) /
                                 std::sqrt(statistics.variance[at(c)] + epsilon) +
                             beta[at(c)];
    });
    return out;
}

Images batch_norm_gradient(const Images& z, const Images& dy, const BatchNorm& statistics,
                           double epsilon, const Values& gamma, Values& dgamma, Values& dbeta) {
    dgamma.assign(at(z.channels), 0.0);
    dbeta.assign(at(z.channels), 0.0);
    Images x_hat = batch_norm(z, statistics, epsilon, Values(at(z.channels), 1.0),
                              Values(at(z.channels), 0.0));
    each(z, [&](Index n, Index c, Index y, Index x) {
        dgamma[at(c)] += dy.at(n, c, y, x) * x_hat.at(n, c, y, x);
        dbeta[at(c)] += dy.at(n, c, y, x);
    });
    Images dz = z;
    each(z, [&](Index n, Index c, Index y, Index x) {
        dz.at(n, c, y, x) = gamma[at(c)] / std::sqrt(statistics.variance[at(c)] + epsilon) *
                            (dy.at(n, c, y, x) - dbeta[at(c)] / z.pixels() -
                             x_hat.at(n, c, y, x) * dgamma[at(c)] / z.pixels());
    });
    return dz;
}

Images relu(const Images& in) {
    Images out = in;
    for (double& value : out.values) {
        value = std::max(value, 0.0);
    }
    return out;
}

Images relu_gradient(const Images& y, const Images& g) {
    Images out = g;
    for (std::size_t i = 0; i < out.values.size(); ++i) {
        out.values[i] = y.values[i] > 0.0 ? g.values[i] : 0.0;
    }
    return out;
}

Images max_pool(const Images& in, const space::Window& window) {
    return pooled(in, window, [&](Index n, Index c, const Pixels& pixels) {
        const Position best = first_maximum(in, n, c, pixels);
        return in.at(n, c, best.y, best.x);
    });
}

Images max_pool_gradient(const Images& in, const Images& g, const space::Window& window) {
    Images out(in.images, in.channels, in.height, in.width);
    each(g, [&](Index n, Index c, Index y, Index x) {
        const Position best = first_maximum(in, n, c, pixels_of(in, window, y, x));
        out.at(n, c, best.y, best.x) += g.at(n, c, y, x);
    });
    return out;
}

Images mean_pool(const Images& in, const space::Window& window) {
    return pooled(in, window, [&](Index n, Index c, const Pixels& pixels) {
        double total = 0.0;
        for (const Position& pixel : pixels) {
            total += in.at(n, c, pixel.y, pixel.x);
        }
        return total / static_cast<double>(pixels.size());
    });
}

Images mean_pool_gradient(const Images& in, const Images& g, const space::Window& window) {
    Images out(in.images, in.channels, in.height, in.width);
    each(g, [&](Index n, Index c, Index y, Index x) {
        const Pixels pixels = pixels_of(in, window, y, x);
        for (const Position& pixel : pixels) {
            out.at(n, c, pixel.y, pixel.x) += g.at(n, c, y, x) / static_cast<double>(pixels.size());
        }
    });
    return out;
}

Images sum(const Images& a, const Images& b) {
    Images out = a;
    for (std::size_t i = 0; i < out.values.size(); ++i) {
        out.values[i] += b.values[i];
    }
    return out;
}

Images pad(const Images& in, Index top, Index left, Index height, Index width) {
    Images out(in.images, in.channels, height, width);
    each(out, [&](Index n, Index c, Index y, Index x) {
        out.at(n, c, y, x) = in.padded(n, c, y - top, x - left);
    });
    return out;
}

Images pad_gradient(const Images& in, const Images& g, Index top, Index left) {
    Images out(in.images, in.channels, in.height, in.width);
    each(out, [&](Index n, Index c, Index y, Index x) {
        out.at(n, c, y, x) = g.at(n, c, y + top, x + left);
    });
    return out;
}

Images average(const Images& in) {
    Images out(in.images, in.channels, 1, 1);
    each(in, [&](Index n, Index c, Index y, Index x) {
        out.at(n, c) += in.at(n, c, y, x) / static_cast<double>(in.height * in.width);
    });
    return out;
}

Images average_gradient(const Images& g, Index height, Index width) {
    Images out(g.images, g.channels, height, width);
    each(out, [&](Index n, Index c, Index y, Index x) {
        out.at(n, c, y, x) = g.at(n, c) / static_cast<double>(height * width);
    });
    return out;
}

Images dense(const Images& features, const Values& weights, const Values& bias) {
    Images out(features.images, static_cast<Index>(bias.size()), 1, 1);
    each(out, [&](Index n, Index k, Index, Index) {
        out.at(n, k) = bias[at(k)];
        for (Index c = 0; c < features.channels; ++c) {
            out.at(n, k) += weights[at(k * features.channels + c)] * features.at(n, c);
        }
    });
    return out;
}

double cross_entropy(const Images& logits, const std::vector<std::int32_t>& labels,
                     double smoothing, Images& dlogits) {
    const auto images = static_cast<double>(logits.images);
    const auto classes = static_cast<double>(logits.channels);
    dlogits = logits;
    double loss = 0.0;
    for (Index n = 0; n < logits.images; ++n) {
        double total = 0.0;
        for (Index k = 0; k < logits.channels; ++k) {
            total += std::exp(logits.at(n, k));
        }
        for (Index k = 0; k < logits.channels; ++k) {
            const double target =
                (labels[at(n)] == k ? 1.0 - smoothing : 0.0) + smoothing / classes;
            const double probability = std::exp(logits.at(n, k)) / total;
            loss -= target * std::log(probability) / images;
            dlogits.at(n, k) = (probability - target) / images;
        }
    }
    return loss;
}

void adam(const Values& gradient, double learning_rate, double weight_decay, double epsilon,
          std::int64_t step, Values& parameter, Values& first, Values& second) {
    const auto t = static_cast<double>(step);
    for (std::size_t i = 0; i < gradient.size(); ++i) {
        parameter[i] *= 1.0 - learning_rate * weight_decay;
        first[i] = 0.9 * first[i] + 0.1 * gradient[i];
        second[i] = 0.999 * second[i] + 0.001 * gradient[i] * gradient[i];
        const double mean = first[i] / (1.0 - std::pow(0.9, t));
        const double square = second[i] / (1.0 - std::pow(0.999, t));
        parameter[i] -= learning_rate * mean / (std::sqrt(square) + epsilon);
    }
}

}  // namespace nanonas::train::lanes::reference
