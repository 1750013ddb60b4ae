#include "nas/journal.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <utility>

#include "nas/journal_record.hpp"
#include "space/errors.hpp"

namespace nanonas::nas {
namespace {

[[noreturn]] void fail(const std::string& path, const std::string& what) {
    throw IoError(path + ": " + what + " (" + std::strerror(errno) + ")");
}

/// The name of a new file is on disk only once its folder is.
void sync_folder(const std::string& path) {
    std::string folder = std::filesystem::path(path).parent_path().string();
    if (folder.empty()) {
        folder = ".";
    }
    const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (descriptor >= 0) {
        ::fsync(descriptor);  // some file systems cannot; the journal itself is synced
        ::close(descriptor);
    }
}

std::string read_all(int descriptor, const std::string& path) {
    std::string text;
    char block[65536];
    while (true) {
        const ssize_t got =
            ::pread(descriptor, block, sizeof block, static_cast<off_t>(text.size()));
        if (got == 0) {
            return text;
        }
        if (got > 0) {
            text.append(block, static_cast<std::size_t>(got));
        } else if (errno != EINTR) {
            fail(path, "cannot be read");
        }
    }
}

void check_same_run(const JournalHeader& found, const JournalHeader& wanted,
                    const std::string& where) {
    const auto differs = [&](const std::string& what, const std::string& a, const std::string& b) {
        throw ConfigError(where + ": started with " + what + " " + a + ", not " + b +
                          "; resume with what it was started with, or start a new run");
    };
    if (found.seed != wanted.seed) {
        differs("seed", std::to_string(found.seed), std::to_string(wanted.seed));
    }
    if (found.strategy != wanted.strategy) {
        differs("strategy", found.strategy, wanted.strategy);
    }
    if (found.fingerprint != wanted.fingerprint) {
        differs("settings", found.fingerprint, wanted.fingerprint);
    }
}

}  // namespace

bool operator==(const Decision& a, const Decision& b) {
    return a.candidate == b.candidate && a.score == b.score && a.curve == b.curve &&
           a.cost == b.cost && a.violations == b.violations && a.reason == b.reason &&
           a.seed == b.seed;
}

Journal::Journal(std::string path, int descriptor)
    : path_(std::move(path)), descriptor_(descriptor) {}

Journal::Journal(Journal&& other) noexcept
    : path_(std::move(other.path_)),
      descriptor_(std::exchange(other.descriptor_, -1)),
      size_(other.size_),
      line_count_(other.line_count_),
      decisions_(std::move(other.decisions_)),
      lines_(std::move(other.lines_)),
      speculative_(std::move(other.speculative_)) {}

Journal& Journal::operator=(Journal&& other) noexcept {
    std::swap(path_, other.path_);
    std::swap(descriptor_, other.descriptor_);
    std::swap(size_, other.size_);
    std::swap(line_count_, other.line_count_);
    std::swap(decisions_, other.decisions_);
    std::swap(lines_, other.lines_);
    std::swap(speculative_, other.speculative_);
    return *this;
}

Journal::~Journal() {
    if (descriptor_ >= 0) {
        ::close(descriptor_);
    }
}

Journal Journal::create(const std::string& path, const JournalHeader& header) {
    const int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
    if (descriptor < 0) {
        if (errno == EEXIST) {
            throw ConfigError(path + ": exists already; resume it, or start in another directory");
        }
        fail(path, "cannot be created");
    }
    Journal journal(path, descriptor);
    try {
        journal.write_line(header_line(header));
    } catch (const IoError&) {
        ::unlink(path.c_str());
        throw;
    }
    sync_folder(path);
    return journal;
}

Journal Journal::resume(const std::string& path, const JournalHeader& header) {
    const int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
    if (descriptor < 0) {
        fail(path, "cannot be opened for writing");
    }
    Journal journal(path, descriptor);
    journal.read(read_all(descriptor, path), header);
    if (::ftruncate(descriptor, static_cast<off_t>(journal.size_)) != 0) {
        fail(path, "its torn last line cannot be cut off");
    }
    if (journal.line_count_ == 0) {
        journal.write_line(header_line(header));
        sync_folder(path);
    }
    return journal;
}

void Journal::read(const std::string& text, const JournalHeader& header) {
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t newline = text.find('\n', at);
        if (newline == std::string::npos) {
            break;
        }
        const std::string line = text.substr(at, newline - at);
        at = newline + 1;
        size_ = static_cast<std::int64_t>(at);
        ++line_count_;
        const std::string where = path_ + ":" + std::to_string(line_count_);
        if (line_count_ == 1) {
            check_same_run(read_header(line, where), header, where);
            continue;
        }
        Record record = read_record(line, where);
        if (!record.index) {
            speculative_[record.decision.candidate] = std::move(record.decision);
            continue;
        }
        if (*record.index != static_cast<std::int64_t>(decisions_.size())) {
            throw DataError(where + ": index " + std::to_string(*record.index) + ", expected " +
                            std::to_string(decisions_.size()));
        }
        decisions_.push_back(std::move(record.decision));
        lines_.push_back(line_count_);
    }
}

void Journal::append(const Decision& decision) {
    write_line(to_json_line(decisions_.size(), decision));
    decisions_.push_back(decision);
    lines_.push_back(line_count_);
}

void Journal::append_speculative(const Decision& decision) {
    write_line(speculative_line(decision));
    speculative_[decision.candidate] = decision;
}

void Journal::write_line(const std::string& line) {
    const std::string bytes = line + "\n";
    ssize_t written = 0;
    do {
        written = ::pwrite(descriptor_, bytes.data(), bytes.size(), static_cast<off_t>(size_));
    } while (written < 0 && errno == EINTR);
    const bool whole = written == static_cast<ssize_t>(bytes.size());
    if (!whole || ::fsync(descriptor_) != 0) {
        const int why = written >= 0 && !whole ? ENOSPC : errno;
        // Should this fail too, what stays is a torn last line, which resume cuts off.
        [[maybe_unused]] const int cut = ::ftruncate(descriptor_, static_cast<off_t>(size_));
        errno = why;
        fail(path_, "cannot be written");
    }
    size_ += static_cast<std::int64_t>(bytes.size());
    ++line_count_;
}

}  // namespace nanonas::nas
