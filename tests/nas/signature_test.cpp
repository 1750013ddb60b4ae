#include "nas/signature.hpp"

#include <catch2/catch.hpp>

#include "nas/strategy.hpp"
#include "tests/nas/support.hpp"

using namespace nanonas;
using nas::signature;

namespace {

const std::vector<std::string> kNames = nas::strategy_names();

}  // namespace

TEST_CASE("the signature is 16 hex digits, the same twice, and another for another seed") {
    std::vector<std::unique_ptr<space::CostModel>> runtimes;
    runtimes.push_back(std::make_unique<nas::test::FakePrices>());
    const std::string first = signature(kNames, runtimes, 1);
    CAPTURE(first);
    CHECK(first.size() == 16);
    CHECK(first.find_first_not_of("0123456789abcdef") == std::string::npos);
    CHECK(signature(kNames, runtimes, 1) == first);
    CHECK(signature(kNames, runtimes) == first);
    CHECK(signature(kNames, runtimes, 2) != first);
    runtimes.push_back(std::make_unique<nas::test::FakePrices>());
    CHECK(signature(kNames, runtimes) != first);
}
