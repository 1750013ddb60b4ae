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

}  // namespace
}  // namespace nanonas
