#include "export/pytorch/pickle.hpp"

#include <catch2/catch.hpp>

#include "space/errors.hpp"

using namespace nanonas;
using Catch::Contains;
using exporting::Pickle;

namespace {

Pickle read(const std::string& bytes) {
    return Pickle::read(bytes, "x");
}

std::string text(const char* bytes, std::size_t size) {
    return {bytes, size};
}

}  // namespace

TEST_CASE("numbers of every width") {
    const auto number = [](const std::string& bytes) {
        const Pickle pickle = read(bytes + ".");
        return std::get<std::int64_t>(pickle[pickle.root()]);
    };
    CHECK(number("K\xFF") == 255);
    CHECK(number("M\xFF\xFF") == 65535);
    CHECK(number("J\xFF\xFF\xFF\xFF") == -1);
    CHECK(number(text("\x8A\0", 2)) == 0);
    CHECK(number("\x8A\x01\xFF") == -1);
    CHECK(number(text("\x8A\x05\0\0\0\0\x01", 7)) == std::int64_t{1} << 32);
    CHECK(number("\x8A\x08\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x7F") == INT64_MAX);
    const Pickle half = read(text("G\x3F\xE0\0\0\0\0\0\0.", 10));
    CHECK(std::get<double>(half[half.root()]) == 0.5);
}

TEST_CASE("a function that is called is kept as words") {
    const Pickle pickle = read(text("cos\nsystem\nX\6\0\0\0reboot\x85R.", 25));
    const auto* call = pickle.get<Pickle::Call>(pickle.root());
    REQUIRE(call != nullptr);
    CHECK(pickle.is_global(call->function, "os", "system"));
}

TEST_CASE("values may hold themselves") {
    // d = {}; d["d"] = d
    const Pickle pickle = read(text("}q\0X\1\0\0\0dh\0s.", 13));
    const auto* dict = pickle.get<Pickle::Dict>(pickle.root());
    REQUIRE(dict != nullptr);
    CHECK(dict->items.front().second == pickle.root());
}

TEST_CASE("whatever torch.save does not write is refused with its place") {
    const auto refused = [](const std::string& bytes) {
        try {
            read(bytes);
        } catch (const ExportError& error) {
            return std::string(error.what());
        }
        return std::string("read");
    };
    CHECK_THAT(refused(""), Contains("it ends early at byte 0"));
    CHECK_THAT(refused("."), Contains("a value is missing"));
    CHECK_THAT(refused("NN."), Contains("left over"));
    CHECK_THAT(refused("(N."), Contains("a mark") || Contains("left over"));
    CHECK_THAT(refused("Nt."), Contains("a mark is missing"));
    CHECK_THAT(refused("NNs."), Contains("a value is missing"));
    CHECK_THAT(refused("NNNs."), Contains("no dict"));
    CHECK_THAT(refused("NNa."), Contains("no list"));
    CHECK_THAT(refused("h\1."), Contains("was never kept"));
    CHECK_THAT(refused("cos"), Contains("a name has no end"));
    CHECK_THAT(refused("X\xFF\xFF\xFF\xFFx"), Contains("it ends early"));
    CHECK_THAT(refused("\x8A\x09"), Contains("a number of 9 bytes"));
    CHECK_THAT(refused("i"), Contains("opcode 105"));
}
