#include "apps/pipeline/workers/data_transfer.hpp"

#include <algorithm>
#include <charconv>

#include "space/checksum.hpp"
#include "space/errors.hpp"
#include "train/data/cache_folder.hpp"
#include "train/data/loader.hpp"
#include "train/data/memory_set.hpp"

namespace nanonas::pipeline {

namespace {

constexpr std::int64_t kLabelBytes = 4;

std::int64_t pixel_bytes(const space::Shape& shape, std::int64_t images) {
    return images * shape.elements();
}

std::uint64_t number_of(const std::string& fingerprint) {
    std::uint64_t number = 0;
    const char* end = fingerprint.data() + fingerprint.size();
    const auto read = std::from_chars(fingerprint.data(), end, number, 16);
    if (read.ec != std::errc{} || read.ptr != end) {
        throw DataError("\"" + fingerprint + "\" is no fingerprint");
    }
    return number;
}

std::string path_in(const std::string& folder, std::uint64_t fingerprint) {
    return train::cache_path(folder, fingerprint, fingerprint);
}

/// Workers do not need the names.
std::vector<std::string> class_names(std::int64_t count) {
    std::vector<std::string> names;
    for (std::int64_t i = 0; i < count; ++i) {
        names.push_back("class " + std::to_string(i));
    }
    return names;
}

train::LoadedSet loaded(const message::DataNote& note, train::CachedSet cached) {
    train::LoadedSet set;
    set.store = std::move(cached.store);
    set.labels = class_names(note.classes);
    set.fingerprint = cached.fingerprint;
    set.skipped = cached.skipped;
    set.description =
        train::set_description("images " + note.fingerprint, set.store->view(), set.labels.size());
    return set;
}

}  // namespace

std::string split_fingerprint(const train::TrainingSet& data) {
    train::Fingerprint rows;
    for (const auto* part : {&data.training, &data.validation}) {
        rows.add(static_cast<std::int64_t>(part->size()));
        rows.add(part->data(), part->size() * sizeof(std::int64_t));
    }
    return hexadecimal(rows.digest());
}

message::DataNote note_of(const train::TrainingSet& data, bool of_path) {
    const space::ImageView images = data.set.store->view();
    message::DataNote note;
    note.fingerprint = hexadecimal(data.set.fingerprint);
    note.shape = images.shape;
    note.images = images.count;
    note.bytes = pixel_bytes(images.shape, images.count) + kLabelBytes * images.count;
    note.classes = static_cast<std::int64_t>(data.set.labels.size());
    note.skipped = data.set.skipped;
    note.split = split_fingerprint(data);
    note.of_path = of_path;
    return note;
}

message::DataPart part_of(const train::TrainingSet& data, std::int64_t offset) {
    const space::ImageView images = data.set.store->view();
    const std::int64_t pixels = pixel_bytes(images.shape, images.count);
    const std::int64_t end = std::min(offset + kPartBytes, pixels + kLabelBytes * images.count);
    message::DataPart part;
    part.offset = offset;
    if (offset < pixels) {
        part.bytes.assign(reinterpret_cast<const char*>(images.pixels) + offset,
                          static_cast<std::size_t>(std::min(end, pixels) - offset));
    }
    for (std::int64_t at = std::max(offset, pixels) - pixels; at < end - pixels; ++at) {
        const auto label = static_cast<std::uint32_t>(images.labels[at / kLabelBytes]);
        part.bytes += static_cast<char>(label >> 8 * (at % kLabelBytes) & 255U);
    }
    data.set.store->release_pages();
    return part;
}

std::optional<train::LoadedSet> cached_set(const message::DataNote& note,
                                           const std::string& cache) {
    const std::uint64_t fingerprint = number_of(note.fingerprint);
    for (const std::string& folder : train::cache_folders(cache)) {
        auto found =
            train::open_cache(path_in(folder, fingerprint), fingerprint, note.shape, note.classes);
        if (found && found->fingerprint == fingerprint &&
            found->store->view().count == note.images) {
            return loaded(note, std::move(*found));
        }
    }
    return std::nullopt;
}

DataReceiver::DataReceiver(const message::DataNote& note, const std::string& cache) : note_(note) {
    const std::uint64_t fingerprint = number_of(note.fingerprint);
    for (const std::string& folder : train::cache_folders(cache)) {
        try {
            path_ = path_in(folder, fingerprint);
            writer_.emplace(path_, fingerprint, note.shape);
            return;
        } catch (const IoError&) {
            if (!cache.empty()) {
                throw;
            }
        }
    }
}

void DataReceiver::take(const message::DataPart& part) {
    const auto size = static_cast<std::int64_t>(part.bytes.size());
    if (part.offset != taken_ || size < 1 || size > note_.bytes - taken_) {
        throw DataError("data: " + std::to_string(size) + " bytes at " +
                        std::to_string(part.offset) + " are not what comes next, at " +
                        std::to_string(taken_) + " of " + std::to_string(note_.bytes));
    }
    const std::int64_t pixels = pixel_bytes(note_.shape, note_.images);
    const auto of_pixels =
        static_cast<std::size_t>(std::clamp(pixels - taken_, std::int64_t{0}, size));
    take_pixels(part.bytes.substr(0, of_pixels));
    labels_ += part.bytes.substr(of_pixels);
    taken_ += size;
}

void DataReceiver::take_pixels(const std::string& bytes) {
    fingerprint_.add(bytes.data(), bytes.size());
    if (!writer_) {
        pixels_.insert(pixels_.end(), bytes.begin(), bytes.end());
        return;
    }
    image_ += bytes;
    const auto elements = static_cast<std::size_t>(note_.shape.elements());
    const std::size_t whole = image_.size() / elements;
    writer_->append(reinterpret_cast<const std::uint8_t*>(image_.data()),
                    static_cast<std::int64_t>(whole));
    image_.erase(0, whole * elements);
}

train::LoadedSet DataReceiver::set() {
    std::vector<std::int32_t> labels;
    for (std::size_t at = 0; at + kLabelBytes <= labels_.size(); at += kLabelBytes) {
        std::uint32_t label = 0;
        for (std::size_t byte = 0; byte < kLabelBytes; ++byte) {
            label |= std::uint32_t{static_cast<unsigned char>(labels_[at + byte])} << 8 * byte;
        }
        labels.push_back(static_cast<std::int32_t>(label));
        if (label >= static_cast<std::uint64_t>(note_.classes)) {
            throw DataError("data: a label of " + std::to_string(label) + ", but " +
                            std::to_string(note_.classes) + " classes");
        }
    }
    const std::uint64_t found = train::set_fingerprint(fingerprint_, labels, note_.shape,
                                                       static_cast<std::size_t>(note_.classes));
    const std::uint64_t announced = number_of(note_.fingerprint);
    if (found != announced) {
        throw DataError("data: what came has the fingerprint " + hexadecimal(found) +
                        ", expected " + note_.fingerprint);
    }
    if (!writer_) {
        return loaded(note_, {train::memory_store(note_.shape, std::move(pixels_), labels), found,
                              note_.skipped});
    }
    writer_->finish(labels, found, note_.skipped);
    train::prune_caches(path_);
    return loaded(note_, writer_->reopen(note_.classes));
}

}  // namespace nanonas::pipeline
