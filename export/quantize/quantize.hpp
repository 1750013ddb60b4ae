// Static int8 quantization of a trained network.
#pragma once

#include <cstdint>
#include <vector>

#include "export/quantize/quantized_network.hpp"
#include "export/quantize/ranges.hpp"
#include "space/images.hpp"
#include "space/trained_network.hpp"

namespace nanonas::exporting {

struct QuantizeOptions {
    int threads = 1;
};

/// Folds batch norm, finds activation ranges (min-max) on `rows` of `images` (training images,
/// at least one), rounds. Deterministic for any number of threads.
/// Throws NetworkError when weights do not match, ExportError for a layer order it cannot round.
QuantizedNetwork quantize(const space::TrainedNetwork& trained, const space::ImageView& images,
                          const std::vector<std::int64_t>& rows, const QuantizeOptions& options);

/// The same from ranges observed before (quantize/ranges.hpp), one per layer of fold(trained): an
/// int8 network is rebuilt to the bit without its images. Also throws ExportError for their number.
QuantizedNetwork quantize(const space::TrainedNetwork& trained, const std::vector<Range>& ranges);

}  // namespace nanonas::exporting
