// Where caches of decoded images lie, under which names, and which of them go.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace nanonas::train {

/// `given` alone or, when empty, those to be tried in turn: $XDG_CACHE_HOME/nanonas or
/// ~/.cache/nanonas, then nanonas-cache-<user id> in the temporary folder.
std::vector<std::string> cache_folders(const std::string& given);

/// `set` tells data sets apart, `state` also their content: FOLDER/SET-STATE.images.
std::string cache_path(const std::string& folder, std::uint64_t set, std::uint64_t state);

/// Makes the folder. Throws IoError when that fails, or when it is another user's to write.
void make_cache_folder(const std::string& folder);

/// A new file beside `path` that no other process opens for writing, locked while it is open, which
/// tells it from what a killed one left. Its descriptor; `name` is set. -1 with errno on failure.
int open_partial(const std::string& path, std::string& name);

/// Removes, beside `path`: other states of its set, caches not used for 30 days, and what killed
/// processes left. Processes that have one mapped keep it. Failures are nobody's concern.
void prune_caches(const std::string& path);

}  // namespace nanonas::train
