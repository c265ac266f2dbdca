// Backward: some steps at a time, from the last. First every task walks its rows back through them
// and leaves the gradients of all sums; then the weights' gradients are one product over all rows
// and steps of the lot, split among tasks by what they yield, never by what they add up. So the
// gradients have the same bits on any number of threads.
#include "layer.h"

namespace elman {
namespace ELMAN_ISA {

namespace {

constexpr int64_t CHUNK = 384 * 1024;  // floats of gradients at a time: they stay in the cache
constexpr int64_t CHUNK_ROWS = 512;    // but at least so many rows and steps
constexpr int64_t DEEP = 512;          // rows and steps added up in registers

// Depends on the layer alone: neither on lengths nor on padding nor on threads.
int64_t steps_at_once(const Layer& layer, const Gradients& layout) {
    const int64_t B = std::max<int64_t>(1, layer.B), each = B * layer.D * layout.stride();
    const int64_t by_rows = (CHUNK_ROWS + B - 1) / B;
    return std::max<int64_t>(1, std::max(CHUNK / each, by_rows));
}

// One row back over one step: dh, dc in, and out what of them goes around the state's product.
struct Row {
    const float* gates;   // as forward left them
    const float* output;  // (H): h after the step
    const float* before;  // (H): h before it
    const float* c_before;
    int64_t c_block;
    const float* grad_output;  // (H) or null
    float *dh, *dc, *dz;
};

template <int64_t cell>
void back_row(const Gradients& layout, int64_t H, const Row& row) {
    const Vec one = splat(1.0f);
    const int64_t padded = layout.padded;
    for (int64_t u = 0, block = 0; u < padded; u += VL, ++block) {
        const int64_t lanes = std::min<int64_t>(VL, H - u);
        Vec dh = load(row.dh + u);
        if (row.grad_output) dh += load_part(row.grad_output + u, lanes);
        float* dz = row.dz + u;
        if constexpr (cell == RNN) {
            const Vec h = load_part(row.output + u, lanes);
            store(dz, dh * (one - h * h));
        } else if constexpr (cell == RELU) {
            store(dz, load_part(row.output + u, lanes) > Vec{} ? dh : Vec{});
        } else if constexpr (cell == GRU) {
            const float* gates = row.gates + block * 4 * VL;
            const Vec r = load(gates), z = load(gates + VL), state_n = load(gates + 2 * VL);
            const Vec n = load(gates + 3 * VL), h = load_part(row.before + u, lanes);
            const Vec dn = dh * (one - z) * (one - n * n);
            store(dz, dn);
            store(dz + padded, dn * state_n * r * (one - r));
            store(dz + 2 * padded, dh * (h - n) * z * (one - z));
            store(dz + 3 * padded, dn * r);
            store(row.dh + u, dh * z);
        } else {
            const float* gates = row.gates + block * 5 * VL;
            const Vec i = load(gates), f = load(gates + VL), g = load(gates + 2 * VL);
            const Vec o = load(gates + 3 * VL), tanh_c = tanh(load(gates + 4 * VL));
            const Vec c = load(row.c_before + block * row.c_block);
            const Vec dc = load(row.dc + u) + dh * o * (one - tanh_c * tanh_c);
            store(dz, dc * g * i * (one - i));
            store(dz + padded, dc * c * f * (one - f));
            store(dz + 2 * padded, dc * i * (one - g * g));
            store(dz + 3 * padded, dh * tanh_c * o * (one - o));
            store(row.dc + u, dc * f);
        }
    }
}

// C (rows of `to_row` floats) += Σ_k a[k][0..R) ⊗ b[k][0..V·VL), `lanes` of the last vector real.
template <int R, int V>
void outer(int64_t K, const float* a, int64_t a_step, const float* b, float* to, int64_t to_row,
           int64_t lanes) {
    Vec sum[R][V] = {};
    for (int64_t k = 0; k < K; ++k, a += a_step, b += V * VL) {
        Vec column[V];
        for (int v = 0; v < V; ++v) column[v] = load(b + v * VL);
        for (int r = 0; r < R; ++r) {
            const Vec x = splat(a[r]);
            for (int v = 0; v < V; ++v) sum[r][v] += x * column[v];
        }
    }
    for (int r = 0; r < R; ++r, to += to_row) {
        for (int v = 0; v < V - 1; ++v) store(to + v * VL, load(to + v * VL) + sum[r][v]);
        float* last = to + (V - 1) * VL;
        store_part(last, load_part(last, lanes) + sum[r][V - 1], lanes);
    }
}

constexpr int OUTER_VECTORS = REGISTERS == 32 ? 4 : 2;
constexpr int OUTER_ROWS = 6;

using OuterFn = void (*)(int64_t, const float*, int64_t, const float*, float*, int64_t, int64_t);

template <int V, int... R>
constexpr OuterFn outer_of(int64_t rows, std::integer_sequence<int, R...>) {
    constexpr OuterFn all[] = {outer<R + 1, V>...};
    return all[rows - 1];
}

OuterFn outer_for(int64_t rows, int64_t width) {
    using Rows = std::make_integer_sequence<int, OUTER_ROWS>;
    if (width == 1) return outer_of<1>(rows, Rows());
    if (width == 2) return outer_of<2>(rows, Rows());
    if (width == OUTER_VECTORS) return outer_of<OUTER_VECTORS>(rows, Rows());
    return outer_of<OUTER_VECTORS - 1>(rows, Rows());
}

class Backward {
public:
    explicit Backward(const Layer& layer)
        : layer(layer), batch(layer), sums{layer.cell, vectors(layer.H)},
          layout{layer.cell, sums.blocks * VL}, threads(threads_for(layer, batch)),
          groups(groups_of(layer)), at_once(steps_at_once(layer, layout)) {}

    int run();

private:
    struct Direction {
        Packed state, input;
        const float* output;             // of this direction
        float *dh, *dc, *c_0;            // by rank
        float* dz;                       // of the steps at hand
        std::vector<const float*> x, h;  // what each row of dz was made from
        float* weight_grad[2];           // ih, hh
        float* bias_grad[2];
    };

    // Some columns of one weight's gradient, as vectors, and some hidden units of every gate.
    struct Share {
        int64_t d, of_state, first, width, unit, units;
    };

    void prepare();
    void share_out();
    void walk(int64_t d, int64_t group);
    template <int64_t cell>
    void walk_steps(Direction& own, int64_t d, const std::vector<int64_t>& ranks);
    void input_gradient(Direction& own, int64_t d, const std::vector<int64_t>& ranks);
    void weight_gradient(const Share& share);
    void bias_gradient(int64_t d);

    int64_t width() const { return layout.padded + APART; }

    const Layer& layer;
    const Batch batch;
    const Sums sums;
    const Gradients layout;
    const int64_t threads, groups, at_once;
    int64_t from = 0, until = 0;       // the steps at hand
    std::vector<int64_t> first;        // by rank: its first row of dz
    int64_t rows = 0;                  // of dz
    std::vector<Share> shares;
    Buffer memory, packed, zeros;
    Direction direction[2];
};

void Backward::prepare() {
    const int64_t H = layer.H, I = layer.I, gates = gates_of(layer.cell), D = layer.D;
    const int64_t K = gates * layout.padded;
    const int64_t most = std::min(layer.B * at_once, batch.total);
    const int64_t state = packed_size(K, sums.blocks, 1);
    const int64_t input = layer.grad_x[0] ? packed_size(K, vectors(I), 1) : 0;
    packed.reserve(D * (state + input));
    memory.reserve(D * (3 * layer.B * width() + most * layout.stride()));
    const int64_t zero = std::max(width(), vectors(I) * VL);
    zeros.reserve(zero);
    std::memset(zeros.get(), 0, zero * sizeof(float));
    if (layer.B) std::memset(memory.get(), 0, D * 3 * layer.B * width() * sizeof(float));
    first.resize(layer.B);
    for (int64_t d = 0; d < D; ++d) {
        Direction& own = direction[d];
        float* to = packed.get() + d * (state + input);
        own.state = {to, K, sums.blocks, 1, false, sums.blocks <= FEW_SUMS};
        own.input = {to + state, K, vectors(I), 1, false, false};
        const int64_t many = state + input > 1'000'000 ? threads : 1;
        parallel(sums.blocks, many, [&](int64_t block) {
            pack_transposed(layer.weight_hh[d], H, H, gates, 0, layout.padded, block, to);
        });
        if (input)
            parallel(vectors(I), many, [&](int64_t block) {
                pack_transposed(layer.weight_ih[d], H, I, gates, layout.gate_of_input(0),
                                layout.padded, block, to + state);
            });
        own.output = layer.output + d * H;
        own.dh = memory.get() + d * 3 * layer.B * width();
        own.dc = own.dh + layer.B * width();
        own.c_0 = own.dc + layer.B * width();
        own.dz = memory.get() + D * 3 * layer.B * width() + d * most * layout.stride();
        own.x.resize(most);
        own.h.resize(most);
        for (int64_t rank = 0; rank < layer.B; ++rank) {
            const int64_t at = (d * layer.B + batch.row[rank]) * H;
            const auto copy = [&](float* to, const float* from) {
                if (from) std::memcpy(to + rank * width(), from + at, H * sizeof(float));
            };
            copy(own.dh, layer.grad_h_n);
            if (layer.cell != LSTM) continue;
            copy(own.dc, layer.grad_c_n);
            copy(own.c_0, layer.c_0);
        }
        own.weight_grad[0] = layer.grad_weight_ih[d];
        own.weight_grad[1] = layer.grad_weight_hh[d];
        own.bias_grad[0] = layer.grad_bias_ih[d];
        own.bias_grad[1] = layer.grad_bias_hh[d];
        for (int64_t of_state = 0; of_state < 2; ++of_state) {
            const int64_t N = of_state ? H : I;
            if (float* grad = own.weight_grad[of_state])
                std::memset(grad, 0, gates * H * N * sizeof(float));
            if (float* grad = own.bias_grad[of_state])
                std::memset(grad, 0, gates * H * sizeof(float));
            if (!own.weight_grad[of_state]) continue;
            for (int64_t j = 0, V; j < vectors(N); j += V) {
                V = next_piece(vectors(N) - j, OUTER_VECTORS);
                shares.push_back({d, of_state, j, V, 0, H});
            }
        }
    }
    share_out();
}

// Enough shares for every thread, the largest first. What each yields does not depend on the cut.
void Backward::share_out() {
    if (static_cast<int64_t>(shares.size()) < 2 * threads) {
        std::vector<Share> smaller;
        for (const Share& share : shares)
            for (int64_t unit = 0, units; unit < layer.H; unit += units) {
                units = next_piece(layer.H - unit, (layer.H + threads - 1) / threads);
                smaller.push_back(share);
                smaller.back().unit = unit;
                smaller.back().units = units;
            }
        shares = smaller;
    }
    std::stable_sort(shares.begin(), shares.end(), [](const Share& a, const Share& b) {
        return a.width * a.units > b.width * b.units;
    });
}

int Backward::run() {
    if (!batch.valid(layer)) return 1;
    prepare();
    for (from = (batch.longest - 1) / at_once * at_once; batch.longest && from >= 0;
         from -= at_once) {
        until = std::min(from + at_once, batch.longest);
        rows = 0;
        for (int64_t rank = 0; rank < layer.B && batch.length[rank] > from; ++rank) {
            first[rank] = rows;
            rows += std::min(until, batch.length[rank]) - from;
        }
        parallel(layer.D * groups, threads,
                 [&](int64_t task) { walk(task / groups, task % groups); });
        const int64_t n = static_cast<int64_t>(shares.size());
        parallel(n + layer.D, threads, [&](int64_t task) {
            if (task < n) weight_gradient(shares[task]);
            else bias_gradient(task - n);
        });
    }
    const int64_t H = layer.H;
    for (int64_t d = 0; d < layer.D; ++d)
        for (int64_t rank = 0; rank < layer.B; ++rank) {
            const int64_t row = batch.row[rank], at = (d * layer.B + row) * H;
            const Direction& own = direction[d];
            if (layer.grad_h_0)
                std::memcpy(layer.grad_h_0 + at, own.dh + rank * width(), H * sizeof(float));
            if (layer.grad_c_0)
                std::memcpy(layer.grad_c_0 + at, own.dc + rank * width(), H * sizeof(float));
            if (!layer.grad_x[d] || layer.offsets) continue;
            for (int64_t t = batch.length[rank]; t < layer.T; ++t)
                std::memset(layer.grad_x[d] + place(layer, row, t, layer.grad_x_row,
                                                    layer.grad_x_step),
                            0, layer.I * sizeof(float));
        }
    return 0;
}

void Backward::walk(int64_t d, int64_t group) {
    const auto ranks = ranks_of(layer.B, groups, group);
    Direction& own = direction[d];
    if (layer.cell == RNN) walk_steps<RNN>(own, d, ranks);
    else if (layer.cell == RELU) walk_steps<RELU>(own, d, ranks);
    else if (layer.cell == GRU) walk_steps<GRU>(own, d, ranks);
    else walk_steps<LSTM>(own, d, ranks);
    if (layer.grad_x[d]) input_gradient(own, d, ranks);
}

template <int64_t cell>
void Backward::walk_steps(Direction& own, int64_t d, const std::vector<int64_t>& ranks) {
    const int64_t m = static_cast<int64_t>(ranks.size()), size = sums.size();
    std::vector<const float*> dz(m), start(m);
    std::vector<float*> dh(m);
    for (int64_t s = until - 1; s >= from; --s) {
        int64_t going = 0;
        for (; going < m && batch.length[ranks[going]] > s; ++going) {
            const int64_t rank = ranks[going], row = batch.row[rank], length = batch.length[rank];
            const int64_t t = step_at(s, length, d), index = first[rank] + s - from;
            const auto state_at = [&](int64_t step) {
                return own.output + place(layer, row, step_at(step, length, d), layer.output_row,
                                          layer.output_step);
            };
            Row here;
            const int64_t kept = d * batch.total + batch.before[rank] + s;
            here.gates = layer.reserve + kept * size;
            here.output = state_at(s);
            here.before = s ? state_at(s - 1) : layer.h_0 + (d * layer.B + row) * layer.H;
            here.c_before = s ? here.gates - size + 4 * VL : own.c_0 + rank * width();
            here.c_block = s ? 5 * VL : VL;
            here.grad_output =
                layer.grad_output ? layer.grad_output + d * layer.H +
                                        place(layer, row, t, layer.grad_output_row,
                                              layer.grad_output_step)
                                  : nullptr;
            here.dh = own.dh + rank * width();
            here.dc = own.dc + rank * width();
            here.dz = own.dz + index * layout.stride();
            if (s > 0) {
                if (here.grad_output)
                    prefetch<false>(here.grad_output + (d ? 1 : -1) * layer.grad_output_step,
                                    layer.H);
                if (cell == GRU || cell == LSTM) prefetch<false>(here.gates - size, size);
                prefetch<false>(here.before + (d ? 1 : -1) * layer.output_step, layer.H);
            }
            back_row<cell>(layout, layer.H, here);
            own.x[index] = layer.x + place(layer, row, t, layer.x_row, layer.x_step);
            own.h[index] = here.before;
            dz[going] = here.dz + layout.of_state();
            dh[going] = here.dh;
            start[going] = cell == GRU ? here.dh : zeros.get();
        }
        product(going, dz.data(), own.state, start.data(), dh.data(), {VL, {0, 0, 0, 0}});
    }
}

void Backward::input_gradient(Direction& own, int64_t d, const std::vector<int64_t>& ranks) {
    constexpr int64_t together = 64;
    const int64_t I = layer.I, whole = vectors(I) * VL;
    const bool direct = I == whole;
    Buffer scratch(direct ? 0 : together * whole);
    const float *dz[together], *start[together];
    float *to[together], *sum[together];
    std::fill(start, start + together, zeros.get());
    int64_t n = 0;
    const auto flush = [&] {
        product(n, dz, own.input, start, direct ? to : sum, {VL, {0, 0, 0, 0}});
        if (!direct)
            for (int64_t k = 0; k < n; ++k) copy(to[k], sum[k], I);
        n = 0;
    };
    for (const int64_t rank : ranks) {
        const int64_t length = batch.length[rank];
        for (int64_t s = from; s < std::min(until, length); ++s) {
            dz[n] = own.dz + (first[rank] + s - from) * layout.stride();
            to[n] = layer.grad_x[d] + place(layer, batch.row[rank], step_at(s, length, d),
                                            layer.grad_x_row, layer.grad_x_step);
            sum[n] = scratch.get() + n * whole;
            if (++n == together) flush();
        }
    }
    flush();
}

void Backward::weight_gradient(const Share& share) {
    const Direction& own = direction[share.d];
    const auto& rows_of = share.of_state ? own.h : own.x;
    const int64_t H = layer.H, N = share.of_state ? H : layer.I, V = share.width;
    const int64_t column = share.first * VL, lanes = std::min<int64_t>(V * VL, N - column);
    const int64_t last = lanes - (V - 1) * VL;
    const int64_t gates = gates_of(layer.cell), stride = layout.stride();
    Buffer panel(std::min(rows, DEEP) * V * VL);
    for (int64_t k = 0; k < rows; k += DEEP) {
        const int64_t K = std::min(DEEP, rows - k);
        float* line = panel.get();
        for (int64_t i = 0; i < K; ++i, line += V * VL) {
            const float* from = rows_of[k + i] + column;
            for (int64_t v = 0; v < V - 1; ++v) store(line + v * VL, load(from + v * VL));
            store(line + (V - 1) * VL, load_part(from + (V - 1) * VL, last));
        }
        for (int64_t part = 0; part < gates; ++part) {
            const float* dz = own.dz + (share.of_state ? layout.of_state() : 0) +
                              part * layout.padded + k * stride;
            const int64_t gate = share.of_state ? part : layout.gate_of_input(part);
            float* to = own.weight_grad[share.of_state] + gate * H * N + column;
            for (int64_t m = share.unit, R; m < share.unit + share.units; m += R) {
                R = next_piece(share.unit + share.units - m, OUTER_ROWS);
                outer_for(R, V)(K, dz + m, stride, panel.get(), to + m * N, N, last);
            }
        }
    }
}

void Backward::bias_gradient(int64_t d) {
    const Direction& own = direction[d];
    const int64_t H = layer.H, parts = layout.parts();
    for (int64_t part = 0; part < parts; ++part) {
        // In a GRU the first part is the input's alone, and the last the state's.
        const bool input = layer.cell != GRU || part < 3, state = layer.cell != GRU || part > 0;
        for (int64_t u = 0; u < H; u += VL) {
            const int64_t lanes = std::min<int64_t>(VL, H - u);
            Vec sum{};
            const float* dz = own.dz + part * layout.padded + u;
            for (int64_t k = 0; k < rows; ++k) sum += load(dz + k * layout.stride());
            const auto add = [&](float* grad, int64_t gate) {
                if (!grad) return;
                float* to = grad + gate * H + u;
                store_part(to, load_part(to, lanes) + sum, lanes);
            };
            if (input) add(own.bias_grad[0], layout.gate_of_input(part));
            if (state) add(own.bias_grad[1], layer.cell == GRU ? part - 1 : part);
        }
    }
}

}  // namespace

int layer_backward(const Layer& layer) { return Backward(layer).run(); }

}  // namespace ELMAN_ISA
}  // namespace elman
