#include "train/data/cache_file.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <mutex>

#include "space/errors.hpp"
#include "space/files.hpp"
#include "space/parallel.hpp"
#include "train/data/cache_folder.hpp"
#include "train/data/fingerprint.hpp"

namespace nanonas::train {

namespace {

constexpr std::size_t kPage = 4096;
/// A larger write makes a larger folio of page cache, and one touch maps, and makes resident, the
/// whole folio: 2 MiB per image read, measured on Linux 6.18; 64 KiB is the least a touch maps.
constexpr std::size_t kWriteBytes = std::size_t{64} << 10;
constexpr std::uint64_t kMagic = 0x53474D494F4E4E00ull;  // "\0NNOIMGS"
constexpr std::uint64_t kVersion = 3;
constexpr std::size_t kReadBytes = std::size_t{1} << 20;

/// All members are 8 bytes wide, so there is no padding for the checksum to stumble over.
struct Header {
    std::uint64_t magic = kMagic;
    std::uint64_t version = kVersion;
    std::uint64_t key = 0;
    std::int64_t height = 0, width = 0, channels = 0, count = 0, skipped = 0;
    std::uint64_t fingerprint = 0;
    std::uint64_t pixels_hash = 0;
    std::uint64_t labels_hash = 0;
    std::uint64_t checksum = 0;  ///< of everything above
};

std::uint64_t hash_of(const void* bytes, std::size_t size) {
    Fingerprint hash;
    hash.add(bytes, size);
    return hash.digest();
}

std::uint64_t checksum_of(const Header& header) {
    return hash_of(&header, offsetof(Header, checksum));
}

std::uint64_t labels_offset(std::uint64_t pixel_bytes) {
    return kPage + (pixel_bytes + 7) / 8 * 8;
}

struct Descriptor {
    explicit Descriptor(int opened) : number(opened) {}
    ~Descriptor() {
        if (number >= 0) {
            ::close(number);
        }
    }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    int number;
};

/// Bytes of mapped files resident in this process.
class ResidentFileBytes {
  public:
    ResidentFileBytes() : statm_(::open("/proc/self/statm", O_RDONLY | O_CLOEXEC)) {}

    /// Nothing where /proc does not say.
    std::optional<std::int64_t> now() const {
        std::array<char, 128> text{};
        long size = 0, resident = 0, shared = 0;
        if (::pread(statm_.number, text.data(), text.size() - 1, 0) <= 0 ||
            std::sscanf(text.data(), "%ld %ld %ld", &size, &resident, &shared) != 3) {
            return std::nullopt;
        }
        return std::int64_t{shared} * ::sysconf(_SC_PAGESIZE);
    }

  private:
    Descriptor statm_;
};

/// Pages touched stay resident (and count as the process's memory) until given back, so a thread
/// watches them and gives all back when they pass the limit. They remain in the kernel's page
/// cache: touching one again costs a minor fault.
class MappedStore : public ImageStore {
  public:
    MappedStore(void* map, std::size_t size, const Header& header, std::int64_t resident_bytes)
        : map_(map),
          size_(size),
          resident_bytes_(resident_bytes),
          base_(resident_.now().value_or(0)) {
        const auto* bytes = static_cast<const std::uint8_t*>(map);
        view_.shape = {header.height, header.width, header.channels};
        view_.count = header.count;
        view_.pixels = bytes + kPage;
        const auto pixel_bytes = static_cast<std::uint64_t>(header.count * view_.shape.elements());
        const auto* labels =
            reinterpret_cast<const std::int32_t*>(bytes + labels_offset(pixel_bytes));
        labels_.assign(labels, labels + header.count);
        view_.labels = labels_.data();
        // Without it the pages stay, which costs memory only.
        trimmer_.start([this] { trim_until_closed(); });
    }
    ~MappedStore() override {
        {
            const std::lock_guard<std::mutex> lock(mutex_);
            closed_ = true;
        }
        wake_.notify_one();
        trimmer_.join();
        ::munmap(map_, size_);
    }
    MappedStore(const MappedStore&) = delete;
    MappedStore& operator=(const MappedStore&) = delete;

    space::ImageView view() const override { return view_; }
    void release_pages() const override { ::madvise(map_, size_, MADV_DONTNEED); }
    const std::vector<std::int32_t>& labels() const { return labels_; }

  private:
    void trim_until_closed() {
        std::unique_lock<std::mutex> lock(mutex_);
        while (!wake_.wait_for(lock, std::chrono::milliseconds(10), [this] { return closed_; })) {
            const std::optional<std::int64_t> before = resident_.now();
            if (before && *before <= base_ + resident_bytes_) {
                continue;
            }
            release_pages();
            // Other mappings (libraries) raise the base for good; pages touched again before it is
            // measured must not, so it rises by steps.
            base_ = std::min(resident_.now().value_or(0), base_ + resident_bytes_ / 4);
        }
    }

    void* map_;
    std::size_t size_;
    std::int64_t resident_bytes_;
    ResidentFileBytes resident_;
    std::int64_t base_;  // resident when nothing of this mapping is
    space::ImageView view_;
    std::vector<std::int32_t> labels_;
    std::mutex mutex_;
    std::condition_variable wake_;
    bool closed_ = false;
    ThreadGroup trimmer_;  // last: everything it uses is ready
};

/// Read with plain reads, so that the mapping stays untouched.
bool pixels_match(int file, std::uint64_t size, std::uint64_t expected) {
    Fingerprint hash;
    std::vector<std::uint8_t> block(kReadBytes);
    for (std::uint64_t at = 0; at < size;) {
        const auto wanted =
            static_cast<std::size_t>(std::min<std::uint64_t>(kReadBytes, size - at));
        const ssize_t count = ::pread(file, block.data(), wanted, static_cast<off_t>(kPage + at));
        if (count <= 0) {
            return false;
        }
        hash.add(block.data(), static_cast<std::size_t>(count));
        at += static_cast<std::uint64_t>(count);
    }
    return hash.digest() == expected;
}

std::optional<CachedSet> open_file(int file, std::uint64_t key, const space::Shape& shape,
                                   std::int64_t classes, std::int64_t resident_bytes) {
    struct stat status {};
    Header header;
    if (::fstat(file, &status) != 0 || !S_ISREG(status.st_mode) ||
        ::pread(file, &header, sizeof(header), 0) != ssize_t{sizeof(header)}) {
        return std::nullopt;
    }
    const space::Shape stored{header.height, header.width, header.channels};
    if (header.checksum != checksum_of(header) || header.magic != kMagic ||
        header.version != kVersion || header.key != key || stored != shape || header.count < 1) {
        return std::nullopt;
    }
    const auto pixel_bytes = static_cast<std::uint64_t>(header.count * shape.elements());
    const std::uint64_t size =
        labels_offset(pixel_bytes) + 4 * static_cast<std::uint64_t>(header.count);
    if (static_cast<std::uint64_t>(status.st_size) != size) {
        return std::nullopt;
    }
    if (!pixels_match(file, pixel_bytes, header.pixels_hash)) {
        return std::nullopt;
    }
    void* map = ::mmap(nullptr, size, PROT_READ, MAP_SHARED, file, 0);
    if (map == MAP_FAILED) {
        return std::nullopt;
    }
    auto store = std::make_shared<MappedStore>(map, size, header, resident_bytes);
    const std::vector<std::int32_t>& labels = store->labels();
    const bool in_range = std::all_of(labels.begin(), labels.end(), [classes](std::int32_t label) {
        return label >= 0 && label < classes;
    });
    if (!in_range || hash_of(labels.data(), labels.size() * 4) != header.labels_hash) {
        return std::nullopt;
    }
    return CachedSet{std::move(store), header.fingerprint, header.skipped};
}

}  // namespace

std::optional<CachedSet> open_cache(const std::string& path, std::uint64_t key,
                                    const space::Shape& shape, std::int64_t classes,
                                    std::int64_t resident_bytes) {
    const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (file.number < 0) {
        return std::nullopt;
    }
    auto set = open_file(file.number, key, shape, classes, resident_bytes);
    if (set) {
        ::futimens(file.number, nullptr);  // in use: not to be pruned
    }
    return set;
}

CacheWriter::CacheWriter(const std::string& path, std::uint64_t key, const space::Shape& shape)
    : path_(path), key_(key), shape_(shape) {
    make_cache_folder(std::filesystem::path(path).parent_path().string());
    file_ = open_partial(path, temporary_);
    if (file_ < 0 || ::lseek(file_, kPage, SEEK_SET) < 0) {
        fail();
    }
}

CacheWriter::~CacheWriter() {
    if (file_ >= 0) {
        if (!temporary_.empty()) {
            ::unlink(temporary_.c_str());
        }
        ::close(file_);
    }
}

void CacheWriter::fail() const {
    throw_io_error(temporary_, "image cache cannot be written, --cache DIR puts it elsewhere",
                   errno);
}

void CacheWriter::write(const void* bytes, std::size_t size) {
    const auto* from = static_cast<const std::uint8_t*>(bytes);
    while (size > 0) {
        const ssize_t written = ::write(file_, from, std::min(size, kWriteBytes));
        if (written < 0 && errno != EINTR) {
            fail();
        }
        if (written > 0) {
            from += written;
            size -= static_cast<std::size_t>(written);
        }
    }
}

void CacheWriter::append(const std::uint8_t* pixels, std::int64_t images) {
    const auto size = static_cast<std::size_t>(images * shape_.elements());
    write(pixels, size);
    pixels_.add(pixels, size);
    count_ += images;
}

void CacheWriter::finish(const std::vector<std::int32_t>& labels, std::uint64_t fingerprint,
                         std::int64_t skipped) {
    const auto pixel_bytes = static_cast<std::uint64_t>(count_ * shape_.elements());
    const std::array<char, 8> zeros{};
    write(zeros.data(), labels_offset(pixel_bytes) - kPage - pixel_bytes);
    write(labels.data(), labels.size() * 4);
    Header header;
    header.key = key_;
    header.height = shape_.height;
    header.width = shape_.width;
    header.channels = shape_.channels;
    header.count = count_;
    header.skipped = skipped;
    header.fingerprint = fingerprint;
    header.pixels_hash = pixels_.digest();
    header.labels_hash = hash_of(labels.data(), labels.size() * 4);
    header.checksum = checksum_of(header);
    if (::lseek(file_, 0, SEEK_SET) < 0) {
        fail();
    }
    write(&header, sizeof(header));
    if (::fsync(file_) != 0 || ::rename(temporary_.c_str(), path_.c_str()) != 0) {
        fail();
    }
    temporary_.clear();
}

CachedSet CacheWriter::reopen(std::int64_t classes) const {
    if (auto set = open_file(file_, key_, shape_, classes, kResidentBytes)) {
        return *set;
    }
    throw IoError(path_ + ": image cache cannot be read back");
}

}  // namespace nanonas::train
