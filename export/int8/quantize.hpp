// Static int8 quantization of a trained network.
#pragma once

#include <cstdint>
#include <vector>

#include "export/float_network.hpp"
#include "export/int8/int8_network.hpp"
#include "export/int8/ranges.hpp"
#include "space/images.hpp"
#include "space/trained_network.hpp"

namespace nanonas::exporting {

/// How quantize() works; its answer does not depend on it.
struct QuantizeOptions {
    int threads = 1;
};

/// Parameters of raw pixels less 128. Throws ExportError for a scale or mean that has none.
QuantParams input_params(const space::Preprocess& preprocess);

/// Folds batch norm, finds activation ranges (min-max) on `rows` of `images` (training images,
/// at least one), rounds. Deterministic for any number of threads.
/// Throws NetworkError when weights do not match, ExportError for a layer order it cannot round.
Int8Network quantize(const space::TrainedNetwork& trained, const space::ImageView& images,
                     const std::vector<std::int64_t>& rows, const QuantizeOptions& options);

/// The same from ranges observed before (quantize/ranges.hpp), one per layer of
/// float_network(trained): an int8 network is rebuilt to the bit without its images. Also throws
/// ExportError for their number.
Int8Network quantize(const space::TrainedNetwork& trained, const std::vector<Range>& ranges);

/// The same without labels and provenance, which a float network does not have.
Int8Network quantize(const FloatNetwork& network, const std::vector<Range>& ranges);

}  // namespace nanonas::exporting
