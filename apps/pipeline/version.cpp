#include "apps/pipeline/version.hpp"

namespace nanonas::pipeline {

std::string version() {
    return NANONAS_VERSION;
}

}  // namespace nanonas::pipeline
