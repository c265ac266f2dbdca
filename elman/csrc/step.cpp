// One step of a cell. Weights are read where they lie, row by row: for one step to pack them, as a
// layer does for all of its steps, takes longer than the step itself.
#include "step.h"

#include <algorithm>

#include "layer.h"
#include "simd.h"

namespace elman {
namespace ELMAN_ISA {

namespace {

constexpr int64_t MOST_ROWS = VL >= 16 ? 4 : 2;  // of a batch that share what is read of weights

// VL dot products at once: of R weights' rows with each of S rows. Lane s * R + r of the result is
// that of weights' row r; its order of adding up is the same for every S.
template <int S>
struct Dots {
    static constexpr int R = VL / S;
    Vec sums[VL] = {};

    void add(const float* const* weights, const float* const* rows, int64_t K) {
        int64_t k = 0;
        for (; k + VL <= K; k += VL) step(weights, rows, k, VL);
        if (k < K) step(weights, rows, k, K - k);
    }

    Vec folded() {
        fold<VL / 2>();
        return sums[0];
    }

private:
    void step(const float* const* weights, const float* const* rows, int64_t k, int64_t n) {
        Vec x[S];
        for (int s = 0; s < S; ++s) x[s] = load_part(rows[s] + k, n);
        for (int r = 0; r < R; ++r) {
            Vec w = load_part(weights[r] + k, n);
            if constexpr (S > 1) once(w);
            for (int s = 0; s < S; ++s) sums[s * R + r] += w * x[s];
        }
    }

    template <int L>
    void fold() {
        for (int i = 0; i < L; ++i) {
            exchange<L>(sums[i], sums[i + L], std::make_integer_sequence<int, VL>());
            sums[i] += sums[i + L];
        }
        if constexpr (L > 1) fold<L / 2>();
    }
};

// The sums of S rows from `row` for VL hidden units from `unit`, without biases. `gate_ih` and
// `gate_hh` say which of the weights' gates they are of, none where they are below 0.
template <int S>
void sums_of(const Step& step, int64_t row, int64_t unit, int64_t gate_ih, int64_t gate_hh,
             float (*to)[VL]) {
    constexpr int R = Dots<S>::R;
    const float *x[S], *h[S], *weights[R];
    for (int s = 0; s < S; ++s) {
        x[s] = step.x + (row + s) * step.I;
        h[s] = step.h + (row + s) * step.H;
    }
    const int64_t last = std::min<int64_t>(VL, step.H - unit) - 1;
    for (int64_t first = 0; first <= last; first += R) {
        const auto rows_of = [&](const float* weight, int64_t gate, int64_t K) {
            for (int r = 0; r < R; ++r)
                weights[r] = weight + (gate * step.H + unit + std::min(first + r, last)) * K;
            return weights;
        };
        Dots<S> dots;
        if (gate_ih >= 0) dots.add(rows_of(step.weight_ih, gate_ih, step.I), x, step.I);
        if (gate_hh >= 0) dots.add(rows_of(step.weight_hh, gate_hh, step.H), h, step.H);
        float found[VL];
        store(found, dots.folded());
        for (int s = 0; s < S; ++s) std::memcpy(to[s] + first, found + s * R, R * sizeof(float));
    }
}

// A vector of each bias, those of both weights added up but for a GRU's n: [r, z, state, input].
template <int64_t cell>
void biases_of(const Step& step, int64_t unit, int64_t lanes, Vec* bias) {
    const auto part = [&](const float* from, int64_t gate) {
        return from ? load_part(from + gate * step.H + unit, lanes) : Vec{};
    };
    for (int64_t g = 0; g < gates_of(cell); ++g)
        bias[g] = part(step.bias_hh, g) + (cell == GRU && g == 2 ? Vec{} : part(step.bias_ih, g));
    if (cell == GRU) bias[3] = part(step.bias_ih, 2);
}

template <int64_t cell>
constexpr int64_t KEPT = cell == LSTM ? 5 : 4;  // of a row and unit, for backward

template <int64_t cell, int S>
void rows_forward(const Step& step, int64_t row, int64_t unit, const Vec* bias) {
    constexpr int64_t parts = cell == GRU || cell == LSTM ? 4 : 1;
    const int64_t H = step.H, lanes = std::min<int64_t>(VL, H - unit);
    float sums[parts][S][VL];
    for (int64_t part = 0; part < parts; ++part) {
        const bool both = cell != GRU || part < 2;
        sums_of<S>(step, row, unit, both ? part : part == 3 ? 2 : -1, part < 3 || both ? part : -1,
                   sums[part]);
    }
    const Vec one = splat(1.0f);
    for (int s = 0; s < S; ++s) {
        const int64_t at = (row + s) * H + unit;
        const auto sum = [&](int64_t part) { return load(sums[part][s]) + bias[part]; };
        const auto keep = [&](int64_t part, Vec value) {
            if (step.gates)
                store_part(step.gates + ((row + s) * KEPT<cell> + part) * H + unit, value, lanes);
        };
        Vec h;
        if constexpr (cell == RNN) {
            h = tanh(sum(0));
        } else if constexpr (cell == RELU) {
            const Vec a = sum(0);
            h = a < Vec{} ? Vec{} : a;
        } else if constexpr (cell == GRU) {
            const Vec r = sigmoid(sum(0)), z = sigmoid(sum(1)), state = sum(2);
            const Vec n = tanh(sum(3) + r * state);
            h = (one - z) * n + z * load_part(step.h + at, lanes);
            keep(0, r), keep(1, z), keep(2, n), keep(3, state);
        } else {
            const Vec i = sigmoid(sum(0)), f = sigmoid(sum(1)), g = tanh(sum(2));
            const Vec o = sigmoid(sum(3)), c = f * load_part(step.c + at, lanes) + i * g;
            store_part(step.c_n + at, c, lanes);
            const Vec tanh_c = tanh(c);
            h = o * tanh_c;
            keep(0, i), keep(1, f), keep(2, g), keep(3, o), keep(4, tanh_c);
        }
        store_part(step.h_n + at, h, lanes);
    }
}

template <int64_t cell>
void block_forward(const Step& step, int64_t unit) {
    Vec bias[4];
    biases_of<cell>(step, unit, std::min<int64_t>(VL, step.H - unit), bias);
    int64_t row = 0;
    for (; row + MOST_ROWS <= step.B; row += MOST_ROWS)
        rows_forward<cell, MOST_ROWS>(step, row, unit, bias);
    if constexpr (MOST_ROWS > 2)
        for (; row + 2 <= step.B; row += 2) rows_forward<cell, 2>(step, row, unit, bias);
    for (; row < step.B; ++row) rows_forward<cell, 1>(step, row, unit, bias);
}

// The gradients of one row's sums: `ih` (G*H) of what the input gives, `hh` of what the state gives,
// the same memory but for a GRU; of h and c what does not go through the sums.
template <int64_t cell>
void row_backward(const Step& step, int64_t row, float* ih, float* hh, float* grad_h) {
    const int64_t H = step.H;
    const Vec one = splat(1.0f);
    for (int64_t unit = 0; unit < H; unit += VL) {
        const int64_t lanes = std::min<int64_t>(VL, H - unit), at = row * H + unit;
        const auto part = [&](const float* from) {
            return from ? load_part(from + at, lanes) : Vec{};
        };
        const auto gate = [&](int64_t g) {
            return load_part(step.gates + (row * KEPT<cell> + g) * H + unit, lanes);
        };
        const auto give = [&](float* to, int64_t g, Vec value) {
            store_part(to + g * H + unit, value, lanes);
        };
        const Vec grad = part(step.grad_h_n);
        if constexpr (cell == RNN) {
            const Vec h = part(step.h_n);
            give(ih, 0, grad * (one - h * h));
        } else if constexpr (cell == RELU) {
            give(ih, 0, part(step.h_n) > Vec{} ? grad : Vec{});
        } else if constexpr (cell == GRU) {
            const Vec r = gate(0), z = gate(1), n = gate(2);
            const Vec of_n = grad * (one - z) * (one - n * n);
            const Vec of_z = grad * (part(step.h) - n) * z * (one - z);
            const Vec of_r = of_n * gate(3) * r * (one - r);
            give(ih, 0, of_r), give(ih, 1, of_z), give(ih, 2, of_n);
            give(hh, 0, of_r), give(hh, 1, of_z), give(hh, 2, of_n * r);
            if (grad_h) store_part(grad_h + at, grad * z, lanes);
        } else {
            const Vec i = gate(0), f = gate(1), g = gate(2), o = gate(3);
            const Vec c = gate(4);
            const Vec of_c = part(step.grad_c_n) + grad * o * (one - c * c);
            give(ih, 0, of_c * g * i * (one - i));
            give(ih, 1, of_c * part(step.c) * f * (one - f));
            give(ih, 2, of_c * i * (one - g * g));
            give(ih, 3, grad * c * o * (one - o));
            if (step.grad_c) store_part(step.grad_c + at, of_c * f, lanes);
        }
    }
}

constexpr int64_t BEYOND_CACHE = 256 * 1024;  // floats

// to[s][k] (+)= Σ_j of[s][j] rows[j][k], of S rows and C vectors from k; a last part is one vector.
struct Weighted {
    const float* of;
    int64_t of_row, of_next;
    const float* rows;
    int64_t J, K;
    float* to;
    bool add;

    template <int S, int C>
    void part(int64_t s0, int64_t k) const {
        const int64_t lanes = C > 1 ? VL : std::min<int64_t>(VL, K - k);
        Vec sums[S][C];
        for (int s = 0; s < S; ++s)
            for (int c = 0; c < C; ++c)
                sums[s][c] = add ? load_part(to + (s0 + s) * K + k + c * VL, lanes) : Vec{};
        for (int64_t j = 0; j < J; ++j) {
            Vec row[C];
            for (int c = 0; c < C; ++c) row[c] = load_part(rows + j * K + k + c * VL, lanes);
            for (int s = 0; s < S; ++s) {
                const Vec factor = splat(of[(s0 + s) * of_row + j * of_next]);
                for (int c = 0; c < C; ++c) sums[s][c] += factor * row[c];
            }
        }
        for (int s = 0; s < S; ++s)
            for (int c = 0; c < C; ++c)
                store_part(to + (s0 + s) * K + k + c * VL, sums[s][c], lanes);
    }

    template <int S>
    void columns(int64_t s0, int64_t k, int64_t end) const {
        constexpr int C = S == 1 ? 8 : VL >= 16 ? 4 : 2;
        for (; k + C * VL <= end; k += C * VL) part<S, C>(s0, k);
        for (; k < end; k += VL) part<S, 1>(s0, k);
    }

    // The same of one row, reading `rows` from the first to the last as they lie in memory; the
    // order of adding up is that of `part`.
    void row(int64_t s, int64_t k0, int64_t end) const {
        const float* factors = of + s * of_row;
        float* sums = to + s * K;
        for (int64_t j = 0; j < J; j += 4) {
            Vec factor[4];
            const float* from[4];
            const int64_t n = std::min<int64_t>(4, J - j);
            for (int64_t i = 0; i < 4; ++i) {
                factor[i] = i < n ? splat(factors[(j + i) * of_next]) : Vec{};
                from[i] = rows + (j + std::min(i, n - 1)) * K;
            }
            for (int64_t k = k0; k < end; k += VL) {
                const int64_t lanes = std::min<int64_t>(VL, end - k);
                Vec sum = j || add ? load_part(sums + k, lanes) : Vec{};
                if (n == 4)
                    for (int i = 0; i < 4; ++i) sum += factor[i] * load_part(from[i] + k, lanes);
                else
                    for (int i = 0; i < n; ++i) sum += factor[i] * load_part(from[i] + k, lanes);
                store_part(sums + k, sum, lanes);
            }
        }
    }

    void run(int64_t n, int64_t k, int64_t end) const {
        int64_t s = 0;
        for (; s + 4 <= n; s += 4) columns<4>(s, k, end);
        const bool along = n < 4 && J * K > BEYOND_CACHE;
        for (; s < n; ++s) along ? row(s, k, end) : columns<1>(s, k, end);
    }
};

// Columns that are summed together: few rows are read along, many keep their sums in registers.
int64_t columns_for(const Step& step) { return step.B < 4 ? 512 : 8 * VL; }

// The gradient of weights, rows [first, end) of G*H, and of their biases.
void weights_backward(const Step& step, const float* grads, const float* input, int64_t K,
                      float* grad_weight, float* grad_bias, int64_t first, int64_t end) {
    const int64_t J = gates_of(step.cell) * step.H;
    const Weighted all{grads + first, 1, J, input, step.B, K, grad_weight + first * K, false};
    const int64_t together = columns_for(step);
    for (int64_t k = 0; grad_weight && k < K; k += together)
        all.run(end - first, k, std::min(K, k + together));
    if (!grad_bias) return;
    for (int64_t j = first; j < end; j += VL) {
        const int64_t lanes = std::min<int64_t>(VL, end - j);
        Vec sum{};
        for (int64_t row = 0; row < step.B; ++row) sum += load_part(grads + row * J + j, lanes);
        store_part(grad_bias + j, sum, lanes);
    }
}

int64_t threads_for(const Step& step) {
    const int64_t products = step.B * gates_of(step.cell) * step.H * (step.I + step.H);
    return std::max<int64_t>(1, std::min(step.threads, products / LEAST_PRODUCTS));
}

template <class F>
void by_cell(int64_t cell, F&& run) {
    if (cell == RNN) run(std::integral_constant<int64_t, RNN>());
    else if (cell == RELU) run(std::integral_constant<int64_t, RELU>());
    else if (cell == GRU) run(std::integral_constant<int64_t, GRU>());
    else run(std::integral_constant<int64_t, LSTM>());
}

}  // namespace

void step_forward(const Step& step) {
    by_cell(step.cell, [&](auto cell) {
        parallel(vectors(step.H), threads_for(step), [&](int64_t block) {
            block_forward<decltype(cell)::value>(step, block * VL);
        });
    });
}

void step_backward(const Step& step) {
    const int64_t B = step.B, I = step.I, H = step.H, J = gates_of(step.cell) * H;
    const bool apart = step.cell == GRU;
    Buffer memory((apart ? 2 : 1) * B * J);
    float *ih = memory.get(), *hh = apart ? ih + B * J : ih;
    by_cell(step.cell, [&](auto cell) {
        for (int64_t row = 0; row < B; ++row)
            row_backward<decltype(cell)::value>(step, row, ih + row * J, hh + row * J, step.grad_h);
    });
    // Columns of x, columns of h, then rows of both weights; each sum is one task's.
    const auto blocks = [](int64_t n, int64_t each) { return (n + each - 1) / each; };
    const int64_t rows = 4 * VL, columns = columns_for(step);
    const int64_t of_x = step.grad_x ? blocks(I, columns) : 0;
    const int64_t of_h = of_x + (step.grad_h ? blocks(H, columns) : 0);
    const Weighted to_x{ih, J, 1, step.weight_ih, J, I, step.grad_x, false};
    const Weighted to_h{hh, J, 1, step.weight_hh, J, H, step.grad_h, apart};
    const bool weights = step.grad_weight_ih || step.grad_weight_hh || step.grad_bias_ih ||
                         step.grad_bias_hh;
    parallel(of_h + (weights ? blocks(J, rows) : 0), threads_for(step), [&](int64_t task) {
        if (task < of_x) {
            to_x.run(B, task * columns, std::min(I, (task + 1) * columns));
        } else if (task < of_h) {
            const int64_t k = (task - of_x) * columns;
            to_h.run(B, k, std::min(H, k + columns));
        } else {
            const int64_t first = (task - of_h) * rows, end = std::min(J, first + rows);
            weights_backward(step, ih, step.x, I, step.grad_weight_ih, step.grad_bias_ih, first,
                             end);
            weights_backward(step, hh, step.h, H, step.grad_weight_hh, step.grad_bias_hh, first,
                             end);
        }
    });
}

}  // namespace ELMAN_ISA
}  // namespace elman
