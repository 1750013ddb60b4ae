// `nanonas quantize --weights`: weights that PyTorch saved in the place of the model's.
#include <algorithm>
#include <catch2/catch.hpp>

#include "apps/pipeline/formats.hpp"
#include "export/model_file.hpp"
#include "tests/apps/program.hpp"
#include "tests/export/pytorch/small_state.hpp"
#include "tests/support/skip.hpp"
#include "tests/support/source_folder.hpp"

using namespace nanonas;
using namespace nanonas::test;
using Catch::Contains;

namespace {

std::string file_of_pytorch(const std::string& name) {
    return testing::source_folder() + "/tests/fuzz/corpus/pytorch/" + name;
}

/// A run of the network of those files.
void train(const Scratch& scratch) {
    make_images(scratch.path("data"), 2, 12);
    const Ran ran = run(words("train --data data --input 4x4x3 --arch 2,0 --epochs 1 --batch 8 "
                              "--check-images 0 --out a --quiet"),
                        scratch.folder());
    INFO(ran.err);
    REQUIRE(ran.code == 0);
}

}  // namespace

TEST_CASE("weights of a .pt are quantized, exported and told in the provenance") {
    const Scratch scratch;
    train(scratch);
    for (const char* name : {"float32.pt", "torchscript.pt"}) {
        INFO(name);
        const std::string out = std::string("q-") + name;
        const Ran ran = run(words("quantize --model a --check-images 20 --quiet --weights " +
                                  file_of_pytorch(name) + " --out " + out),
                            scratch.folder());
        INFO(ran.err);
        REQUIRE(ran.code == 0);
        const space::TrainedNetwork model =
            exporting::read_model(scratch.path(out + "/model.safetensors"));
        CHECK(model.network == testing::small_network());
        CHECK(model.weights == testing::small_weights());
        CHECK(model.provenance.at("weights") == name);
        CHECK(read(scratch.path(out + "/c/model.c")) != read(scratch.path("a/winner/c/model.c")));
    }
}

TEST_CASE("weights of something else are one line, and nothing is written") {
    const Scratch scratch;
    train(scratch);
    const auto refused = [&](const std::string& file) {
        const Ran ran =
            run(words("quantize --model a --out q --weights " + file), scratch.folder());
        INFO(file << "\n" << ran.err);
        CHECK(ran.code == 2);
        CHECK(lines(ran.err) == 1);
        CHECK_FALSE(exists(scratch.path("q")));
        return ran.err;
    };
    CHECK_THAT(refused(file_of_pytorch("shape.pt")), Contains("'classifier.weight' is 2x3"));
    CHECK_THAT(refused(file_of_pytorch("cut.pt")), Contains("not a .pt file"));
    CHECK_THAT(refused("a/winner/model.safetensors"), Contains("not a .pt file"));
    CHECK_THAT(refused("nowhere.pt"), Contains("nowhere.pt: cannot be read"));
}

TEST_CASE("a module goes out and comes back with the same weights") {
    const auto formats = pipeline::format_names();
    if (std::find(formats.begin(), formats.end(), "torchscript") == formats.end()) {
        testing::skip("this build has no LibTorch");  // see no_stock_test.cpp
        return;
    }
    const Scratch scratch;
    train(scratch);
    for (const char* line : {"export --model a --format torchscript --name net --out x --quiet",
                             "quantize --model a --weights x/net.pt --check-images 0 --quiet "
                             "--out q"}) {
        const Ran ran = run(words(line), scratch.folder());
        INFO(ran.err);
        REQUIRE(ran.code == 0);
    }
    CHECK(exporting::read_model(scratch.path("q/model.safetensors")).weights ==
          exporting::read_model(scratch.path("a/winner/model.safetensors")).weights);
}
