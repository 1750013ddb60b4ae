#include "space/errors.hpp"

#include <catch2/catch.hpp>
#include <string>

namespace nanonas {
namespace {

TEST_CASE("a message is one line that no control character of a file's name can break") {
    CHECK(std::string(DataError("cat\nand\tdog.jpg: \x1b[2Jnot\r\x7f an image").what()) ==
          "cat\\nand\\x09dog.jpg: \\x1b[2Jnot\\x0d\\x7f an image");
}

TEST_CASE("a message keeps the letters of every language") {
    CHECK(std::string(ConfigError("gänseblümchen/Löwenzahn: ~ missing").what()) ==
          "gänseblümchen/Löwenzahn: ~ missing");
}

TEST_CASE("a message is UTF-8 whatever bytes a file's name has") {
    const auto shown = [](const std::string& bytes) {
        return std::string(ExportError("<" + bytes + ">").what());
    };
    CHECK(shown("\xff") == "<\\xff>");
    CHECK(shown("a\x80z") == "<a\\x80z>");
    CHECK(shown("\xc3") == "<\\xc3>");                             // cut short
    CHECK(shown("\xe2\x82") == "<\\xe2\\x82>");                    // cut short
    CHECK(shown("\xc0\xaf") == "<\\xc0\\xaf>");                    // overlong
    CHECK(shown("\xe0\x80\xaf") == "<\\xe0\\x80\\xaf>");           // overlong
    CHECK(shown("\xed\xa0\x80") == "<\\xed\\xa0\\x80>");           // a surrogate
    CHECK(shown("\xf4\x90\x80\x80") == "<\\xf4\\x90\\x80\\x80>");  // beyond Unicode
    CHECK(shown("\xc2\x9b"
                "2J") == "<\\xc2\\x9b2J>");  // a control sequence
    CHECK(shown("\xf8\x88\x80\x80\x80") == "<\\xf8\\x88\\x80\\x80\\x80>");
    for (const char* letters :
         {"\xc2\xa0", "\xe2\x82\xac", "\xf0\x9f\x8c\xbb", "\xf4\x8f\xbf\xbf"}) {
        CHECK(shown(letters) == "<" + std::string(letters) + ">");
    }
}

TEST_CASE("a name of ten million bytes is cut out of its message, its end is not") {
    const std::string name = "ä" + std::string(10'000'000, 'x') + "ö";
    const std::string message = ConfigError(name + ": unknown key").what();
    CHECK(message.size() < 4100);
    CHECK(message.substr(0, 4) == "äxx");
    CHECK(message.find("[... 9,996,0") != std::string::npos);
    CHECK(message.substr(message.size() - 15) == "ö: unknown key");
    const std::string letters = ConfigError(std::string(1, 'x') +
                                            [] {
                                                std::string text;
                                                for (int i = 0; i < 5000; ++i) {
                                                    text += "ä";
                                                }
                                                return text;
                                            }())
                                    .what();
    CHECK(letters.find("\\x") == std::string::npos);  // no letter is cut in two
}

}  // namespace
}  // namespace nanonas
