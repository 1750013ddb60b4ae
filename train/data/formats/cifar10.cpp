#include "train/data/formats/cifar10.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>

#include "space/errors.hpp"
#include "train/data/image_decode.hpp"

namespace nanonas::train {

namespace fs = std::filesystem;

namespace {

constexpr std::int64_t kSide = 32;
constexpr std::int64_t kPlane = kSide * kSide;
constexpr std::int64_t kRecord = 1 + 3 * kPlane;
constexpr std::size_t kClasses = 10;
constexpr int kBatches = 5;
const space::Shape kNative{kSide, kSide, 3};

bool is_file(const fs::path& path) {
    std::error_code error;
    return fs::is_regular_file(path, error);
}

fs::path batch_path(const fs::path& folder, int number) {
    return folder / ("data_batch_" + std::to_string(number) + ".bin");
}

bool holds_batches(const fs::path& folder) {
    for (int number = 1; number <= kBatches; ++number) {
        if (is_file(batch_path(folder, number))) {
            return true;
        }
    }
    return is_file(folder / "test_batch.bin");
}

fs::path folder_of(const fs::path& path) {
    return holds_batches(path) ? path : path / "cifar-10-batches-bin";
}

std::vector<std::string> batches_of(const SourceRequest& request) {
    if (is_file(request.path)) {
        return {request.path};
    }
    const fs::path folder = folder_of(request.path);
    if (request.test) {
        if (!is_file(folder / "test_batch.bin")) {
            throw DataError((folder / "test_batch.bin").string() + ": no such file");
        }
        return {(folder / "test_batch.bin").string()};
    }
    int last = 0;
    for (int number = 1; number <= kBatches; ++number) {
        last = is_file(batch_path(folder, number)) ? number : last;
    }
    std::vector<std::string> batches;
    for (int number = 1; number <= std::max(last, 1); ++number) {
        if (!is_file(batch_path(folder, number))) {
            throw DataError(batch_path(folder, number).string() + ": no such file");
        }
        batches.push_back(batch_path(folder, number).string());
    }
    return batches;
}

std::vector<std::string> class_names(const fs::path& folder) {
    const fs::path path = folder / "batches.meta.txt";
    if (!is_file(path)) {
        return {"airplane", "automobile", "bird",  "cat",  "deer",
                "dog",      "frog",       "horse", "ship", "truck"};
    }
    std::ifstream file(path);
    std::vector<std::string> names;
    for (std::string line; std::getline(file, line);) {
        while (!line.empty() && (line.back() == '\r' || line.back() == ' ')) {
            line.pop_back();
        }
        if (!line.empty()) {
            names.push_back(line);
        }
    }
    if (names.size() != kClasses) {
        throw DataError(path.string() + ": " + std::to_string(names.size()) +
                        " class names, expected 10");
    }
    return names;
}

class Cifar10Source : public ImageSource {
  public:
    explicit Cifar10Source(const SourceRequest& request)
        : name_(request.path), shape_(request.options->input.value_or(kNative)) {
        for (const std::string& path : batches_of(request)) {
            files_.push_back(source_file(path));
            const std::int64_t bytes = files_.back().bytes;
            if ((bytes == 0 || bytes % kRecord != 0) && !request.options->skip_bad) {
                throw DataError(path + ": " +
                                (bytes > 0 && bytes % (kRecord + 1) == 0 ? "CIFAR-100 by its size, "
                                                                         : "truncated, ") +
                                std::to_string(bytes) +
                                " bytes, expected CIFAR-10: a multiple of 3073");
            }
            const std::int64_t rows = (bytes + kRecord - 1) / kRecord;
            for (std::int64_t row = 0; row < rows; ++row) {
                rows_.push_back({files_.size() - 1, row});
            }
        }
        if (rows_.empty()) {
            throw DataError(name_ + ": no images");
        }
        labels_ = class_names(fs::path(files_.front().path).parent_path());
        // A test half is bound to its training set by the number of classes.
        if (request.training_labels != nullptr && request.training_labels->size() == kClasses) {
            labels_ = *request.training_labels;
        }
    }

    std::string name() const override { return name_; }
    const std::vector<std::string>& labels() const override { return labels_; }
    std::int64_t count() const override { return static_cast<std::int64_t>(rows_.size()); }
    space::Shape shape() const override { return shape_; }
    std::vector<SourceFile> files() const override { return files_; }

    void read(const Chunk& chunk, int, const std::function<void()>& image_done) override {
        std::array<std::uint8_t, kRecord> record;
        std::array<std::uint8_t, 3 * kPlane> pixels;
        for (std::int64_t i = 0; i < chunk.count; ++i) {
            const Row& row = rows_[static_cast<std::size_t>(chunk.first + i)];
            chunk.problems[i] = read_record(row, record);
            if (chunk.problems[i].empty()) {
                chunk.labels[i] = record[0];
                for (std::size_t at = 0; at < kPlane; ++at) {
                    for (std::size_t c = 0; c < 3; ++c) {
                        pixels[3 * at + c] = record[1 + c * kPlane + at];
                    }
                }
                fit_image(kNative, pixels.data(), shape_, chunk.pixels + i * shape_.elements());
            }
            image_done();
        }
    }

  private:
    struct Row {
        std::size_t file = 0;
        std::int64_t record = 0;
    };

    /// The problem with it, or nothing.
    std::string read_record(const Row& row, std::array<std::uint8_t, kRecord>& record) {
        const std::string& path = files_[row.file].path;
        if (row.record == 0) {
            stream_ = std::ifstream(path, std::ios::binary);
        }
        if (!stream_.read(reinterpret_cast<char*>(record.data()), kRecord)) {
            return path + ": truncated in image " + std::to_string(row.record);
        }
        if (record[0] >= kClasses) {
            return path + ": image " + std::to_string(row.record) + " has label " +
                   std::to_string(record[0]) + ", expected 0..9";
        }
        return "";
    }

    std::string name_;
    space::Shape shape_;
    std::vector<SourceFile> files_;
    std::vector<Row> rows_;
    std::vector<std::string> labels_;
    std::ifstream stream_;
};

}  // namespace

bool is_cifar10(const std::string& path) {
    if (is_file(path)) {
        return fs::path(path).extension() == ".bin";
    }
    return holds_batches(folder_of(path));
}

void refuse_other_cifar(const std::string& path) {
    const char* const kRead =
        ", expected CIFAR-10 binary (cifar-10-binary.tar.gz), IDX or a folder "
        "with one sub-folder per class";
    const bool one = is_file(path);
    const fs::path name = fs::path(path).filename();
    for (const char* sub : {"", "cifar-100-binary", "cifar-100-python", "cifar-10-batches-py"}) {
        const fs::path folder = one ? fs::path(path).parent_path() : fs::path(path) / sub;
        if (is_file(folder / "train.bin") && is_file(folder / "fine_label_names.txt") &&
            (!one || name == "train.bin" || name == "test.bin")) {
            throw DataError(path + ": CIFAR-100, which is not read" + kRead);
        }
        const bool batches = is_file(folder / "batches.meta") && is_file(folder / "data_batch_1");
        const bool python = batches || (is_file(folder / "meta") && is_file(folder / "train"));
        if (python && (!one || name.extension().empty())) {
            throw DataError(
                path + ": CIFAR batches in Python's format (pickle), which are not read" + kRead);
        }
    }
}

std::string cifar10_test_half(const std::string& training_path) {
    const bool ships =
        !is_file(training_path) && is_file(folder_of(training_path) / "test_batch.bin");
    return ships ? training_path : "";
}

std::unique_ptr<ImageSource> open_cifar10(const SourceRequest& request) {
    return std::make_unique<Cifar10Source>(request);
}

}  // namespace nanonas::train
