// Forward: every task walks some rows of one direction through all their steps. The input's part of
// the sums is computed some steps ahead, for many rows at once; the state's part step by step.
#include "layer.h"

namespace elman {
namespace ELMAN_ISA {

namespace {

// Floats of sums computed ahead: they stay in the second cache.
constexpr int64_t AHEAD = 24 * 1024;
constexpr int64_t MOST_AHEAD = 32;
constexpr int64_t LEAST_ROWS = 64;  // that read large weights once

// Rows that read bfloat16 weights together: with more, widening them takes longer than reading
// floats does; and as long as floats fit in the second cache, they are read quickly enough.
constexpr int64_t FEW_ROWS = 2;
constexpr int64_t LARGE_WEIGHTS = 128 * 1024;  // floats

struct Weights {
    Buffer memory;
    Packed input, state;
    float* bias;  // a row of sums

    // The weights of the layer are floats, or with From = Half bfloat16.
    template <class From>
    static void fill(Weights& self, const Layer& layer, int64_t d, const Sums& sums,
                     int64_t threads, bool half) {
        const int64_t H = layer.H, gates = gates_of(layer.cell), blocks = sums.blocks;
        const int64_t n_input = packed_size(layer.I, blocks, gates);
        const int64_t n_state = packed_size(H, blocks, gates);
        self.memory.reserve(n_input + n_state + sums.size());
        float* to = self.memory.get();
        self.input = {to, layer.I, blocks, gates, half, false};
        self.state = {to + n_input, H, blocks, gates, half, blocks * gates <= FEW_SUMS};
        self.bias = to + n_input + n_state;
        const auto* weight_ih = reinterpret_cast<const From*>(layer.weight_ih[d]);
        const auto* weight_hh = reinterpret_cast<const From*>(layer.weight_hh[d]);
        const int64_t work = n_input + n_state;
        parallel(blocks, work > 1'000'000 ? threads : 1, [&](int64_t block) {
            const auto pack = [&](auto* input, auto* state) {
                pack_by_gate(weight_ih, H, layer.I, gates, block, input);
                pack_by_gate(weight_hh, H, H, gates, block, state);
            };
            if constexpr (std::is_same_v<From, Half>)
                if (half)
                    return pack(reinterpret_cast<Half*>(to), reinterpret_cast<Half*>(to + n_input));
            pack(to, to + n_input);
        });
        std::memset(self.bias, 0, sums.size() * sizeof(float));
        if (!layer.bias_ih[d]) return;
        const Slots input_at = sums.of_input(), state_at = sums.of_state();
        for (int64_t g = 0; g < gates; ++g)
            for (int64_t unit = 0; unit < H; ++unit) {
                const int64_t block = unit / VL * input_at.block + unit % VL;
                self.bias[block + input_at.at[g]] += layer.bias_ih[d][g * H + unit];
                self.bias[block + state_at.at[g]] += layer.bias_hh[d][g * H + unit];
            }
    }
};

// One row after one step: its sums become gates, h and c the next state.
template <int64_t cell>
void finish_row(const Sums& layout, float* sums, float* h, float* c) {
    const Vec one = splat(1.0f);
    for (int64_t block = 0; block < layout.blocks; ++block, h += VL, c += VL) {
        if constexpr (cell == RNN) {
            store(h, tanh(load(sums)));
            sums += VL;
        } else if constexpr (cell == RELU) {
            const Vec a = load(sums);
            store(h, a < Vec{} ? Vec{} : a);
            sums += VL;
        } else if constexpr (cell == GRU) {
            const Vec r = sigmoid(load(sums)), z = sigmoid(load(sums + VL));
            const Vec n = tanh(load(sums + 3 * VL) + r * load(sums + 2 * VL));
            store(h, (one - z) * n + z * load(h));
            store(sums, r);
            store(sums + VL, z);
            store(sums + 3 * VL, n);
            sums += 4 * VL;
        } else {
            const Vec i = sigmoid(load(sums)), f = sigmoid(load(sums + VL));
            const Vec g = tanh(load(sums + 2 * VL)), o = sigmoid(load(sums + 3 * VL));
            const Vec next = f * load(c) + i * g;
            store(c, next);
            store(h, o * tanh(next));
            store(sums, i);
            store(sums + VL, f);
            store(sums + 2 * VL, g);
            store(sums + 3 * VL, o);
            store(sums + 4 * VL, next);
            sums += 5 * VL;
        }
    }
}

// Sums of inputs alone: what the state's part is added to.
void project_rows(const Sums& layout, const Weights& weights, int64_t n, const float* const* x,
                  const float* const* bias, float* const* sums) {
    product<true>(n, x, weights.input, bias, sums, layout.of_input());
    if (layout.cell != GRU) return;
    for (int64_t k = 0; k < n; ++k)
        for (int64_t at = 2 * VL; at < layout.size(); at += 4 * VL)
            store(sums[k] + at, load(weights.bias + at));
}

template <int64_t cell>
void walk(const Layer& layer, const Batch& batch, const Weights& weights, int64_t d,
          const std::vector<int64_t>& ranks, const Projected* projected) {
    const int64_t H = layer.H, m = static_cast<int64_t>(ranks.size());
    const Sums layout{cell, vectors(H)};
    const int64_t width = layout.blocks * VL + APART, size = layout.size();
    const bool kept = layer.reserve && (cell == GRU || cell == LSTM);
    const bool large = weights.input.K * layout.blocks * gates_of(cell) * VL > LARGE_WEIGHTS;
    const int64_t least = large ? (LEAST_ROWS + m - 1) / m : 1;
    const int64_t ahead = std::min(MOST_AHEAD, std::max(least, AHEAD / (m * size)));
    Buffer states(2 * m * width), scratch(kept ? 0 : ahead * m * size);
    float *h = states.get(), *c = h + m * width;
    std::memset(h, 0, 2 * m * width * sizeof(float));
    for (int64_t k = 0; k < m; ++k) {
        const int64_t from = (d * layer.B + batch.row[ranks[k]]) * H;
        std::memcpy(h + k * width, layer.h_0 + from, H * sizeof(float));
        if (cell == LSTM) std::memcpy(c + k * width, layer.c_0 + from, H * sizeof(float));
    }

    std::vector<const float*> x(ahead * m), bias(ahead * m, weights.bias), state(m);
    std::vector<const float*> start(projected ? ahead * m : 0);
    std::vector<float*> sums(ahead * m);
    std::vector<int64_t> begin(ahead + 1);
    for (int64_t k = 0; k < m; ++k) state[k] = h + k * width;
    int64_t going = m;
    while (going && batch.length[ranks[going - 1]] == 0) --going;
    for (int64_t s = 0; going; s += ahead) {
        // The rows of the next steps, one after another.
        int64_t n = 0, steps = 0;
        for (int64_t still = going; steps < ahead; ++steps) {
            while (still && batch.length[ranks[still - 1]] <= s + steps) --still;
            if (!still) break;
            begin[steps] = n;
            for (int64_t k = 0; k < still; ++k, ++n) {
                const int64_t rank = ranks[k];
                const int64_t t = step_at(s + steps, batch.length[rank], d);
                if (projected)
                    start[n] = projected->sums +
                               projected->which[batch.row[rank] * layer.T + t] * size;
                else
                    x[n] = layer.x + place(layer, batch.row[rank], t, layer.x_row, layer.x_step);
                sums[n] = kept ? layer.reserve +
                                     (d * batch.total + batch.before[rank] + s + steps) * size
                               : scratch.get() + n * size;
            }
        }
        begin[steps] = n;
        if (!projected)
            project_rows(layout, weights, n, x.data(), bias.data(), sums.data());
        else if (cell == GRU)  // one of its sums is the input's alone
            for (int64_t k = 0; k < n; ++k) copy(sums[k], start[k], size);
        for (int64_t step = 0; step < steps; ++step) {
            float* const* here = sums.data() + begin[step];
            going = begin[step + 1] - begin[step];
            const float* const* from = projected ? start.data() + begin[step] : here;
            product<true>(going, state.data(), weights.state, from, here, layout.of_state());
            for (int64_t k = 0; k < going; ++k) {
                const int64_t rank = ranks[k], t = step_at(s + step, batch.length[rank], d);
                float* to = layer.output + d * H + place(layer, batch.row[rank], t,
                                                         layer.output_row, layer.output_step);
                prefetch<true>(to + (d ? -1 : 1) * layer.output_step, H);
                if (kept) prefetch<true>(here[k] + ahead * size, size);
                finish_row<cell>(layout, here[k], h + k * width, c + k * width);
                copy(to, h + k * width, H);
            }
        }
        while (going && batch.length[ranks[going - 1]] <= s + steps) --going;
    }

    for (int64_t k = 0; k < m; ++k) {
        const int64_t row = batch.row[ranks[k]], to = (d * layer.B + row) * H;
        std::memcpy(layer.h_n + to, h + k * width, H * sizeof(float));
        if (cell == LSTM) std::memcpy(layer.c_n + to, c + k * width, H * sizeof(float));
        if (layer.offsets) continue;  // packed steps have no padding
        for (int64_t t = batch.length[ranks[k]]; t < layer.T; ++t)
            std::memset(layer.output + d * H +
                            place(layer, row, t, layer.output_row, layer.output_step),
                        0, H * sizeof(float));
    }
}

void walk_all(const Layer& layer, const Batch& batch, const Weights* weights, int64_t threads,
              const Projected* projected = nullptr) {
    const int64_t groups = groups_of(layer);
    parallel(layer.D * groups, threads, [&](int64_t task) {
        const int64_t d = task / groups;
        const auto ranks = ranks_of(layer.B, groups, task % groups);
        if (ranks.empty()) return;
        const Weights& own = weights[d];
        if (layer.cell == RNN) walk<RNN>(layer, batch, own, d, ranks, projected);
        else if (layer.cell == RELU) walk<RELU>(layer, batch, own, d, ranks, projected);
        else if (layer.cell == GRU) walk<GRU>(layer, batch, own, d, ranks, projected);
        else walk<LSTM>(layer, batch, own, d, ranks, projected);
    });
}

}  // namespace

int64_t reserve_size(int64_t cell, int64_t H) {
    return cell == GRU || cell == LSTM ? Sums{cell, vectors(H)}.size() : 0;
}

int layer_forward(const Layer& layer, bool half) {
    const Batch batch(layer);
    if (!batch.valid(layer)) return 1;
    const Sums layout{layer.cell, vectors(layer.H)};
    const int64_t threads = threads_for(layer, batch);
    const bool keep_half = layer.B <= FEW_ROWS * groups_of(layer) &&
                           gates_of(layer.cell) * layer.H * (layer.I + layer.H) > LARGE_WEIGHTS;
    Weights weights[2];
    for (int64_t d = 0; d < layer.D; ++d) {
        if (half) Weights::fill<Half>(weights[d], layer, d, layout, threads, keep_half);
        else Weights::fill<float>(weights[d], layer, d, layout, threads, false);
    }
    walk_all(layer, batch, weights, threads);
    return 0;
}

const void* pack(const Layer& layer) {
    auto* weights = new Weights[2];
    for (int64_t d = 0; d < layer.D; ++d)
        Weights::fill<float>(weights[d], layer, d, {layer.cell, vectors(layer.H)}, 1, false);
    return weights;
}

int packed_forward(const Layer& layer, const void* packed, const Projected* projected) {
    const Batch batch(layer);
    if (!batch.valid(layer)) return 1;
    walk_all(layer, batch, static_cast<const Weights*>(packed), threads_for(layer, batch),
             projected);
    return 0;
}

int64_t projected_size(int64_t cell, int64_t H) { return Sums{cell, vectors(H)}.size(); }

void project(const Layer& layer, const void* packed, int64_t n, const float* const* x,
             float* sums) {
    const Weights& weights = *static_cast<const Weights*>(packed);
    const Sums layout{layer.cell, vectors(layer.H)};
    std::vector<const float*> bias(n, weights.bias);
    std::vector<float*> to(n);
    for (int64_t k = 0; k < n; ++k) to[k] = sums + k * layout.size();
    project_rows(layout, weights, n, x, bias.data(), to.data());
}

void drop(const void* packed) { delete[] static_cast<const Weights*>(packed); }

}  // namespace ELMAN_ISA
}  // namespace elman
