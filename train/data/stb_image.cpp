// The one translation unit that holds stb_image's implementation (options in
// stb_image_options.hpp).
#define STB_IMAGE_IMPLEMENTATION
#include "train/data/stb_image_options.hpp"
