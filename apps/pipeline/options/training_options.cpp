#include "apps/pipeline/options/groups.hpp"
#include "train/stages/stage.hpp"

namespace nanonas::pipeline {

namespace {

/// "fine-tune=EPOCHS, ...".
std::string stage_names() {
    std::string text;
    for (const train::StageInfo& stage : train::stages()) {
        text += (text.empty() ? "" : ", ") + std::string(stage.name) +
                (*stage.argument == '\0' ? "" : std::string("=") + stage.argument);
    }
    return text;
}

/// As --arch takes it, written in the one way.
std::string arch_text(const Config& config) {
    const std::string text = space::to_string(arch_of(config), space_of(config)->axes());
    return text.substr(1, text.size() - 2);
}

/// In a build without LibTorch make_engine() tells why stock is not there.
std::vector<std::string> known_engine_names() {
    return {"fast", "stock"};
}

std::vector<std::string> only_auto() {
    return {"auto"};
}

void set_integer_or_auto(std::optional<std::int64_t>& value, Text text, Text where) {
    value.reset();
    if (text != "auto") {
        value = parse_integer(text, where);
    }
}

std::string integer_or_auto(const std::optional<std::int64_t>& value) {
    return value ? std::to_string(*value) : "auto";
}

/// Nothing where nothing is asked for: configs of runs without it stay as they are.
std::string unless_zero(std::int64_t value) {
    return value == 0 ? std::string() : std::to_string(value);
}

std::string unless_zero(double value) {
    return value == 0.0 ? std::string() : shortest_text(value);
}

}  // namespace

std::vector<Option> make_training_options() {
    return {
        {"arch",
         "K,C",
         Kind::kText,
         Group::kTraining,
         {kT, kP},
         true,
         "the network: K kernels in the first convolution, C cells on it; in another --space a "
         "value for each of its axes",
         [](Config& c, Text t, Text w) { c.training.arch = not_empty(t, w); },
         [](const Config& c) { return c.training.arch.empty() ? std::string() : arch_text(c); }},
        {"epochs",
         "N",
         Kind::kIntegerOrWord,
         Group::kTraining,
         {kS, kT},
         true,
         "epochs of the final training; auto: 100, for small sets as many as show it 200,000 "
         "images, 1,000 at most",
         [](Config& c, Text t, Text w) { set_integer_or_auto(c.training.epochs, t, w); },
         [](const Config& c) { return integer_or_auto(c.training.epochs); },
         between(1, 100000, only_auto)},
        {"lr",
         "RATE",
         Kind::kNumber,
         Group::kTraining,
         {kS, kT},
         true,
         "learning rate of the final training",
         [](Config& c, Text t, Text w) { c.training.learning_rate = parse_number(t, w); },
         [](const Config& c) { return shortest_text(c.training.learning_rate); },
         between(1e-9, 10.0)},
        {"batch",
         "N",
         Kind::kIntegerOrWord,
         Group::kTraining,
         {kS, kT},
         true,
         "images per step of the final training; auto: 128, halved while the training would take "
         "fewer than 3,000 steps, 16 at the least",
         [](Config& c, Text t, Text w) { set_integer_or_auto(c.training.batch, t, w); },
         [](const Config& c) { return integer_or_auto(c.training.batch); },
         between(1, 65536, only_auto)},
        {"schedule",
         "NAME",
         Kind::kText,
         Group::kTraining,
         {kS, kT},
         true,
         "learning rate over the final training: constant, or cosine (down to zero)",
         [](Config& c, Text t, Text w) { c.training.schedule = parse_schedule(t, w); },
         [](const Config& c) { return schedule_text(c.training.schedule); },
         one_of(schedule_names)},
        {"warmup",
         "EPOCHS",
         Kind::kInteger,
         Group::kTraining,
         {kS, kT},
         true,
         "epochs over which the learning rate of the final training grows to what --schedule says; "
         "without it none",
         [](Config& c, Text t, Text w) { c.training.warmup = parse_integer(t, w); },
         [](const Config& c) { return unless_zero(c.training.warmup); },
         between(0, 99999)},
        {"average",
         "SHARE",
         Kind::kNumber,
         Group::kTraining,
         {kS, kT},
         true,
         "averages the weights over the steps of the final training, reaching back over about this "
         "share of them; 1 for all steps alike; without it, or with 0, the weights are those of "
         "the "
         "last step",
         [](Config& c, Text t, Text w) { c.training.average = parse_number(t, w); },
         [](const Config& c) { return unless_zero(c.training.average); },
         between(0.0, 1.0)},
        {"dropout",
         "RATE",
         Kind::kNumber,
         Group::kTraining,
         {kS, kT},
         true,
         "dropout before the classifier in the final training; without it as the space has it, 0.5 "
         "in cells",
         [](Config& c, Text t, Text w) { c.training.dropout = parse_number(t, w); },
         [](const Config& c) {
             return c.training.dropout ? shortest_text(*c.training.dropout) : std::string();
         },
         between(0.0, 0.9)},
        {"weight-decay",
         "RATE",
         Kind::kNumber,
         Group::kTraining,
         {kS, kT},
         true,
         "decoupled weight decay of the final training, on convolution and dense weights alone",
         [](Config& c, Text t, Text w) { c.training.weight_decay = parse_number(t, w); },
         [](const Config& c) { return shortest_text(c.training.weight_decay); },
         between(0.0, 10.0)},
        {"label-smoothing",
         "SHARE",
         Kind::kNumber,
         Group::kTraining,
         {kS, kT},
         true,
         "label smoothing of the final training",
         [](Config& c, Text t, Text w) { c.training.label_smoothing = parse_number(t, w); },
         [](const Config& c) { return shortest_text(c.training.label_smoothing); },
         between(0.0, 0.9)},
        {"augment",
         "LIST",
         Kind::kText,
         Group::kTraining,
         {kS, kT},
         true,
         "random changes in the final training: flip, shift=PIXELS, brightness=0..1, such as "
         "flip,shift=2,brightness=0.1; none for none; auto: shift by a twelfth of a side, and flip "
         "where a network trained without it knows mirrored images as well",
         [](Config& c, Text t, Text w) {
             c.training.augment.reset();
             if (t != "auto") {
                 c.training.augment = parse_augment(t, w);
             }
         },
         [](const Config& c) {
             return c.training.augment ? to_string(*c.training.augment) : std::string("auto");
         }},
        {"stages",
         "LIST",
         Kind::kText,
         Group::kTraining,
         {kS, kT, kQ},
         true,
         "what is done to the trained network before it is rounded, one after the other with "
         "commas "
         "between: " +
             stage_names(),
         [](Config& c, Text t, Text) { c.training.stages = t; },
         [](const Config& c) { return c.training.stages; }},
        {"engine",
         "NAME",
         Kind::kText,
         Group::kTraining,
         {kS, kT, kB},
         true,
         "what trains: fast, or stock (LibTorch modules, where this build has LibTorch); without "
         "it "
         "the fastest this build has",
         [](Config& c, Text t, Text) { c.training.engine = t; },
         [](const Config& c) { return c.training.engine; },
         one_of(known_engine_names)},
        {"seed",
         "N",
         Kind::kInteger,
         Group::kTraining,
         {kS, kT, kQ, kB},
         true,
         "decides the split, the initial weights and every random draw",
         [](Config& c, Text t, Text w) {
             c.training.seed = static_cast<std::uint64_t>(parse_integer(t, w));
         },
         [](const Config& c) { return std::to_string(c.training.seed); },
         at_least(0)},
    };
}

}  // namespace nanonas::pipeline
