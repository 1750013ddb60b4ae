#include "train/data/loader.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <optional>
#include <utility>

#include "space/errors.hpp"
#include "space/text.hpp"
#include "train/data/cache_file.hpp"
#include "train/data/cache_folder.hpp"
#include "train/data/fingerprint.hpp"
#include "train/data/memory_set.hpp"

namespace nanonas::train {

namespace {

constexpr std::int64_t kChunkBytes = std::int64_t{8} << 20;

std::uint64_t cache_key(const ImageSource& source, const std::vector<SourceFile>& files,
                        const LoadOptions& options) {
    Fingerprint key;
    for (const std::string& label : source.labels()) {
        key.add(label);
    }
    for (const SourceFile& file : files) {
        key.add(std::filesystem::absolute(file.path).lexically_normal().string());
        for (const std::int64_t number :
             {file.bytes, file.modified_ns, file.changed_ns, file.inode, file.device}) {
            key.add(number);
        }
    }
    const space::Shape shape = source.shape();
    for (const std::int64_t number : {shape.height, shape.width, shape.channels, source.count(),
                                      std::int64_t{options.skip_bad ? 1 : 0}}) {
        key.add(number);
    }
    return key.digest();
}

/// The same for all states of a data set: its first file, brought to one shape.
std::uint64_t set_key(const ImageSource& source, const std::vector<SourceFile>& files,
                      const LoadOptions& options) {
    Fingerprint key;
    key.add(std::filesystem::absolute(files.front().path).lexically_normal().string());
    const space::Shape shape = source.shape();
    for (const std::int64_t number :
         {shape.height, shape.width, shape.channels, std::int64_t{options.skip_bad ? 1 : 0}}) {
        key.add(number);
    }
    return key.digest();
}

struct Decoded {
    std::vector<std::int32_t> labels;
    std::uint64_t fingerprint = 0;
    std::int64_t skipped = 0;
};

/// Reads all rows, handing the good ones' pixels to `take(pixels, images)` chunk by chunk.
template <typename Take>
Decoded decode_all(ImageSource& source, const LoadOptions& options, const Take& take) {
    const std::int64_t total = source.count();
    const std::int64_t elements = source.shape().elements();
    const std::int64_t rows =
        std::min(total, std::max<std::int64_t>(options.threads, kChunkBytes / elements));
    std::vector<std::uint8_t> pixels(static_cast<std::size_t>(rows * elements));
    std::vector<std::int32_t> labels(static_cast<std::size_t>(rows));
    std::vector<std::string> problems;
    std::atomic<std::int64_t> done{0};
    const auto image_done = [&] {
        const std::int64_t now = ++done;
        if (options.progress) {
            options.progress(now, total);
        }
    };

    Decoded result;
    Fingerprint hash;
    for (std::int64_t first = 0; first < total; first += rows) {
        const std::int64_t count = std::min(rows, total - first);
        problems.assign(static_cast<std::size_t>(count), "");
        source.read({first, count, pixels.data(), labels.data(), problems.data()}, options.threads,
                    image_done);
        std::int64_t kept = 0;
        for (std::int64_t i = 0; i < count; ++i) {
            const std::string& problem = problems[static_cast<std::size_t>(i)];
            if (!problem.empty()) {
                if (!options.skip_bad) {
                    throw DataError(problem);
                }
                ++result.skipped;
                continue;
            }
            if (kept < i) {
                std::copy_n(pixels.data() + i * elements, elements,
                            pixels.data() + kept * elements);
            }
            result.labels.push_back(labels[static_cast<std::size_t>(i)]);
            ++kept;
        }
        hash.add(pixels.data(), static_cast<std::size_t>(kept * elements));
        take(pixels.data(), kept);
    }
    if (result.labels.empty()) {
        throw DataError(source.name() + ": no usable image (" + std::to_string(total) + " bad)");
    }
    result.fingerprint =
        set_fingerprint(hash, result.labels, source.shape(), source.labels().size());
    return result;
}

CachedSet load_in_memory(ImageSource& source, const LoadOptions& options) {
    std::vector<std::uint8_t> pixels;
    pixels.reserve(static_cast<std::size_t>(source.count() * source.shape().elements()));
    const std::int64_t elements = source.shape().elements();
    Decoded decoded = decode_all(
        source, options, [&pixels, elements](const std::uint8_t* from, std::int64_t images) {
            pixels.insert(pixels.end(), from, from + images * elements);
        });
    return {memory_store(source.shape(), std::move(pixels), std::move(decoded.labels)),
            decoded.fingerprint, decoded.skipped};
}

/// In the first folder that has it or takes it; nothing when none does.
std::optional<CachedSet> load_cached(ImageSource& source, const LoadOptions& options) {
    const auto classes = static_cast<std::int64_t>(source.labels().size());
    const std::vector<SourceFile> files = source.files();
    const std::uint64_t set = set_key(source, files, options);
    const std::uint64_t key = cache_key(source, files, options);
    for (const std::string& folder : cache_folders(options.cache_directory)) {
        const std::string path = cache_path(folder, set, key);
        if (auto found = open_cache(path, key, source.shape(), classes)) {
            return found;
        }
        std::optional<CacheWriter> writer;
        try {
            writer.emplace(path, key, source.shape());
        } catch (const IoError&) {
            if (!options.cache_directory.empty()) {
                throw;
            }
            continue;
        }
        const Decoded decoded =
            decode_all(source, options, [&writer](const std::uint8_t* pixels, std::int64_t images) {
                writer->append(pixels, images);
            });
        writer->finish(decoded.labels, decoded.fingerprint, decoded.skipped);
        prune_caches(path);
        return writer->reopen(classes);
    }
    return std::nullopt;
}

CachedSet load(ImageSource& source, const LoadOptions& options) {
    if (source.count() > options.memory_allowance_bytes / source.shape().elements()) {
        if (auto cached = load_cached(source, options)) {
            return std::move(*cached);
        }
    }
    return load_in_memory(source, options);
}

}  // namespace

std::uint64_t set_fingerprint(Fingerprint pixels, const std::vector<std::int32_t>& labels,
                              const space::Shape& shape, std::size_t classes) {
    pixels.add(labels.data(), labels.size() * sizeof(std::int32_t));
    for (const std::int64_t number :
         {shape.height, shape.width, shape.channels, static_cast<std::int64_t>(classes)}) {
        pixels.add(number);
    }
    return pixels.digest();
}

std::string set_description(const std::string& name, const space::ImageView& images,
                            std::size_t classes) {
    return name + ": " + grouped(images.count) + " images " + to_string(images.shape) + ", " +
           std::to_string(classes) + " classes";
}

SourceFile source_file(const std::string& path) {
    struct stat status {};
    if (::stat(path.c_str(), &status) != 0) {
        throw DataError(path + ": no such file");
    }
    const auto nanoseconds = [](const timespec& time) {
        return std::int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec;
    };
    return {path,
            status.st_size,
            nanoseconds(status.st_mtim),
            nanoseconds(status.st_ctim),
            static_cast<std::int64_t>(status.st_ino),
            static_cast<std::int64_t>(status.st_dev)};
}

LoadedSet load_set(ImageSource& source, const LoadOptions& options) {
    CachedSet cached = load(source, options);
    LoadedSet set;
    set.store = std::move(cached.store);
    set.labels = source.labels();
    set.fingerprint = cached.fingerprint;
    set.skipped = cached.skipped;
    set.description = set_description(source.name(), set.store->view(), set.labels.size());
    if (set.skipped > 0) {
        set.description += ", " + grouped(set.skipped) + " bad ones skipped";
    }
    return set;
}

}  // namespace nanonas::train
