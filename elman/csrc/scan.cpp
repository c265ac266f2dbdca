// The linear recurrence over time, its lanes the channels. There are two operations for two numbers
// read and one written, so the order of addresses decides: a row is walked step after step, each
// from the first channel to the last, and the state waits in the nearest cache.
#include "scan.h"

#include <algorithm>
#include <vector>

#include "elman.h"
#include "parallel.h"
#include "simd.h"

namespace elman {
namespace ELMAN_ISA {

namespace {

constexpr int64_t WORTH_A_THREAD = 1 << 14;  // scalars
constexpr int64_t AHEAD = 4096;               // bytes of each stream on their way from memory

template <class Real>
constexpr int lanes = VL * 4 / static_cast<int>(sizeof(Real));

template <class Real>
struct Lanes {
    typedef Real V __attribute__((vector_size(VL * 4)));

    // n: lanes that exist, in case a whole row is shorter than a vector.
    static V load(const Real* from, int64_t n) {
        V value{};
        if (n >= lanes<Real>)
            std::memcpy(&value, from, sizeof value);
        else
            std::memcpy(&value, from, static_cast<size_t>(n) * sizeof(Real));
        return value;
    }
    static void store(Real* to, V value, int64_t n) {
        if (n >= lanes<Real>)
            std::memcpy(to, &value, sizeof value);
        else
            std::memcpy(to, &value, static_cast<size_t>(n) * sizeof(Real));
    }
};

// Lane k of the result is lane (k & keep) ^ flip of the argument: a pair's real part twice, its
// imaginary part twice, or the two exchanged.
template <class Real>
typename Lanes<Real>::V within_pairs(typename Lanes<Real>::V v, int keep, int flip) {
    typename Lanes<Real>::V result;
    for (int k = 0; k < lanes<Real>; ++k) result[k] = v[(k & keep) ^ flip];
    return result;
}

// A factor that is made ready once and applied to many: complex numbers are multiplied as
// re ⊙ v + im ⊙ (v with the parts of each pair exchanged).
template <class Real, bool COMPLEX>
struct Factor {
    using V = typename Lanes<Real>::V;
    V re, im;

    Factor() = default;
    Factor(V v, V sign) {
        if constexpr (COMPLEX) {
            re = within_pairs<Real>(v, ~1, 0);
            im = within_pairs<Real>(v, ~1, 1) * sign;
        } else {
            re = v;
        }
    }
    // One multiplication and one addition a statement: a compiler then fuses them in one way only,
    // and a channel has the same bits in every group.
    V times(V v) const {
        V product = re * v;
        if constexpr (COMPLEX) product = im * within_pairs<Real>(v, ~0, 1) + product;
        return product;
    }
    V times_plus(V v, V sum) const {
        sum = re * v + sum;
        if constexpr (COMPLEX) sum = im * within_pairs<Real>(v, ~0, 1) + sum;
        return sum;
    }
};

// -1 at real and 1 at imaginary lanes, which multiplies; 1 and -1 multiplies by the conjugate.
template <class Real>
typename Lanes<Real>::V signs(bool conjugate) {
    typename Lanes<Real>::V sign;
    for (int k = 0; k < lanes<Real>; ++k) sign[k] = (k % 2 == 1) == conjugate ? Real(-1) : Real(1);
    return sign;
}

enum Form { PLAIN, ADJOINT, GRADIENT };  // GRADIENT: adjoint, and that of a

// Neighbouring channels of one row; pointers are at the first of them, sizes and strides in reals.
template <class Real, bool COMPLEX, Form FORM, bool CONSTANT>
struct Row {
    using L = Lanes<Real>;
    using V = typename L::V;
    using F = Factor<Real, COMPLEX>;

    int64_t H, width, steps, a_step, x_step;
    int64_t ahead;  // steps
    bool reverse, conjugate;
    const Real *a, *x, *before, *h, *h_0;
    Real *output, *after, *grad_a;

    void walk() const {
        const int64_t n = std::min<int64_t>(width, lanes<Real>);
        const int64_t vectors = (width + lanes<Real> - 1) / lanes<Real>;
        // The last vector is moved back to end with the channels, and does again what the one
        // before it does.
        const auto place = [&](int64_t v) { return std::min(v * lanes<Real>, width - n); };
        // Steps that are one sum of the gradient of a constant a: a sum of sums, its rounding does
        // not grow with the number of steps.
        constexpr int64_t SUM = 64;
        std::vector<V> state(vectors), part(vectors), sum(vectors);
        for (int64_t v = 0; v < vectors; ++v) state[v] = L::load(before + place(v), n);
        for (int64_t from = 0; from < steps; from += SUM) {
            const int64_t to = std::min(steps, from + SUM);
            for (int64_t k = from; k < to; ++k) step(k, n, vectors, state.data(), part.data());
            for (int64_t v = 0; v < vectors; ++v) {
                sum[v] += part[v];
                part[v] = V{};
            }
        }
        for (int64_t v = 0; v < vectors; ++v) {
            L::store(after + place(v), state[v], n);
            if (FORM == GRADIENT && CONSTANT) L::store(grad_a + place(v), sum[v], n);
        }
    }

    // The k-th step of the walk.
    void step(int64_t k, int64_t n, int64_t vectors, V* state, V* part) const {
        const V sign = signs<Real>(conjugate), conjugating = signs<Real>(true);
        const int64_t t = reverse ? steps - 1 - k : k;
        const Real *a_t = a + t * a_step, *x_t = x + t * x_step, *h_before = nullptr;
        Real *output_t = output + t * H, *grad_a_t = nullptr;
        if (FORM == GRADIENT) {
            // The plain form came from there, walking the other way.
            h_before = k + 1 == steps ? h_0 : h + (reverse ? t - 1 : t + 1) * H;
            if (!CONSTANT) grad_a_t = grad_a + t * H;
        }
        // Processors foresee a walk towards higher addresses; one towards lower ones they are told.
        const bool tell = reverse && t > ahead;
        for (int64_t v = 0; v < vectors; ++v) {
            const int64_t c = std::min(v * lanes<Real>, width - n);
            if (tell) {
                if (!CONSTANT) __builtin_prefetch(a_t - ahead * a_step + c);
                __builtin_prefetch(x_t - ahead * x_step + c);
                __builtin_prefetch(output_t - ahead * H + c, 1);
                if (FORM == GRADIENT) {
                    __builtin_prefetch(h_before - ahead * H + c);
                    if (!CONSTANT) __builtin_prefetch(grad_a_t - ahead * H + c, 1);
                }
            }
            const F factor(L::load(a_t + c, n), sign);
            const V x_v = L::load(x_t + c, n);
            if (FORM == PLAIN) {
                state[v] = factor.times_plus(state[v], x_v);
                L::store(output_t + c, state[v], n);
                continue;
            }
            const V p = state[v] + x_v;
            L::store(output_t + c, p, n);
            state[v] = factor.times(p);
            if (FORM == GRADIENT) {
                const F h_conj(L::load(h_before + c, n), conjugating);
                if (CONSTANT)
                    part[v] = h_conj.times_plus(p, part[v]);
                else
                    L::store(grad_a_t + c, h_conj.times(p), n);
            }
        }
    }
};

template <class Real, bool COMPLEX, Form FORM, bool CONSTANT>
void run(const Scan& s) {
    constexpr int64_t parts = COMPLEX ? 2 : 1;
    const int64_t H = s.H * parts, vectors = (H + lanes<Real> - 1) / lanes<Real>;
    const int64_t threads = s.B * s.T * H < 2 * WORTH_A_THREAD ? 1 : s.threads;
    // Channels are shared out where there are fewer rows than threads. Every channel is computed
    // by the same operations wherever it lands.
    const int64_t blocks = s.B ? std::min(vectors, (threads + s.B - 1) / s.B) : 0;
    const int64_t width = blocks ? (vectors + blocks - 1) / blocks * lanes<Real> : 0;
    parallel(s.B * blocks, threads, [&](int64_t task) {
        const int64_t b = task / blocks, first = task % blocks * width;
        if (first >= H) return;
        const auto in = [&](const void* base, int64_t offset) {
            return static_cast<const Real*>(base) + offset * parts + first;
        };
        const auto out = [&](void* base, int64_t offset) {
            return static_cast<Real*>(base) + offset * parts + first;
        };
        Row<Real, COMPLEX, FORM, CONSTANT> row;
        row.H = H;
        row.width = std::min(width, H - first);
        row.steps = s.lengths ? s.lengths[b] : s.T;
        row.a_step = s.a_step * parts;
        row.x_step = s.x_step * parts;
        row.ahead = std::max<int64_t>(1, AHEAD / (H * static_cast<int64_t>(sizeof(Real))));
        row.reverse = s.reverse;
        row.conjugate = s.conjugate;
        row.a = in(s.a, b * s.a_row);
        row.x = in(s.x, b * s.x_row);
        row.before = in(s.before, b * s.H);
        row.output = out(s.output, b * s.T * s.H);
        row.after = out(s.after, b * s.H);
        row.h = row.h_0 = nullptr;
        row.grad_a = nullptr;
        if (FORM == GRADIENT) {
            row.h = in(s.h, b * s.T * s.H);
            row.h_0 = in(s.h_0, b * s.H);
            row.grad_a = out(s.grad_a, CONSTANT ? b * s.H : b * s.T * s.H);
        }
        for (int64_t t = row.steps; t < s.T; ++t) {
            std::fill_n(row.output + t * H, row.width, Real(0));
            if (FORM == GRADIENT && !CONSTANT) std::fill_n(row.grad_a + t * H, row.width, Real(0));
        }
        row.walk();
    });
}

template <class Real, bool COMPLEX>
void choose(const Scan& s) {
    const bool constant = s.a_row == 0 && s.a_step == 0;
    if (!s.adjoint)
        constant ? run<Real, COMPLEX, PLAIN, true>(s) : run<Real, COMPLEX, PLAIN, false>(s);
    else if (!s.grad_a)
        constant ? run<Real, COMPLEX, ADJOINT, true>(s) : run<Real, COMPLEX, ADJOINT, false>(s);
    else
        constant ? run<Real, COMPLEX, GRADIENT, true>(s) : run<Real, COMPLEX, GRADIENT, false>(s);
}

}  // namespace

int scan(const Scan& s) {
    for (int64_t b = 0; s.lengths && b < s.B; ++b)
        if (s.lengths[b] < 0 || s.lengths[b] > s.T) return 1;
    if (s.H == 0) return 0;
    switch (s.scalar) {
        case FLOAT32: choose<float, false>(s); break;
        case FLOAT64: choose<double, false>(s); break;
        case COMPLEX64: choose<float, true>(s); break;
        default: choose<double, true>(s);
    }
    return 0;
}

}  // namespace ELMAN_ISA
}  // namespace elman
