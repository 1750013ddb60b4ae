// The C text that does not depend on the network, with marks: @name@ and @NAME@ (the prefix in
// small and capital letters), other @words@ that c_render.cpp fills in, and @@ for the sign itself.
#pragma once

#include <map>
#include <string>

namespace nanonas::exporting {

extern const char* const kHeaderTemplate;      ///< <name>.h
extern const char* const kPreambleTemplate;    ///< <name>.c: includes, types, DSP words
extern const char* const kNetworkTemplate;     ///< <name>.c: end of the table of tables, its reader
extern const char* const kRequantizeTemplate;  ///< <name>.c: scores of the dense layer
extern const char* const kOutputTemplate;  ///< <name>.c: outputs of stages, any clamp, any shift
extern const char* const kQuickOutputTemplate;  ///< <name>.c: outputs of stages, CNumbers::quick
extern const char* const kPutTemplate;          ///< <name>.c: where an output goes
extern const char* const kBlockOfPairTemplate;  ///< <name>.c: the DSP kernel, a macro per depth
extern const char* const kBlockOfOneTemplate;   ///< <name>.c: for one input channel, its steps
extern const char* const kBlockOfOneInPairTemplate;  ///< <name>.c: and a pair of channels
extern const char* const kBlockOfOneAloneTemplate;   ///< <name>.c: and the last of an odd number
extern const char* const kPooledKernelTemplate;      ///< <name>.c: a row of 2x2 blocks
extern const char* const kPlainKernelTemplate;       ///< <name>.c: a row without a pool
extern const char* const kStreamTopTemplate;         ///< <name>.c: trace, rings
extern const char* const kStepTemplate;              ///< <name>.c: a row of a stage made
extern const char* const kStreamRunTemplate;   ///< <name>.c: all stages, to the beginning of ...
extern const char* const kBeginTemplate;       ///< <name>.c: ... the rings of a frame
extern const char* const kStreamRestTemplate;  ///< <name>.c: entry points
// Networks with a stage of any window.
extern const char* const kWindowMembersTemplate;  ///< <name>.c: of a stage
extern const char* const kWindowKernelTemplate;   ///< <name>.c: a row of any window
extern const char* const kWindowStepTemplate;     ///< <name>.c: for kStepTemplate
extern const char* const kWindowBeginTemplate;    ///< <name>.c: for kBeginTemplate
extern const char* const kMainTemplate;           ///< main.c: the test vectors
extern const char* const kExampleTemplate;        ///< main.c of every example in C
extern const char* const kMakefileTemplate;       ///< Makefile
extern const char* const kCMakeTemplate;          ///< CMakeLists.txt
extern const char* const kReadmeTemplate;         ///< README.md of every format, its beginning

/// Replaces each @word@ of `text` by its value. Throws std::logic_error for a mark without one.
std::string fill_template(const std::string& text, const std::map<std::string, std::string>& words);

}  // namespace nanonas::exporting
