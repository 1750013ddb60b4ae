#include "apps/pipeline/tensorboard/event_file.hpp"

#include <sys/resource.h>

#include <catch2/catch.hpp>
#include <csignal>

#include "apps/pipeline/tensorboard/events.hpp"
#include "space/errors.hpp"
#include "space/files.hpp"
#include "space/little_endian.hpp"
#include "tests/support/temporary_folder.hpp"

using namespace nanonas;
using namespace nanonas::tensorboard;

namespace {

std::string scalar(std::int64_t step, double value) {
    return scalars_event(step, {{"score", value}});
}

/// Events of a file without their times, each with both its sums.
std::vector<std::string> events_in(const std::string& path) {
    const std::string bytes = read_file(path);
    std::vector<std::string> events;
    for (std::size_t at = 0; at < bytes.size();) {
        const auto length = static_cast<std::size_t>(read_little_endian(bytes, at, 8));
        const std::string_view whole = bytes;
        REQUIRE(read_little_endian(bytes, at + 8, 4) == masked_crc32c(whole.substr(at, 8)));
        const std::string_view event = whole.substr(at + 12, length);
        REQUIRE(read_little_endian(bytes, at + 12 + length, 4) == masked_crc32c(event));
        REQUIRE(event[0] == 0x09);
        events.emplace_back(event.substr(9));
        at += 16 + length;
    }
    return events;
}

void tell(const std::string& path, const std::vector<std::string>& events) {
    EventFile file(path);
    for (const std::string& event : events) {
        file.add(event);
    }
}

}  // namespace

TEST_CASE("CRC-32C is that of RFC 3720, appendix B.4") {
    CHECK(crc32c("") == 0);
    CHECK(crc32c("123456789") == 0xE3069283);
    CHECK(crc32c(std::string(32, '\0')) == 0x8A9136AA);
    CHECK(crc32c(std::string(32, '\xFF')) == 0x62A8AB43);
    std::string rising;
    for (char byte = 0; byte < 32; ++byte) {
        rising += byte;
    }
    CHECK(crc32c(rising) == 0x46DD794E);
}

TEST_CASE("the first record of a file has the bytes that TensorFlow writes") {
    const testing::TemporaryFolder folder;
    tell(folder / "events", {version_event()});
    const std::string bytes = read_file(folder / "events");
    // Length 24, its masked sum, the key of the time.
    CHECK(bytes.substr(0, 13) == std::string("\x18\0\0\0\0\0\0\0\xa3\x7f\x4b\x22\x09", 13));
    CHECK(bytes.substr(21, 15) ==
          "\x1a\x0d"
          "brain.Event:2" +
              std::string());
    CHECK(bytes.size() == 40);
}

TEST_CASE("events that are told again stay as they are, and only new ones are added") {
    const testing::TemporaryFolder folder;
    const std::string path = folder / "events";
    const std::vector<std::string> all = {version_event(), scalar(1, 0.5), scalar(2, 0.25),
                                          text_event("a", "b")};
    tell(path, {all[0], all[1]});
    const std::string before = read_file(path);
    tell(path, all);
    CHECK(read_file(path).substr(0, before.size()) == before);
    CHECK(events_in(path) == all);
    const std::string whole = read_file(path);
    tell(path, all);
    tell(path, {all[0]});
    CHECK(read_file(path) == whole);
}

TEST_CASE("from the first event that differs on a file is written anew") {
    const testing::TemporaryFolder folder;
    const std::string path = folder / "events";
    tell(path, {version_event(), scalar(1, 0.5), scalar(2, 0.25), scalar(3, 1)});
    const std::vector<std::string> other = {version_event(), scalar(1, 0.5), scalar(2, 0.75)};
    tell(path, other);
    CHECK(events_in(path) == other);
}

TEST_CASE("a file torn or damaged at any byte is whole once all is told again") {
    const testing::TemporaryFolder folder;
    const std::string path = folder / "events";
    const std::vector<std::string> all = {version_event(), scalar(1, 0.5), scalar(2, 0.25)};
    tell(path, all);
    const std::string whole = read_file(path);
    for (std::size_t size = 0; size < whole.size(); ++size) {
        write_file(path, whole.substr(0, size));
        tell(path, all);
        REQUIRE(events_in(path) == all);
        std::string damaged = whole;
        damaged[size] = static_cast<char>(damaged[size] ^ 0x40);
        write_file(path, damaged);
        tell(path, all);
        REQUIRE(events_in(path) == all);
    }
}

TEST_CASE("an event for which there is no room leaves those before it") {
    const testing::TemporaryFolder folder;
    const std::string path = folder / "events";
    rlimit old{};
    REQUIRE(::getrlimit(RLIMIT_FSIZE, &old) == 0);
    const auto before = std::signal(SIGXFSZ, SIG_IGN);
    {
        EventFile file(path);
        file.add(version_event());
        const rlimit tight{60, old.rlim_max};
        REQUIRE(::setrlimit(RLIMIT_FSIZE, &tight) == 0);
        CHECK_THROWS_AS(file.add(scalar(1, 0.5)), IoError);
    }
    ::setrlimit(RLIMIT_FSIZE, &old);
    std::signal(SIGXFSZ, before);
    CHECK(events_in(path) == std::vector<std::string>{version_event()});
    CHECK_THROWS_AS(EventFile(folder / "none/events"), IoError);
}
