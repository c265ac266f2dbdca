// The C interface, and what one set of kernels offers. Every field is eight bytes, so that a caller
// can pack it without knowing C.
#pragma once
#include <cstdint>

#define ELMAN_ABI 9
#define EXPORT extern "C" __attribute__((visibility("default")))

namespace elman {

enum Cell : int64_t { RNN = 0, RELU = 1, GRU = 2, LSTM = 3 };

inline int64_t gates_of(int64_t cell) { return cell == LSTM ? 4 : cell == GRU ? 3 : 1; }

// One layer, in one direction or both, over a batch. Pointers may be null where it says so.
// Rows are addressed as base + (row * row_stride + slot * step_stride) floats, where slot is the
// step itself, or offsets[step] when the steps are packed.
struct Layer {
    int64_t cell, B, T, I, H, D, threads;
    const int64_t* lengths;  // (B): real steps of each row; null: all have T
    const int64_t* offsets;  // (T): slot of each step; null: the step itself
    const float* x;
    int64_t x_row, x_step;
    float* output;  // D * H floats at each row and step
    int64_t output_row, output_step;
    const float* h_0;  // (D, B, H) contiguous, as are the next three
    const float* c_0;  // LSTM only
    float* h_n;
    float* c_n;
    float* reserve;     // what backward needs, reserve_size floats a real step; null: not kept
    const float* weight_ih[2];  // (G*H, I) contiguous
    const float* weight_hh[2];  // (G*H, H)
    const float* bias_ih[2];    // (G*H), null: none
    const float* bias_hh[2];
    // Backward only. Gradients in: strides as of output; null: zero.
    const float* grad_output;
    int64_t grad_output_row, grad_output_step;
    const float* grad_h_n;
    const float* grad_c_n;
    // Gradients out; null: not wanted. grad_x, one for each direction, has the strides given, the
    // others are contiguous.
    float* grad_x[2];
    int64_t grad_x_row, grad_x_step;
    float* grad_h_0;
    float* grad_c_0;
    float* grad_weight_ih[2];
    float* grad_weight_hh[2];
    float* grad_bias_ih[2];
    float* grad_bias_hh[2];
    // Products of bfloat16 only (HalfKernels): x and its gradient, output and its gradient are
    // bfloat16, addressed as such; so is always the reserve.
    int64_t x_half, output_half;
};

// In the place of a layer's input: rows of sums that `project` made of some inputs, and which of
// them each row reads at each step.
struct Projected {
    const float* sums;
    const int32_t* which;  // (B, T)
};

struct Scan;  // scan.h
struct Pool;  // pool.h
struct Step;  // step.h

// One layer in products of bfloat16, sums in float32, by one unit of half_product.h.
struct HalfKernels {
    const char* unit;
    int (*forward)(const Layer&);
    int (*backward)(const Layer&);
    int64_t (*reserve_size)(int64_t cell, int64_t H);  // numbers of bfloat16, each real step
    void (*product)(int64_t M, int64_t J, int64_t K, const uint16_t* a, const uint16_t* b, float* c);
};

struct Kernels {
    const char* isa;
    int (*layer_forward)(const Layer&, bool half);
    int (*layer_backward)(const Layer&);
    int64_t (*reserve_size)(int64_t cell, int64_t H);
    double (*fma_peak)(int64_t threads, double seconds);
    int (*scan)(const Scan&);
    int (*pool)(const Pool&);
    void (*step_forward)(const Step&);
    void (*step_backward)(const Step&);
    const void* (*pack)(const Layer&);
    int (*packed_forward)(const Layer&, const void* packed, const Projected*);
    int64_t (*projected_size)(int64_t cell, int64_t H);
    void (*project)(const Layer&, const void* packed, int64_t n, const float* const* x,
                    float* sums);
    void (*drop)(const void* packed);
    const HalfKernels* half;
};

// Weights in the layout of one set of kernels, which stays theirs when another is chosen.
struct PackedLayer {
    const Kernels* kernels;
    const void* weights;
};

const Kernels& current();  // those in use: dispatch.cpp

#ifdef ELMAN_ISA
namespace ELMAN_ISA {
int layer_forward(const Layer&, bool half);        // forward.cpp; 1: lengths that do not fit
int layer_backward(const Layer&);                  // backward.cpp
int64_t reserve_size(int64_t cell, int64_t H);     // floats a real step and direction
double fma_peak(int64_t threads, double seconds);  // peak.cpp
// Weights packed once, for many short calls of forward; also forward.cpp. They outlive the layer's.
const void* pack(const Layer&);
int packed_forward(const Layer&, const void* packed, const Projected*);  // null: there is x
// Inputs of the first direction as sums, of projected_size floats each.
int64_t projected_size(int64_t cell, int64_t H);
void project(const Layer&, const void* packed, int64_t n, const float* const* x, float* sums);
void drop(const void* packed);
int half_forward(const Layer&);   // half_forward.cpp; 1 as above
int half_backward(const Layer&);  // half_backward.cpp
int64_t half_reserve_size(int64_t cell, int64_t H);
void half_product(int64_t M, int64_t J, int64_t K, const uint16_t* a, const uint16_t* b, float* c);
extern const HalfKernels half_kernels;  // half_kernels.cpp
}
#endif

}  // namespace elman
