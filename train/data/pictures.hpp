// Pictures that carry no label.
#pragma once

#include <string>
#include <vector>

namespace nanonas::train {

/// Files in the folder and in its sub-folders that have an image's name, sorted by path. Throws
/// DataError for a folder that cannot be read.
std::vector<std::string> pictures_in(const std::string& folder);

}  // namespace nanonas::train
