#include "train/data/formats/folder.hpp"

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <optional>
#include <set>
#include <utility>

#include "space/errors.hpp"
#include "space/parallel.hpp"
#include "space/text.hpp"
#include "train/data/image_decode.hpp"
#include "train/data/pictures.hpp"

namespace nanonas::train {

namespace fs = std::filesystem;

namespace {

/// Names that systems and servers give their own files and folders among the user's: thumbnails
/// (Synology's @eaDir), bins, snapshots, archives' leftovers.
bool left_by_a_system(const fs::path& path) {
    static const std::set<std::string> kNames = {"@eadir",
                                                 "@tmp",
                                                 "#recycle",
                                                 "@recycle",
                                                 "#snapshot",
                                                 "@snapshot",
                                                 "__macosx",
                                                 "$recycle.bin",
                                                 "@sharebin",
                                                 "lost+found",
                                                 "thumbs.db",
                                                 "ehthumbs.db",
                                                 "desktop.ini",
                                                 "icon\r",
                                                 "__pycache__",
                                                 "system volume information",
                                                 "network trash folder",
                                                 "temporary items",
                                                 "@recently-snapshot"};
    std::string name = path.filename().string();
    if (name.front() == '.') {
        return true;
    }
    std::transform(name.begin(), name.end(), name.begin(),
                   [](unsigned char letter) { return static_cast<char>(std::tolower(letter)); });
    return kNames.count(name) > 0;
}

/// Files that people and tools leave beside images. Anything else is taken for an image, so that a
/// damaged or unreadable picture is reported and not lost.
bool known_companion(const fs::path& path) {
    static const std::set<std::string> kEndings = {
        ".txt", ".json", ".jsonl", ".csv",  ".tsv", ".md",  ".rst",    ".xml", ".yaml", ".yml",
        ".ini", ".db",   ".log",   ".html", ".pdf", ".py",  ".sh",     ".lnk", ".url",  ".mat",
        ".npy", ".npz",  ".pkl",   ".zip",  ".gz",  ".tar", ".sha256", ".md5"};
    std::string ending = path.extension().string();
    std::transform(ending.begin(), ending.end(), ending.begin(),
                   [](unsigned char letter) { return static_cast<char>(std::tolower(letter)); });
    const std::string name = path.filename().string();
    return kEndings.count(ending) > 0 || name == "README" || name == "LICENSE";
}

std::vector<fs::path> entries_of(const fs::path& folder) {
    std::error_code error;
    std::vector<fs::path> entries;
    fs::directory_iterator at(folder, error);
    for (; !error && at != fs::directory_iterator(); at.increment(error)) {
        if (!left_by_a_system(at->path())) {
            entries.push_back(at->path());
        }
    }
    if (error) {
        throw DataError(folder.string() + ": cannot be read (" + error.message() + ")");
    }
    std::sort(entries.begin(), entries.end());
    return entries;
}

/// A link that points nowhere is a picture that is missing: taken as a file, it fails to decode.
bool is_picture(const fs::path& path) {
    std::error_code error;
    const fs::file_type type = fs::status(path, error).type();
    return (type == fs::file_type::regular || type == fs::file_type::not_found) &&
           !known_companion(path);
}

bool is_folder(const fs::path& path) {
    std::error_code error;
    return fs::is_directory(path, error);
}

/// `seen` holds real paths of the folders entered so far.
void collect(const fs::path& folder, std::set<fs::path>& seen, std::vector<std::string>& images) {
    std::error_code error;
    const fs::path real = fs::canonical(folder, error);
    if (error || !seen.insert(real).second) {
        return;
    }
    for (const fs::path& entry : entries_of(folder)) {
        if (is_folder(entry)) {
            collect(entry, seen, images);
        } else if (is_picture(entry)) {
            images.push_back(entry.string());
        }
    }
}

class FolderSource : public ImageSource {
  public:
    explicit FolderSource(const SourceRequest& request) : root_(request.path) {
        const LoadOptions& options = *request.options;
        while (root_.size() > 1 && root_.back() == '/') {
            root_.pop_back();
        }
        find_classes();
        // A test set of the training set's classes takes their order, whatever format set it.
        if (request.training_labels != nullptr &&
            std::is_permutation(labels_.begin(), labels_.end(), request.training_labels->begin(),
                                request.training_labels->end())) {
            labels_ = *request.training_labels;
        }
        for (std::size_t label = 0; label < labels_.size(); ++label) {
            const fs::path folder = fs::path(root_) / labels_[label];
            std::set<fs::path> seen = {fs::canonical(root_)};
            const std::size_t before = images_.size();
            collect(folder, seen, images_);
            if (images_.size() == before) {
                throw DataError(folder.string() +
                                ": no images, expected JPEG, PNG, BMP, GIF, TGA, PNM or PSD files");
            }
            std::sort(images_.begin() + static_cast<std::ptrdiff_t>(before), images_.end());
            image_labels_.resize(images_.size(), static_cast<std::int32_t>(label));
        }
        shape_ = options.input ? *options.input : common_shape(options.threads);
    }

    std::string name() const override { return root_; }
    const std::vector<std::string>& labels() const override { return labels_; }
    std::int64_t count() const override { return static_cast<std::int64_t>(images_.size()); }
    space::Shape shape() const override { return shape_; }

    std::vector<SourceFile> files() const override {
        std::vector<SourceFile> files;
        for (const std::string& path : images_) {
            std::error_code error;
            files.push_back(fs::exists(path, error) ? source_file(path)
                                                    : SourceFile{path, 0, 0, 0, 0, 0});
        }
        return files;
    }

    void read(const Chunk& chunk, int threads, const std::function<void()>& image_done) override {
        for_each_index(chunk.count, threads, [&](std::size_t, std::int64_t i) {
            const auto row = static_cast<std::size_t>(chunk.first + i);
            chunk.labels[i] = image_labels_[row];
            try {
                const Image image = load_image(images_[row]);
                fit_image(image.shape, image.pixels.data(), shape_,
                          chunk.pixels + i * shape_.elements());
            } catch (const DataError& error) {
                chunk.problems[i] = error.what();
            }
            image_done();
        });
    }

  private:
    void find_classes() {
        bool loose_files = false;
        for (const fs::path& entry : entries_of(root_)) {
            if (is_folder(entry)) {
                labels_.push_back(entry.filename().string());
                if (!is_utf8(labels_.back())) {
                    throw DataError(entry.string() + ": class name is not UTF-8");
                }
            } else {
                loose_files = loose_files || is_picture(entry);
            }
        }
        if (labels_.empty()) {
            throw DataError(root_ +
                            (loose_files ? ": images but no sub-folders" : ": empty folder") +
                            ", expected one sub-folder per class");
        }
        static const std::set<std::string> kHalves = {"train", "training", "test",      "testing",
                                                      "val",   "valid",    "validation"};
        const bool halves =
            std::all_of(labels_.begin(), labels_.end(),
                        [](const std::string& label) { return kHalves.count(label) > 0; });
        if (halves) {
            throw DataError(root_ + ": sub-folder " + labels_.front() +
                            " is a part of a data set, not a class: give that folder itself, "
                            "expected one sub-folder per class");
        }
        if (static_cast<std::int64_t>(labels_.size()) > kMostClasses) {
            throw DataError(root_ + ": " + grouped(static_cast<std::int64_t>(labels_.size())) +
                            " sub-folders, expected at most " + grouped(kMostClasses) + " classes");
        }
        if (labels_.size() == 1) {
            throw DataError(root_ + ": only one class (" + labels_.front() +
                            "), expected at least two sub-folders");
        }
    }

    /// RGB unless every image is grey. Files that are no images are left to read(), which says why.
    space::Shape common_shape(int threads) const {
        std::vector<space::Shape> shapes(images_.size());
        for_each_index(count(), threads, [&](std::size_t, std::int64_t i) {
            const auto row = static_cast<std::size_t>(i);
            shapes[row] = probe_image(images_[row]);
        });
        std::optional<std::size_t> first;
        space::Shape common{1, 1, 1};
        for (std::size_t row = 0; row < shapes.size(); ++row) {
            if (shapes[row].elements() == 0) {
                continue;
            }
            if (!first) {
                first = row;
                common = shapes[row];
            }
            if (shapes[row].height != common.height || shapes[row].width != common.width) {
                throw DataError(root_ + ": images differ in size (" + with_size(*first, common) +
                                ", " + with_size(row, shapes[row]) + "): give --input HxWxC");
            }
            common.channels = std::max(common.channels, shapes[row].channels);
        }
        if (common.height > kLargestImageSide || common.width > kLargestImageSide ||
            common.height * common.width > kLargestImagePixels) {
            return {1, 1, 1};  // read() refuses every one of them, by name
        }
        return common;
    }

    /// "cat/1.jpg 40x50": height x width, as --input has it.
    std::string with_size(std::size_t row, const space::Shape& shape) const {
        return images_[row].substr(root_.size() + 1) + " " + std::to_string(shape.height) + "x" +
               std::to_string(shape.width);
    }

    std::string root_;
    std::vector<std::string> labels_;
    std::vector<std::string> images_;
    std::vector<std::int32_t> image_labels_;
    space::Shape shape_;
};

}  // namespace

bool is_image_folder(const std::string& path) {
    return is_folder(path);
}

std::vector<std::string> pictures_in(const std::string& folder) {
    std::set<fs::path> seen;
    std::vector<std::string> images;
    collect(folder, seen, images);
    std::sort(images.begin(), images.end());
    return images;
}

std::string image_folder_test_half(const std::string&) {
    return "";
}

std::unique_ptr<ImageSource> open_image_folder(const SourceRequest& request) {
    return std::make_unique<FolderSource>(request);
}

}  // namespace nanonas::train
