#include "nas/signature.hpp"

#include <catch2/catch.hpp>

using namespace nanonas::nas;

TEST_CASE("the signature is 16 hex digits, the same twice, and another for another seed") {
    const std::string first = signature(1);
    CAPTURE(first);
    CHECK(first.size() == 16);
    CHECK(first.find_first_not_of("0123456789abcdef") == std::string::npos);
    CHECK(signature(1) == first);
    CHECK(signature() == first);
    CHECK(signature(2) != first);
}
