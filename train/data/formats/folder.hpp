// A folder with one sub-folder per class, images in it at any depth.
#pragma once

#include <memory>
#include <string>

#include "train/data/source.hpp"

namespace nanonas::train {

bool is_image_folder(const std::string& path);
std::string image_folder_test_half(const std::string& path);  ///< none

/// Classes are the sub-folders sorted by name, images are sorted by path. Hidden entries, what
/// file servers and systems leave (@eaDir, __MACOSX, #recycle ...), special files and files of
/// other kinds (Thumbs.db, .txt, .json, .csv, .md ...) are passed over; files beside the class
/// folders too. A linked folder that leads back to one already seen is not entered again. Throws
/// DataError.
std::unique_ptr<ImageSource> open_image_folder(const SourceRequest& request);

}  // namespace nanonas::train
