#include "apps/pipeline/options/groups.hpp"
#include "export/int8/calibrate.hpp"
#include "export/writer.hpp"

namespace nanonas::pipeline {

std::vector<Option> make_output_options() {
    return {
        {"model",
         "FILE",
         Kind::kText,
         Group::kOutput,
         {kQ, kE, kX, kP, kV},
         true,
         "a model.safetensors, the run directory that holds it, or a .tflite (evaluate, export, "
         "profile, validate)",
         [](Config& c, Text t, Text w) { c.output.model = not_empty(t, w); },
         [](const Config& c) { return c.output.model; }},
        {"weights",
         "FILE",
         Kind::kText,
         Group::kOutput,
         {kQ},
         true,
         "float weights that take the place of the model's: a .pt of PyTorch, the state_dict of "
         "this "
         "network or its TorchScript module trained on",
         [](Config& c, Text t, Text w) { c.output.weights = not_empty(t, w); },
         [](const Config& c) { return c.output.weights; }},
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
         "go on with the run in --out, or with the newest default one; begins one where none is if "
         "--data names its images",
         [](Config& c, Text t, Text w) { c.output.resume = parse_switch(t, w); },
         [](const Config& c) { return switch_text(c.output.resume); }},
        {"name",
         "ID",
         Kind::kText,
         Group::kOutput,
         {kS, kT, kQ, kX},
         true,
         "C identifier: prefix of the emitted C's files and symbols, and name of the .tflite and "
         ".onnx; without it export takes that of the model's run",
         [](Config& c, Text t, Text) { c.products.name = t; },
         [](const Config& c) { return c.products.name; }},
        {"vectors",
         "N",
         Kind::kInteger,
         Group::kOutput,
         {kS, kT, kQ, kX},
         true,
         "test vectors shipped with the emitted C; of export's formats only c ships them",
         [](Config& c, Text t, Text w) { c.products.vectors = parse_integer(t, w, 1, 10000); },
         [](const Config& c) { return std::to_string(c.products.vectors); }},
        {"calibration-images",
         "N",
         Kind::kInteger,
         Group::kOutput,
         {kS, kT, kQ},
         true,
         "training images that set the int8 ranges",
         [](Config& c, Text t, Text w) {
             c.products.calibration_images = parse_integer(t, w, 1, kCountLimit);
         },
         [](const Config& c) { return std::to_string(c.products.calibration_images); }},
        {"calibration",
         "NAME",
         Kind::kText,
         Group::kOutput,
         {kS, kT, kQ},
         true,
         "how int8 ranges are found: minmax, percentile, mse (least squared error), auto: per "
         "layer the one with the least error against float, or score: least change of the class "
         "probabilities",
         [](Config& c, Text t, Text w) {
             prefixed(exporting::parse_calibration, t, w);
             c.products.calibration = t;
         },
         [](const Config& c) { return c.products.calibration; }},
        {"calibration-percentile",
         "P",
         Kind::kNumber,
         Group::kOutput,
         {kS, kT, kQ},
         true,
         "share of a layer's values, in per cent, that percentile keeps at each end",
         [](Config& c, Text t, Text w) {
             c.products.calibration_percentile = parse_number(t, w, 50.0, 100.0);
         },
         [](const Config& c) { return shortest_text(c.products.calibration_percentile); }},
        {"check-images",
         "N",
         Kind::kInteger,
         Group::kOutput,
         {kS, kT, kQ},
         true,
         "images on which the emitted C, compiled here, must equal the integer reference byte for "
         "byte, all there are when fewer; 0 skips the check; without a C compiler it is told as "
         "not done",
         [](Config& c, Text t, Text w) {
             c.products.check_images = parse_integer(t, w, 0, kCountLimit);
         },
         [](const Config& c) { return std::to_string(c.products.check_images); }},
        {"format",
         "NAME",
         Kind::kText,
         Group::kOutput,
         {kX},
         true,
         "what to write, one of the formats listed below",
         [](Config& c, Text t, Text) { c.output.format = t; },
         [](const Config& c) { return c.output.format; }},
        {"io",
         "TYPE",
         Kind::kText,
         Group::kOutput,
         {kX},
         true,
         "type of the written model's input and output: int8, uint8 or float; only formats that "
         "say so take it",
         [](Config& c, Text t, Text w) {
             c.output.io = to_string(prefixed(exporting::parse_io, t, w));
         },
         [](const Config& c) { return c.output.io; }},
        {"precision",
         "TYPE",
         Kind::kText,
         Group::kOutput,
         {kX},
         true,
         "weights and arithmetic of the written model: int8, float32, float16 or dynamic; only "
         "formats that say so take it",
         [](Config& c, Text t, Text w) {
             c.output.precision = to_string(prefixed(exporting::parse_precision, t, w));
         },
         [](const Config& c) { return c.output.precision; }},
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
         [](Config& c, Text t, Text w) { c.workers = parse_integer(t, w, 1, 1024); },
         [](const Config& c) {
             return c.workers == 0 ? std::string() : std::to_string(c.workers);
         }},
        {"json",
         "",
         Kind::kSwitch,
         Group::kOutput,
         {kS, kT, kQ, kE, kX, kP, kG, kB, kV},
         false,
         "print the result as one JSON document",
         [](Config& c, Text t, Text w) { c.output.json = parse_switch(t, w); },
         [](const Config& c) { return switch_text(c.output.json); }},
        {"quiet",
         "",
         Kind::kSwitch,
         Group::kOutput,
         {kS, kT, kQ, kE, kX, kP, kG, kB, kV},
         false,
         "print errors and the result only",
         [](Config& c, Text t, Text w) { c.output.quiet = parse_switch(t, w); },
         [](const Config& c) { return switch_text(c.output.quiet); }},
        {"config",
         "FILE",
         Kind::kText,
         Group::kOutput,
         {kS, kT, kQ, kE, kX, kP, kB, kV},
         false,
         "read options from a JSON file with these same names as keys, or from a shipped one by "
         "name (configs/searches); flags win, keys of other verbs are passed over",
         [](Config& c, Text t, Text w) { c.output.config = not_empty(t, w); },
         [](const Config& c) { return c.output.config; }},
    };
}

}  // namespace nanonas::pipeline
