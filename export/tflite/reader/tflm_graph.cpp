#include "export/tflite/reader/tflm_graph.hpp"

#include "export/tflite/op/ops.hpp"

namespace nanonas::exporting {

namespace {

using tflite::TensorType;
using tflm::Graph;
using tflm::Node;
using tflm::NodeKind;
using tflm::Tensor;

NodeKind node_kind(const OperatorView& op) {
    const std::optional<NodeKind> known = file_op(op).kind;
    if (!known) {
        op.fail("is not priced");
    }
    const NodeKind kind = *known;
    // Rows of a larger map go through a convolution in CMSIS-NN.
    if (kind == NodeKind::kDense && op.output().shape().size() > 2) {
        op.fail("writes " + std::to_string(op.output().shape().size()) +
                " dimensions, expected [1, classes]");
    }
    return kind;
}

std::int64_t element_bytes(const TensorView& tensor) {
    switch (tensor.type()) {
        case TensorType::INT8:
        case TensorType::UINT8:
        case TensorType::BOOL:
            return 1;
        case TensorType::INT16:
        case TensorType::FLOAT16:
            return 2;
        case TensorType::INT32:
        case TensorType::FLOAT32:
            return 4;
        case TensorType::INT64:
        case TensorType::COMPLEX64:
            return 8;
        case TensorType::STRING:
            break;
    }
    tensor.fail("a type that is not priced");
}

/// TFLM takes a tensor for quantized when it has both.
std::int64_t scale_count(const tflite::QuantizationParameters* quantization) {
    const bool quantized = quantization != nullptr && quantization->scale() != nullptr &&
                           quantization->zero_point() != nullptr &&
                           quantization->zero_point()->size() > 0;
    return quantized ? static_cast<std::int64_t>(quantization->scale()->size()) : 0;
}

class GraphReader {
  public:
    explicit GraphReader(const TfliteView& file)
        : file_(file), tensors_(*file.model().subgraphs()->Get(0)->tensors()) {}

    Graph read() {
        const auto* metadata = file_.model().metadata();
        for (flatbuffers::uoffset_t i = 0; metadata != nullptr && i < metadata->size(); ++i) {
            const auto* name = metadata->Get(i)->name();
            if (name != nullptr && name->str() == "OfflineMemoryAllocation") {
                file_.fail("carries a memory plan of its own, which is not priced");
            }
        }
        graph_.tensors.resize(tensors_.size());
        known_.resize(tensors_.size(), false);
        graph_.input = tensor({file_, file_.input(), "input"});
        for (std::int32_t i = 0; i < file_.operators(); ++i) {
            const OperatorView op(file_, i);
            Node node;
            node.kind = node_kind(op);
            for (std::size_t position = 0; position < op.inputs(); ++position) {
                if (op.has_input(position)) {
                    node.inputs.push_back(tensor(op.input(position, "input")));
                }
            }
            node.output = tensor(op.output());
            graph_.nodes.push_back(node);
        }
        graph_.output = tensor({file_, file_.output(), "output"});
        for (std::int32_t i = 0; i < file_.tensors(); ++i) {
            const TensorView view(file_, i, "tensor " + std::to_string(i));
            if (!known_[static_cast<std::size_t>(i)] && !view.constant()) {
                view.fail("used by no operator");
            }
            tensor(view);
        }
        return graph_;
    }

  private:
    /// Fills in the tensor's description and returns its index.
    std::size_t tensor(const TensorView& view) {
        const auto index = static_cast<std::size_t>(view.index());
        Tensor& tensor = graph_.tensors[index];
        if (!known_[index]) {
            const auto* quantization =
                tensors_.Get(static_cast<flatbuffers::uoffset_t>(index))->quantization();
            tensor = {view.shape(), element_bytes(view), scale_count(quantization),
                      view.constant()};
            known_[index] = true;
        }
        return index;
    }

    const TfliteView& file_;
    const flatbuffers::Vector<flatbuffers::Offset<tflite::Tensor>>& tensors_;
    Graph graph_;
    std::vector<bool> known_;
};

}  // namespace

Graph tflm_graph(const TfliteView& file) {
    return GraphReader(file).read();
}

}  // namespace nanonas::exporting
