// One step of one cell over a batch, forward and backward.
#pragma once
#include <cstdint>

#include "elman.h"

namespace elman {

// All is contiguous. What backward alone reads or writes comes after `gates`; a gradient out that is
// null is not wanted, a gradient in that is null is zero.
struct Step {
    int64_t cell, B, I, H, threads;
    const float* x;  // (B, I)
    const float* h;  // (B, H), as is c, of an LSTM only
    const float* c;
    const float* weight_ih;  // (G*H, I)
    const float* weight_hh;  // (G*H, H)
    const float* bias_ih;    // (G*H), null: none
    const float* bias_hh;
    float* h_n;  // (B, H); backward reads it where there are no gates, and never c_n
    float* c_n;
    float* gates;  // for backward: of GRU (B, 4, H) [r, z, n, n's sum of the state], of LSTM
                   // (B, 5, H) [i, f, g, o, tanh c'], else none; null: not kept
    const float* grad_h_n;
    const float* grad_c_n;
    float* grad_x;
    float* grad_h;
    float* grad_c;
    float* grad_weight_ih;
    float* grad_weight_hh;
    float* grad_bias_ih;
    float* grad_bias_hh;
};

#ifdef ELMAN_ISA
namespace ELMAN_ISA {
void step_forward(const Step&);
void step_backward(const Step&);
}
#endif

}  // namespace elman
