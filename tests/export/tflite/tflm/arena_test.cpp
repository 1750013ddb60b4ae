#include "export/tflite/tflm/arena.hpp"

#include <catch2/catch.hpp>

#include "space/random.hpp"
#include "space/spaces/cells.hpp"

using namespace nanonas::space;
using namespace nanonas::exporting;
using tflm::arena_of;
using tflm::Kernels;
using tflm::operators_of;

namespace {

constexpr Kernels kAllKernels[] = {Kernels::kReference, Kernels::kCmsisPlain, Kernels::kCmsisDsp,
                                   Kernels::kCmsisVector};

Network chain(const Shape& input, const std::vector<Op>& kinds) {
    Network network{input, {}};
    int index = 0;
    for (const Op& kind : kinds) {
        network.add("layer" + std::to_string(index++), kind);
    }
    return network;
}

// Smallest arena_size, a multiple of 16, that the interpreter of host_structs() takes.
struct Measured {
    Network network;
    std::int64_t arena_bytes;
};

const Measured kMeasured[] = {
    {chain({9, 37, 1}, {Conv2d{9, 1}, Relu{}, MaxPool2d{}, Conv2d{31}, MaxPool2d{}, Conv2d{14},
                        MaxPool2d{}, Conv2d{2}, GlobalAveragePool{}, Dense{13}}),
     6'784},
    {chain({28, 39, 1}, {Conv2d{23, 5}, MaxPool2d{}, Conv2d{15}, MaxPool2d{}, Conv2d{7},
                         GlobalAveragePool{}, Dense{11}}),
     33'840},
    // The preparation of the second convolution needs more than any inference.
    {chain({3, 3, 1}, {Conv2d{40}, MaxPool2d{}, Conv2d{60}, Dense{2}}), 3'792},
    {chain({58, 47, 3},
           {Conv2d{17}, MaxPool2d{}, Conv2d{32}, Conv2d{33}, GlobalAveragePool{}, Dense{13}}),
     60'448},
    {chain({23, 1, 3}, {Conv2d{15, 1}, GlobalAveragePool{}, Dense{6}}), 2'336},
};

/// A NanoNAS network as Keras and TensorFlow Lite's converter write it.
struct Keras {
    Shape input;
    std::int64_t classes;
    Candidate candidate;
    bool uint8_ends;  ///< QUANTIZE first and last
    bool softmax;
    bool scale_per_class = true;  ///< since TensorFlow 2.14 or later
};

class KerasGraph {
  public:
    explicit KerasGraph(const Keras& file) {
        graph_.input = value_ = add({dims(file.input)});
        if (file.uint8_ends) {
            unary(tflm::NodeKind::kQuantize, dims(file.input));
        }
        constant(tflm::NodeKind::kMul, file.input, 1);  // pixels / 255
        for (const tflm::Operator& op :
             operators_of(CellSpace{file.input, file.classes}.build(file.candidate))) {
            add_operator(op, file.scale_per_class ? file.classes : 1);
        }
        if (file.softmax) {
            unary(tflm::NodeKind::kSoftmax, {1, file.classes});
        }
        if (file.uint8_ends) {
            unary(tflm::NodeKind::kQuantize, {1, file.classes});
        }
        graph_.output = value_;
    }
    const tflm::Graph& graph() const { return graph_; }

  private:
    using Dims = std::vector<std::int64_t>;

    static Dims dims(const Shape& shape) { return {1, shape.height, shape.width, shape.channels}; }

    std::size_t add(const tflm::Tensor& tensor) {
        graph_.tensors.push_back(tensor);
        return graph_.tensors.size() - 1;
    }
    void node(tflm::NodeKind kind, const std::vector<tflm::Tensor>& constants, const Dims& output) {
        tflm::Node node{kind, {value_}, 0};
        for (const tflm::Tensor& tensor : constants) {
            node.inputs.push_back(add(tensor));
        }
        node.output = value_ = add({output});
        graph_.nodes.push_back(node);
    }
    void unary(tflm::NodeKind kind, const Dims& output) { node(kind, {}, output); }
    void constant(tflm::NodeKind kind, const Shape& shape, std::int64_t values) {
        node(kind, {{{values}, 1, 1, true}}, dims(shape));
    }

    void add_operator(const tflm::Operator& op, std::int64_t dense_scales) {
        const std::int64_t outputs = op.output.channels;
        const std::int64_t inputs = op.input.channels;
        switch (op.kind) {
            case tflm::NodeKind::kConvolution:
                constant(tflm::NodeKind::kMul, op.input, inputs);
                constant(tflm::NodeKind::kAdd, op.input, inputs);
                node(tflm::NodeKind::kConvolution,
                     {{op.weights, 1, outputs, true}, {{outputs}, 4, outputs, true}},
                     dims(op.output));
                break;
            case tflm::NodeKind::kMaxPool:
                unary(tflm::NodeKind::kMaxPool, dims(op.output));
                break;
            case tflm::NodeKind::kAveragePool:
                node(tflm::NodeKind::kMean, {{{2}, 4, 0, true}}, {1, outputs});
                break;
            case tflm::NodeKind::kDense:
                node(tflm::NodeKind::kDense,
                     {{{outputs, inputs}, 1, dense_scales, true},
                      {{outputs}, 4, dense_scales, true}},
                     {1, outputs});
                break;
            default:
                FAIL("not an operator of this space");
        }
    }

    tflm::Graph graph_;
    std::size_t value_ = 0;
};

tflm::Graph keras_graph(const Keras& file) {
    return KerasGraph(file).graph();
}

}  // namespace

TEST_CASE("the replay needs what the interpreter needs, to the step of 16 bytes") {
    for (const Measured& row : kMeasured) {
        INFO(to_string(row.network.input));
        const tflm::Arena arena =
            arena_of(operators_of(row.network), Kernels::kReference, tflm::host_structs());
        CHECK(arena.bytes == row.arena_bytes);
    }
}

TEST_CASE("a file with its batch norms as MUL and ADD needs what the interpreter needs") {
    // The files of .ci/peers.d/import.
    const std::pair<Keras, std::int64_t> measured[] = {
        {{{50, 50, 3}, 2, {3, 3}, true, true}, 19'920},
        {{{50, 50, 3}, 5, {5, 4}, false, true}, 25'808},
        {{{32, 32, 3}, 10, {14, 4}, true, true}, 24'992},
        {{{33, 21, 3}, 7, {4, 2}, false, false}, 8'544},
    };
    for (const auto& [file, arena_bytes] : measured) {
        INFO(to_string(file.candidate));
        CHECK(arena_of(keras_graph(file), Kernels::kReference, tflm::host_structs()).bytes ==
              arena_bytes);
    }
}

TEST_CASE("on a 32-bit core the published files need what is told, their structures' age aside") {
    // Working arena + 624 B static data + 950 B stack of NanoNAS's published int8 models with
    // CMSIS-NN on Cortex-M4. 950 B is a rounded figure, and an arena a multiple of 16: a rest of
    // less than 16 B, the same for all four, is none of the arena's.
    tflm::Structs older;
    older.conv_params -= 4;    // before biases had types
    older.dense_params -= 12;  // and weights a quantization of their own
    older.dense_data = 36;     // before dense layers had scales per class
    older.cmsis_dense_data = 64;
    const std::pair<Keras, std::int64_t> published[] = {
        {{{50, 50, 3}, 2, {3, 3}, true, true, false}, 19'868},
        {{{50, 50, 3}, 2, {5, 4}, true, true, false}, 25'772},
        {{{50, 50, 3}, 2, {7, 4}, true, true, false}, 30'988},
        {{{32, 32, 3}, 10, {14, 4}, true, true, false}, 24'556}};
    for (const auto& [file, ram_bytes] : published) {
        INFO(to_string(file.candidate));
        const tflm::Graph graph = keras_graph(file);
        CHECK(arena_of(graph, Kernels::kCmsisDsp).bytes + 624 + 950 == ram_bytes + 58);
        CHECK(arena_of(graph, Kernels::kCmsisDsp, older).bytes + 624 + 950 == ram_bytes + 10);
    }
}

TEST_CASE("an arena holds the plan and the structures, told item by item") {
    constexpr std::uint64_t kSeed = 17;
    INFO("seed " << kSeed);
    nanonas::Rng rng(kSeed);
    for (int round = 0; round < 300; ++round) {
        const CellSpace cells{{static_cast<std::int64_t>(1 + rng.below(90)),
                               static_cast<std::int64_t>(1 + rng.below(90)), 3},
                              static_cast<std::int64_t>(2 + rng.below(20))};
        const Candidate candidate{
            static_cast<std::int64_t>(1 + rng.below(30)),
            static_cast<std::int64_t>(rng.below(static_cast<std::uint64_t>(cells.deepest()) + 1))};
        INFO(to_string(cells.input) << " " << to_string(candidate));
        const auto operators = operators_of(cells.build(candidate));
        std::int64_t structures = 0;
        for (const Kernels kernels : kAllKernels) {
            const tflm::Arena arena = arena_of(operators, kernels);
            std::int64_t sum = 0;
            for (const CostItem& item : arena.items) {
                CHECK(item.bytes >= 0);
                sum += item.bytes;
            }
            CHECK(sum == arena.bytes);
            CHECK(arena.bytes % 16 == 0);
            CHECK(arena.bytes >= arena.tensors + arena.structures);
            CHECK(arena.structures >= structures);  // each library keeps more than the one before
            structures = arena.structures;
            for (const tflm::Operator& op : operators) {
                CHECK(arena.tensors >= op.input.elements() + op.output.elements());
            }
        }
    }
}
