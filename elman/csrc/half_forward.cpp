// Forward in bfloat16: every task walks some pairs of rows of one direction through all their steps.
// Input and state stand side by side in one row, so a step is one product with both weights, and
// what is done with its sums follows block by block, while they are in the first cache.
#include "half_cells.h"
#include "half_layer.h"

namespace elman {
namespace ELMAN_ISA {

namespace {

// Blocks whose sums are made together: of one gate four, so that products are of several columns.
inline int64_t together(const Sizes& size) { return size.gates() == 1 ? 4 : 1; }

struct HalfWeights {
    HalfBuffer memory;
    Buffer bias;  // [block][column][lane]

    // A block of weights is its gates' columns, of input and state; those of a GRU's n are apart.
    void fill(const Layer& layer, int64_t d, int64_t threads) {
        const Sizes size(layer);
        const int64_t H = size.H, K = size.both(), gates = size.gates();
        memory.reserve(size.blocks() * gates * K * LANES);
        bias.reserve(size.blocks() * size.columns() * LANES);
        clear(bias.get(), size.blocks() * size.columns() * LANES);
        const bool many = size.blocks() * gates * K * LANES > 1'000'000;
        parallel(size.blocks(), many ? threads : 1, [&](int64_t block) {
            HalfBuffer scratch(LANES * std::max(size.input(), size.state()));
            const int64_t unit = block * LANES, lanes = std::min(LANES, H - unit);
            for (int64_t g = 0; g < gates; ++g) {
                const int64_t row = g * H + unit;
                Half* to = memory.get() + (block * gates + g) * K * LANES;
                pack_column(layer.weight_ih[d] + row * size.I, size.I, lanes, size.I, scratch.get(),
                            to);
                pack_column(layer.weight_hh[d] + row * H, H, lanes, H, scratch.get(),
                            to + size.input() * LANES);
                if (!layer.bias_ih[d]) continue;
                float* sum = bias.get() + (block * size.columns() + g) * LANES;
                const bool apart = size.cell == GRU && g == 2;
                for (int64_t n = 0; n < lanes; ++n) {
                    sum[n] += layer.bias_ih[d][row + n];
                    sum[n + (apart ? LANES : 0)] += layer.bias_hh[d][row + n];
                }
            }
        });
    }
};

template <int64_t cell, class Out>
class Walk {
public:
    Walk(const Layer& layer, const Batch& batch, const HalfWeights& weights, int64_t d,
         const std::vector<int64_t>& ranks)
        : layer(layer), batch(batch), weights(weights), d(d), ranks(ranks), size(layer),
          m(static_cast<int64_t>(ranks.size())), row(size.both() + HALVES_APART),
          state(size.wide()), sums_row(together(size) * size.columns() * LANES) {}

    void run();

private:
    template <class In>
    void read_inputs(int64_t s, int64_t going, Half* to) const;
    void multiply(int64_t block, int64_t blocks, int64_t going, const Half* a, float* sums) const;
    void finish(int64_t block, int64_t going, const float* sums, Half* next);

    int64_t still_going(int64_t s, int64_t going) const {
        while (going && batch.length[ranks[going - 1]] <= s) --going;
        return going;
    }

    const Layer& layer;
    const Batch& batch;
    const HalfWeights& weights;
    const int64_t d;
    const std::vector<int64_t>& ranks;
    const Sizes size;
    const int64_t m, row, state, sums_row;
    Buffer carried;  // c of an LSTM, h of a GRU: `state` floats a row
    std::vector<Out*> output;
    std::vector<Half*> kept;
};

template <int64_t cell, class Out>
void Walk<cell, Out>::run() {
    const int64_t rows = up(m, TILE_ROWS), H = size.H, K = size.input();
    HalfBuffer both(2 * rows * row);
    Buffer sums(rows * sums_row);
    Half *here = both.get(), *next = here + rows * row;
    clear(here, 2 * rows * row);
    clear(sums.get(), rows * sums_row);
    constexpr bool carries = cell == LSTM || cell == GRU;
    if constexpr (carries) {
        carried.reserve(m * state);
        clear(carried.get(), m * state);
    }
    for (int64_t k = 0; k < m; ++k) {
        const int64_t from = (d * layer.B + batch.row[ranks[k]]) * H;
        halve(here + k * row + K, layer.h_0 + from, H, H);
        if constexpr (carries)
            copy(carried.get() + k * state, (cell == LSTM ? layer.c_0 : layer.h_0) + from, H);
    }
    output.resize(m);
    kept.resize(m);
    const Session session;
    const auto read = [&](int64_t s, int64_t going, Half* to) {
        if (layer.x_half) read_inputs<Half>(s, going, to);
        else read_inputs<float>(s, going, to);
    };
    int64_t going = still_going(0, m);
    read(0, going, here);
    for (int64_t s = 0; going; ++s, std::swap(here, next)) {
        for (int64_t k = 0; k < going; ++k) {
            const int64_t rank = ranks[k], t = step_at(s, batch.length[rank], d);
            output[k] = reinterpret_cast<Out*>(layer.output) + d * H +
                        place(layer, batch.row[rank], t, layer.output_row, layer.output_step);
            if (!carries || !layer.reserve) continue;
            kept[k] = reinterpret_cast<Half*>(layer.reserve) +
                      (d * batch.total + batch.before[rank] + s) * size.reserve();
        }
        for (int64_t block = 0, blocks; block < size.blocks(); block += blocks) {
            blocks = std::min(together(size), size.blocks() - block);
            multiply(block, blocks, going, here, sums.get());
            for (int64_t j = 0; j < blocks; ++j)
                finish(block + j, going, sums.get() + j * size.columns() * LANES, next);
        }
        going = still_going(s + 1, going);
        read(s + 1, going, next);
    }
    for (int64_t k = 0; k < m; ++k) {
        const int64_t rank = ranks[k], length = batch.length[rank], at = batch.row[rank];
        const int64_t to = (d * layer.B + at) * H;
        const auto placed = [&](int64_t t) {
            return reinterpret_cast<Out*>(layer.output) + d * H +
                   place(layer, at, t, layer.output_row, layer.output_step);
        };
        if (length) {
            const Out* last = placed(step_at(length - 1, length, d));
            for (int64_t u = 0; u < H; ++u) layer.h_n[to + u] = as_float(last[u]);
        } else {
            copy(layer.h_n + to, layer.h_0 + to, H);
        }
        if (cell == LSTM) copy(layer.c_n + to, carried.get() + k * state, H);
        if (layer.offsets) continue;  // packed steps have no padding
        for (int64_t t = length; t < layer.T; ++t) clear(placed(t), H);
    }
}

template <int64_t cell, class Out>
template <class In>
void Walk<cell, Out>::read_inputs(int64_t s, int64_t going, Half* to) const {
    for (int64_t k = 0; k < going; ++k) {
        const int64_t rank = ranks[k], t = step_at(s, batch.length[rank], d);
        const In* from = reinterpret_cast<const In*>(layer.x) +
                         place(layer, batch.row[rank], t, layer.x_row, layer.x_step);
        soon(from + (d ? -1 : 1) * layer.x_step, size.I);
        halve(to + k * row, from, size.I, size.I);
    }
}

template <int64_t cell, class Out>
void Walk<cell, Out>::multiply(int64_t block, int64_t blocks, int64_t going, const Half* a,
                               float* sums) const {
    const int64_t K = size.both(), column = K * LANES, input = size.input();
    const Half* b = weights.memory.get() + block * size.gates() * column;
    const Product whole{a, row, b, column, TILE, K, sums, sums_row, false};
    if constexpr (cell != GRU) return product(going, blocks * size.gates(), whole);
    product(going, 2, whole);
    Product part = whole;
    part.b += 2 * column, part.c += 2 * LANES, part.K = input;
    product(going, 1, part);
    part.a += input, part.b += input * LANES, part.c += LANES, part.K = size.state();
    product(going, 1, part);
}

// One block of every row after one step: sums become gates, and the next state.
template <int64_t cell, class Out>
void Walk<cell, Out>::finish(int64_t block, int64_t going, const float* sums, Half* next) {
    constexpr int64_t columns = columns_of(cell), keeps = kept_of(cell);
    const int64_t unit = block * LANES, kept_at = block * keeps * LANES;
    const float* bias = weights.bias.get() + block * columns * LANES;
    next += size.input() + unit;
    for (int64_t v = 0; v < LANES; v += VL) {
        const int64_t lanes = size.H - unit - v;
        Vec added[columns];
        for (int64_t g = 0; g < columns; ++g) added[g] = load(bias + g * LANES + v);
        for (int64_t k = 0; k < going; ++k) {
            const float* sum = sums + k * sums_row + v;
            float* before = carried.get() + k * state + unit + v;
            Half* keep = keeps && layer.reserve ? kept[k] + kept_at + v : nullptr;
            const Vec h = Cell<cell>::step(sum, added, before, keep);
            write(output[k] + unit + v, h, lanes);
            write(next + k * row + v, h, lanes);
        }
    }
}

template <int64_t cell>
void walk(const Layer& layer, const Batch& batch, const HalfWeights& weights, int64_t d,
          const std::vector<int64_t>& ranks) {
    if (layer.output_half) Walk<cell, Half>(layer, batch, weights, d, ranks).run();
    else Walk<cell, float>(layer, batch, weights, d, ranks).run();
}

}  // namespace

int half_forward(const Layer& layer) {
    const Batch batch(layer);
    if (!batch.valid(layer)) return 1;
    const int64_t threads = threads_for_half(layer, batch), groups = groups_of_pairs(layer);
    HalfWeights weights[2];
    for (int64_t d = 0; d < layer.D; ++d) weights[d].fill(layer, d, threads);
    parallel(layer.D * groups, threads, [&](int64_t task) {
        const int64_t d = task / groups;
        const auto ranks = ranks_of_pairs(layer.B, groups, task % groups);
        if (ranks.empty()) return;
        if (layer.cell == RNN) walk<RNN>(layer, batch, weights[d], d, ranks);
        else if (layer.cell == RELU) walk<RELU>(layer, batch, weights[d], d, ranks);
        else if (layer.cell == GRU) walk<GRU>(layer, batch, weights[d], d, ranks);
        else walk<LSTM>(layer, batch, weights[d], d, ranks);
    });
    return 0;
}

}  // namespace ELMAN_ISA
}  // namespace elman
