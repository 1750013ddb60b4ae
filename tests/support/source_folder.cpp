#include "tests/support/source_folder.hpp"

namespace nanonas::testing {

std::string source_folder() {
    return NANONAS_SOURCE_DIR;
}

}  // namespace nanonas::testing
