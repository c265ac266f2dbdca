// The linear recurrence with a diagonal: h' = a ⊙ h + x, and the same walked from the other side.
// Every field is eight bytes, so that a caller can pack it without knowing C.
#pragma once
#include <cstdint>

namespace elman {

enum Scalar : int64_t { FLOAT32 = 0, FLOAT64 = 1, COMPLEX64 = 2, COMPLEX128 = 3 };

// Strides are in scalars; channels are contiguous everywhere. Complex numbers are pairs of reals.
//
// Plain:    h_t = a_t h_before + x_t is written, and carried.
// Adjoint:  p_t = s_before + x_t is written, a_t p_t is carried: the gradient of the plain form,
//           walked the other way with conj(a). And the plain form is the gradient of this one.
//
// A row is walked over its real steps, from the first, or from the last where `reverse`; what is
// written after its end is 0.
struct Scan {
    int64_t scalar, B, T, H, threads, reverse, adjoint, conjugate;
    const int64_t* lengths;  // (B): real steps of each row; null: all have T
    const void* a;           // a_row = a_step = 0: one (H) for all rows and steps
    int64_t a_row, a_step;
    const void* x;
    int64_t x_row, x_step;
    const void* before;  // (B, H) contiguous: carried before the first step
    void* output;        // (B, T, H) contiguous
    void* after;         // (B, H): carried after the last step
    // The gradient of a, of the adjoint form only; null: not wanted. h (B, T, H) contiguous and
    // h_0 (B, H) are what the plain form wrote and carried at first.
    const void* h;
    const void* h_0;
    void* grad_a;  // (B, T, H) contiguous; (B, H), summed over the steps, where a is one (H)
};

#ifdef ELMAN_ISA
namespace ELMAN_ISA {
int scan(const Scan&);  // 0, or 1 where a length is not in 0 … T
}
#endif

}  // namespace elman
