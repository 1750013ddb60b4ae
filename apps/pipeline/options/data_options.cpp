#include "apps/pipeline/options/groups.hpp"

namespace nanonas::pipeline {

namespace {

space::Shape parse_image_shape(Text text) {
    return space::parse_shape(text, true);
}

}  // namespace

std::vector<Option> make_data_options() {
    return {
        {"data",
         "DIR",
         Kind::kText,
         Group::kData,
         {kS, kT, kQ, kB},
         true,
         "training images: a folder with one sub-folder per class (JPEG, PNG, BMP, ...), IDX files "
         "(MNIST family, gzipped or plain) or CIFAR-10 binary batches; without it quantize --model "
         "RUN takes those of the run, and a command that names no data, model or run Fashion-MNIST "
         "from Debian's package dataset-fashion-mnist",
         [](Config& c, Text t, Text w) { c.data.data = not_empty(t, w); },
         [](const Config& c) { return c.data.data; }},
        {"test",
         "DIR",
         Kind::kText,
         Group::kData,
         {kS, kT, kQ, kE, kX, kV},
         true,
         "test images in the same form, touched once at the end; IDX and CIFAR-10 sets bring their "
         "own; export takes its sample and test vectors from them; evaluate --model RUN without it "
         "takes those of the run",
         [](Config& c, Text t, Text w) { c.data.test = not_empty(t, w); },
         [](const Config& c) { return c.data.test; }},
        {"val-split",
         "SHARE",
         Kind::kNumber,
         Group::kData,
         {kS, kT, kQ, kB},
         true,
         "share of each class that candidates are scored on, drawn by the seed",
         [](Config& c, Text t, Text w) { c.data.val_split = parse_number(t, w); },
         [](const Config& c) { return shortest_text(c.data.val_split); },
         between(0.001, 0.999)},
        {"final-val-split",
         "SHARE",
         Kind::kText,
         Group::kData,
         {kS, kT, kQ},
         true,
         "the same for the final training, which learns from the rest; auto: 0.1, or --val-split "
         "where that is less",
         [](Config& c, Text t, Text w) {
             c.data.final_val_split = t == "auto"
                                          ? std::nullopt
                                          : std::optional<double>(parse_number(t, w, 0.001, 0.999));
         },
         [](const Config& c) {
             return c.data.final_val_split ? shortest_text(*c.data.final_val_split)
                                           : std::string("auto");
         }},
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
         {kS, kP, kB},
         true,
         "number of classes where no data tells it (profile, --scores); 2 when absent",
         [](Config& c, Text t, Text w) { c.data.classes = parse_integer(t, w); },
         [](const Config& c) { return optional_text(c.data.classes); },
         between(2, 10000)},
        {"calibration-data",
         "DIR",
         Kind::kText,
         Group::kData,
         {kE, kX, kV, kD},
         true,
         "images, as --data of quantize takes them, on which the int8 ranges of a float .onnx are "
         "found; their classes do not matter",
         [](Config& c, Text t, Text w) { c.data.calibration = not_empty(t, w); },
         [](const Config& c) { return c.data.calibration; },
         {},
         false,
         "calibration"},
        {"pixel-scale",
         "S",
         Kind::kNumber,
         Group::kData,
         {kE, kX, kV, kD},
         true,
         "a float .onnx reads (pixel - mean) * S; 1/255 without it: pixels from 0 to 1",
         [](Config& c, Text t, Text w) { c.data.pixel_scale = parse_number(t, w); },
         [](const Config& c) { return shortest_text(c.data.pixel_scale); },
         between(1e-9, 1e6)},
        {"pixel-mean",
         "M",
         Kind::kInteger,
         Group::kData,
         {kE, kX, kV, kD},
         true,
         "the mean of --pixel-scale",
         [](Config& c, Text t, Text w) { c.data.pixel_mean = parse_integer(t, w); },
         [](const Config& c) { return std::to_string(c.data.pixel_mean); },
         between(0, 255)},
        {"skip-bad",
         "",
         Kind::kSwitch,
         Group::kData,
         {kS, kT, kQ, kE, kX, kB, kV},
         true,
         "count unreadable images and go on instead of stopping at the first",
         [](Config& c, Text t, Text w) { c.data.skip_bad = parse_switch(t, w); },
         [](const Config& c) { return switch_text(c.data.skip_bad); }},
        {"cache",
         "DIR",
         Kind::kText,
         Group::kData,
         {kS, kT, kQ, kE, kX, kB, kV, kW},
         false,
         "where sets of more than 256 MiB of decoded images are kept for the next run; never "
         "changes "
         "the answer; default: ~/.cache/nanonas, or a folder in the temporary one where that "
         "cannot "
         "be written",
         [](Config& c, Text t, Text w) { c.data.cache = not_empty(t, w); },
         [](const Config& c) { return c.data.cache; }},
    };
}

}  // namespace nanonas::pipeline
