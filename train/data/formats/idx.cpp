#include "train/data/formats/idx.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <filesystem>
#include <map>
#include <optional>
#include <utility>

#include "space/errors.hpp"
#include "train/data/formats/gz_file.hpp"
#include "train/data/image_decode.hpp"

namespace nanonas::train {

namespace fs = std::filesystem;

namespace {

constexpr std::uint32_t kImagesMagic = 0x803;
constexpr std::uint32_t kLabelsMagic = 0x801;
constexpr std::int64_t kLargestSide = 4096;

struct Files {
    std::string images, labels;
};

bool is_file(const fs::path& path) {
    std::error_code error;
    return fs::is_regular_file(path, error);
}

/// A file name of the family: [PREFIX-]HALF-KIND-DIMENSIONS-ubyte[.gz], EMNIST's with a prefix.
struct Name {
    std::string prefix;  ///< "emnist-letters-", often empty
    bool test = false;
};

bool strip_end(std::string& text, const std::string& end) {
    if (text.size() < end.size() || text.compare(text.size() - end.size(), end.size(), end) != 0) {
        return false;
    }
    text.resize(text.size() - end.size());
    return true;
}

/// `kind` is "images" or "labels".
std::optional<Name> parse_name(std::string text, const std::string& kind) {
    strip_end(text, ".gz");
    const std::string dimensions = kind == "images" ? "idx3-ubyte" : "idx1-ubyte";
    if (!strip_end(text, "-" + kind + "-" + dimensions) &&
        !strip_end(text, "-" + kind + "." + dimensions)) {
        return std::nullopt;
    }
    Name name;
    name.test = strip_end(text, "t10k") || strip_end(text, "test");
    if ((!name.test && !strip_end(text, "train")) || (!text.empty() && text.back() != '-')) {
        return std::nullopt;
    }
    name.prefix = text;
    return name;
}

/// Files of one half and kind by their prefix; of several spellings the first of the alphabet, so
/// the plain one before the packed one.
std::map<std::string, std::string> find_files(const fs::path& folder, bool test,
                                              const std::string& kind) {
    std::map<std::string, std::string> found;
    std::error_code error;
    fs::directory_iterator at(folder, error);
    for (; !error && at != fs::directory_iterator(); at.increment(error)) {
        const auto name = parse_name(at->path().filename().string(), kind);
        if (name && name->test == test && is_file(at->path())) {
            std::string& path = found[name->prefix];
            path = path.empty() ? at->path().string() : std::min(path, at->path().string());
        }
    }
    return found;
}

/// The file without a prefix or, where all have one, the only one; empty when there is none.
std::string find_file(const fs::path& folder, bool test, const std::string& kind) {
    const auto found = find_files(folder, test, kind);
    if (found.size() > 1 && found.count("") == 0) {
        std::string sets;
        for (const auto& file : found) {
            sets += (sets.empty() ? "" : ", ") + fs::path(file.second).filename().string();
        }
        throw DataError(folder.string() + ": several data sets (" + sets +
                        "), expected one, or the path of its file");
    }
    return found.empty() ? "" : found.begin()->second;
}

/// "x-images.idx3-ubyte" -> "x-labels.idx1-ubyte", packed or not; empty when there is none.
std::string labels_beside(const fs::path& images) {
    std::string name = images.filename().string();
    const auto replace = [&name](const std::string& from, const std::string& to) {
        const std::size_t at = name.find(from);
        if (at != std::string::npos) {
            name.replace(at, from.size(), to);
        }
    };
    replace("images", "labels");
    replace("idx3", "idx1");
    const bool packed = fs::path(name).extension() == ".gz";
    const std::string other = packed ? name.substr(0, name.size() - 3) : name + ".gz";
    for (const std::string& candidate : {name, other}) {
        const fs::path path = images.parent_path() / candidate;
        if (candidate != images.filename() && is_file(path)) {
            return path.string();
        }
    }
    return "";
}

Files files_of(const SourceRequest& request) {
    Files files;
    if (is_file(request.path)) {
        files.images = request.path;
        files.labels = labels_beside(request.path);
        if (files.labels.empty()) {
            throw DataError(request.path +
                            ": no labels file beside it, expected its name with "
                            "labels-idx1 in place of images-idx3");
        }
        return files;
    }
    const std::string half = request.test ? "t10k" : "train";
    files.images = find_file(request.path, request.test, "images");
    files.labels = find_file(request.path, request.test, "labels");
    if (files.images.empty() || files.labels.empty()) {
        throw DataError(request.path + ": no " + half +
                        (files.images.empty() ? "-images-idx3-ubyte" : "-labels-idx1-ubyte") +
                        "[.gz] in it");
    }
    return files;
}

/// A header's numbers after its magic number, which must be `magic`.
std::vector<std::int64_t> read_header(GzFile& file, std::uint32_t magic, std::size_t numbers) {
    std::array<std::uint8_t, 16> bytes{};
    const auto size = static_cast<std::int64_t>(4 * (numbers + 1));
    const std::int64_t got = file.read(bytes.data(), size);
    std::vector<std::int64_t> values;
    for (std::size_t at = 0; at < 4 * (numbers + 1); at += 4) {
        values.push_back((std::int64_t{bytes[at]} << 24) | (bytes[at + 1] << 16) |
                         (bytes[at + 2] << 8) | bytes[at + 3]);
    }
    if (got < size) {
        throw DataError(file.path() + ": truncated, " + std::to_string(got) +
                        " bytes, expected a " + std::to_string(size) + "-byte header");
    }
    if (values[0] != magic) {
        throw DataError(file.path() + ": magic number " + std::to_string(values[0]) +
                        ", expected " + std::to_string(magic) +
                        (magic == kImagesMagic ? " (IDX images)" : " (IDX labels)"));
    }
    return {values.begin() + 1, values.end()};
}

bool named_fashion(const std::string& path) {
    std::error_code error;
    std::string folder = fs::canonical(path, error).parent_path().filename().string();
    std::transform(folder.begin(), folder.end(), folder.begin(),
                   [](unsigned char letter) { return static_cast<char>(std::tolower(letter)); });
    return folder.find("fashion") != std::string::npos;
}

class IdxSource : public ImageSource {
  public:
    explicit IdxSource(const SourceRequest& request)
        : skip_bad_(request.options->skip_bad), files_(files_of(request)), images_(files_.images) {
        const std::vector<std::int64_t> header = read_header(images_, kImagesMagic, 3);
        count_ = header[0];
        native_ = {header[1], header[2], 1};
        if (native_.height < 1 || native_.width < 1 || native_.height > kLargestSide ||
            native_.width > kLargestSide) {
            throw DataError(files_.images + ": images of " + std::to_string(native_.height) + "x" +
                            std::to_string(native_.width) + ", expected 1 to 4096 a side");
        }
        if (count_ < 1) {
            throw DataError(files_.images + ": no images");
        }
        if (16 + count_ * native_.elements() > images_.most_bytes() && !skip_bad_) {
            throw DataError(files_.images + ": truncated, its header promises " +
                            std::to_string(count_) + " images");
        }
        read_labels();
        // However torn, no file holds more images than this; the rest are not even counted as bad.
        count_ = std::min(count_, images_.most_bytes() / native_.elements() + 1);
        name_labels(request);
        shape_ = request.options->input.value_or(native_);
    }

    std::string name() const override {
        std::error_code error;
        return fs::canonical(files_.images, error).parent_path().filename().string();
    }
    const std::vector<std::string>& labels() const override { return names_; }
    std::int64_t count() const override { return count_; }
    space::Shape shape() const override { return shape_; }
    std::vector<SourceFile> files() const override {
        return {source_file(files_.images), source_file(files_.labels)};
    }

    void read(const Chunk& chunk, int, const std::function<void()>& image_done) override {
        std::vector<std::uint8_t> pixels(static_cast<std::size_t>(native_.elements()));
        for (std::int64_t i = 0; i < chunk.count; ++i) {
            const std::int64_t row = chunk.first + i;
            std::string& problem = chunk.problems[i];
            problem = read_pixels(row, pixels);
            if (problem.empty()) {
                problem = label_problem(row);
            }
            if (problem.empty()) {
                chunk.labels[i] = label_bytes_[static_cast<std::size_t>(row)] - first_label_;
                fit_image(native_, pixels.data(), shape_, chunk.pixels + i * shape_.elements());
            }
            image_done();
        }
        if (chunk.first + chunk.count == count_ && !skip_bad_) {
            images_.expect_end();
        }
    }

  private:
    void read_labels() {
        GzFile file(files_.labels);
        const std::int64_t count = read_header(file, kLabelsMagic, 1)[0];
        if (count != count_) {
            throw DataError(files_.labels + ": " + std::to_string(count) + " labels, but " +
                            files_.images + " has " + std::to_string(count_) + " images");
        }
        if (8 + count > file.most_bytes() && !skip_bad_) {
            throw DataError(files_.labels + ": truncated, its header promises " +
                            std::to_string(count) + " labels");
        }
        label_bytes_.resize(static_cast<std::size_t>(std::min(count, file.most_bytes())));
        const std::int64_t got =
            file.read(label_bytes_.data(), static_cast<std::int64_t>(label_bytes_.size()));
        label_bytes_.resize(static_cast<std::size_t>(got));
        if (skip_bad_) {
            return;
        }
        if (got < count) {
            throw DataError(files_.labels + ": truncated, " + std::to_string(got) +
                            " labels, expected " + std::to_string(count));
        }
        file.expect_end();
    }

    void name_labels(const SourceRequest& request) {
        if (request.training_labels != nullptr) {
            names_ = *request.training_labels;
            for (std::size_t i = 0; i < names_.size() && names_[i] == std::to_string(i + 1); ++i) {
                first_label_ = i + 1 == names_.size() ? 1 : 0;
            }
            return;
        }
        if (named_fashion(files_.images)) {
            names_ = {"T-shirt/top", "Trouser", "Pullover", "Dress", "Coat",
                      "Sandal",      "Shirt",   "Sneaker",  "Bag",   "Ankle boot"};
            return;
        }
        std::array<bool, 256> used{};
        for (const std::uint8_t label : label_bytes_) {
            used[label] = true;
        }
        first_label_ = used[0] ? 0 : 1;
        for (std::size_t label = used[0] ? 0 : 1; label < used.size() && used[label]; ++label) {
            names_.push_back(std::to_string(label));
        }
        if (names_.empty()) {
            throw DataError(files_.labels +
                            ": no image has label 0 or 1, expected labels from 0 or 1");
        }
    }

    /// The problem with it, or nothing.
    std::string read_pixels(std::int64_t row, std::vector<std::uint8_t>& pixels) {
        if (!torn_) {
            try {
                torn_ = images_.read(pixels.data(), native_.elements()) < native_.elements();
            } catch (const DataError& error) {
                if (!skip_bad_) {
                    throw;
                }
                torn_ = true;
            }
        }
        return torn_ ? files_.images + ": truncated, " + std::to_string(row) +
                           " images, expected " + std::to_string(count_)
                     : "";
    }

    std::string label_problem(std::int64_t row) const {
        if (static_cast<std::size_t>(row) >= label_bytes_.size()) {
            return files_.labels + ": truncated, " + std::to_string(label_bytes_.size()) +
                   " labels, expected " + std::to_string(count_);
        }
        const std::int64_t label = label_bytes_[static_cast<std::size_t>(row)];
        const std::int64_t last = static_cast<std::int64_t>(names_.size()) - 1 + first_label_;
        if (label < first_label_ || label > last) {
            return files_.labels + ": image " + std::to_string(row) + " has label " +
                   std::to_string(label) + ", expected " + std::to_string(first_label_) + ".." +
                   std::to_string(last);
        }
        return "";
    }

    bool skip_bad_;
    Files files_;
    GzFile images_;
    std::int64_t count_ = 0;
    space::Shape native_;
    space::Shape shape_;
    std::vector<std::uint8_t> label_bytes_;
    std::vector<std::string> names_;
    std::int32_t first_label_ = 0;  // EMNIST's letters count from 1
    bool torn_ = false;
};

}  // namespace

bool is_idx(const std::string& path) {
    if (is_file(path)) {
        const std::string name = fs::path(path).filename().string();
        return name.find("idx") != std::string::npos;
    }
    return !find_files(path, false, "images").empty() || !find_files(path, true, "images").empty();
}

std::string idx_test_half(const std::string& training_path) {
    if (!is_file(training_path)) {
        return find_files(training_path, true, "images").empty() ? "" : training_path;
    }
    const fs::path path = fs::absolute(training_path);
    const auto name = parse_name(path.filename().string(), "images");
    const auto found = find_files(path.parent_path(), true, "images");
    const auto beside = found.find(name ? name->prefix : "");
    return beside == found.end() ? "" : beside->second;
}

std::unique_ptr<ImageSource> open_idx(const SourceRequest& request) {
    return std::make_unique<IdxSource>(request);
}

}  // namespace nanonas::train
