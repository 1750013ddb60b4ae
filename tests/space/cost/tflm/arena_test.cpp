#include "space/cost/tflm/arena.hpp"

#include <catch2/catch.hpp>

#include "space/cell_space.hpp"
#include "space/random.hpp"

using namespace nanonas::space;
using tflm::arena_of;
using tflm::Kernels;
using tflm::operators_of;

namespace {

constexpr Kernels kAllKernels[] = {Kernels::kReference, Kernels::kCmsisPlain, Kernels::kCmsisDsp,
                                   Kernels::kCmsisVector};

Network chain(const Shape& input, const std::vector<LayerKind>& kinds) {
    Network network{input, {}};
    int index = 0;
    for (const LayerKind& kind : kinds) {
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

}  // namespace

TEST_CASE("the replay needs what the interpreter needs, to the step of 16 bytes") {
    for (const Measured& row : kMeasured) {
        INFO(to_string(row.network.input));
        const tflm::Arena arena =
            arena_of(operators_of(row.network), Kernels::kReference, tflm::host_structs());
        CHECK(arena.bytes == row.arena_bytes);
    }
}

TEST_CASE("on a 32-bit core the published files need their batch norms more, nothing else") {
    // Working arena + 624 B static data + 950 B stack of NanoNAS's published int8 models with
    // CMSIS-NN on Cortex-M4. They hold a MUL and an ADD per cell beside our operators: two nodes,
    // four tensors, parameters and kernel data of both, 256 B; and what is there once.
    struct Published {
        Shape input;
        std::int64_t classes;
        Candidate candidate;
        std::int64_t ram_bytes;
    };
    const Published published[] = {{{50, 50, 3}, 2, {3, 3}, 19'868},
                                   {{50, 50, 3}, 2, {5, 4}, 25'772},
                                   {{50, 50, 3}, 2, {7, 4}, 30'988},
                                   {{32, 32, 3}, 10, {14, 4}, 24'556}};
    for (const Published& row : published) {
        INFO(to_string(row.candidate));
        const auto operators = operators_of(CellSpace{row.input, row.classes}.build(row.candidate));
        const std::int64_t ours = arena_of(operators, Kernels::kCmsisDsp).bytes + 624 + 950;
        CHECK(row.ram_bytes - ours == 470 + 256 * row.candidate.c);
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
