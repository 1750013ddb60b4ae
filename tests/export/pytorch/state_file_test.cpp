// Files of PyTorch 2.13 (tests/fuzz/make_pytorch_corpus.py), whole and not.
#include "export/pytorch/state_file.hpp"

#include <catch2/catch.hpp>

#include "space/errors.hpp"
#include "space/files.hpp"
#include "tests/export/pytorch/small_state.hpp"
#include "tests/support/source_folder.hpp"

using namespace nanonas;
using Catch::Contains;
using testing::small_network;
using testing::small_weights;

namespace {

std::string file(const std::string& name) {
    return testing::source_folder() + "/tests/fuzz/corpus/pytorch/" + name;
}

std::string refusal(const std::string& name) {
    try {
        exporting::read_state(file(name), small_network());
    } catch (const Error& error) {
        const std::string text = error.what();
        CHECK(text.find('\n') == std::string::npos);
        CHECK(text.compare(0, file(name).size(), file(name)) == 0);
        return text.substr(file(name).size());
    }
    return "read";
}

}  // namespace

TEST_CASE("state_dicts of every float type, of views and a TorchScript module are read") {
    for (const char* name :
         {"float32.pt", "float64.pt", "float16.pt", "bfloat16.pt", "views.pt", "torchscript.pt"}) {
        INFO(name);
        CHECK(exporting::read_state(file(name), small_network()) == small_weights());
    }
}

TEST_CASE("what is no state of the network is one line") {
    CHECK(refusal("missing.pt") == ": tensor 'stem.bn.bias' is missing");
    CHECK(refusal("prefixed.pt") ==
          ": tensor 'stem.conv.weight' is missing; the file has "
          "'module.classifier.bias', which belongs to no layer");
    CHECK(refusal("unknown.pt") == ": tensor 'extra' belongs to no layer of the network");
    CHECK(refusal("shape.pt") == ": tensor 'classifier.weight' is 2x3, its layer has 2x2");
    CHECK_THAT(refusal("integers.pt"), Contains("'stem.bn.bias' is a torch.LongStorage"));
    for (const char* name : {"not_finite.pt", "too_large.pt"}) {
        CHECK(refusal(name) == ": tensor 'classifier.bias' holds a value that is not finite");
    }
    CHECK_THAT(refusal("checkpoint.pt"),
               Contains("'model' is no tensor") && Contains("torch.save(model.state_dict()"));
    CHECK_THAT(refusal("python_module.pt"), Contains("torch.nn.modules.conv.Conv2d"));
    for (const char* name : {"legacy.pt", "cut.pt"}) {
        CHECK_THAT(refusal(name), Contains("not a .pt file") && Contains("cut short"));
    }
    CHECK_THAT(refusal("protocol4.pt"), Contains("protocol 4, expected 2"));
    CHECK_THAT(refusal("damaged.pt"), Contains("damaged (its data.pkl)"));
    CHECK_THROWS_AS(exporting::read_state(file("nowhere.pt"), small_network()), IoError);
}

TEST_CASE("a file that ends anywhere, or with any byte changed, is read as it was or refused") {
    const std::string whole = read_file(file("float32.pt"));
    for (std::size_t size = 0; size < whole.size(); ++size) {
        CHECK_THROWS_AS(exporting::parse_state(whole.substr(0, size), "x.pt", small_network()),
                        Error);
    }
    int refused = 0;
    for (std::size_t at = 0; at < whole.size(); ++at) {
        std::string changed = whole;
        changed[at] = static_cast<char>(changed[at] ^ 0x20);
        space::Weights weights;
        try {
            weights = exporting::parse_state(changed, "x.pt", small_network());
        } catch (const Error&) {
            ++refused;
            continue;
        }
        INFO(at);
        CHECK(weights == small_weights());
    }
    CHECK(refused > 0);
}
