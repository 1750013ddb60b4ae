#include "train/data/formats/gz_file.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "space/errors.hpp"
#include "train/data/source.hpp"

namespace nanonas::train {

GzFile::GzFile(const std::string& path) : path_(path), file_bytes_(source_file(path).bytes) {
    file_ = gzopen(path.c_str(), "rbe");
    if (file_ == nullptr) {
        throw DataError(path + ": cannot be read (" + std::strerror(errno) + ")");
    }
    gzbuffer(file_, 1U << 17);
    packed_ = gzdirect(file_) == 0;
}

GzFile::~GzFile() {
    gzclose(file_);
}

std::int64_t GzFile::read(void* bytes, std::int64_t size) {
    auto* to = static_cast<std::uint8_t*>(bytes);
    std::int64_t done = 0;
    while (done < size) {
        const auto wanted = static_cast<unsigned>(std::min<std::int64_t>(size - done, 1 << 30));
        const int count = gzread(file_, to + done, wanted);
        int code = Z_OK;
        const char* reason = gzerror(file_, &code);
        if (count < 0 && code != Z_BUF_ERROR) {
            throw DataError(path_ + ": corrupt gzip (" +
                            (code == Z_ERRNO ? std::strerror(errno) : reason) + ")");
        }
        if (count <= 0) {
            break;
        }
        done += count;
    }
    return done;
}

void GzFile::expect_end() {
    std::uint8_t more = 0;
    if (read(&more, 1) != 0) {
        throw DataError(path_ + ": longer than its header says");
    }
    int code = Z_OK;
    gzerror(file_, &code);
    if (code == Z_BUF_ERROR) {
        throw DataError(path_ + ": truncated, expected gzip's check sum at its end");
    }
}

}  // namespace nanonas::train
