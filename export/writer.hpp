// One format a network leaves in. A writer renders files; nothing is written until all are there.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "export/int8/int8_network.hpp"
#include "space/images.hpp"
#include "space/trained_network.hpp"

namespace nanonas::exporting {

/// What a writer may read. Either network may be absent: a model never calibrated has no int8
/// network, an imported .tflite has no float one.
struct Artifact {
    const space::TrainedNetwork* trained = nullptr;
    const Int8Network* quantized = nullptr;
    space::ImageView samples;  ///< the images test vectors are taken from, the first ones first
};

/// Type of a TFLite or ONNX model's input and output tensors.
enum class Io { kInt8, kUint8, kFloat };
/// What the weights and the arithmetic of a TFLite or ONNX model are.
enum class Precision { kInt8, kFloat32, kFloat16, kDynamic };

/// "int8", "uint8", "float"; "int8", "float32", "float16", "dynamic".
std::string to_string(Io io);
std::string to_string(Precision precision);
/// Throw ConfigError naming the known values.
Io parse_io(const std::string& text);
Precision parse_precision(const std::string& text);
std::vector<std::string> io_names();
std::vector<std::string> precision_names();

/// What is asked of a format; options it does not have are refused by check_options().
struct WriteOptions {
    std::string name = "model";  ///< C identifier, prefix of files and symbols
    std::int64_t vectors = 8;    ///< test vectors shipped, at most the samples given
    std::optional<Io> io = {};   ///< empty: the format's default
    std::optional<Precision> precision = {};
};

/// A file that was rendered and not yet written.
struct OutputFile {
    std::string path;  ///< relative, with '/' between folders
    std::string bytes;
};

/// Stateless.
class Writer {
  public:
    virtual ~Writer() = default;
    virtual std::string name() const = 0;
    /// One line for help and messages: "C99 source, header, test vectors and Makefile".
    virtual std::string description() const = 0;
    /// What --io and --precision may say, the default first; empty: the option does not apply.
    virtual std::vector<Io> io_types() const { return {}; }
    virtual std::vector<Precision> precisions() const { return {}; }
    /// Whether test vectors are among the files, as many as WriteOptions::vectors.
    virtual bool ships_vectors() const { return false; }
    /// Path of the generated `<name>.c` among the files of a format that ships it; else empty.
    virtual std::string c_source(const std::string& name) const;
    /// The same bytes for the same request on every machine.
    /// Throws ExportError: bad name, an absent network, one the format cannot hold, options that
    /// exclude each other.
    virtual std::vector<OutputFile> render(const Artifact& artifact,
                                           const WriteOptions& options) const = 0;
};

/// Throws ConfigError when an option that was set does not apply to the format.
void check_options(const Writer& writer, const WriteOptions& options);

/// Throws IoError naming the first of the files that is there already.
void require_absent(const std::string& folder, const std::vector<OutputFile>& files);

/// All of the files or none, folders created. Throws IoError.
void write_files(const std::string& folder, const std::vector<OutputFile>& files);

}  // namespace nanonas::exporting
