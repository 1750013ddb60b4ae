/*
 * Members of the structures that TensorFlow Lite Micro puts into its arena, in their order and of
 * their types, as docs/tflm.md tells them; enough for sizeof(). A `pointer` stands for a pointer or
 * a virtual table, an int32_t for an enumeration. C, so that it compiles for any core.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef void* pointer;

/* Once per interpreter. */
struct arena_allocator { /* SingleArenaBufferAllocator: two bases with virtual functions */
    pointer vtables[2], buffer_head, buffer_tail, head, tail, temp;
    intptr_t temp_checksum;
    size_t temp_count;
#ifdef RECORDING
    size_t requested_head, requested_tail, used, count;
#endif
};
struct memory_planner { /* GreedyMemoryPlanner */
    pointer vtable;
    int32_t max_buffer_count, buffer_count;
    pointer requirements, sizes_sorted, ids_sorted, sorted_by_offset;
    int32_t next_free_entry, first_entry;
    pointer offsets;
    bool need_to_calculate;
};
struct allocator { /* MicroAllocator */
    pointer vtable, non_persistent, persistent, builtin_data, planner;
    bool is_allocating;
    size_t scratch_request_count;
    pointer scratch_head;
    size_t max_head_usage;
#ifdef RECORDING
    pointer recorded_allocator;
    size_t recorded[8][3];
#endif
};
struct builtin_allocator { /* MicroBuiltinDataAllocator */
    pointer vtable, persistent;
};
struct subgraph { /* SubgraphAllocations */
    pointer nodes, tensors;
#ifdef USE_TFLM_COMPRESSION
    pointer compressed;
#endif
};

/* Per tensor. */
struct eval_tensor { /* TfLiteEvalTensor */
    pointer data, dims;
    int32_t type;
};
struct tensor { /* TfLiteTensor with TF_LITE_STATIC_MEMORY */
    struct {
        int32_t type;
        pointer params;
    } quantization;
    float scale;
    int32_t zero_point;
    pointer data, dims;
    size_t bytes;
    int32_t type, allocation_type;
    bool is_variable;
};
struct quantization { /* TfLiteAffineQuantization */
    pointer scale, zero_point;
    int32_t dimension;
};

/* Per operator. */
struct node { /* NodeAndRegistration, TfLiteNode with TF_LITE_STATIC_MEMORY */
    struct {
        pointer inputs, outputs, intermediates, user_data, builtin_data, custom_data;
        int32_t custom_data_size;
    } node;
    pointer registration;
};
struct padding { /* TfLitePaddingValues */
    int32_t width, height, width_offset, height_offset;
};
struct conv_params { /* TfLiteConvParams */
    int32_t padding, stride_width, stride_height, activation, dilation_width, dilation_height;
    int32_t bias_type;
};
struct pool_params { /* TfLitePoolParams */
    int32_t padding, stride_width, stride_height, filter_width, filter_height, activation;
    struct padding computed;
};
struct dense_params { /* TfLiteFullyConnectedParams */
    int32_t activation, weights_format;
    bool keep_num_dims, asymmetric_inputs;
    int32_t bias_type;
    pointer quant_spec;
    int32_t quant_spec_size;
};
struct conv_data { /* OpDataConv */
    struct padding padding;
    int32_t input_zero_point, filter_zero_point, output_zero_point, multiplier, shift;
    pointer multipliers, shifts;
    int32_t activation_min, activation_max, filter_buffer;
#ifdef USE_TFLM_COMPRESSION
    int32_t weights_scratch, bias_scratch;
#endif
};
struct cmsis_conv_data { /* OpData of kernels/cmsis_nn/conv.cc */
    struct conv_data reference;
    int32_t buffer;
};
struct pool_data { /* OpDataPooling */
    struct padding padding;
    int32_t activation_min, activation_max;
    float activation_min_f32, activation_max_f32;
};
struct cmsis_pool_data { /* OpData of kernels/cmsis_nn/pooling.cc */
    struct pool_data reference;
    int32_t buffer;
};
struct dense_data { /* OpDataFullyConnected */
    int32_t multiplier, shift, activation_min, activation_max, input_quantized;
    int32_t input_zero_point, filter_zero_point, output_zero_point, filter_buffer;
    pointer multipliers, shifts;
    bool is_per_channel;
#ifdef USE_TFLM_COMPRESSION
    int32_t weights_scratch, bias_scratch;
#endif
};
struct cmsis_dense_data { /* OpData of kernels/cmsis_nn/fully_connected.cc */
    struct dense_data reference;
    pointer multipliers, shifts;
    int32_t buffer;
    pointer kernel_sums;
    int32_t batches, accumulated_depth, output_depth;
};
struct mul_params { /* TfLiteMulParams */
    int32_t activation;
};
struct add_params { /* TfLiteAddParams */
    int32_t activation;
    bool pot_scale;
};
struct softmax_params { /* TfLiteSoftmaxParams */
    float beta;
};
struct reshape_params { /* TfLiteReshapeParams */
    int32_t shape[8], dimensions;
};
struct mean_params { /* TfLiteReducerParams */
    bool keep_dims;
};
struct mul_data { /* OpDataMul */
    int32_t zero_points[2], activation_min, activation_max, output_zero_point, multiplier, shift;
    float activation_min_f32, activation_max_f32;
};
struct add_data { /* OpDataAdd, and OpData of kernels/cmsis_nn/add.cc */
    bool broadcast;
    int32_t shifts[2], activation_min, activation_max, multipliers[3], output_shift, left_shift;
    int32_t offsets[3];
    float activation_min_f32, activation_max_f32;
};
struct mean_data { /* OpDataReduce */
    int32_t multiplier, shift, scratch[3], input_zero_point;
    float input_scale;
    int32_t output_zero_point;
    float output_scale;
    int32_t elements, axes;
};
struct pad_data { /* OpData of pad.h */
    struct {
        int8_t left_count;
        int32_t left[5];
        int8_t right_count;
        int32_t right[5];
        uint8_t resizing_category;
    } params;
    int32_t output_zero_point;
};
struct relu_data { /* ReluOpData: ReluParams */
    uint8_t activation;
    int32_t activation_min, activation_max, input_offset, output_offset, multiplier, shift;
};
struct softmax_data { /* SoftmaxParams */
    double beta;
    int32_t multiplier, left_shift, reverse_divisor, reverse_shift, difference_min, zero_point;
    float scale;
    pointer table, exp_table, reciprocal_table, uint8_tables[2];
};
struct cmsis_softmax_data { /* CMSISNNSoftmaxParams */
    struct softmax_data reference;
    int32_t rows, row_size;
};
struct quantize_data { /* OpDataQuantizeReference */
    struct {
        int32_t zero_point;
        double scale;
    } params;
    int32_t multiplier, shift, input_zero_point;
};
struct dequantize_data { /* DequantizeOpData */
    struct {
        double scale;
        int32_t zero_point;
    } params;
    int32_t multiplier, shift, output_zero_point;
};

/* While planning. */
struct scratch_request { /* ScratchBufferRequest */
    size_t bytes;
    int32_t node, subgraph;
};
struct allocation_info { /* AllocationInfo */
    size_t bytes;
    pointer output;
    int32_t first_created, last_used, offline_offset;
    bool needs_allocating;
};
struct planned_buffer { /* what GreedyMemoryPlanner::per_buffer_size() adds up */
    int32_t size, offline_offset, first_used, last_used;
    int32_t size_sorted, id_sorted;
    int32_t offset_of_entry, requirements_of_entry, next_entry;
    int32_t offset;
};
