#include "export/model_file.hpp"

#include <catch2/catch.hpp>

#include "space/errors.hpp"
#include "space/files.hpp"
#include "space/json/safetensors.hpp"
#include "tests/export/support.hpp"

using namespace nanonas;
using namespace nanonas::exporting;

namespace {

space::TrainedNetwork some_model() {
    Rng rng(51);
    space::TrainedNetwork trained =
        test::random_trained(space::CellSpace{{12, 10, 3}, 3, 0.5}.build({3, 2}), rng);
    trained.labels = {"daisy", "röse \"x\"", "\n"};
    trained.provenance = {{"k", "3"}, {"data", "/tmp/ünïcode"}};
    trained.preprocess = {0.1F, 17};
    return trained;
}

}  // namespace

TEST_CASE("a model comes back as it was written") {
    const test::ScratchFolder folder;
    const std::string path = folder / "winner/model.safetensors";
    const space::TrainedNetwork trained = some_model();
    write_model(path, trained);
    const space::TrainedNetwork read = read_model(path);
    CHECK(read.network == trained.network);
    CHECK(read.weights == trained.weights);
    CHECK(read.preprocess == trained.preprocess);
    CHECK(read.labels == trained.labels);
    CHECK(read.provenance == trained.provenance);
}

TEST_CASE("tensors have the names and layouts of a torch state_dict") {
    const test::ScratchFolder folder;
    const std::string path = folder / "model.safetensors";
    write_model(path, some_model());
    const json::TensorFile file = json::read_safetensors(path);
    CHECK(file.metadata.at("format") == "pt");
    CHECK(file.tensors.at("stem.conv.weight").shape == std::vector<std::int64_t>{3, 3, 3, 3});
    CHECK(file.tensors.at("cell1.conv.weight").shape == std::vector<std::int64_t>{6, 3, 3, 3});
    CHECK(file.tensors.at("cell2.bn.running_var").shape == std::vector<std::int64_t>{9});
    CHECK(file.tensors.at("classifier.weight").shape == std::vector<std::int64_t>{3, 9});
}

TEST_CASE("a label that is not UTF-8 does not lose the model") {
    const test::ScratchFolder folder;
    space::TrainedNetwork trained = some_model();
    trained.labels[0] = "caf\xe9";
    write_model(folder / "m", trained);
    CHECK(read_model(folder / "m").labels[0] == "caf\xEF\xBF\xBD");
}

TEST_CASE("weights that do not fit are not written") {
    const test::ScratchFolder folder;
    space::TrainedNetwork trained = some_model();
    SECTION("missing") {
        trained.weights.erase("stem.bn.bias");
    }
    SECTION("too many") {
        trained.weights["stray"] = {{1}, {1.0F}};
    }
    SECTION("not finite") {
        trained.weights["stem.bn.bias"].values[0] = NAN;
    }
    SECTION("labels") {
        trained.labels.pop_back();
    }
    CHECK_THROWS_AS(write_model(folder / "m", trained), NetworkError);
    CHECK_FALSE(std::filesystem::exists(folder / "m"));
}

TEST_CASE("metadata that is not a model's is refused with file and key") {
    const test::ScratchFolder folder;
    const std::string path = folder / "m.safetensors";
    write_model(path, some_model());
    json::TensorFile file = json::read_safetensors(path);
    const auto refused = [&](const std::string& part) {
        json::write_safetensors(path, file);
        CHECK_THROWS_AS(read_model(path), ExportError);
        CHECK_THROWS_WITH(read_model(path), Catch::StartsWith(path) && Catch::Contains(part));
    };
    SECTION("plain weights of somebody else") {
        file.metadata.clear();
        refused("nanonas.network");
    }
    SECTION("network that is no JSON") {
        file.metadata["nanonas.network"] = "{";
        refused("nanonas.network");
    }
    SECTION("network with shapes that do not meet") {
        file.metadata["nanonas.network"] =
            R"({"input":[4,4,1],"layers":[{"name":"d","kind":"Dense","out_features":2}]})";
        refused("nanonas.network");
    }
    SECTION("pre-processing with a mean outside the pixels") {
        file.metadata["nanonas.preprocess"] = R"({"scale":0.1,"mean":256})";
        refused("nanonas.preprocess");
    }
    SECTION("labels that are no list") {
        file.metadata["nanonas.labels"] = R"({"a":1})";
        refused("nanonas.labels");
    }
    SECTION("provenance that is no text") {
        file.metadata["nanonas.provenance"] = R"({"k":3})";
        refused("nanonas.provenance");
    }
}

TEST_CASE("weights in the file that do not fit its network are refused") {
    const test::ScratchFolder folder;
    const std::string path = folder / "m.safetensors";
    write_model(path, some_model());
    json::TensorFile file = json::read_safetensors(path);
    SECTION("missing") {
        file.tensors.erase("stem.conv.weight");
    }
    SECTION("not finite") {
        file.tensors.at("classifier.bias").values[0] = INFINITY;
    }
    SECTION("labels") {
        file.metadata["nanonas.labels"] = R"(["a"])";
    }
    json::write_safetensors(path, file);
    CHECK_THROWS_AS(read_model(path), NetworkError);
    CHECK_THROWS_WITH(read_model(path), Catch::StartsWith(path));
}

TEST_CASE("a file that is missing or empty is named") {
    const test::ScratchFolder folder;
    CHECK_THROWS_AS(read_model(folder / "nothing"), IoError);
    write_file(folder / "empty", "");
    CHECK_THROWS_WITH(read_model(folder / "empty"), Catch::StartsWith(folder / "empty"));
    CHECK_THROWS_AS(read_model(folder / "empty"), ExportError);
}
