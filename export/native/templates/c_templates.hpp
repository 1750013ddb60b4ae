// The C text that does not depend on the network, with marks: @name@ and @NAME@ (the prefix in
// small and capital letters), other @words@ that c_render.cpp fills in, and @@ for the sign itself.
#pragma once

#include <map>
#include <string>

namespace nanonas::exporting {

extern const char* const kHeaderTemplate;    ///< <name>.h
extern const char* const kPreambleTemplate;  ///< <name>.c: includes, how weights lie
extern const char* const kDspTemplate;       ///< <name>.c: whether there is the DSP extension
extern const char* const kTypesTemplate;     ///< <name>.c: types, arithmetic
extern const char* const kArenaEndTemplate;  ///< <name>.c: frame buffer, end and size of the arena
extern const char* const kNetworkTemplate;   ///< <name>.c: end of the table of tables, its reader
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
extern const char* const kStreamRunTemplate;  ///< <name>.c: all stages, to the beginning of ...
extern const char* const kBeginTemplate;      ///< <name>.c: ... the rings of a frame
extern const char* const kPushTemplate;       ///< <name>.c: a row comes
extern const char* const kMeanTemplate;       ///< <name>.c: from a sum to its mean
extern const char* const kFinishTemplate;     ///< <name>.c: the scores of a chain
extern const char* const kAnswerTemplate;     ///< <name>.c: frame buffer, top class
// Networks with a stage of any window.
extern const char* const kWindowMembersTemplate;  ///< <name>.c: of a stage
extern const char* const kWindowKernelTemplate;   ///< <name>.c: a row of any window
extern const char* const kWindowStepTemplate;     ///< <name>.c: for kStepTemplate
extern const char* const kWindowBeginTemplate;    ///< <name>.c: for kBeginTemplate
// Networks that are graphs: each kernel its own text.
extern const char* const kGraphPreambleTemplate;  ///< <name>.c: includes; kDspTemplate is next
extern const char* const kGraphTypesTemplate;     ///< <name>.c: types, arithmetic
extern const char* const kGraphQuickTemplate;     ///< <name>.c: requantization, sums can be doubled
extern const char* const kGraphCarefulTemplate;   ///< <name>.c: requantization of anything
extern const char* const kGraphOutputTemplate;    ///< <name>.c: clamps and biases
extern const char* const kGraphSpreadTemplate;    ///< before kGraphProductsTemplate
extern const char* const kGraphProductsTemplate;  ///< before kGraphConvTemplate
extern const char* const kGraphColumnsTemplate;   ///< and after it
extern const char* const kGraphConvTemplate;
extern const char* const kGraphDepthwise3x3Template;
extern const char* const kGraphDepthwiseTemplate;
extern const char* const kGraphDenseTemplate;
extern const char* const kGraphAddTemplate;
extern const char* const kGraphChannelMulTemplate;
extern const char* const kGraphChannelAddTemplate;
extern const char* const kGraphPoolTopTemplate;  ///< before both pools of windows
extern const char* const kGraphMaxPoolTemplate;
extern const char* const kGraphAveragePoolTemplate;
extern const char* const kGraphGlobalAverageTemplate;
extern const char* const kGraphPadTemplate;
extern const char* const kGraphReshapeTemplate;
extern const char* const kGraphSoftmaxTemplate;
extern const char* const kGraphStreamTemplate;  ///< <name>.c: layers, entry points
extern const char* const kMainTemplate;         ///< main.c: the test vectors
extern const char* const kExampleTemplate;      ///< main.c of every example in C
extern const char* const kMakefileTemplate;     ///< Makefile
extern const char* const kCMakeTemplate;        ///< CMakeLists.txt
extern const char* const kReadmeTemplate;       ///< README.md of every format, its beginning

/// Replaces each @word@ of `text` by its value. Throws std::logic_error for a mark without one.
std::string fill_template(const std::string& text, const std::map<std::string, std::string>& words);

}  // namespace nanonas::exporting
