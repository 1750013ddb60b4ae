// Builds without LibTorch.
#include <catch2/catch.hpp>

#include "tests/apps/program.hpp"

using namespace nanonas::test;
using Catch::Contains;

TEST_CASE("without LibTorch the stock engine is refused in one line") {
    const Scratch scratch;
    const Ran ran = run(words("train --arch 2,1 --data x --engine stock"), scratch.folder());
    CHECK(ran.code == 2);
    CHECK(lines(ran.err) == 1);
    CHECK_THAT(ran.err, Contains("engine 'stock': this build has none"));
    CHECK(ran.out.empty());
}

TEST_CASE("without LibTorch there is no format torchscript, and a line that says so") {
    const Scratch scratch;
    const Ran ran = run(words("export --model x --format torchscript --out y"), scratch.folder());
    CHECK(ran.code == 2);
    CHECK(lines(ran.err) == 1);
    CHECK_THAT(ran.err, Contains("format 'torchscript': this build has none") &&
                            Contains("without LibTorch") && Contains("it has: c, arduino"));
    const Ran help = run(words("export --help"), scratch.folder());
    CHECK(help.out.find("TorchScript module") == std::string::npos);
}
