#include "train/trainer.hpp"

#include <algorithm>
#include <cmath>
#include <memory>
#include <utility>

#include "space/errors.hpp"
#include "space/stopwatch.hpp"
#include "train/average.hpp"
#include "train/checkpoint.hpp"

namespace nanonas::train {

namespace {

constexpr std::int64_t kValidationBatch = 256;
constexpr double kColdest = 0.01;  // share of the rate that a warm-up begins with
constexpr double kPi = 3.14159265358979323846;

void check_options(const TrainOptions& options) {
    const auto need = [](bool fulfilled, const char* what) {
        if (!fulfilled) {
            throw ConfigError(std::string("training: ") + what);
        }
    };
    need(options.epochs >= 1, "epochs must be at least 1");
    need(options.steps >= 0, "steps must be at least 0");
    need(options.batch_size >= 1, "batch size must be at least 1");
    need(std::isfinite(options.learning_rate) && options.learning_rate > 0.0,
         "learning rate must be above 0");
    need(options.warmup >= 0 && (options.warmup == 0 || options.steps == 0),
         "warm-up must be at least 0 epochs, and 0 where steps are given");
    need(options.warmup < options.epochs, "warm-up must be shorter than the epochs");
    need(options.average >= 0.0 && options.average <= 1.0, "average must be in [0, 1]");
    need(std::isfinite(options.weight_decay) && options.weight_decay >= 0.0,
         "weight decay must be at least 0");
    need(options.label_smoothing >= 0.0 && options.label_smoothing < 1.0,
         "label smoothing must be in [0, 1)");
    need(options.augment.shift >= 0, "augmentation shift must be at least 0");
    need(options.augment.brightness >= 0.0 && options.augment.brightness <= 1.0,
         "augmentation brightness must be in [0, 1]");
    need(options.threads >= 1, "threads must be at least 1");
}

void check_data(const space::Network& network, const TrainingSet& data) {
    const space::ImageView images = data.set.store->view();
    if (images.shape != network.input) {
        throw NetworkError("training images are " + space::to_string(images.shape) +
                           ", the network reads " + space::to_string(network.input));
    }
    if (static_cast<std::int64_t>(data.set.labels.size()) != network.classes()) {
        throw NetworkError("the data has " + std::to_string(data.set.labels.size()) +
                           " classes, the network " + std::to_string(network.classes()));
    }
    if (data.training.empty()) {
        throw DataError("no training images");
    }
}

void check_stop(const std::atomic<bool>* stop) {
    if (stop != nullptr && stop->load(std::memory_order_relaxed)) {
        throw Interrupted();
    }
}

bool all_finite(const space::Weights& weights) {
    return std::all_of(weights.begin(), weights.end(), [](const auto& entry) {
        const std::vector<float>& values = entry.second.values;
        return std::all_of(values.begin(), values.end(), [](float x) { return std::isfinite(x); });
    });
}

/// Lets a mapped set give its pages back every so many images, so that it stays small in memory.
class PageKeeper {
  public:
    explicit PageKeeper(const ImageStore* store) : store_(store) {}

    void used(std::int64_t images) {
        since_ += images;
        if (store_ != nullptr && since_ >= kReleaseEvery) {
            store_->release_pages();
            since_ = 0;
        }
    }

  private:
    static constexpr std::int64_t kReleaseEvery = 512;
    const ImageStore* store_;
    std::int64_t since_ = 0;
};

/// -log of the probability that softmax gives to `label`.
double cross_entropy(const float* logits, std::ptrdiff_t classes, std::int64_t label) {
    const double highest = *std::max_element(logits, logits + classes);
    double sum = 0.0;
    for (std::ptrdiff_t i = 0; i < classes; ++i) {
        sum += std::exp(logits[i] - highest);
    }
    return std::log(sum) + highest - logits[label];
}

struct Validation {
    double accuracy = 0.0;
    double loss = 0.0;  ///< NaN without images, and where nobody asks
};

Validation validation_of(Model& model, const space::ImageView& images,
                         const std::vector<std::int64_t>& rows, bool with_loss, PageKeeper pages,
                         const std::atomic<bool>* stop) {
    const auto count = static_cast<std::int64_t>(rows.size());
    if (count == 0) {
        return {0.0, std::nan("")};
    }
    std::int64_t correct = 0;
    double loss = with_loss ? 0.0 : std::nan("");
    for (std::int64_t first = 0; first < count; first += kValidationBatch) {
        check_stop(stop);
        const std::int64_t size = std::min(kValidationBatch, count - first);
        const std::int64_t* indices = rows.data() + first;
        const std::vector<float> logits = model.logits(images, indices, size);
        pages.used(size);
        const auto classes = static_cast<std::ptrdiff_t>(logits.size()) / size;
        for (std::int64_t i = 0; i < size; ++i) {
            const auto row = logits.begin() + i * classes;
            const auto best = std::max_element(row, row + classes) - row;
            // A NaN is no answer: comparing with it would leave class 0 standing.
            const bool valid =
                std::none_of(row, row + classes, [](float x) { return std::isnan(x); });
            correct += valid && best == images.labels[indices[i]] ? 1 : 0;
            if (with_loss) {
                loss += cross_entropy(&*row, classes, images.labels[indices[i]]);
            }
        }
    }
    return {static_cast<double>(correct) / static_cast<double>(count),
            loss / static_cast<double>(count)};
}

/// One training under way: what train() needs of its arguments, and the model.
class Training {
  public:
    Training(Model& model, const TrainingSet& data, const TrainOptions& options,
             const TrainHooks& hooks)
        : model_(&model),
          data_(data),
          images_(data.set.store->view()),
          pages_(data.set.store.get()),
          options_(options),
          hooks_(hooks),
          rows_(static_cast<std::int64_t>(data.training.size())),
          steps_((rows_ + options.batch_size - 1) / options.batch_size),
          all_steps_(options.steps > 0 ? options.steps : options.epochs * steps_),
          average_(options.average) {}

    void go_on_with(Model& model) { model_ = &model; }
    std::int64_t epochs() const { return (all_steps_ + steps_ - 1) / steps_; }

    /// Mean loss of one epoch; not finite when the training diverged.
    double run_epoch(std::int64_t epoch, const std::optional<double>& best_accuracy) {
        std::vector<std::int64_t> order = data_.training;
        Rng(derive_seed(options_.seed, "order", epoch)).shuffle(order);
        Rng augment_rng(derive_seed(options_.seed, "augment", epoch));
        std::vector<AugmentDraw> draws;
        double loss_sum = 0.0;
        const std::int64_t steps = std::min(steps_, all_steps_ - epoch * steps_);
        const std::int64_t report_every = std::max<std::int64_t>(1, steps / 100);
        std::int64_t seen = 0;
        for (std::int64_t step = 0; step < steps; ++step) {
            check_stop(hooks_.stop);
            const std::int64_t first = step * options_.batch_size;
            Batch batch;
            batch.images = images_;
            batch.indices = order.data() + first;
            batch.size = std::min(options_.batch_size, rows_ - first);
            batch.dropout_seed = derive_seed(options_.seed, "dropout", epoch, step);
            if (options_.augment.any()) {
                draws.clear();
                for (std::int64_t i = 0; i < batch.size; ++i) {
                    draws.push_back(draw_augment(options_.augment, augment_rng));
                }
                batch.augment = draws.data();
            }
            const double loss = model_->train_batch(batch, step_options(epoch, step));
            pages_.used(batch.size);
            if (!std::isfinite(loss)) {
                return loss;
            }
            if (options_.average > 0.0) {
                average_.add(model_->weights(), epoch * steps_ + step);
            }
            loss_sum += loss * static_cast<double>(batch.size);
            seen = first + batch.size;
            if ((step + 1) % report_every == 0 || step + 1 == steps) {
                report(epoch, static_cast<double>(step + 1) / static_cast<double>(steps),
                       loss_sum / static_cast<double>(seen), best_accuracy);
            }
        }
        return loss_sum / static_cast<double>(seen);
    }

    /// What the training would come to if it ended here, and goes on with.
    const space::Weights& average() const { return average_.weights(); }
    void go_on_with(space::Weights average) { average_.restore(std::move(average)); }

    Validation validate() {
        if (options_.average > 0.0) {
            const ModelState state = model_->state();
            ModelState averaged = state;
            averaged.weights = average();
            model_->restore(averaged);
            const Validation validation = validate_model();
            model_->restore(state);
            return validation;
        }
        return validate_model();
    }

    /// That of the epoch's first batch.
    double learning_rate(std::int64_t epoch) const { return step_options(epoch, 0).learning_rate; }

    void report(std::int64_t epoch, double fraction, double loss,
                const std::optional<double>& best_accuracy, bool validated = false) const {
        if (hooks_.progress) {
            hooks_.progress({epoch, epochs(), fraction, loss, best_accuracy, validated});
        }
    }

  private:
    Validation validate_model() {
        const bool with_loss = hooks_.epoch || !options_.checkpoint.empty();
        return validation_of(*model_, images_, data_.validation, with_loss, pages_, hooks_.stop);
    }

    StepOptions step_options(std::int64_t epoch, std::int64_t step) const {
        StepOptions step_options;
        step_options.learning_rate = scheduled_rate(
            options_, static_cast<double>(epoch * steps_ + step) / static_cast<double>(all_steps_));
        step_options.weight_decay = options_.weight_decay;
        step_options.label_smoothing = options_.label_smoothing;
        return step_options;
    }

    Model* model_;
    const TrainingSet& data_;
    space::ImageView images_;
    PageKeeper pages_;
    const TrainOptions& options_;
    const TrainHooks& hooks_;
    std::int64_t rows_;
    std::int64_t steps_;      ///< of a whole epoch
    std::int64_t all_steps_;  ///< of the training
    WeightAverage average_;
};

/// The one of `options.others` that has come furthest in this very training.
std::optional<Checkpoint> furthest_of_others(const TrainOptions& options, const std::string& run) {
    std::optional<Checkpoint> furthest;
    for (const std::string& path : options.others) {
        try {
            auto found = read_checkpoint(path, run);
            if (found && (!furthest || found->curve.size() > furthest->curve.size())) {
                furthest = std::move(found);
            }
        } catch (const Error&) {
        }
    }
    return furthest;
}

}  // namespace

double scheduled_rate(const TrainOptions& options, double done) {
    const double rate = options.schedule == Schedule::kCosine
                            ? options.learning_rate * (0.5 * (1.0 + std::cos(kPi * done)))
                            : options.learning_rate;
    const double epoch = done * static_cast<double>(options.epochs);
    const auto warmup = static_cast<double>(options.warmup);
    return epoch < warmup ? rate * (kColdest + (1.0 - kColdest) * epoch / warmup) : rate;
}

double accuracy(Model& model, const space::ImageView& images,
                const std::vector<std::int64_t>& rows) {
    return validation_of(model, images, rows, false, PageKeeper(nullptr), nullptr).accuracy;
}

TrainResult train(const Engine& engine, const space::Network& network,
                  const space::Preprocess& preprocess, const TrainingSet& data,
                  const TrainOptions& options, const TrainHooks& hooks) {
    const Stopwatch watch;
    check_options(options);
    check_data(network, data);
    int threads = options.threads;
    std::unique_ptr<Model> model = engine.create(network, preprocess, options.seed, threads);

    if (options.initial != nullptr) {
        ModelState state = model->state();
        state.weights = *options.initial;
        model->restore(state);
    }

    std::string run;
    Checkpoint done;
    if (!options.checkpoint.empty()) {
        run = describe_run(engine.name(), network, preprocess, data, options);
        if (auto found = read_checkpoint(options.checkpoint, run)) {
            done = std::move(*found);
            model->restore(done.model);
        } else if (auto other = furthest_of_others(options, run)) {
            done = std::move(*other);
            model->restore(done.model);
            write_checkpoint(options.checkpoint, run, done, hooks.before_checkpoint);
        }
    }

    TrainResult result;
    Training training(*model, data, options, hooks);
    training.go_on_with(std::move(done.average));
    const auto take_share = [&] {
        const int share = options.share == nullptr ? threads : std::max(1, options.share->load());
        if (share != threads) {
            const ModelState state = model->state();
            threads = share;
            model = engine.create(network, preprocess, options.seed, threads);
            model->restore(state);
            training.go_on_with(*model);
        }
    };
    const auto tell_epoch = [&](std::size_t epoch) {
        if (hooks.epoch) {
            const auto number = static_cast<std::int64_t>(epoch);
            hooks.epoch({number, training.learning_rate(number), done.losses[epoch],
                         done.validation_losses[epoch], done.curve[epoch]});
        }
    };
    for (std::size_t epoch = 0; epoch < done.curve.size(); ++epoch) {
        tell_epoch(epoch);
    }
    for (auto epoch = static_cast<std::int64_t>(done.curve.size()); epoch < training.epochs();
         ++epoch) {
        take_share();
        const auto best_so_far =
            done.curve.empty() ? std::nullopt : std::optional<double>(done.best_accuracy);
        const double loss = training.run_epoch(epoch, best_so_far);
        space::Weights weights = model->weights();
        if (!std::isfinite(loss) || !all_finite(weights)) {
            result.diverged = true;
            break;
        }
        if (options.average > 0.0) {
            weights = training.average();
        }
        const Validation validation = training.validate();
        const double score = validation.accuracy;
        if (done.curve.empty() || options.keep == Keep::kLast || score > done.best_accuracy) {
            done.best_weights = std::move(weights);
            done.best_accuracy = score;
            done.best_epoch = epoch;
        }
        done.curve.push_back(score);
        done.losses.push_back(loss);
        done.validation_losses.push_back(validation.loss);
        if (!options.checkpoint.empty()) {
            done.model = model->state();
            done.average = training.average();
            const auto require_place = [&] {
                if (hooks.before_checkpoint) {
                    hooks.before_checkpoint();
                }
            };
            try {
                write_checkpoint(options.checkpoint, run, done, require_place);
            } catch (const IoError&) {
                require_place();  // lost in between, it is the reason
                throw;
            }
        }
        training.report(epoch, 1.0, loss, done.best_accuracy, true);
        tell_epoch(static_cast<std::size_t>(epoch));
    }
    if (done.curve.empty()) {
        done.best_weights =
            options.initial != nullptr ? *options.initial : initial_weights(network, options.seed);
    }
    result.best_weights = std::move(done.best_weights);
    result.best_accuracy = done.best_accuracy;
    result.best_epoch = done.best_epoch;
    result.curve = std::move(done.curve);
    result.losses = std::move(done.losses);
    result.seconds = watch.seconds();
    return result;
}

}  // namespace nanonas::train
