#define CATCH_CONFIG_RUNNER
#include <catch2/catch.hpp>
#include <cstdlib>
#include <iostream>

#include "tests/support/skip.hpp"

namespace {

int skipped = 0;

}  // namespace

namespace nanonas::testing {

void skip(const std::string& why) {
    std::cout << "SKIPPED: " << Catch::getResultCapture().getCurrentTestName() << ": " << why
              << std::endl;
    ++skipped;
}

}  // namespace nanonas::testing

// Catch2 returns the number of failures, which could be the code of a skip.
int main(int argc, char* argv[]) {
    if (Catch::Session().run(argc, argv) != 0) {
        return EXIT_FAILURE;
    }
    return skipped == 0 ? EXIT_SUCCESS : nanonas::testing::kSkippedCode;
}
