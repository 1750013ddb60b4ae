#include "export/float_network.hpp"

#include <catch2/catch.hpp>

#include "export/float_interpreter.hpp"
#include "space/errors.hpp"
#include "tests/export/support.hpp"

using namespace nanonas;
using namespace nanonas::exporting;

namespace {

void require_same_logits(const space::TrainedNetwork& trained, Rng& rng) {
    const FloatNetwork folded = float_network(trained);
    FloatInterpreter interpreter(folded);
    const test::Images images =
        test::random_images(trained.network.input, 2, trained.network.classes(), rng);
    for (std::int64_t i = 0; i < 2; ++i) {
        const std::vector<double> expected =
            test::reference_logits(trained, images.view().image(i));
        const std::vector<float>& logits = interpreter.run(images.view().image(i));
        REQUIRE(logits.size() == expected.size());
        for (std::size_t c = 0; c < expected.size(); ++c) {
            REQUIRE(static_cast<double>(logits[c]) ==
                    Approx(expected[c]).epsilon(1e-5).margin(1e-5));
        }
    }
}

space::Network tail(space::Network network) {
    return network.add("average", space::GlobalAveragePool{}).add("classifier", space::Dense{3});
}

}  // namespace

TEST_CASE("folded cell networks compute what convolution, batch norm and ReLU compute") {
    for (std::uint64_t seed = 0; seed < 60; ++seed) {
        INFO("seed " << seed);
        Rng rng(seed);
        require_same_logits(test::random_trained(test::random_cells(rng), rng), rng);
    }
}

TEST_CASE("orders outside the cell space that fold") {
    Rng rng(7);
    const space::Shape input{9, 6, 3};
    SECTION("no batch norm, no ReLU, a bias of its own") {
        require_same_logits(
            test::random_trained(
                tail(space::Network{input, {}}.add("a", space::Conv2d{5, 3, true})), rng),
            rng);
    }
    SECTION("a bias and a batch norm, kernels of 5 and 1") {
        require_same_logits(test::random_trained(tail(space::Network{input, {}}
                                                          .add("a", space::Conv2d{5, 5, true})
                                                          .add("a.bn", space::BatchNorm{1e-5, 0.1})
                                                          .add("b", space::Conv2d{9, 1, false})
                                                          .add("b.bn", space::BatchNorm{})
                                                          .add("b.relu", space::Relu{})),
                                                 rng),
                            rng);
    }
    SECTION("dropout between convolution and ReLU, two dense layers, pool by 3") {
        require_same_logits(test::random_trained(tail(space::Network{input, {}}
                                                          .add("a", space::Conv2d{5})
                                                          .add("drop", space::Dropout{0.2})
                                                          .add("relu", space::Relu{})
                                                          .add("pool", space::MaxPool2d{3}))
                                                     .add("relu2", space::Relu{})
                                                     .add("last", space::Dense{4}),
                                                 rng),
                            rng);
    }
}

TEST_CASE("dropout and the closing softmax leave no layer behind") {
    Rng rng(1);
    const space::CellSpace cells{{8, 8, 1}, 2, 0.5};
    const FloatNetwork folded = float_network(test::random_trained(cells.build({2, 1}), rng));
    std::vector<std::string> names;
    for (const space::Node& layer : folded.network.nodes) {
        names.push_back(layer.name);
    }
    CHECK(names == std::vector<std::string>{"stem.conv", "cell1.pool", "cell1.conv", "average",
                                            "classifier"});
}

TEST_CASE("an order that cannot be folded is refused by the layer's name") {
    Rng rng(2);
    const space::Network input{{6, 6, 1}, {}};
    const auto refused = [&](const space::Network& network, const std::string& name) {
        const space::TrainedNetwork trained = test::random_trained(network, rng);
        CHECK_THROWS_AS(float_network(trained), ExportError);
        CHECK_THROWS_WITH(float_network(trained), Catch::Contains("'" + name + "'"));
    };
    space::Network network = input;
    SECTION("batch norm first") {
        refused(network.add("norm", space::BatchNorm{}), "norm");
    }
    SECTION("batch norm after ReLU") {
        refused(network.add("a", space::Conv2d{2})
                    .add("r", space::Relu{})
                    .add("norm", space::BatchNorm{}),
                "norm");
    }
    SECTION("ReLU after a pool") {
        refused(
            network.add("a", space::Conv2d{2}).add("p", space::MaxPool2d{}).add("r", space::Relu{}),
            "r");
    }
    SECTION("a layer after the softmax") {
        refused(network.add("g", space::GlobalAveragePool{})
                    .add("s", space::Softmax{})
                    .add("d", space::Dense{2}),
                "d");
    }
    SECTION("a batch norm without spread") {
        space::TrainedNetwork trained = test::random_trained(
            network.add("a", space::Conv2d{2}).add("norm", space::BatchNorm{0.0, 0.1}), rng);
        trained.weights["norm.running_var"].values[1] = 0.0F;
        CHECK_THROWS_WITH(float_network(trained),
                          Catch::Contains("'a'") && Catch::Contains("not finite"));
    }
    SECTION("no layer at all") {
        CHECK_THROWS_AS(float_network({}), ExportError);
    }
}
