// Backward in bfloat16: some steps at a time, from the last. First every task walks its pairs of rows
// back through them; gradients of sums go into the products for dh and dx at once, and into a panel,
// by pairs. Then the weights' gradients are one product of that panel with inputs and states. What
// is added up in which order, the layer's shape alone decides.
#include "half_backward.h"

namespace elman {
namespace ELMAN_ISA {

namespace {

constexpr int64_t DEPTH = 512;  // rows and steps at a time: a feature's numbers stay in the cache

// Depends on the layer alone: neither on lengths nor on padding nor on threads.
int64_t half_steps_at_once(const Layer& layer) {
    return std::max<int64_t>(1, DEPTH / std::max<int64_t>(1, layer.B));
}

}  // namespace

HalfBackward::HalfBackward(const Layer& layer)
    : layer(layer), batch(layer), size(layer), threads(threads_for_half(layer, batch)),
      groups(groups_of_pairs(layer)), pairs(pairs_of(layer)),
      at_once(half_steps_at_once(layer)) {}

void HalfBackward::prepare() {
    const int64_t H = size.H, I = size.I, D = layer.D, gates = size.gates();
    const int64_t K = gates * size.state(), wide = size.row();
    for (int64_t g = 0; g < groups; ++g) {
        group_ranks.push_back(ranks_of_pairs(layer.B, groups, g));
        group_row.push_back(rows);
        rows += up(static_cast<int64_t>(group_ranks.back().size()), TILE_ROWS);
    }
    depth = up(std::min(pairs * at_once, pairs * std::max<int64_t>(1, batch.longest)),
               TILE_K / 2);
    first.resize(pairs);
    panel_tile = size.parts() * size.blocks() * TILE + HALVES_APART;
    const int64_t dz_row = size.parts() * size.state() + HALVES_APART;
    for (int64_t d = 0; d < D; ++d) {
        Direction& own = direction[d];
        const int64_t inputs = layer.grad_x[0] ? size.input_blocks() : 0;
        own.weights.reserve((size.blocks() + inputs) * K * LANES);
        own.state = own.weights.get();
        own.input = own.state + size.blocks() * K * LANES;
        const bool many = (size.blocks() + inputs) * K * LANES > 1'000'000;
        parallel(size.blocks() + inputs, many ? threads : 1, [&](int64_t block) {
            const bool of_state = block < size.blocks();
            const int64_t column = (of_state ? block : block - size.blocks()) * LANES;
            const int64_t N = of_state ? H : I;
            const float* weight = (of_state ? layer.weight_hh : layer.weight_ih)[d];
            for (int64_t part = 0; part < gates; ++part) {
                const int64_t gate = of_state ? part : size.gate_of_input(part);
                pack_column_of_rows(weight + gate * H * N + column, N, std::min(LANES, N - column),
                                    H, size.state(),
                                    own.weights.get() + (block * K + part * size.state()) * LANES);
            }
        });
        own.memory.reserve(3 * rows * wide);
        own.dh = own.memory.get();
        own.dh_n = own.dh + rows * wide;
        own.dc = own.dh_n + rows * wide;
        clear(own.dh, 3 * rows * wide);
        own.rows.reserve(rows * dz_row + (layer.cell == LSTM ? rows * wide : 0));
        own.dz = own.rows.get();
        own.c_0 = own.dz + rows * dz_row;
        clear(own.dz, rows * (dz_row + (layer.cell == LSTM ? wide : 0)));
        own.before_first.reserve(rows * wide);
        clear(own.before_first.get(), rows * wide);
        if (layer.grad_x[d]) own.dx.reserve(rows * (size.input_blocks() + 1) * LANES);
        own.panel.reserve(depth / (TILE_K / 2) * panel_tile);
        own.x.assign(2 * depth, nullptr);
        own.h.assign(2 * depth, nullptr);
        for_each_row([&](int64_t rank, int64_t row) {
            const int64_t at = (d * layer.B + batch.row[rank]) * H;
            if (layer.grad_h_n) copy(own.dh_n + row * wide, layer.grad_h_n + at, H);
            if (layer.output_half)
                halve(reinterpret_cast<Half*>(own.before_first.get()) + row * wide, layer.h_0 + at,
                      H, H);
            else
                copy(own.before_first.get() + row * wide, layer.h_0 + at, H);
            if (layer.cell != LSTM) return;
            if (layer.grad_c_n) copy(own.dc + row * wide, layer.grad_c_n + at, H);
            halve(own.c_0 + row * wide, layer.c_0 + at, H, H);
        });
        for (int64_t of_state = 0; of_state < 2; ++of_state) {
            if (!(of_state ? layer.grad_weight_hh : layer.grad_weight_ih)[d]) continue;
            const int64_t features = of_state ? size.blocks() : size.input_blocks();
            own.sums[of_state].reserve(features * LANES * size.sums_row());
            share(d, of_state, features);
        }
    }
}

void HalfBackward::share(int64_t d, int64_t of_state, int64_t features) {
    const int64_t tiles = layer.D * (size.blocks() + size.input_blocks());
    const int64_t most = std::clamp<int64_t>(tiles / (2 * threads), 2, MOST_FEATURES / LANES);
    for (int64_t tile = 0, some; tile < features; tile += some) {
        some = next_piece(features - tile, most);
        shares.push_back({d, of_state, tile, some});
    }
}

int HalfBackward::run() {
    if (!batch.valid(layer)) return 1;
    prepare();
    for (from = (batch.longest - 1) / at_once * at_once; batch.longest && from >= 0;
         from -= at_once) {
        until = std::min(from + at_once, batch.longest);
        used = 0;
        for (int64_t pair = 0; pair < pairs && batch.length[2 * pair] > from; ++pair) {
            first[pair] = used;
            used += std::min(until, batch.length[2 * pair]) - from;
        }
        parallel(layer.D * groups, threads,
                 [&](int64_t task) { walk(task / groups, task % groups); });
        pad();
        const int64_t n = static_cast<int64_t>(shares.size());
        parallel(n + layer.D * size.parts(), threads, [&](int64_t task) {
            if (task < n) weight_gradient(shares[task]);
            else bias_gradient((task - n) / size.parts(), (task - n) % size.parts());
        });
        begun = true;
    }
    finish();
    return 0;
}

// What fills the panel up to whole tiles.
void HalfBackward::pad() {
    const int64_t whole = up(used, TILE_K / 2);
    for (int64_t d = 0; d < layer.D; ++d) {
        Direction& own = direction[d];
        for (int64_t column = 0; column < size.parts() * size.blocks(); ++column)
            if (whole > used) clear(own.pair(used, column, panel_tile), (whole - used) * 2 * LANES);
        std::fill(own.x.begin() + 2 * used, own.x.begin() + 2 * whole, nullptr);
        std::fill(own.h.begin() + 2 * used, own.h.begin() + 2 * whole, nullptr);
    }
}

void HalfBackward::finish() {
    const int64_t H = size.H, wide = size.row();
    for (int64_t d = 0; d < layer.D; ++d)
        for_each_row([&](int64_t rank, int64_t row) {
            const Direction& own = direction[d];
            const int64_t at = batch.row[rank], to = (d * layer.B + at) * H;
            const float* dh = batch.length[rank] ? own.dh : own.dh_n;
            if (layer.grad_h_0) copy(layer.grad_h_0 + to, dh + row * wide, H);
            if (layer.grad_c_0) copy(layer.grad_c_0 + to, own.dc + row * wide, H);
            if (!layer.grad_x[d] || layer.offsets) return;
            const int64_t bytes = layer.x_half ? 2 : 4;
            for (int64_t t = batch.length[rank]; t < layer.T; ++t)
                clear(reinterpret_cast<char*>(layer.grad_x[d]) +
                          bytes * place(layer, at, t, layer.grad_x_row, layer.grad_x_step),
                      bytes * size.I);
        });
    for (int64_t d = 0; d < layer.D; ++d)
        for (int64_t part = 0; part < size.parts() && !begun; ++part) bias_gradient(d, part);
    const int64_t n = static_cast<int64_t>(shares.size());
    parallel(n, threads, [&](int64_t task) { weights_out(shares[task]); });
}

void HalfBackward::walk(int64_t d, int64_t group) {
    const Session session;
    const auto each = [&](auto out) {
        using Out = decltype(out);
        if (layer.cell == RNN) walk_steps<RNN, Out>(d, group);
        else if (layer.cell == RELU) walk_steps<RELU, Out>(d, group);
        else if (layer.cell == GRU) walk_steps<GRU, Out>(d, group);
        else walk_steps<LSTM, Out>(d, group);
    };
    if (layer.output_half) each(Half());
    else each(float());
}

// One row of a pair at one step; of a row that is not going at it, nothing.
template <class Out>
struct HalfBackward::Row {
    bool going = false;
    const Half* gates;
    const Out *h, *before, *grad_output;
    const Half* c_before;
    int64_t c_block;
    const float* dh;
    float *dc, *dh_left;

    template <int64_t cell>
    void back(int64_t block, int64_t v, int64_t lanes, Vec* dz) const {
        if (!going) {
            for (int g = 0; g < columns_of(cell); ++g) dz[g] = Vec{};
            return;
        }
        const int64_t unit = block * LANES + v;
        Backwards at;
        at.gates = gates + block * kept_of(cell) * LANES + v;
        at.dh = load(dh + unit);
        if (grad_output) at.dh += read(grad_output + unit, lanes);
        if constexpr (cell == RNN || cell == RELU) at.h = read(h + unit, lanes);
        if constexpr (cell == GRU) at.before = read(before + unit, lanes);
        if constexpr (cell == LSTM) at.c_before = c_before + block * c_block + v;
        at.dc = dc + unit;
        at.dh_left = dh_left + unit;
        Cell<cell>::back(at, dz);
        if (lanes >= VL) return;
        for (int g = 0; g < columns_of(cell); ++g) dz[g] = elman::ELMAN_ISA::first(dz[g], lanes);
    }
};

template <int64_t cell, class Out>
void HalfBackward::walk_steps(int64_t d, int64_t group) {
    constexpr int64_t parts = columns_of(cell);
    Direction& own = direction[d];
    const auto& ranks = group_ranks[group];
    const int64_t blocks = size.blocks();
    const int64_t m = static_cast<int64_t>(ranks.size()), wide = size.row(), state = size.state();
    const int64_t dz_row = parts * state + HALVES_APART, kept = size.reserve();
    const int64_t dx_row = (size.input_blocks() + 1) * LANES;
    Half* const dz = own.dz + group_row[group] * dz_row;
    float* const dh = own.dh + group_row[group] * wide;
    float* const dx = layer.grad_x[d] ? own.dx.get() + group_row[group] * dx_row : nullptr;
    const Out* const output = reinterpret_cast<const Out*>(layer.output) + d * size.H;
    const auto row_at = [&](int64_t k, int64_t s, int64_t slot) {
        Row<Out> row;
        own.x[slot] = own.h[slot] = nullptr;
        if (k >= m || batch.length[ranks[k]] <= s) return row;
        const int64_t rank = ranks[k], at = batch.row[rank], length = batch.length[rank];
        const int64_t held = group_row[group] + k;  // where the group keeps the row
        const auto state_at = [&](int64_t step) {
            return output + place(layer, at, step_at(step, length, d), layer.output_row,
                                  layer.output_step);
        };
        const int64_t t = step_at(s, length, d);
        row.going = true;
        row.gates = reinterpret_cast<const Half*>(layer.reserve) +
                    (d * batch.total + batch.before[rank] + s) * kept;
        row.h = state_at(s);
        row.before = s ? state_at(s - 1)
                       : reinterpret_cast<const Out*>(own.before_first.get()) + held * wide;
        if constexpr (cell == LSTM) {
            row.c_before = s ? row.gates - kept + 4 * LANES : own.c_0 + held * wide;
            row.c_block = s ? 5 * LANES : LANES;
        }
        row.grad_output = layer.grad_output
                              ? reinterpret_cast<const Out*>(layer.grad_output) + d * size.H +
                                    place(layer, at, t, layer.grad_output_row,
                                          layer.grad_output_step)
                              : nullptr;
        row.dh = (s == length - 1 ? own.dh_n : own.dh) + held * wide;
        row.dh_left = own.dh + held * wide;
        row.dc = own.dc + held * wide;
        if (s) {
            const int64_t back = d ? 1 : -1;
            soon(row.gates - kept, kept);
            soon(row.before + back * layer.output_step, size.H);
            if (row.grad_output)
                soon(row.grad_output + back * layer.grad_output_step, size.H);
        }
        own.x[slot] = reinterpret_cast<const char*>(layer.x) +
                      (layer.x_half ? 2 : 4) * place(layer, at, t, layer.x_row, layer.x_step);
        own.h[slot] = row.before;
        return row;
    };
    int64_t going = 0;  // rows of pairs of which the first is going
    for (int64_t s = until - 1; s >= from; --s) {
        while (going < m && batch.length[ranks[going]] > s) going += 2;
        for (int64_t k = 0; k < going; k += 2) {
            const int64_t slot = first[ranks[k] / 2] + s - from;
            const Row<Out> a = row_at(k, s, 2 * slot), b = row_at(k + 1, s, 2 * slot + 1);
            Half *to_a = dz + k * dz_row, *to_b = to_a + dz_row;
            Half* const panel = own.pair(slot, 0, panel_tile);
            for (int64_t block = 0; block < blocks; ++block)
                for (int64_t v = 0; v < LANES; v += VL) {
                    Vec dz_a[parts], dz_b[parts];
                    const int64_t unit = block * LANES + v, lanes = size.H - unit;
                    a.template back<cell>(block, v, lanes, dz_a);
                    b.template back<cell>(block, v, lanes, dz_b);
                    for (int64_t part = 0; part < parts; ++part) {
                        write_pair<true>(panel + (part * blocks + block) * TILE + 2 * v, dz_a[part], dz_b[part], to_a + part * state + unit,
                                         to_b + part * state + unit);
                    }
                }
        }
        const int64_t K = size.gates() * state;
        product(going, size.blocks(),
                {dz + size.first_of_state() * state, dz_row, own.state, K * LANES, TILE, K, dh, wide,
                 cell == GRU});
        if (!dx) continue;
        product(going, size.input_blocks(),
                {dz, dz_row, own.input, K * LANES, TILE, K, dx, dx_row, false});
        for (int64_t k = 0; k < std::min(going, m); ++k) {
            const int64_t rank = ranks[k], length = batch.length[rank];
            if (length <= s) continue;
            const int64_t to = place(layer, batch.row[rank], step_at(s, length, d),
                                     layer.grad_x_row, layer.grad_x_step);
            const int64_t next = to + (d ? 1 : -1) * layer.grad_x_step;
            if (layer.x_half) {
                Half* grad = reinterpret_cast<Half*>(layer.grad_x[d]);
                soon<true>(grad + next, size.I);
                halve(grad + to, dx + k * dx_row, size.I, size.I);
            } else {
                soon<true>(layer.grad_x[d] + next, size.I);
                copy(layer.grad_x[d] + to, dx + k * dx_row, size.I);
            }
        }
    }
}

int half_backward(const Layer& layer) { return HalfBackward(layer).run(); }

}  // namespace ELMAN_ISA
}  // namespace elman
