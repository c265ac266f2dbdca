// The cells on vectors, forward and backward, for products of bfloat16: gates are kept rounded.
#pragma once
#include "elman.h"
#include "half.h"

namespace elman {
namespace ELMAN_ISA {

#if defined(__AVX512F__)
inline Vec over(Vec a, Vec b) { return a * (Vec)_mm512_rcp14_ps((__m512)b); }
#else
inline Vec over(Vec a, Vec b) { return a / b; }
#endif

// tanh as x P(x²) / Q(x²), fitted to the relative error on [-6, 6] and drawn in by 4.7e-5, so that the
// reciprocal, right to 2^-14, does not lead past 1: at most 1.3e-4 from the true value, a thirtieth of
// what bfloat16 rounds away, in two thirds of the time of simd.h's. NaN stays NaN.
inline Vec quick_tanh(Vec x) {
    x = bounded(x, 6.0f);
    const Vec u = x * x;
    const Vec p = (splat(0.0015145057113841176f) * u + splat(0.1148253083229065f)) * u +
                  splat(0.9999457001686096f);
    const Vec q = ((splat(5.6271894614204775e-05f) * u + splat(0.017611150125953993f)) * u +
                   splat(0.4481139305941529f)) * u + splat(1.0f);
    return over(x * p, q);
}

inline Vec quick_sigmoid(Vec x) {
    return splat(0.5f) * quick_tanh(splat(0.5f) * x) + splat(0.5f);
}

// What a row has at one block in backward. Vectors of one gate lie LANES apart.
struct Backwards {
    const Half* gates;
    Vec h, before;         // the output of the step, and of the one before it
    const Half* c_before;  // LSTM
    Vec dh;
    float *dc, *dh_left;   // LSTM, in and out; GRU, out: what of dh goes around the product
};

// step: the sums of a row and what is added to each become h; `before` is c of an LSTM or h of a
// GRU, in and out; what backward needs is kept where there is room for it.
// back: gradients of the sums.
template <int64_t cell>
struct Cell;

template <>
struct Cell<RNN> {
    static Vec step(const float* sum, const Vec* added, float*, Half*) {
        return quick_tanh(load(sum) + added[0]);
    }
    static void back(const Backwards& at, Vec* dz) {
        dz[0] = at.dh * (splat(1.0f) - at.h * at.h);
    }
};

template <>
struct Cell<RELU> {
    static Vec step(const float* sum, const Vec* added, float*, Half*) {
        const Vec a = load(sum) + added[0];
        return a < Vec{} ? Vec{} : a;
    }
    static void back(const Backwards& at, Vec* dz) { dz[0] = at.h > Vec{} ? at.dh : Vec{}; }
};

template <>
struct Cell<GRU> {
    static Vec step(const float* sum, const Vec* added, float* before, Half* keep) {
        const Vec r = quick_sigmoid(load(sum) + added[0]), z = quick_sigmoid(load(sum + LANES) + added[1]);
        const Vec of_state = load(sum + 3 * LANES) + added[3];
        const Vec n = quick_tanh(load(sum + 2 * LANES) + added[2] + r * of_state);
        const Vec h = (splat(1.0f) - z) * n + z * load(before);
        store(before, h);
        if (keep) {
            write(keep, r);
            write(keep + LANES, z);
            write(keep + 2 * LANES, n);
            write(keep + 3 * LANES, of_state);
        }
        return h;
    }
    static void back(const Backwards& at, Vec* dz) {
        const Vec one = splat(1.0f), r = load(at.gates), z = load(at.gates + LANES);
        const Vec n = load(at.gates + 2 * LANES), of_state = load(at.gates + 3 * LANES);
        const Vec dn = at.dh * (one - z) * (one - n * n);
        dz[0] = dn;
        dz[1] = dn * of_state * r * (one - r);
        dz[2] = at.dh * (at.before - n) * z * (one - z);
        dz[3] = dn * r;
        store(at.dh_left, at.dh * z);
    }
};

template <>
struct Cell<LSTM> {
    static Vec step(const float* sum, const Vec* added, float* before, Half* keep) {
        const Vec i = quick_sigmoid(load(sum) + added[0]), f = quick_sigmoid(load(sum + LANES) + added[1]);
        const Vec g = quick_tanh(load(sum + 2 * LANES) + added[2]);
        const Vec o = quick_sigmoid(load(sum + 3 * LANES) + added[3]);
        const Vec c = f * load(before) + i * g;
        store(before, c);
        if (keep) {
            write(keep, i);
            write(keep + LANES, f);
            write(keep + 2 * LANES, g);
            write(keep + 3 * LANES, o);
            write(keep + 4 * LANES, c);
        }
        return o * quick_tanh(c);
    }
    static void back(const Backwards& at, Vec* dz) {
        const Vec one = splat(1.0f), i = load(at.gates), f = load(at.gates + LANES);
        const Vec g = load(at.gates + 2 * LANES), o = load(at.gates + 3 * LANES);
        const Vec tanh_c = quick_tanh(load(at.gates + 4 * LANES));
        const Vec dc = load(at.dc) + at.dh * o * (one - tanh_c * tanh_c);
        dz[0] = dc * g * i * (one - i);
        dz[1] = dc * load(at.c_before) * f * (one - f);
        dz[2] = dc * i * (one - g * g);
        dz[3] = at.dh * tanh_c * o * (one - o);
        store(at.dc, dc * f);
    }
};

}  // namespace ELMAN_ISA
}  // namespace elman
