// Files in the zip archive that TFLite models carry behind their FlatBuffer (TFLite Metadata).
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace nanonas::exporting {

/// Contents of the file `name` in the archive at the end of `bytes`, stored or deflated, at most
/// 1 MiB; nothing when there is no archive, no such file or it is damaged.
std::optional<std::string> file_in_zip(std::string_view bytes, const std::string& name);

}  // namespace nanonas::exporting
