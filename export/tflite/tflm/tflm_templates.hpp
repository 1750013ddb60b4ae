// The C++ around a model for TensorFlow Lite Micro, with marks as in c_templates.hpp.
#pragma once

namespace nanonas::exporting {

extern const char* const kTflmHeaderTemplate;    ///< <name>_data.h
extern const char* const kTflmResolverTemplate;  ///< <name>_resolver.h
extern const char* const kTflmExampleTemplate;   ///< <name>_example.cc

}  // namespace nanonas::exporting
