// Names of classes, as every file that is written later can hold them.
#pragma once

#include <string>
#include <vector>

namespace nanonas::train {

/// Each name is UTF-8 on one line without control characters, and no two are the same text in two
/// Unicode compositions. Throws DataError "<where>: class name ...".
void check_class_names(const std::string& where, const std::vector<std::string>& names);

/// The names of a test set are those of the training set. Throws DataError naming the odd one.
void check_same_classes(const std::string& where, const std::vector<std::string>& test,
                        const std::vector<std::string>& training);

}  // namespace nanonas::train
