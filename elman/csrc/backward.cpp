// Backward: fixed sets of rows, each with weights' gradients of its own, that are added up at the
// end. A set goes back some steps at a time, from the last: first its rows walk back through them
// and leave the gradients of all sums, and what those came from, by blocks of columns; then the
// weights' gradients are one product over all rows and steps of the lot. Sets follow from sizes and
// lengths, never from threads, and no sum is split, so gradients have the same bits on any number
// of threads. A thread that has whole sets to itself never waits, and reads nothing that another
// wrote.
#include "layer.h"
#include "outer.h"

namespace elman {
namespace ELMAN_ISA {

namespace {

constexpr int64_t LOT = 384;                   // rows and steps at a time, or one step
constexpr int64_t LOT_OF_LARGE = 512;          // where the sums of the weights' gradients are
constexpr int64_t LARGE_GRADIENTS = 1024 * 1024;  // so many floats that they come from far
constexpr int64_t ROWS_AT_ONCE = 6;
constexpr int64_t UNITS_HELD = 64 * 1024;      // floats of sums' gradients that stay in the cache
constexpr int64_t MOST_SETS = 8;
constexpr int64_t LEAST_OF_A_SET = 128;        // rows and steps
constexpr int64_t LARGE_WEIGHTS = 192 * 1024;  // floats: rows that read them together should be many
constexpr int64_t WORTH_A_THREAD = 200'000;    // floats to add up
constexpr int64_t MOST_GRADIENTS = 8 * 1024 * 1024;  // floats, of all sets

int64_t weights_of(const Layer& layer) {
    return gates_of(layer.cell) * layer.H * (layer.I + layer.H);
}

// A power of two, so that they are shared evenly by as many threads as there mostly are.
int64_t sets_of(const Layer& layer, const Batch& batch) {
    const int64_t weights = weights_of(layer);
    const int64_t rows = weights > LARGE_WEIGHTS ? 32 : layer.B >= 64 ? 16 : layer.B >= 32 ? 8 : layer.B >= 8 ? 4 : 2;
    const int64_t most = std::min({MOST_SETS, layer.B / rows, batch.total / LEAST_OF_A_SET,
                                   MOST_GRADIENTS / (layer.D * weights)});
    int64_t sets = 1;
    while (2 * sets <= most) sets *= 2;
    return sets;
}

// One row back over one step: dh, dc in, and out what of them goes around the state's product.
struct Row {
    const float* gates;   // as forward left them
    const float* output;  // (H): h after the step
    const float* before;  // (H): h before it
    const float* c_before;
    int64_t c_block;
    const float* grad_output;  // (H) or null
    const float* x;            // (I)
    float *dh, *dc, *dz;
    float* grad_x;  // (I) or null
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

class Backward {
public:
    explicit Backward(const Layer& layer)
        : layer(layer), batch(layer), sums{layer.cell, vectors(layer.H)},
          layout{layer.cell, sums.blocks * VL}, threads(threads_for(layer, batch)),
          sets(sets_of(layer, batch)), parts(layer.D * sets) {}

    int run();

private:
    struct Direction {
        Packed state, input;
        const float* output;      // of this direction
        float *dh, *dc, *c_0;     // by rank
        float* weight_grad[2];    // ih, hh
        float* bias_grad[2];
    };

    // One set of rows in one direction.
    struct Part {
        int64_t d;
        std::vector<int64_t> ranks;
        int64_t from, until;         // the steps at hand
        std::vector<int64_t> first;  // of each of them, from the last: its first row in Lanes
        int64_t rows = 0;            // in Lanes
        Buffer memory;
        Lanes dz, x, h;
        float *weight_sum[2], *bias_sum;
        bool more = false;           // the sums have something in them
    };

    // Some vectors of columns of one weight's gradient, and some blocks of units.
    struct Share {
        Part* part;
        int64_t of_state, column, columns, unit, units;
    };

    void prepare();
    void prepare_part(Part& part, int64_t k);
    void make_room(Part& part) const;
    bool next_lot(Part& part) const;
    void walk(Part& part, int64_t groups, int64_t group) const;
    template <int64_t cell>
    void walk_steps(Part& part, const std::vector<int64_t>& members) const;
    template <int64_t cell>
    Row row_at(int64_t d, int64_t rank, int64_t s, float* dz) const;
    std::vector<Share> shares_of(Part& part, int64_t pieces) const;
    void weight_gradient(const Share& share) const;
    void bias_gradient(Part& part) const;
    void add_up(int64_t d, int64_t of_state) const;
    void add_up_biases(int64_t d) const;

    int64_t width() const { return layout.padded + APART; }
    int64_t columns_of(int64_t of_state) const { return of_state ? layer.H : layer.I; }
    int64_t size_of(int64_t of_state) const {
        return gates_of(layer.cell) * layer.H * columns_of(of_state);
    }
    // Blocks of units whose sums a weight is part of, and the first of them.
    int64_t units() const { return gates_of(layer.cell) * sums.blocks; }
    int64_t first_unit(int64_t of_state) const {
        return of_state ? layout.of_state() / VL : 0;
    }
    int64_t groups_in(const Part& part) const {
        const int64_t most = most_together(layer);
        return (static_cast<int64_t>(part.ranks.size()) + most - 1) / most;
    }

    const Layer& layer;
    const Batch batch;
    const Sums sums;
    const Gradients layout;
    const int64_t threads, sets;
    std::vector<Part> parts;
    Buffer memory, packed, gradients, zeros;
    Direction direction[2];
};

void Backward::prepare() {
    const int64_t H = layer.H, I = layer.I, gates = gates_of(layer.cell), D = layer.D;
    const int64_t K = gates * layout.padded;
    const int64_t state = packed_size(K, sums.blocks, 1);
    const int64_t input = layer.grad_x[0] ? packed_size(K, vectors(I), 1) : 0;
    packed.reserve(D * (state + input));
    memory.reserve(D * 3 * layer.B * width());
    const int64_t zero = std::max(width(), vectors(I) * VL);
    zeros.reserve(zero);
    std::memset(zeros.get(), 0, zero * sizeof(float));
    if (layer.B) std::memset(memory.get(), 0, D * 3 * layer.B * width() * sizeof(float));
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
    }
    const int64_t n = static_cast<int64_t>(parts.size());
    gradients.reserve(n * layout.stride() + (n - D) * weights_of(layer));
    for (int64_t k = 0; k < n; ++k) prepare_part(parts[k], k);
}

void Backward::prepare_part(Part& part, int64_t k) {
    part.d = k / sets;
    part.ranks = ranks_of(layer.B, sets, k % sets);
    part.from = part.ranks.empty() ? 0 : batch.length[part.ranks[0]];
    // The first set adds up where the result is wanted.
    const Direction& own = direction[part.d];
    part.bias_sum = gradients.get() + k * layout.stride();
    part.weight_sum[0] = own.weight_grad[0];
    part.weight_sum[1] = own.weight_grad[1];
    if (k % sets) {
        const int64_t biases = static_cast<int64_t>(parts.size()) * layout.stride();
        part.weight_sum[0] = gradients.get() + biases + (k - part.d - 1) * weights_of(layer);
        part.weight_sum[1] = part.weight_sum[0] + size_of(0);
    }
    int64_t total = 0;
    for (const int64_t rank : part.ranks) total += batch.length[rank];
    const int64_t rows = static_cast<int64_t>(part.ranks.size());
    const int64_t lot = weights_of(layer) > LARGE_GRADIENTS ? LOT_OF_LARGE : LOT;
    const int64_t lots = std::max<int64_t>(1, (total + lot - 1) / lot);  // as equal as they go
    part.dz.most = part.x.most = part.h.most = std::min(total, total / lots + rows);
}

void Backward::make_room(Part& part) const {
    const int64_t dz = part.dz.size(layout.parts() * sums.blocks);
    const int64_t x = part.x.size(vectors(layer.I)), h = part.h.size(sums.blocks);
    part.memory.reserve(dz + x + h);
    part.dz.at = part.memory.get();
    part.x.at = part.dz.at + dz;
    part.h.at = part.x.at + x;
}

// As many steps before the last lot as there is room for; false when all were walked.
bool Backward::next_lot(Part& part) const {
    part.until = part.from;
    part.rows = 0;
    part.first.clear();
    int64_t going = 0;
    const int64_t all = static_cast<int64_t>(part.ranks.size());
    for (; part.from > 0; --part.from) {
        while (going < all && batch.length[part.ranks[going]] >= part.from) ++going;
        if (part.rows + going > part.dz.most) break;
        part.first.push_back(part.rows);
        part.rows += going;
    }
    return part.rows > 0;
}

int Backward::run() {
    if (!batch.valid(layer)) return 1;
    prepare();
    const int64_t n = static_cast<int64_t>(parts.size());
    const int64_t turns = (n + threads - 1) / threads;
    if (n >= 0.8 * turns * threads) {
        parallel(n, threads, [&](int64_t k) {
            Part& part = parts[k];
            make_room(part);
            const int64_t groups = groups_in(part);
            const std::vector<Share> shares = shares_of(part, 1);
            while (next_lot(part)) {
                for (int64_t group = 0; group < groups; ++group) walk(part, groups, group);
                for (const Share& share : shares) weight_gradient(share);
                bias_gradient(part);
                part.more = true;
            }
            part.memory.reserve(0);
        });
    } else {
        // Several threads to a set: they wait for each other twice a lot.
        std::vector<Share> shares;
        int64_t groups = (threads + n - 1) / n, most_rows = 1;
        for (Part& part : parts) {
            make_room(part);
            for (const Share& share : shares_of(part, threads)) shares.push_back(share);
            groups = std::max(groups, groups_in(part));
            most_rows = std::max<int64_t>(most_rows, part.ranks.size());
        }
        std::stable_sort(shares.begin(), shares.end(), [](const Share& a, const Share& b) {
            return a.columns * a.units > b.columns * b.units;
        });
        groups = std::min(groups, most_rows);
        const int64_t m = static_cast<int64_t>(shares.size());
        for (;;) {
            bool any = false;
            for (Part& part : parts) any |= next_lot(part);
            if (!any) break;
            parallel(n * groups, threads,
                     [&](int64_t task) { walk(parts[task / groups], groups, task % groups); });
            parallel(m + n, threads, [&](int64_t task) {
                if (task < m) weight_gradient(shares[task]);
                else bias_gradient(parts[task - m]);
            });
            for (Part& part : parts) part.more |= part.rows > 0;
        }
    }
    const int64_t H = layer.H;
    for (int64_t d = 0; d < layer.D; ++d) {
        for (int64_t of_state = 0; of_state < 2; ++of_state)
            if (direction[d].weight_grad[of_state]) add_up(d, of_state);
        add_up_biases(d);
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
    }
    return 0;
}

void Backward::walk(Part& part, int64_t groups, int64_t group) const {
    const auto members = ranks_of(static_cast<int64_t>(part.ranks.size()), groups, group);
    if (layer.cell == RNN) walk_steps<RNN>(part, members);
    else if (layer.cell == RELU) walk_steps<RELU>(part, members);
    else if (layer.cell == GRU) walk_steps<GRU>(part, members);
    else walk_steps<LSTM>(part, members);
}

// The input's gradient: rows of sums' gradients, collected until they are worth a product.
class InputGradient {
public:
    static constexpr int64_t TOGETHER = 64;

    InputGradient(const Packed& weights, int64_t I, int64_t room, const float* zeros)
        : weights_(weights), I_(I), whole_(vectors(I) * VL), scratch_(I == whole_ ? 0 : room * whole_),
          dz_(room), start_(room, zeros), to_(room), sum_(room) {
        for (int64_t k = 0; k < room; ++k) sum_[k] = scratch_.get() + k * whole_;
    }

    void add(const float* dz, float* to) {
        dz_[n_] = dz;
        to_[n_++] = to;
        prefetch<true>(to, I_);
    }

    void flush() {
        const bool direct = I_ == whole_;
        product(n_, dz_.data(), weights_, start_.data(), direct ? to_.data() : sum_.data(),
                {VL, {0, 0, 0, 0}});
        if (!direct)
            for (int64_t k = 0; k < n_; ++k) copy(to_[k], sum_[k], I_);
        n_ = 0;
    }

private:
    const Packed& weights_;
    const int64_t I_, whole_;
    Buffer scratch_;
    std::vector<const float*> dz_, start_;
    std::vector<float*> to_, sum_;
    int64_t n_ = 0;
};

template <int64_t cell>
void Backward::walk_steps(Part& part, const std::vector<int64_t>& members) const {
    const int64_t d = part.d, m = static_cast<int64_t>(members.size());
    if (!m || batch.length[part.ranks[members[0]]] <= part.from) return;
    const Direction& own = direction[d];
    const int64_t room = std::max(m, InputGradient::TOGETHER);
    const bool wanted = layer.grad_x[d];
    Buffer memory(room * layout.stride());
    InputGradient input(own.input, layer.I, wanted ? room : 0, zeros.get());
    std::vector<const float*> dz(m), start(m);
    std::vector<float*> dh(m);
    int64_t used = 0;  // rows of memory
    // Where weights are near, a product of few rows follows what was asked of memory for the next
    // step; else they are read once for all.
    const int64_t at_once = weights_of(layer) > LARGE_WEIGHTS ? m : ROWS_AT_ONCE;
    for (int64_t s = part.until - 1; s >= part.from; --s) {
        int64_t going = 0;
        while (going < m && batch.length[part.ranks[members[going]]] > s) ++going;
        if (!wanted || used + going > room) {
            if (wanted) input.flush();
            used = 0;
        }
        const int64_t step = part.first[part.until - 1 - s];
        for (int64_t begin = 0, n; begin < going; begin += n) {
            n = next_piece(going - begin, at_once);
            for (int64_t k = begin; k < begin + n; ++k, ++used) {
                const int64_t rank = part.ranks[members[k]];
                const Row here = row_at<cell>(d, rank, s, memory.get() + used * layout.stride());
                back_row<cell>(layout, layer.H, here);
                const int64_t index = step + members[k];
                part.dz.put(index, here.dz, layout.parts() * layout.padded);
                if (own.weight_grad[0]) part.x.put(index, here.x, layer.I);
                if (own.weight_grad[1]) part.h.put(index, here.before, layer.H);
                if (wanted) input.add(here.dz, here.grad_x);
                dz[k] = here.dz + layout.of_state();
                dh[k] = here.dh;
                start[k] = cell == GRU ? here.dh : zeros.get();
            }
            product(n, dz.data() + begin, own.state, start.data() + begin, dh.data() + begin,
                    {VL, {0, 0, 0, 0}});
        }
    }
    if (wanted) input.flush();
}

// Where a row's numbers of a step are; of the step before, they are asked for.
template <int64_t cell>
Row Backward::row_at(int64_t d, int64_t rank, int64_t s, float* dz) const {
    const Direction& own = direction[d];
    const int64_t row = batch.row[rank], length = batch.length[rank], t = step_at(s, length, d);
    const int64_t H = layer.H, size = sums.size(), kept = d * batch.total + batch.before[rank] + s;
    const auto state_at = [&](int64_t step) {
        return own.output + place(layer, row, step_at(step, length, d), layer.output_row,
                                  layer.output_step);
    };
    Row here;
    here.gates = layer.reserve + kept * size;
    here.output = state_at(s);
    here.before = s ? state_at(s - 1) : layer.h_0 + (d * layer.B + row) * H;
    here.c_before = s ? here.gates - size + 4 * VL : own.c_0 + rank * width();
    here.c_block = s ? 5 * VL : VL;
    here.grad_output = layer.grad_output
                           ? layer.grad_output + d * H +
                                 place(layer, row, t, layer.grad_output_row, layer.grad_output_step)
                           : nullptr;
    here.x = layer.x + place(layer, row, t, layer.x_row, layer.x_step);
    here.dh = own.dh + rank * width();
    here.dc = own.dc + rank * width();
    here.dz = dz;
    here.grad_x = layer.grad_x[d] ? layer.grad_x[d] + place(layer, row, t, layer.grad_x_row,
                                                            layer.grad_x_step)
                                  : nullptr;
    if (s > 0) {
        const int64_t back = d ? 1 : -1;
        if (here.grad_output)
            prefetch<false>(here.grad_output + back * layer.grad_output_step, H);
        if (cell == GRU || cell == LSTM) prefetch<false>(here.gates - size, size);
        prefetch<false>(here.before + back * layer.output_step, H);
        prefetch<false>(here.x + back * layer.x_step, layer.I);
    }
    return here;
}

// What each yields does not depend on the cut.
std::vector<Backward::Share> Backward::shares_of(Part& part, int64_t pieces) const {
    std::vector<Share> shares;
    for (int64_t of_state = 0; of_state < 2; ++of_state) {
        if (!direction[part.d].weight_grad[of_state]) continue;
        const int64_t columns = vectors(columns_of(of_state));
        for (int64_t unit = 0, n; unit < units(); unit += n) {
            n = std::min(next_piece(units() - unit, (units() + pieces - 1) / pieces),
                         std::max<int64_t>(1, UNITS_HELD / part.dz.block()));
            for (int64_t column = 0, V; column < columns; column += V) {
                V = next_piece(columns - column, OUTER_VECTORS);
                shares.push_back({&part, of_state, column, V, unit, n});
            }
        }
    }
    return shares;
}

void Backward::weight_gradient(const Share& share) const {
    const Part& part = *share.part;
    const Lanes& columns = share.of_state ? part.h : part.x;
    const int64_t V = share.columns, H = layer.H, N = columns_of(share.of_state);
    const int64_t column = share.column * VL, last = N - column - (V - 1) * VL;
    const float* b = columns.at + share.column * columns.block();
    const OuterFn add = outer_for(V);
    for (int64_t block = share.unit; block < share.unit + share.units; ++block) {
        const float* a = part.dz.at + (first_unit(share.of_state) + block) * part.dz.block();
        const int64_t run = block / sums.blocks, unit = block % sums.blocks * VL;
        const int64_t gate = share.of_state ? run : layout.gate_of_input(run);
        float* to = part.weight_sum[share.of_state] + (gate * H + unit) * N + column;
        for (int64_t u = 0; u < std::min<int64_t>(VL, H - unit); u += OUTER_UNITS) {
            const int64_t units = std::min<int64_t>(OUTER_UNITS, H - unit - u);
            add(part.rows, a + u, b, columns.block(), {to + u * N, N, units, last, part.more});
        }
    }
}

void Backward::bias_gradient(Part& part) const {
    constexpr int64_t CHAINS = 4;
    for (int64_t unit = 0; unit < layout.parts() * sums.blocks; ++unit) {
        const float* dz = part.dz.at + unit * part.dz.block();
        Vec sum[CHAINS] = {};
        int64_t k = 0;
        for (; k + CHAINS <= part.rows; k += CHAINS)
            for (int64_t c = 0; c < CHAINS; ++c) sum[c] += load(dz + (k + c) * VL);
        for (; k < part.rows; ++k) sum[0] += load(dz + k * VL);
        const Vec all = (sum[0] + sum[1]) + (sum[2] + sum[3]);
        float* to = part.bias_sum + unit * VL;
        store(to, part.more ? load(to) + all : all);
    }
}

// A weight's gradient, of all sets in their order.
void Backward::add_up(int64_t d, int64_t of_state) const {
    const int64_t size = size_of(of_state);
    float* to = direction[d].weight_grad[of_state];
    if (!parts[d * sets].more) std::memset(to, 0, size * sizeof(float));  // nobody has a step
    if (sets == 1) return;
    const int64_t piece = vectors((size + threads - 1) / threads) * VL;
    parallel(threads, size * sets > WORTH_A_THREAD ? threads : 1, [&](int64_t k) {
        for (int64_t at = k * piece; at < std::min(size, (k + 1) * piece); at += VL) {
            const int64_t lanes = std::min<int64_t>(VL, size - at);
            Vec sum = load_part(to + at, lanes);
            for (int64_t set = 1; set < sets; ++set)
                if (const Part& part = parts[d * sets + set]; part.more)
                    sum += load_part(part.weight_sum[of_state] + at, lanes);
            store_part(to + at, sum, lanes);
        }
    });
}

void Backward::add_up_biases(int64_t d) const {
    const int64_t H = layer.H;
    for (int64_t part = 0; part < layout.parts(); ++part) {
        // In a GRU the first part is the input's alone, and the last the state's.
        const bool input = layer.cell != GRU || part < 3, state = layer.cell != GRU || part > 0;
        for (int64_t u = 0; u < H; u += VL) {
            Vec sum{};
            for (int64_t set = 0; set < sets; ++set) {
                const Part& one = parts[d * sets + set];
                if (one.more) sum += load(one.bias_sum + part * layout.padded + u);
            }
            const auto put = [&](float* grad, int64_t gate) {
                if (grad) store_part(grad + gate * H + u, sum, H - u);
            };
            if (input) put(direction[d].bias_grad[0], layout.gate_of_input(part));
            if (state) put(direction[d].bias_grad[1], layer.cell == GRU ? part - 1 : part);
        }
    }
}

}  // namespace

int layer_backward(const Layer& layer) { return Backward(layer).run(); }

}  // namespace ELMAN_ISA
}  // namespace elman
