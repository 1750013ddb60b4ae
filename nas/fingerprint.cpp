#include "nas/fingerprint.hpp"

#include "space/checksum.hpp"

namespace nanonas::nas {

std::string fingerprint(std::string_view text) {
    return checksum(text);
}

}  // namespace nanonas::nas
