#include "train/engine/torchscript.hpp"

#include "space/errors.hpp"
#ifdef NANONAS_HAS_STOCK_ENGINE
#include "train/engine/stock/stock_torchscript.hpp"
#endif

namespace nanonas::train {

#ifdef NANONAS_HAS_STOCK_ENGINE

bool has_torchscript() {
    return true;
}

std::string torchscript_bytes(const space::TrainedNetwork& trained,
                              const std::map<std::string, std::string>& extra_files) {
    return stock_torchscript(trained, extra_files);
}

#else

bool has_torchscript() {
    return false;
}

std::string torchscript_bytes(const space::TrainedNetwork& /*trained*/,
                              const std::map<std::string, std::string>& /*extra_files*/) {
    throw ExportError("TorchScript: this build cannot write it (built without LibTorch)");
}

#endif

}  // namespace nanonas::train
