// A TFLite file seen through checks: whatever these answer lies inside the file and makes
// sense. One source each: view.cpp (the file), tensor_view.cpp, operator_view.cpp.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "export/int8/int8_network.hpp"
#include "export/tflite/schema_generated.h"
#include "space/shapes.hpp"

namespace nanonas::exporting {

/// The only subgraph of a verified file. Points into the bytes it was made from.
class TfliteView {
  public:
    /// `name` stands for the file in messages. Throws ExportError for bytes that are no TFLite
    /// model, one of more or less than one subgraph, or of other than one input and one output.
    TfliteView(const std::string& bytes, std::string name);

    [[noreturn]] void fail(const std::string& what) const;

    const tflite::Model& model() const { return *model_; }
    std::int32_t input() const { return input_; }
    std::int32_t output() const { return output_; }
    std::int32_t operators() const;
    std::int32_t tensors() const;
    /// As the file has them: any number; -1: left out.
    std::vector<std::int32_t> inputs_of(std::int32_t op) const;

    /// Contents of a buffer; empty for none. Throws for one that does not exist or lies elsewhere.
    std::string_view buffer(std::uint32_t index) const;

  private:
    friend class OperatorView;
    friend class TensorView;
    const tflite::SubGraph& subgraph() const { return *subgraph_; }

    std::string name_;
    const tflite::Model* model_ = nullptr;
    const tflite::SubGraph* subgraph_ = nullptr;
    std::int32_t input_ = 0;
    std::int32_t output_ = 0;
};

/// One tensor, and who asks for it: messages begin with `place` ("operator 3 (CONV_2D): weights").
class TensorView {
  public:
    TensorView(const TfliteView& graph, std::int32_t index, std::string place);

    /// "x.tflite: operator 3 (CONV_2D): weights: <what>".
    [[noreturn]] void fail(const std::string& what) const;

    std::int32_t index() const { return index_; }
    std::string name() const;
    tflite::TensorType type() const;
    const std::vector<std::int64_t>& shape() const { return shape_; }
    bool constant() const;

    void expect_type(tflite::TensorType expected) const;
    /// [1, height, width, channels], [1, width, channels] or [1, channels] of one image.
    space::Shape map() const;
    /// The one scale and zero point of an int8 or uint8 tensor, the latter in the type's range.
    QuantParams params() const;
    /// Scales of weights, one or one per output along `dimension`; all zero points are 0.
    std::vector<float> weight_scales(std::int64_t outputs, std::int32_t dimension) const;

    std::int64_t elements() const;
    /// Values of a constant of this type and number of elements.
    std::vector<std::int8_t> int8_values() const;
    std::vector<std::int32_t> int32_values() const;

  private:
    /// The parameters of a quantized tensor: there is a scale.
    const tflite::QuantizationParameters& scaled() const;
    std::string_view data(std::int64_t element_bytes) const;

    const TfliteView* graph_;
    std::int32_t index_;
    std::string place_;
    const tflite::Tensor* tensor_ = nullptr;
    std::vector<std::int64_t> shape_;
};

/// One operator, its tensors in the order of its kind.
class OperatorView {
  public:
    OperatorView(const TfliteView& graph, std::int32_t index);

    [[noreturn]] void fail(const std::string& what) const;

    tflite::BuiltinOperator code() const { return code_; }
    /// "CONV_2D".
    const std::string& kind() const { return kind_; }
    std::int32_t index() const { return index_; }

    /// Number of inputs between `least` and `most`, one output.
    void expect_inputs(std::size_t least, std::size_t most) const;
    std::size_t inputs() const { return inputs_.size(); }
    /// An optional input may be left out.
    bool has_input(std::size_t position) const;
    TensorView input(std::size_t position, const std::string& role) const;
    TensorView output() const;

    template <typename Options>
    const Options& options() const {
        const Options* options = operator_->builtin_options_as<Options>();
        if (options == nullptr) {
            fail("has no options of its kind");
        }
        return *options;
    }
    /// Options that may be left out, as if they were all default.
    template <typename Options>
    const Options* optional_options() const {
        return operator_->builtin_options_as<Options>();
    }
    /// Whether a ReLU or ReLU6 is fused; throws for any other activation.
    bool relu(tflite::ActivationFunctionType activation) const;
    /// The largest value of the output: 127, or what stands for 6 where a ReLU6 is fused.
    std::int8_t ceiling(tflite::ActivationFunctionType activation) const;

  private:
    const TfliteView& graph_;
    std::int32_t index_;
    const tflite::Operator* operator_ = nullptr;
    tflite::BuiltinOperator code_{};
    std::string kind_;
    std::vector<std::int32_t> inputs_;
    std::int32_t output_ = 0;
};

/// A name of the file for messages: one line of ASCII, at most 80 characters.
std::string printable(const flatbuffers::String* text);

}  // namespace nanonas::exporting
