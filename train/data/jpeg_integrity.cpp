#include "train/data/jpeg_integrity.hpp"

#include <algorithm>
#include <cstring>
#include <vector>

namespace nanonas::train {

namespace {

// Markers of ITU T.81, table B.1.
constexpr std::uint32_t kFrameBaseline = 0xC0, kFrameProgressive = 0xC2, kHuffman = 0xC4,
                        kRestart0 = 0xD0, kRestart7 = 0xD7, kStart = 0xD8, kEnd = 0xD9,
                        kScan = 0xDA, kRestartInterval = 0xDD, kAdobe = 0xEE;

/// Each table holds at most 256 codes; stb_image 2.27 writes past its own arrays when there are
/// more. A table: a byte of class and number, 16 counts of codes, that many symbols.
bool huffman_tables_fit(ByteReader segment) {
    while (!segment.at_end()) {
        segment.skip(1);
        std::uint32_t codes = 0;
        for (int length = 1; length <= 16; ++length) {
            codes += segment.byte();
        }
        segment.skip(codes);
        if (codes > 256 || segment.overrun()) {
            return false;
        }
    }
    return true;
}

struct Component {
    std::uint32_t id = 0;
    std::uint32_t across = 1, down = 1;  ///< blocks in an interleaved unit
    bool scanned = false;
};

std::uint64_t ceil_div(std::uint64_t a, std::uint64_t b) {
    return (a + b - 1) / b;
}

class Jpeg {
  public:
    explicit Jpeg(ByteReader file) : file_(file) {}

    std::string damage() {
        file_.skip(2);
        while (!file_.at_end()) {
            const std::uint32_t marker = next_marker();
            if (marker == kEnd) {
                return file_.overrun() ? "truncated JPEG" : end_damage();
            }
            if (marker == 0x00 || marker == 0x01 || (marker >= kRestart0 && marker <= kStart)) {
                continue;
            }
            const std::uint32_t length = file_.big(2);
            if (file_.overrun()) {
                break;
            }
            if (length < 2) {
                return "corrupt JPEG: segment of length " + std::to_string(length);
            }
            if (length - 2 > file_.left()) {
                break;
            }
            const ByteReader segment(file_.here(), length - 2);
            file_.skip(length - 2);
            const std::string problem = segment_damage(marker, segment);
            if (!problem.empty()) {
                return problem;
            }
        }
        return "truncated JPEG";
    }

  private:
    /// Steps over entropy-coded data and padding, counting restart markers on the way.
    std::uint32_t next_marker() {
        while (!file_.at_end()) {
            if (file_.byte() != 0xFF) {
                continue;
            }
            std::uint32_t marker = file_.byte();
            while (marker == 0xFF) {
                marker = file_.byte();
            }
            if (marker >= kRestart0 && marker <= kRestart7) {
                ++restarts_;
            }
            return marker;
        }
        return 0;
    }

    std::string segment_damage(std::uint32_t marker, ByteReader segment) {
        if (marker == kHuffman && !huffman_tables_fit(segment)) {
            return "corrupt JPEG: bad Huffman table";
        }
        if (marker >= kFrameBaseline && marker <= kFrameProgressive) {
            return read_frame(segment);
        }
        if (marker == kRestartInterval) {
            const std::string problem = scan_damage();
            restart_interval_ = segment.big(2);
            return problem;
        }
        if (marker == kAdobe && segment.left() >= 12 &&
            std::memcmp(segment.here(), "Adobe", 5) == 0) {
            segment.skip(11);
            adobe_transform_ = static_cast<int>(segment.byte());
        }
        return marker == kScan ? begin_scan(segment) : "";
    }

    std::string read_frame(ByteReader segment) {
        segment.skip(1);
        height_ = segment.big(2);
        width_ = segment.big(2);
        components_.assign(segment.byte(), {});
        for (Component& component : components_) {
            component.id = segment.byte();
            const std::uint32_t sampling = segment.byte();
            segment.skip(1);
            component.across = sampling >> 4;
            component.down = sampling & 15;
            if (component.across == 0 || component.down == 0) {
                return "corrupt JPEG: impossible header";
            }
        }
        return segment.overrun() ? "corrupt JPEG: impossible header" : "";
    }

    std::string begin_scan(ByteReader segment) {
        const std::string problem = scan_damage();
        const std::uint32_t count = segment.byte();
        Component* only = nullptr;
        for (std::uint32_t i = 0; i < count; ++i) {
            const std::uint32_t id = segment.byte();
            segment.skip(1);
            const auto found =
                std::find_if(components_.begin(), components_.end(),
                             [id](const Component& component) { return component.id == id; });
            if (found != components_.end()) {
                found->scanned = true;
                only = &*found;
            }
        }
        units_ = only == nullptr ? 0 : units(count == 1 ? only : nullptr);
        restarts_ = 0;
        return problem;
    }

    /// Of a scan: a lone component is sent block by block, several in interleaved units.
    std::uint64_t units(const Component* only) const {
        std::uint32_t across = 1, down = 1;
        for (const Component& component : components_) {
            across = std::max(across, component.across);
            down = std::max(down, component.down);
        }
        if (only != nullptr) {
            return ceil_div(ceil_div(std::uint64_t{width_} * only->across, across), 8) *
                   ceil_div(ceil_div(std::uint64_t{height_} * only->down, down), 8);
        }
        return ceil_div(width_, 8 * across) * ceil_div(height_, 8 * down);
    }

    /// Of the scan that ends here.
    std::string scan_damage() const {
        if (units_ == 0 || restart_interval_ == 0) {
            return "";
        }
        const std::uint64_t expected = ceil_div(units_, restart_interval_) - 1;
        return restarts_ < expected
                   ? "truncated JPEG: " + std::to_string(restarts_) +
                         " restart markers in a scan, expected " + std::to_string(expected)
                   : "";
    }

    std::string end_damage() const {
        const std::string problem = scan_damage();
        if (!problem.empty()) {
            return problem;
        }
        for (const Component& component : components_) {
            if (!component.scanned) {
                return "truncated JPEG: no scan of component " + std::to_string(component.id);
            }
        }
        // Inverted or not, and in which colours: only Adobe's marker says so.
        if (components_.size() == 4 && adobe_transform_ != 0 && adobe_transform_ != 2) {
            return "JPEG with four channels and no Adobe marker that says which colours they are, "
                   "expected grey, RGB or marked CMYK";
        }
        return "";
    }

    ByteReader file_;
    std::uint32_t height_ = 0, width_ = 0;
    std::vector<Component> components_;
    std::uint32_t restart_interval_ = 0;
    int adobe_transform_ = -1;
    std::uint64_t units_ = 0;  // of the scan at hand; 0: none
    std::uint64_t restarts_ = 0;
};

}  // namespace

std::string jpeg_damage(ByteReader file) {
    return Jpeg(file).damage();
}

}  // namespace nanonas::train
