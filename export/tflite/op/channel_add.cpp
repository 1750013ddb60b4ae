#include <algorithm>

#include "export/tflite/op/ops.hpp"
#include "export/tflite/reader/layer_reader.hpp"

namespace nanonas::exporting {

void read_add(LayerReader& reader, const OperatorView& op) {
    const auto [map, constants] = reader.sides(op);
    static_cast<void>(map);
    const TensorView addends = op.input(constants, "addends");
    LayerReader::Layer layer{{}, space::ChannelAdd{}};
    layer.constants.weights = reader.channel_constants(addends);
    layer.constants.params = addends.params();
    op.output().expect_type(tflite::TensorType::INT8);
    layer.out = op.output().params();
    const double in = static_cast<double>(reader.params().scale);
    const double addend = static_cast<double>(addends.params().scale);
    const double common = 2.0 * std::max(in, addend);
    layer.constants.multipliers = {
        reader.multiplier(op, in / common), reader.multiplier(op, addend / common),
        reader.multiplier(op, common / (0x1p20 * static_cast<double>(layer.out.scale)))};
    const bool relu = fuses_relu(op.optional_options<tflite::AddOptions>(), op);
    reader.advance(op, reader.shape());
    layer.name = reader.name_of(op, "add");
    if (relu) {
        reader.fuse_relu(layer);
    }
    reader.push(std::move(layer));
}

namespace tflm {

KernelNeeds add_needs(const NeedsQuery& query) {
    KernelNeeds needs;
    needs.params = query.structs.add_params;
    needs.params_alignment = kInt;
    needs.data = query.structs.add_data;
    needs.temporaries = query.tensors();
    return needs;
}

}  // namespace tflm

}  // namespace nanonas::exporting
