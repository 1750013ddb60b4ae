// .tflite files of random networks, and their parts by name.
#pragma once

#include <catch2/catch.hpp>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "export/int8/quantize.hpp"
#include "export/tflite/schema_generated.h"
#include "export/tflite/tflite_writer.hpp"
#include "tests/export/support.hpp"

namespace nanonas::testing {

/// A random network and its int8 form, written as a .tflite file.
struct TfliteModel {
    explicit TfliteModel(const space::Network& network, std::uint64_t seed = 7) {
        Rng rng(seed);
        trained = test::random_trained(network, rng);
        const test::Images images = test::random_images(network.input, 8, network.classes(), rng);
        quantized = exporting::quantize(trained, images.view(), images.rows(), {});
    }

    std::string bytes(exporting::WriteOptions options = {},
                      exporting::TfliteExtras extras = {}) const {
        return exporting::tflite_model({&trained, &quantized, {}}, options, extras);
    }
    std::string bytes(exporting::Io io) const {
        exporting::WriteOptions options;
        options.io = io;
        return bytes(options);
    }
    std::string bytes(exporting::Precision precision) const {
        exporting::WriteOptions options;
        options.precision = precision;
        return bytes(options);
    }

    space::TrainedNetwork trained;
    exporting::Int8Network quantized;
};

inline space::Network cells(const space::Shape& input, const space::Candidate& candidate,
                            std::int64_t classes = 3) {
    return space::CellSpace{input, classes, 0.5}.build(candidate);
}

inline const tflite::Model* model_of(const std::string& bytes) {
    return tflite::GetModel(bytes.data());
}

inline const tflite::SubGraph* graph_of(const std::string& bytes) {
    return model_of(bytes)->subgraphs()->Get(0);
}

inline std::vector<tflite::BuiltinOperator> operators_of(const std::string& bytes) {
    std::vector<tflite::BuiltinOperator> kinds;
    for (const tflite::Operator* node : *graph_of(bytes)->operators()) {
        kinds.push_back(
            model_of(bytes)->operator_codes()->Get(node->opcode_index())->builtin_code());
    }
    return kinds;
}

inline const tflite::Tensor* tensor_named(const std::string& bytes, const std::string& name) {
    for (const tflite::Tensor* tensor : *graph_of(bytes)->tensors()) {
        if (tensor->name()->str() == name) {
            return tensor;
        }
    }
    FAIL("no tensor " << name);
    return nullptr;
}

inline const flatbuffers::Vector<std::uint8_t>* data_of(const std::string& bytes,
                                                        const std::string& name) {
    return model_of(bytes)->buffers()->Get(tensor_named(bytes, name)->buffer())->data();
}

/// What holds for every model, whatever its network.
inline void require_clean(const std::string& bytes) {
    flatbuffers::Verifier verifier(reinterpret_cast<const std::uint8_t*>(bytes.data()),
                                   bytes.size());
    REQUIRE(tflite::VerifyModelBuffer(verifier));
    const tflite::Model* model = model_of(bytes);
    REQUIRE(model->version() == 3);

    std::set<std::pair<tflite::BuiltinOperator, int>> codes;
    for (const tflite::OperatorCode* code : *model->operator_codes()) {
        REQUIRE(codes.emplace(code->builtin_code(), code->version()).second);
        REQUIRE(code->deprecated_builtin_code() == static_cast<int>(code->builtin_code()));
    }
    const tflite::SubGraph* graph = graph_of(bytes);
    std::set<std::uint32_t> used_codes;
    std::set<std::int32_t> written = {graph->inputs()->Get(0)};
    std::set<std::int32_t> read = {graph->outputs()->Get(0)};
    for (const tflite::Operator* node : *graph->operators()) {
        used_codes.insert(node->opcode_index());
        for (const std::int32_t input : *node->inputs()) {
            const bool constant =
                graph->tensors()->Get(static_cast<std::uint32_t>(input))->buffer() != 0;
            REQUIRE((constant || written.count(input) == 1));
            read.insert(input);
        }
        REQUIRE(written.insert(node->outputs()->Get(0)).second);
    }
    REQUIRE(used_codes.size() == codes.size());

    std::set<std::string> names;
    std::set<std::uint32_t> buffers = {0};
    for (std::uint32_t i = 0; i < graph->tensors()->size(); ++i) {
        const tflite::Tensor* tensor = graph->tensors()->Get(i);
        REQUIRE(names.insert(tensor->name()->str()).second);
        REQUIRE(read.count(static_cast<std::int32_t>(i)) == 1);
        if (tensor->buffer() != 0) {
            REQUIRE(buffers.insert(tensor->buffer()).second);
        }
    }
    for (const tflite::Metadata* entry : *model->metadata()) {
        REQUIRE(buffers.insert(entry->buffer()).second);
    }
    REQUIRE(buffers.size() == model->buffers()->size());
    for (std::uint32_t i = 0; i < model->buffers()->size(); ++i) {
        const auto* data = model->buffers()->Get(i)->data();
        REQUIRE((data == nullptr) == (i == 0));
        if (data != nullptr) {
            const auto offset = reinterpret_cast<const char*>(data->data()) - bytes.data();
            REQUIRE(offset % 16 == 0);
        }
    }
}

}  // namespace nanonas::testing
