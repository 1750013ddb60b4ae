#include "apps/pipeline/workers/protocol.hpp"

#include <catch2/catch.hpp>
#include <limits>

#include "apps/pipeline/workers/base64.hpp"
#include "apps/pipeline/workers/line_buffer.hpp"
#include "space/errors.hpp"
#include "space/random.hpp"
#include "tests/support/message_of.hpp"

using namespace nanonas;
using namespace nanonas::pipeline;
using Catch::Contains;

namespace {

/// The line without its newline, which must be its only one.
template <typename Direction>
std::string whole_line(const Direction& message) {
    std::string line = line_of(message);
    REQUIRE(line.find('\n') == line.size() - 1);
    line.pop_back();
    return line;
}

std::string refusal(const std::string& line) {
    return testing::message_of<DataError>([&] { read_from_worker(line); });
}

}  // namespace

TEST_CASE("every message of a worker is read as it was written") {
    const FromWorker messages[] = {
        message::Hello{1, "0.1.0", "h\"o\xffst\n", 77, 3},
        message::NeedData{},
        message::NeedData{3},
        message::Opened{{"build", "fast AVX2", "91c0"}, 7},
        message::Refused{"data", "two\nlines", 2},
        message::Progress{7, 1, 3, 0.25, 0.125},
        message::Progress{7, 0, 1, 0.0, std::nullopt},
        message::Done{9, {0.1, {1.0 / 3.0, 5e-324}, {}, 1.5, std::nullopt}},
        message::Done{9, {0.0, {}, {}, 0.0, "takes others"}},
        message::Failed{3, "io", "full"},
        message::Cancelled{4},
        message::Slots{0},
        message::Lost{5, "node died"},
    };
    for (const FromWorker& message : messages) {
        const std::string line = whole_line(message);
        INFO(line);
        CHECK(whole_line(read_from_worker(line)) == line);
        CHECK(read_from_worker(line).index() == message.index());
    }
}

TEST_CASE("every message of a search is read as it was written") {
    message::Open open;
    open.options = {{"seed", "1"}, {"data", "/caf\xe9"}};
    open.data = {"0123456789abcdef", 2 * (12 + 4), {2, 2, 3}, 2, 2, 1, "00ff", true};
    std::string bytes;
    for (int byte = 0; byte < 256; ++byte) {
        bytes += static_cast<char>(byte);
    }
    const FromHead messages[] = {
        open, message::DataPart{512, bytes, 2},
        message::Evaluate{
            7, {{"k", 4}, {"c", 3}}, 2, 1, std::numeric_limits<std::uint64_t>::max(), 5},
        message::Cancel{7}, message::Close{4}};
    for (const FromHead& message : messages) {
        const std::string line = whole_line(message);
        INFO(line);
        CHECK(whole_line(read_from_head(line)) == line);
    }
    CHECK(std::get<message::Open>(read_from_head(whole_line(FromHead(open)))).options ==
          open.options);
    const std::string part =
        line_of(FromHead(message::DataPart{1'000'000'000'000, std::string(kPartBytes, '\xff')}));
    CHECK(part.size() <= kLongestLine);
}

TEST_CASE("what names no search is of the first") {
    CHECK(std::get<message::Opened>(
              read_from_worker(R"({"opened":{"build":"b","simd":"s","probe":"p"}})"))
              .search == 1);
    CHECK(std::get<message::NeedData>(read_from_worker(R"({"need":{"what":"data"}})")).search == 1);
    CHECK_THAT(refusal(R"({"need":{"what":"data","search":0}})"), Contains("expected"));
}

TEST_CASE("scores travel exactly") {
    Rng rng(3);
    for (int i = 0; i < 1000; ++i) {
        message::Done done;
        done.evaluation.score = rng.uniform();
        done.evaluation.curve = {rng.uniform() / 3.0, rng.uniform() * 1e-9};
        const auto read = std::get<message::Done>(read_from_worker(whole_line(FromWorker(done))));
        REQUIRE(read.evaluation.score == done.evaluation.score);
        REQUIRE(read.evaluation.curve == done.evaluation.curve);
    }
}

TEST_CASE("a line that is no message is refused in one line that shows it") {
    const std::pair<const char*, const char*> lines[] = {
        {"", "not valid JSON"},
        {"hello", "\"hello\" is no message"},
        {"[1]", "not an object with one key"},
        {"{}", "not an object with one key"},
        {R"({"slots":1,"lost":{}})", "not an object with one key"},
        {R"({"bye":1})", "\"bye\" is unknown"},
        {R"({"hello":{"protocol":2,"version":"1","host":"h"}})", "'slots' is missing"},
        {R"({"hello":{"protocol":2,"version":"1","host":"h","slots":-1}})", "whole number"},
        {R"({"need":{"what":"money"}})", "only data"},
        {R"({"done":{"id":1,"score":null,"curve":[]}})", "expected a number"},
        {R"({"done":{"id":1,"score":1e999,"curve":[]}})", "number overflow"},
        {R"({"done":{"id":1.5,"score":1,"curve":[]}})", "whole number"},
        {R"({"done":{"id":1,"score":1}})", "'curve' is missing"},
        {R"({"progress":{"id":1,"epoch":0,"epochs":1,"fraction":2}})", "in [0, 1]"},
        {R"({"progress":{"id":1,"epoch":5,"epochs":1,"fraction":0}})", "whole number in [0, 1]"},
        {R"({"opened":{"build":"b","simd":"s","probe":"p"})", "not valid JSON"},
    };
    for (const auto& one : lines) {
        INFO(one.first);
        const std::string text = refusal(one.first);
        CHECK_THAT(text, Contains(one.second));
        CHECK(text.find('\n') == std::string::npos);
    }
    CHECK(refusal("\"" + std::string(5000, 'x') + "\"").size() < 300);
    const std::pair<const char*, const char*> asked[] = {
        {R"({"data":{"offset":0,"bytes":3,"base64":"AAA="}})", "not as many"},
        {R"({"data":{"offset":0,"bytes":2,"base64":"AA"}})", "not base64"},
        {R"({"evaluate":{"id":1,"candidate":{},"effort":1,"repeat":0,"seed":"-1"}})", "64 bits"},
        {R"({"open":{"options":{"seed":1},"data":{}}})", "expected a string"},
    };
    for (const auto& one : asked) {
        INFO(one.first);
        CHECK_THAT(testing::message_of<DataError>([&] { read_from_head(one.first); }),
                   Contains(one.second));
    }
}

TEST_CASE("further keys inside a message are passed over") {
    const FromWorker read =
        read_from_worker(R"({"cancelled":{"id":4,"because":"of a later version"}})");
    CHECK(std::get<message::Cancelled>(read).id == 4);
}

TEST_CASE("base64 is that of RFC 4648, and nothing else is read") {
    CHECK(base64("") == "");
    CHECK(base64("f") == "Zg==");
    CHECK(base64("fo") == "Zm8=");
    CHECK(base64("foo") == "Zm9v");
    CHECK(base64("foobar") == "Zm9vYmFy");
    Rng rng(1);
    for (std::size_t size = 0; size < 200; ++size) {
        std::string bytes;
        for (std::size_t i = 0; i < size; ++i) {
            bytes += static_cast<char>(rng.below(256));
        }
        REQUIRE(bytes_of_base64(base64(bytes)) == bytes);
    }
    for (const char* text :
         {"Z", "Zg", "Zg=", "Zg===", "Zh==", "Zm9v\n", "Zm 9v", "Zm9=", "====", "Zg==Zg=="}) {
        INFO(text);
        CHECK_THROWS_AS(bytes_of_base64(text), DataError);
    }
}

TEST_CASE("lines come out of a stream however it is cut") {
    const std::string stream = "one\n\ntwo three\nrest";
    for (std::size_t cut = 1; cut < stream.size(); ++cut) {
        LineBuffer lines(20);
        std::vector<std::string> got;
        for (std::size_t at = 0; at < stream.size(); at += cut) {
            lines.add(std::string_view(stream).substr(at, cut));
            while (const auto line = lines.next()) {
                got.push_back(*line);
            }
        }
        REQUIRE(got == std::vector<std::string>{"one", "", "two three"});
        REQUIRE(lines.rest() == 4);
    }
    LineBuffer lines(3);
    lines.add("abc\nabcd");
    CHECK(lines.next() == "abc");
    CHECK_THROWS_AS(lines.next(), DataError);
}
