#include "apps/nanonas/option_table.hpp"

#include <algorithm>

#include "space/errors.hpp"
#include "space/text.hpp"

namespace nanonas::app {

namespace {

constexpr std::int64_t kLargest = INT64_MAX;
constexpr std::int64_t kCountLimit = 1'000'000;

using Text = const std::string&;

std::string optional_text(const std::optional<std::int64_t>& value) {
    return value ? std::to_string(*value) : "";
}

std::string switch_text(bool on) {
    return on ? "true" : "false";
}

bool parse_switch(Text text, Text what) {
    if (text != "true" && text != "false") {
        throw ConfigError(what + ": \"" + text + "\" is not true or false");
    }
    return text == "true";
}

std::int64_t parse_size(Text text, Text what) {
    const std::int64_t bytes = parse_bytes(text, what);
    if (bytes < 1) {
        throw ConfigError(what + ": \"" + text + "\" must be at least 1 byte");
    }
    return bytes;
}

std::string not_empty(Text text, Text what) {
    if (text.empty()) {
        throw ConfigError(what + ": must not be empty");
    }
    return text;
}

template <typename Value>
Value prefixed(Value (*parse)(Text), Text text, Text what) {
    try {
        return parse(text);
    } catch (const ConfigError& error) {
        throw ConfigError(what + ": " + error.what());
    }
}

space::Shape parse_image_shape(Text text) {
    return space::parse_shape(text, true);
}

constexpr Verb kS = Verb::kSearch, kT = Verb::kTrain, kQ = Verb::kQuantize, kE = Verb::kEvaluate,
               kX = Verb::kExport, kP = Verb::kProfile, kB = Verb::kBench, kG = Verb::kTargets;

std::vector<Option> make_data_options() {
    return {
        {"data",
         "DIR",
         Kind::kText,
         Group::kData,
         {kS, kT, kQ, kB},
         true,
         "training images: a folder with one sub-folder per class (JPEG, PNG, BMP, ...), IDX files "
         "(MNIST family, gzipped or plain) or CIFAR-10 binary batches; without it Fashion-MNIST "
         "from Debian's package dataset-fashion-mnist",
         [](Config& c, Text t, Text w) { c.data.data = not_empty(t, w); },
         [](const Config& c) { return c.data.data; }},
        {"test",
         "DIR",
         Kind::kText,
         Group::kData,
         {kS, kT, kQ, kE},
         true,
         "test images in the same form, touched once at the end; IDX and CIFAR-10 sets bring their "
         "own",
         [](Config& c, Text t, Text w) { c.data.test = not_empty(t, w); },
         [](const Config& c) { return c.data.test; }},
        {"val-split",
         "SHARE",
         Kind::kNumber,
         Group::kData,
         {kS, kT, kQ, kB},
         true,
         "share of each class kept for validation, drawn by the seed",
         [](Config& c, Text t, Text w) { c.data.val_split = parse_number(t, w, 0.001, 0.999); },
         [](const Config& c) { return number_text(c.data.val_split); }},
        {"input",
         "HxWxC",
         Kind::kText,
         Group::kData,
         {kS, kT, kP, kB},
         true,
         "input of the network, such as 50x50x3; images are resized and turned to grey (1) or RGB "
         "(3); without it the images' own shape, which must then be the same for all",
         [](Config& c, Text t, Text w) { c.data.input = prefixed(parse_image_shape, t, w); },
         [](const Config& c) {
             return c.data.input ? space::to_string(*c.data.input) : std::string();
         }},
        {"classes",
         "N",
         Kind::kInteger,
         Group::kData,
         {kS, kP},
         true,
         "number of classes where no data tells it (profile, --scores); 2 when absent",
         [](Config& c, Text t, Text w) { c.data.classes = parse_integer(t, w, 2, 10000); },
         [](const Config& c) { return optional_text(c.data.classes); }},
        {"skip-bad",
         "",
         Kind::kSwitch,
         Group::kData,
         {kS, kT, kQ, kE, kB},
         true,
         "count unreadable images and go on instead of stopping at the first",
         [](Config& c, Text t, Text w) { c.data.skip_bad = parse_switch(t, w); },
         [](const Config& c) { return switch_text(c.data.skip_bad); }},
    };
}

std::vector<Option> make_budget_options() {
    return {
        {"target",
         "NAME",
         Kind::kText,
         Group::kBudget,
         {kS, kT, kQ, kE, kP, kB},
         true,
         "board or part that sets RAM, flash and MACC (`nanonas targets` lists them), or a target "
         "file of your own",
         [](Config& c, Text t, Text w) { c.budget.target = not_empty(t, w); },
         [](const Config& c) { return c.budget.target; }},
        {"ram",
         "SIZE",
         Kind::kBytes,
         Group::kBudget,
         {kS, kT, kQ, kE, kP, kB},
         true,
         "RAM bound, such as 40960 or 40KiB; wins over --target",
         [](Config& c, Text t, Text w) { c.budget.ram_bytes = parse_size(t, w); },
         [](const Config& c) { return optional_text(c.budget.ram_bytes); }},
        {"flash",
         "SIZE",
         Kind::kBytes,
         Group::kBudget,
         {kS, kT, kQ, kE, kP, kB},
         true,
         "flash bound, such as 128KiB; wins over --target",
         [](Config& c, Text t, Text w) { c.budget.flash_bytes = parse_size(t, w); },
         [](const Config& c) { return optional_text(c.budget.flash_bytes); }},
        {"macc",
         "N",
         Kind::kInteger,
         Group::kBudget,
         {kS, kT, kQ, kE, kP, kB},
         true,
         "bound on multiply-accumulates per image; wins over --target",
         [](Config& c, Text t, Text w) { c.budget.macc = parse_integer(t, w, 1, kLargest); },
         [](const Config& c) { return optional_text(c.budget.macc); }},
        {"runtime",
         "NAME",
         Kind::kText,
         Group::kBudget,
         {kS, kT, kQ, kE, kP, kB},
         true,
         "what runs the network on the device: native (the C this program writes), tflm "
         "(TensorFlow Lite Micro); profile also takes all",
         [](Config& c, Text t, Text w) { c.budget.runtime = not_empty(t, w); },
         [](const Config& c) { return c.budget.runtime; }},
    };
}

std::vector<Option> make_search_options() {
    return {
        {"strategy",
         "NAME",
         Kind::kText,
         Group::kSearch,
         {kS},
         true,
         "how the space is searched",
         [](Config& c, Text t, Text) { c.search.strategy = t; },
         [](const Config& c) { return c.search.strategy; }},
        {"scores",
         "FILE",
         Kind::kText,
         Group::kSearch,
         {kS},
         true,
         "take scores from a table (CSV with columns k,c,score, or JSON) instead of training; a "
         "(k,c) absent from it counts as infeasible",
         [](Config& c, Text t, Text w) { c.search.scores = not_empty(t, w); },
         [](const Config& c) { return c.search.scores; }},
        {"search-only",
         "",
         Kind::kSwitch,
         Group::kSearch,
         {kS},
         true,
         "stop when the winner is known; do not train it",
         [](Config& c, Text t, Text w) { c.search.search_only = parse_switch(t, w); },
         [](const Config& c) { return switch_text(c.search.search_only); }},
        {"search-epochs",
         "N",
         Kind::kInteger,
         Group::kSearch,
         {kS, kB},
         true,
         "epochs each candidate is trained; its score is the best validation accuracy",
         [](Config& c, Text t, Text w) { c.search.epochs = parse_integer(t, w, 1, 100000); },
         [](const Config& c) { return std::to_string(c.search.epochs); }},
        {"search-lr",
         "RATE",
         Kind::kNumber,
         Group::kSearch,
         {kS, kB},
         true,
         "learning rate for candidates",
         [](Config& c, Text t, Text w) { c.search.learning_rate = parse_number(t, w, 1e-9, 10.0); },
         [](const Config& c) { return number_text(c.search.learning_rate); }},
        {"search-batch",
         "N",
         Kind::kInteger,
         Group::kSearch,
         {kS, kB},
         true,
         "images per step for candidates",
         [](Config& c, Text t, Text w) { c.search.batch = parse_integer(t, w, 1, 65536); },
         [](const Config& c) { return std::to_string(c.search.batch); }},
        {"repeats",
         "N",
         Kind::kInteger,
         Group::kSearch,
         {kS, kB},
         true,
         "trainings per candidate with different seeds, scores averaged",
         [](Config& c, Text t, Text w) { c.search.repeats = parse_integer(t, w, 1, 1000); },
         [](const Config& c) { return std::to_string(c.search.repeats); }},
    };
}

std::vector<Option> make_training_options() {
    return {
        {"arch",
         "K,C",
         Kind::kText,
         Group::kTraining,
         {kT, kP},
         true,
         "the network: K kernels in the first convolution, C cells on it",
         [](Config& c, Text t, Text w) {
             c.training.arch = prefixed(space::parse_candidate, t, w);
         },
         [](const Config& c) {
             return c.training.arch ? std::to_string(c.training.arch->k) + "," +
                                          std::to_string(c.training.arch->c)
                                    : std::string();
         }},
        {"epochs",
         "N",
         Kind::kInteger,
         Group::kTraining,
         {kS, kT},
         true,
         "epochs of the final training; the best checkpoint is kept",
         [](Config& c, Text t, Text w) { c.training.epochs = parse_integer(t, w, 1, 100000); },
         [](const Config& c) { return std::to_string(c.training.epochs); }},
        {"lr",
         "RATE",
         Kind::kNumber,
         Group::kTraining,
         {kS, kT},
         true,
         "learning rate of the final training",
         [](Config& c, Text t, Text w) {
             c.training.learning_rate = parse_number(t, w, 1e-9, 10.0);
         },
         [](const Config& c) { return number_text(c.training.learning_rate); }},
        {"batch",
         "N",
         Kind::kInteger,
         Group::kTraining,
         {kS, kT},
         true,
         "images per step of the final training",
         [](Config& c, Text t, Text w) { c.training.batch = parse_integer(t, w, 1, 65536); },
         [](const Config& c) { return std::to_string(c.training.batch); }},
        {"schedule",
         "NAME",
         Kind::kText,
         Group::kTraining,
         {kS, kT},
         true,
         "learning rate over the final training: constant, or cosine (down to zero)",
         [](Config& c, Text t, Text w) {
             if (t != "constant" && t != "cosine") {
                 throw ConfigError(w + ": \"" + t + "\" is unknown; known: constant, cosine" +
                                   did_you_mean(t, {"constant", "cosine"}));
             }
             c.training.schedule =
                 t == "cosine" ? train::Schedule::kCosine : train::Schedule::kConstant;
         },
         [](const Config& c) {
             return std::string(c.training.schedule == train::Schedule::kCosine ? "cosine"
                                                                                : "constant");
         }},
        {"weight-decay",
         "RATE",
         Kind::kNumber,
         Group::kTraining,
         {kS, kT},
         true,
         "decoupled weight decay of the final training",
         [](Config& c, Text t, Text w) { c.training.weight_decay = parse_number(t, w, 0.0, 10.0); },
         [](const Config& c) { return number_text(c.training.weight_decay); }},
        {"label-smoothing",
         "SHARE",
         Kind::kNumber,
         Group::kTraining,
         {kS, kT},
         true,
         "label smoothing of the final training",
         [](Config& c, Text t, Text w) {
             c.training.label_smoothing = parse_number(t, w, 0.0, 0.9);
         },
         [](const Config& c) { return number_text(c.training.label_smoothing); }},
        {"augment",
         "LIST",
         Kind::kText,
         Group::kTraining,
         {kS, kT},
         true,
         "random changes in the final training: flip, shift=PIXELS, brightness=0..1, such as "
         "flip,shift=2,brightness=0.1; none for none",
         [](Config& c, Text t, Text w) { c.training.augment = parse_augment(t, w); },
         [](const Config& c) { return to_string(c.training.augment); }},
        {"engine",
         "NAME",
         Kind::kText,
         Group::kTraining,
         {kS, kT, kB},
         true,
         "what trains: stock (LibTorch modules) or fast; without it the fastest this build has",
         [](Config& c, Text t, Text w) { c.training.engine = not_empty(t, w); },
         [](const Config& c) { return c.training.engine; }},
        {"seed",
         "N",
         Kind::kInteger,
         Group::kTraining,
         {kS, kT, kQ, kB},
         true,
         "decides the split, the initial weights and every random draw",
         [](Config& c, Text t, Text w) {
             c.training.seed = static_cast<std::uint64_t>(parse_integer(t, w, 0, kLargest));
         },
         [](const Config& c) { return std::to_string(c.training.seed); }},
    };
}

std::vector<Option> make_output_options() {
    return {
        {"model",
         "FILE",
         Kind::kText,
         Group::kOutput,
         {kQ, kE, kX, kP},
         true,
         "a model.safetensors, or the run directory that holds it",
         [](Config& c, Text t, Text w) { c.output.model = not_empty(t, w); },
         [](const Config& c) { return c.output.model; }},
        {"out",
         "DIR",
         Kind::kText,
         Group::kOutput,
         {kS, kT, kQ, kX},
         false,
         "where to write; search and train default to runs/<data>-<target>, numbered when taken",
         [](Config& c, Text t, Text w) { c.output.out = not_empty(t, w); },
         [](const Config& c) { return c.output.out; }},
        {"resume",
         "",
         Kind::kSwitch,
         Group::kOutput,
         {kS, kT},
         false,
         "go on with the run in --out, or with the newest default one",
         [](Config& c, Text t, Text w) { c.output.resume = parse_switch(t, w); },
         [](const Config& c) { return switch_text(c.output.resume); }},
        {"name",
         "ID",
         Kind::kText,
         Group::kOutput,
         {kS, kT, kQ, kX},
         true,
         "C identifier: prefix of the emitted C's files and symbols",
         [](Config& c, Text t, Text) { c.output.name = t; },
         [](const Config& c) { return c.output.name; }},
        {"vectors",
         "N",
         Kind::kInteger,
         Group::kOutput,
         {kS, kT, kQ, kX},
         true,
         "test vectors shipped with the emitted C",
         [](Config& c, Text t, Text w) { c.output.vectors = parse_integer(t, w, 1, 10000); },
         [](const Config& c) { return std::to_string(c.output.vectors); }},
        {"calibration-images",
         "N",
         Kind::kInteger,
         Group::kOutput,
         {kS, kT, kQ},
         true,
         "training images that set the int8 ranges",
         [](Config& c, Text t, Text w) {
             c.output.calibration_images = parse_integer(t, w, 1, kCountLimit);
         },
         [](const Config& c) { return std::to_string(c.output.calibration_images); }},
        {"check-images",
         "N",
         Kind::kInteger,
         Group::kOutput,
         {kS, kT, kQ},
         true,
         "images on which the emitted C, compiled here, must equal the integer reference byte for "
         "byte; 0 skips the check",
         [](Config& c, Text t, Text w) {
             c.output.check_images = parse_integer(t, w, 0, kCountLimit);
         },
         [](const Config& c) { return std::to_string(c.output.check_images); }},
        {"format",
         "NAME",
         Kind::kText,
         Group::kOutput,
         {kX},
         true,
         "what to write: c",
         [](Config& c, Text t, Text) { c.output.format = t; },
         [](const Config& c) { return c.output.format; }},
        {"file",
         "FILE",
         Kind::kText,
         Group::kOutput,
         {kG},
         true,
         "a target file of your own to check and show",
         [](Config& c, Text t, Text w) { c.output.file = not_empty(t, w); },
         [](const Config& c) { return c.output.file; }},
        {"workers",
         "N",
         Kind::kInteger,
         Group::kOutput,
         {kS, kT, kQ, kE, kB},
         false,
         "candidates at a time, and threads for the rest; never changes the answer; default: one "
         "per core",
         [](Config& c, Text t, Text w) { c.output.workers = parse_integer(t, w, 1, 1024); },
         [](const Config& c) {
             return c.output.workers == 0 ? std::string() : std::to_string(c.output.workers);
         }},
        {"json",
         "",
         Kind::kSwitch,
         Group::kOutput,
         {kS, kT, kQ, kE, kX, kP, kG, kB},
         false,
         "print the result as one JSON document",
         [](Config& c, Text t, Text w) { c.output.json = parse_switch(t, w); },
         [](const Config& c) { return switch_text(c.output.json); }},
        {"quiet",
         "",
         Kind::kSwitch,
         Group::kOutput,
         {kS, kT, kQ, kE, kX, kP, kG, kB},
         false,
         "print errors and the result only",
         [](Config& c, Text t, Text w) { c.output.quiet = parse_switch(t, w); },
         [](const Config& c) { return switch_text(c.output.quiet); }},
        {"config",
         "FILE",
         Kind::kText,
         Group::kOutput,
         {kS, kT, kQ, kE, kX, kP, kB},
         false,
         "read options from a JSON file with these same names as keys, or from a shipped one by "
         "name (configs/searches); flags win",
         [](Config& c, Text t, Text w) { c.output.config = not_empty(t, w); },
         [](const Config& c) { return c.output.config; }},
    };
}

}  // namespace

const std::vector<Option>& options() {
    static const std::vector<Option> table = [] {
        std::vector<Option> all;
        for (auto&& part : {make_data_options(), make_budget_options(), make_search_options(),
                            make_training_options(), make_output_options()}) {
            all.insert(all.end(), part.begin(), part.end());
        }
        return all;
    }();
    return table;
}

const Option* find_option(const std::string& name) {
    for (const Option& option : options()) {
        if (option.name == name) {
            return &option;
        }
    }
    return nullptr;
}

bool Option::belongs_to(Verb verb) const {
    return std::find(verbs.begin(), verbs.end(), verb) != verbs.end();
}

const char* group_title(Group group) {
    switch (group) {
        case Group::kData:
            return "Data";
        case Group::kBudget:
            return "Budget";
        case Group::kSearch:
            return "Search";
        case Group::kTraining:
            return "Network and training";
        case Group::kOutput:
            return "Input, output and running";
    }
    return "";
}

}  // namespace nanonas::app
