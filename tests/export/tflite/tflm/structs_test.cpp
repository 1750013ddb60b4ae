// The sizes the arena is replayed with, against a compiler's own for the same members.
#include <catch2/catch.hpp>
#include <map>

#include "export/tflite/tflm/structs.hpp"
#include "space/files.hpp"
#include "tests/export/native/c_program.hpp"
#include "tests/support/source_folder.hpp"

using namespace nanonas;
using exporting::tflm::Structs;

namespace {

using Sizes = std::map<std::string, std::int64_t>;

Sizes sizes_of(const Structs& structs) {
    return {{"arena_allocator", structs.arena_allocator},
            {"memory_planner", structs.memory_planner},
            {"allocator", structs.allocator},
            {"builtin_allocator", structs.builtin_allocator},
            {"subgraph", structs.subgraph},
            {"eval_tensor", structs.eval_tensor},
            {"tensor", structs.tensor},
            {"quantization", structs.quantization},
            {"node", structs.node},
            {"conv_params", structs.conv_params},
            {"pool_params", structs.pool_params},
            {"dense_params", structs.dense_params},
            {"conv_data", structs.conv_data},
            {"cmsis_conv_data", structs.cmsis_conv_data},
            {"pool_data", structs.pool_data},
            {"cmsis_pool_data", structs.cmsis_pool_data},
            {"dense_data", structs.dense_data},
            {"cmsis_dense_data", structs.cmsis_dense_data},
            {"mul_params", structs.mul_params},
            {"add_params", structs.add_params},
            {"softmax_params", structs.softmax_params},
            {"reshape_params", structs.reshape_params},
            {"mean_params", structs.mean_params},
            {"mul_data", structs.mul_data},
            {"add_data", structs.add_data},
            {"mean_data", structs.mean_data},
            {"pad_data", structs.pad_data},
            {"relu_data", structs.relu_data},
            {"softmax_data", structs.softmax_data},
            {"cmsis_softmax_data", structs.cmsis_softmax_data},
            {"quantize_data", structs.quantize_data},
            {"dequantize_data", structs.dequantize_data},
            {"scratch_request", structs.scratch_request},
            {"allocation_info", structs.allocation_info},
            {"planned_buffer", structs.planned_buffer}};
}

/// sizeof() of each structure of tflm_structs.h with a compiler that makes objects `nm` reads.
Sizes compiled(const std::string& compiler, const std::string& nm) {
    const testing::TemporaryFolder folder;
    std::string source =
        "#include \"" + testing::source_folder() + "/tests/export/tflite/tflm/tflm_structs.h\"\n";
    for (const auto& [name, bytes] : sizes_of({})) {
        source += "char size_of_" + name + "[sizeof(struct " + name + ")] = {1};\n";
    }
    write_file(folder.path() + "/sizes.c", source);
    std::string output;
    const std::string command =
        "cd " + folder.path() + " && " + compiler + " -std=c11 -c sizes.c && " + nm + " -S sizes.o";
    const int code = testing::run_command(command, output);
    INFO(command << "\n" << output);
    REQUIRE(code == 0);
    Sizes sizes;
    const std::string mark = " D size_of_";
    for (std::size_t at = output.find(mark); at != std::string::npos;
         at = output.find(mark, at + 1)) {
        const std::size_t name = at + mark.size();
        const std::size_t digits = output.rfind(' ', at - 1) + 1;
        sizes[output.substr(name, output.find('\n', name) - name)] =
            std::stol(output.substr(digits, at - digits), nullptr, 16);
    }
    return sizes;
}

}  // namespace

TEST_CASE("the structures have the sizes measured in the package for computers") {
    Sizes measured = sizes_of(exporting::tflm::host_structs());
    Sizes sizes = compiled("cc -DRECORDING -DUSE_TFLM_COMPRESSION", "nm");
    // The package has no CMSIS-NN.
    for (const char* unknown :
         {"cmsis_conv_data", "cmsis_pool_data", "cmsis_dense_data", "cmsis_softmax_data"}) {
        measured.erase(unknown);
        sizes.erase(unknown);
    }
    CHECK(sizes == measured);
}

TEST_CASE("the same structures on a 32-bit core are those the cost model counts") {
    if (!testing::installed("arm-none-eabi-gcc")) {
        return;
    }
    for (const char* core : {"cortex-m0plus", "cortex-m4"}) {
        CHECK(compiled(std::string("arm-none-eabi-gcc -mthumb -mcpu=") + core,
                       "arm-none-eabi-nm") == sizes_of({}));
    }
}
