#include "train/checkpoint.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <sstream>
#include <system_error>

#include "space/checksum.hpp"
#include "space/errors.hpp"
#include "space/files.hpp"
#include "space/json/network_json.hpp"
#include "space/json/safetensors.hpp"
#include "train/data/fingerprint.hpp"

namespace nanonas::train {

namespace {

constexpr const char* kOldFormat = "nanonas-checkpoint-1";
constexpr const char* kFormat = "nanonas-checkpoint-2";

std::string exact(double number) {
    char text[64];
    std::snprintf(text, sizeof text, "%a", number);
    return text;
}

std::string exact(const std::vector<double>& numbers) {
    std::string text;
    for (const double number : numbers) {
        text += (text.empty() ? "" : " ") + exact(number);
    }
    return text;
}

/// As one word of describe_run.
std::string word(std::string text) {
    std::replace(text.begin(), text.end(), ' ', '_');
    return text;
}

std::uint64_t mix(std::uint64_t seed, const std::string& text) {
    return derive_seed(seed, text);
}

std::uint64_t mix(std::uint64_t seed, const std::vector<std::int64_t>& rows) {
    for (const std::int64_t row : rows) {
        seed = derive_seed(seed, "row", row);
    }
    return derive_seed(seed, "rows", rows.size());
}

std::uint64_t mix(const space::Weights& weights) {
    Fingerprint fingerprint;
    for (const auto& [name, tensor] : weights) {
        fingerprint.add(name);
        fingerprint.add(tensor.values.data(), tensor.values.size() * sizeof(float));
    }
    return fingerprint.digest();
}

void put(space::Weights& tensors, const std::string& folder, const space::Weights& from) {
    for (const auto& [name, tensor] : from) {
        tensors[folder + name] = tensor;
    }
}

space::Weights take(const space::Weights& tensors, const std::string& folder) {
    space::Weights taken;
    for (auto at = tensors.lower_bound(folder);
         at != tensors.end() && at->first.compare(0, folder.size(), folder) == 0; ++at) {
        taken[at->first.substr(folder.size())] = at->second;
    }
    return taken;
}

/// The first of the space-separated settings that differs: "epochs=3, expected epochs=5".
std::string first_difference(const std::string& found, const std::string& expected) {
    std::istringstream left(found), right(expected);
    std::string a, b;
    do {
        a.clear();
        b.clear();
        left >> a;
        right >> b;
    } while (a == b && !a.empty());
    return a + ", expected " + b;
}

/// Metadata of one file, with its errors.
class Fields {
  public:
    Fields(const std::string& path, const std::map<std::string, std::string>& values)
        : path_(path), values_(values) {}

    const std::string& text(const std::string& key) const {
        const auto found = values_.find(key);
        if (found == values_.end()) {
            throw ConfigError(path_ + ": not a training checkpoint (no '" + key + "')");
        }
        return found->second;
    }

    std::vector<double> numbers(const std::string& key) const {
        std::vector<double> numbers;
        std::istringstream words(text(key));
        for (std::string word; words >> word;) {
            char* end = nullptr;
            numbers.push_back(std::strtod(word.c_str(), &end));
            if (end != word.c_str() + word.size()) {
                throw ConfigError(path_ + ": '" + key + "' holds '" + word + "', not a number");
            }
        }
        return numbers;
    }

    double number(const std::string& key) const {
        const std::vector<double> all = numbers(key);
        if (all.size() != 1) {
            throw ConfigError(path_ + ": '" + key + "' is not one number");
        }
        return all.front();
    }

  private:
    const std::string& path_;
    const std::map<std::string, std::string>& values_;
};

/// `run`: null for any.
std::optional<Checkpoint> read(const std::string& path, const std::string* run) {
    std::error_code error;
    if (!std::filesystem::exists(path, error) && !error) {
        return std::nullopt;
    }
    json::TensorFile file;
    const std::string bytes = read_file(path);
    try {
        file = json::parse_safetensors(path, bytes);
    } catch (const ExportError& malformed) {
        throw ConfigError(std::string(malformed.what()) + "; delete it to train from the start");
    }
    const Fields fields(path, file.metadata);
    if (fields.text("format") == kOldFormat) {
        throw ConfigError(path + ": of an earlier version; delete it to train from the start");
    }
    if (fields.text("format") != kFormat) {
        throw ConfigError(path + ": not a training checkpoint (format '" + fields.text("format") +
                          "', expected '" + kFormat + "')");
    }
    if (seal_of(bytes) != Seal::kWhole) {
        throw ConfigError(path +
                          ": damaged, its check does not fit; delete it to train from the start");
    }
    if (run != nullptr && fields.text("run") != *run) {
        throw ConfigError(path + ": checkpoint of another training (" +
                          first_difference(fields.text("run"), *run) +
                          "); delete it to train from the start");
    }
    Checkpoint checkpoint;
    checkpoint.model.weights = take(file.tensors, "weights/");
    checkpoint.model.adam_first = take(file.tensors, "first/");
    checkpoint.model.adam_second = take(file.tensors, "second/");
    checkpoint.average = take(file.tensors, "average/");
    checkpoint.best_weights = take(file.tensors, "best/");
    checkpoint.model.steps = static_cast<std::int64_t>(fields.number("steps"));
    checkpoint.best_epoch = static_cast<std::int64_t>(fields.number("best_epoch"));
    checkpoint.best_accuracy = fields.number("best_accuracy");
    checkpoint.curve = fields.numbers("curve");
    checkpoint.losses = fields.numbers("losses");
    checkpoint.validation_losses = file.metadata.count("validation_losses") > 0
                                       ? fields.numbers("validation_losses")
                                       : std::vector<double>(checkpoint.curve.size(), std::nan(""));
    if (checkpoint.curve.empty() || checkpoint.losses.size() != checkpoint.curve.size() ||
        checkpoint.validation_losses.size() != checkpoint.curve.size()) {
        throw ConfigError(path + ": 'curve' and 'losses' do not count the same epochs");
    }
    return checkpoint;
}

}  // namespace

std::string describe_run(const std::string& engine, const space::Network& network,
                         const space::Preprocess& preprocess, const TrainingSet& data,
                         const TrainOptions& options) {
    std::uint64_t rows = mix(data.set.fingerprint, data.training);
    rows = mix(rows, data.validation);
    std::ostringstream text;
    text << "engine=" << engine << " network=" << mix(0, json::to_json(network).dump())
         << " data=" << rows << " scale=" << exact(static_cast<double>(preprocess.scale))
         << " mean=" << preprocess.mean << " seed=" << options.seed << " epochs=" << options.epochs
         << " steps=" << options.steps << " batch_size=" << options.batch_size
         << " learning_rate=" << exact(options.learning_rate)
         << " schedule=" << (options.schedule == Schedule::kCosine ? "cosine" : "constant")
         << " keep=" << (options.keep == Keep::kLast ? "last" : "best")
         << " weight_decay=" << exact(options.weight_decay)
         << " label_smoothing=" << exact(options.label_smoothing)
         << " flip=" << (options.augment.flip ? 1 : 0) << " shift=" << options.augment.shift
         << " brightness=" << exact(options.augment.brightness)
         << " build=" << word(options.arithmetic.build) << " simd=" << word(options.arithmetic.simd)
         << " probe=" << word(options.arithmetic.probe);
    // Only where they are: checkpoints of before them still fit.
    if (options.warmup > 0) {
        text << " warmup=" << options.warmup;
    }
    if (options.average > 0.0) {
        text << " average=" << exact(options.average);
    }
    if (options.initial != nullptr) {
        text << " initial=" << mix(*options.initial);
    }
    return text.str();
}

void write_checkpoint(const std::string& path, const std::string& run, const Checkpoint& checkpoint,
                      const std::function<void()>& before_write) {
    json::TensorFile file;
    put(file.tensors, "weights/", checkpoint.model.weights);
    put(file.tensors, "first/", checkpoint.model.adam_first);
    put(file.tensors, "second/", checkpoint.model.adam_second);
    put(file.tensors, "average/", checkpoint.average);
    put(file.tensors, "best/", checkpoint.best_weights);
    file.metadata = {{"check", kBlankCheck},
                     {"format", kFormat},
                     {"run", run},
                     {"steps", std::to_string(checkpoint.model.steps)},
                     {"best_epoch", std::to_string(checkpoint.best_epoch)},
                     {"best_accuracy", exact(checkpoint.best_accuracy)},
                     {"curve", exact(checkpoint.curve)},
                     {"losses", exact(checkpoint.losses)},
                     {"validation_losses", exact(checkpoint.validation_losses)}};
    const std::string bytes = sealed(json::safetensors_bytes(path, file));
    if (before_write) {
        before_write();
    }
    write_file(path, bytes, Folders::kMustExist);
}

std::optional<Checkpoint> read_checkpoint(const std::string& path, const std::string& run) {
    return read(path, &run);
}

std::optional<Checkpoint> read_checkpoint(const std::string& path) {
    return read(path, nullptr);
}

}  // namespace nanonas::train
