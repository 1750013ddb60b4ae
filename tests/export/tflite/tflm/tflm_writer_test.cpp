// The C++ for TensorFlow Lite Micro, compiled against stand-ins of its headers and run.
#include <catch2/catch.hpp>

#include "export/format.hpp"
#include "export/tflite/tflite_writer.hpp"
#include "export/tflite/tflm/cost.hpp"
#include "space/errors.hpp"
#include "tests/export/labelled_model.hpp"
#include "tests/export/native/c_program.hpp"
#include "tests/support/source_folder.hpp"

using namespace nanonas;
using Catch::Contains;
using exporting::OutputFile;
using exporting::tflm::arena_of;
using exporting::tflm::Kernels;
using testing::must_run;
using testing::text_of;

namespace {

const std::string kStandins = testing::source_folder() + "/tests/export/standins";
const std::string kWarnings = " -std=c++17 -Wall -Wextra -Wconversion -Wpedantic -Werror ";

struct Model : testing::LabelledModel {
    Model() : LabelledModel(7, 2) {}

    std::vector<OutputFile> files() const { return render("tflm"); }
    std::string arena(Kernels kernels) const {
        return std::to_string(
            arena_of(exporting::tflm::operators_of(network.network), kernels).bytes);
    }
};

}  // namespace

TEST_CASE("the array is the .tflite file, byte for byte") {
    const Model model;
    const std::string bytes = exporting::tflite_model(model.artifact(), {});
    const std::vector<OutputFile> files = model.files();
    const std::string& data = text_of(files, "my_model_data.cc");
    std::string stored;
    for (std::size_t at = data.find("0x"); at != std::string::npos; at = data.find("0x", at + 2)) {
        stored.push_back(static_cast<char>(std::stoi(data.substr(at + 2, 2), nullptr, 16)));
    }
    CHECK(stored == bytes);
    CHECK_THAT(text_of(files, "my_model_data.h"),
               Contains("MY_MODEL_DATA_BYTES " + std::to_string(bytes.size()) + "\n"));
}

TEST_CASE("the example compiles against both homes of TFLM's names, runs, and is right") {
    const Model model;
    const testing::TemporaryFolder folder;
    exporting::write_files(folder.path(), model.files());
    exporting::WriteOptions options;
    options.name = "oracle";
    testing::write_c_source(model.network, model.images.view(), folder.path(), options);
    must_run(folder, "cc -O1 -c oracle.c");
    const auto host = arena_of(exporting::tflm::operators_of(model.network.network),
                               Kernels::kReference, exporting::tflm::host_structs());
    for (const char* names : {"", "-DSTANDIN_OLD_NAMES "}) {
        must_run(folder, "c++ -O1" + kWarnings + names + "-I. -I" + kStandins +
                             "/tflm -DEXPECTED_OPERATORS=4 -DEXPECTED_ARENA_BYTES=" +
                             std::to_string(host.bytes) +
                             " my_model_data.cc my_model_example.cc oracle.o -o tflm_example");
        CHECK_THAT(must_run(folder, "./tflm_example"), Contains(model.answer() + "\nas expected"));
    }
}

TEST_CASE("the arena is the exact one of the library and the core it is compiled for") {
    const Model model;
    const testing::TemporaryFolder folder;
    exporting::write_files(folder.path(), model.files());
    if (!testing::installed("arm-none-eabi-g++")) {
        return;
    }
    struct Row {
        const char* flags;
        Kernels kernels;
    };
    const Row rows[] = {
        {"-mcpu=cortex-m4", Kernels::kReference},
        {"-mcpu=cortex-m4 -DCMSIS_NN", Kernels::kCmsisDsp},
        {"-mcpu=cortex-m7 -DCMSIS_NN", Kernels::kCmsisDsp},
        {"-mcpu=cortex-m33 -DCMSIS_NN", Kernels::kCmsisDsp},
        {"-mcpu=cortex-m0plus -DCMSIS_NN", Kernels::kCmsisPlain},
        {"-mcpu=cortex-m3 -DCMSIS_NN", Kernels::kCmsisPlain},
        {"-mcpu=cortex-m55 -mfloat-abi=hard -DCMSIS_NN", Kernels::kCmsisVector},
    };
    for (const Row& row : rows) {
        INFO(row.flags);
        const std::string symbols = must_run(
            folder,
            std::string("echo '#include \"my_model_data.h\"\n"
                        "char arena[MY_MODEL_ARENA_BYTES];' > arena.cc && "
                        "arm-none-eabi-g++ -mthumb ") +
                row.flags +
                " -c arena.cc my_model_data.cc && arm-none-eabi-nm -S arena.o my_model_data.o");
        const std::size_t at = symbols.find(" B arena");
        REQUIRE(at != std::string::npos);
        const auto size = std::stoul(symbols.substr(at - 8, 8), nullptr, 16);
        CHECK(std::to_string(size) == model.arena(row.kernels));
        CHECK_THAT(symbols, Contains(" R my_model_data"));  // in flash
    }
}

TEST_CASE("the resolver registers what the model needs and counts it") {
    const Model model;
    const std::vector<OutputFile> files = model.files();
    const std::string& resolver = text_of(files, "my_model_resolver.h");
    CHECK_THAT(resolver, Contains("MicroMutableOpResolver<4>"));
    for (const char* call :
         {"AddConv2D()", "AddMaxPool2D()", "AddAveragePool2D()", "AddFullyConnected()"}) {
        CHECK_THAT(resolver, Contains(call));
    }
    Rng rng(2);
    const testing::RandomImages images({9, 9, 1}, 1, rng);
    const exporting::Int8Network flat = testing::random_network({{9, 9, 1}, 2}, {3, 0}, rng);
    exporting::WriteOptions options;
    const auto plain =
        exporting::make_writer("tflm")->render({nullptr, &flat, images.view()}, options);
    const std::string& few = text_of(plain, "model_resolver.h");
    CHECK_THAT(few, Contains("MicroMutableOpResolver<3>") && !Contains("AddMaxPool2D"));
}

TEST_CASE("what the format cannot hold is refused") {
    const Model model;
    const auto writer = exporting::make_writer("tflm");
    exporting::WriteOptions options;
    CHECK_THROWS_WITH(writer->render({nullptr, nullptr, model.images.view()}, options),
                      Contains("int8 network"));
    CHECK_THROWS_WITH(writer->render({nullptr, &model.network, {}}, options), Contains("image"));
    options.name = "class";
    CHECK_THROWS_AS(writer->render(model.artifact(), options), ExportError);
    options = {};
    options.io = exporting::Io::kFloat;
    CHECK_THROWS_AS(exporting::check_options(*writer, options), ConfigError);
}
