#include "space/errors.hpp"

#include "space/printable.hpp"

namespace nanonas {

Error::Error(const std::string& message) : std::runtime_error(one_line(message)) {}

}  // namespace nanonas
