// The memory plan of the generated C: which rows of which map are alive, and where they lie.
//
// The network runs row by row, depth first. Each stage (a convolution, its ReLU and, behind 3x3,
// the 2x2 pool, fused) keeps a ring of its input rows; when the rows of one output row are there,
// that row is made and handed to the next stage's ring. Each input value is used once, nothing is
// recomputed. The last stage adds into one sum per channel (global average), which the dense layer
// reads.
//
// - Lines hold int16 counted up from the smallest value their map can have: dual 16-bit multiplies
//   and the narrowest loads of small cores read them as they are. It doubles the lines (at most a
//   few KiB here) and takes unpacking and zero-point arithmetic out of every inner loop.
// - A pooled stage keeps 4 rows, not 3: the 2x2 block of convolution outputs under a pool window is
//   made at once, so each weight is loaded once for four products and only the maximum is
//   requantized. With 3 rows a line of half-pooled maxima would be needed instead, about as large.
// - Rows of a ring share a border of padding (row r's right border is row r+1's left), and
//   rows above and below the image are padding rows of the ring: no kernel tests for a border.
// - Weights lie by pairs of output channels, [pair][3][taps of a row][2], rows of taps padded to
//   whole words: one load brings two taps of two channels. An odd last channel is [3][taps]. Under
//   a pool, one input channel is [out][3][4] with the DSP extension, which is as large. Windows
//   other than 3x3, strides and depthwise convolutions: as the int8 network holds them.
//
// Arena, in this order: lines (int16), row counters (uint16), sums (int32), input frame (uint8; the
// frame entry's buffer, absent when only rows are pushed). Sizes are rounded up to 4 bytes.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "space/network.hpp"

namespace nanonas::exporting {

/// A convolution with the ReLU and pool fused into it, and its lines.
struct StreamingStage {
    std::string name;  ///< of the convolution
    std::string end;   ///< of the last layer fused into it
    space::Shape input;
    space::Shape output;         ///< behind the pool, when there is one
    bool pool = false;           ///< 2x2, stride 2
    std::int64_t ring_rows = 3;  ///< input rows alive at once: 4 with a pool, else the window's
    std::int64_t line_offset = 0;
    std::int64_t line_bytes = 0;  ///< 2 * channels * (ring_rows * (width + border) + border)
    /// Of the convolution. Other than 3x3, stride 1 and padding of 1 it runs in a kernel of its
    /// own.
    space::Window window = {3, 3};
    std::int64_t multiplier = 0;  ///< of a depthwise convolution; 0: all input channels are summed

    /// Whether the kernel is that of any window.
    bool any_window() const { return multiplier > 0 || !window.centred() || window.height != 3; }
    /// Columns of padding that two rows of the ring share.
    std::int64_t border() const;
    /// Elements from one row of the ring to the next.
    std::int64_t row_stride() const { return (input.width + border()) * input.channels; }
    std::int64_t line_elements() const { return line_bytes / 2; }

    /// Words of two taps in a row of taps of a pair, for stages of `channels` input channels.
    static std::int64_t pair_words(std::int64_t channels) { return (3 * channels + 1) / 2; }
    /// The table of weights with its padding.
    std::int64_t weight_table_bytes() const;
    /// Whether cores with the DSP extension run its 2x2 blocks in a kernel for its depth.
    bool pair_block() const { return pool && output.channels > 1; }
    /// Whether these are the kernels for one input channel.
    bool one_channel() const { return pool && input.channels == 1; }
};

/// All stages, what follows them, and where their memory lies in the arena.
struct StreamingPlan {
    static constexpr std::int64_t kKernel = 3;
    /// rows received, rows made, slot to write, slot to read from: uint16 each.
    static constexpr std::int64_t kCounterBytes = 8;

    space::Shape input;
    std::vector<space::Node> nodes;  ///< lowered, in the order they run
    std::vector<StreamingStage> stages;
    std::string average;     ///< name of the global average
    std::string classifier;  ///< name of the dense layer
    std::int64_t classes = 0;

    std::int64_t lines_bytes = 0;
    std::int64_t counters_offset = 0, counters_bytes = 0;
    std::int64_t sums_offset = 0, sums_bytes = 0;
    std::int64_t frame_offset = 0, frame_bytes = 0;
    std::int64_t rows_arena_bytes = 0;  ///< rows pushed one by one
    std::int64_t arena_bytes = 0;       ///< with the frame buffer

    /// Words of a row of taps that a block kernel has in a row; longer rows loop over them.
    static constexpr std::int64_t kMostUnrolled = 6;
    /// Whether a stage has a kernel of any window.
    bool any_window() const;
    /// Whether a stage has one of 3x3.
    bool any_square() const;
    /// Input channels for which a block kernel is emitted, ascending.
    std::vector<std::int64_t> block_depths() const;
    /// Whether a kernel is emitted for the last of an odd number of channels made from one.
    bool one_channel_last() const;
};

/// Reads a chain conv[-BN][-ReLU][-maxpool2x2 behind 3x3] one or more times, global average,
/// [dropout,] dense[, softmax]. Throws NetworkError naming the first layer that does not fit it.
StreamingPlan plan_streaming(const space::Network& network);

/// Whether plan_streaming() reads it.
bool streams_as_chain(const space::Network& network);

}  // namespace nanonas::exporting
