// The linear recurrence over time, its lanes the channels. There are two operations a step for two
// numbers read and one written, so this is a matter of memory: a row is walked in tiles of steps,
// within a tile by groups of vectors whose state stays in registers.
#include "scan.h"

#include <algorithm>
#include <vector>

#include "elman.h"
#include "parallel.h"
#include "simd.h"

namespace elman {
namespace ELMAN_ISA {

namespace {

constexpr int64_t TILE = 16;          // steps
constexpr int64_t WORTH_A_THREAD = 1 << 14;  // scalars
constexpr int MOST = REGISTERS >= 32 ? 4 : 2;  // vectors of state in a group

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

// One row; pointers are at its beginning, sizes and strides in reals.
template <class Real, bool COMPLEX, Form FORM, bool CONSTANT>
struct Row {
    using L = Lanes<Real>;
    using V = typename L::V;
    using F = Factor<Real, COMPLEX>;

    int64_t H, steps, a_step, x_step;
    bool reverse, conjugate;
    const Real *a, *x, *before, *h, *h_0;
    Real *output, *after, *grad_a;

    // Where a vector of channels begins: the last of a row is moved back to end with the row, and
    // does again what the one before it does.
    int64_t place(int64_t vector) const {
        return std::max<int64_t>(0, std::min(vector * lanes<Real>, H - lanes<Real>));
    }

    // Steps [from, to) of the walk by K vectors; `carried` and `sums` are theirs between tiles.
    template <int K>
    void group(int64_t from, int64_t to, int64_t vector, V* carried, V* sums) const {
        const V sign = signs<Real>(conjugate), conjugating = signs<Real>(true);
        const int64_t n = std::min<int64_t>(H, lanes<Real>);
        int64_t at[K];
        V state[K], sum[K];
        F factor[K];
        for (int k = 0; k < K; ++k) {
            at[k] = place(vector + k);
            state[k] = carried[k];
            sum[k] = V{};
            if (CONSTANT) factor[k] = F(L::load(a + at[k], n), sign);
        }
        for (int64_t step = from; step < to; ++step) {
            const int64_t t = reverse ? steps - 1 - step : step;
            // The plain form came from there, walking the other way.
            const Real* h_before = FORM != GRADIENT      ? nullptr
                                   : step + 1 == steps ? h_0
                                                         : h + (reverse ? t - 1 : t + 1) * H;
            for (int k = 0; k < K; ++k) {
                if (!CONSTANT) factor[k] = F(L::load(a + t * a_step + at[k], n), sign);
                const V x_t = L::load(x + t * x_step + at[k], n);
                if (FORM == PLAIN) {
                    state[k] = factor[k].times_plus(state[k], x_t);
                    L::store(output + t * H + at[k], state[k], n);
                    continue;
                }
                const V p = state[k] + x_t;
                L::store(output + t * H + at[k], p, n);
                state[k] = factor[k].times(p);
                if (FORM == GRADIENT) {
                    const F h_conj(L::load(h_before + at[k], n), conjugating);
                    if (CONSTANT)
                        sum[k] = h_conj.times_plus(p, sum[k]);
                    else
                        L::store(grad_a + t * H + at[k], h_conj.times(p), n);
                }
            }
        }
        for (int k = 0; k < K; ++k) carried[k] = state[k];
        // A sum of sums: its rounding does not grow with the number of steps.
        if (FORM == GRADIENT && CONSTANT)
            for (int k = 0; k < K; ++k) sums[k] += sum[k];
    }

    void walk() const {
        const int64_t n = std::min<int64_t>(H, lanes<Real>);
        const int64_t vectors = (H + lanes<Real> - 1) / lanes<Real>;
        std::vector<V> carried(vectors), sums(vectors);
        for (int64_t v = 0; v < vectors; ++v) carried[v] = L::load(before + place(v), n);
        for (int64_t from = 0; from < steps; from += TILE) {
            const int64_t to = std::min(steps, from + TILE);
            int64_t v = 0;
            for (; v + MOST <= vectors; v += MOST) group<MOST>(from, to, v, &carried[v], &sums[v]);
            for (; v < vectors; ++v) group<1>(from, to, v, &carried[v], &sums[v]);
        }
        for (int64_t v = 0; v < vectors; ++v) {
            L::store(after + place(v), carried[v], n);
            if (FORM == GRADIENT && CONSTANT) L::store(grad_a + place(v), sums[v], n);
        }
    }
};

template <class Real, bool COMPLEX, Form FORM, bool CONSTANT>
void run(const Scan& s) {
    constexpr int64_t parts = COMPLEX ? 2 : 1;
    const int64_t H = s.H * parts;
    const auto in = [&](const void* base, int64_t offset) {
        return static_cast<const Real*>(base) + offset * parts;
    };
    const auto out = [&](void* base, int64_t offset) {
        return static_cast<Real*>(base) + offset * parts;
    };
    const int64_t threads = s.B * s.T * H < 2 * WORTH_A_THREAD ? 1 : s.threads;
    parallel(s.B, threads, [&](int64_t b) {
        Row<Real, COMPLEX, FORM, CONSTANT> row;
        row.H = H;
        row.steps = s.lengths ? s.lengths[b] : s.T;
        row.a_step = s.a_step * parts;
        row.x_step = s.x_step * parts;
        row.reverse = s.reverse;
        row.conjugate = s.conjugate;
        row.a = in(s.a, b * s.a_row);
        row.x = in(s.x, b * s.x_row);
        row.output = out(s.output, b * s.T * s.H);
        row.before = in(s.before, b * s.H);
        row.after = out(s.after, b * s.H);
        std::fill(row.output + row.steps * H, row.output + s.T * H, Real(0));
        if (FORM == GRADIENT) {
            row.h = in(s.h, b * s.T * s.H);
            row.h_0 = in(s.h_0, b * s.H);
            row.grad_a = out(s.grad_a, CONSTANT ? b * s.H : b * s.T * s.H);
            if (!CONSTANT)
                std::fill(row.grad_a + row.steps * H, row.grad_a + s.T * H, Real(0));
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
