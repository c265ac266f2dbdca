#include "answer.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstring>
#include <limits>
#include <numeric>
#include <vector>

#include "parallel.h"

namespace elman {

namespace {

constexpr int64_t TOGETHER = 32;           // rows, as the layers walk them
constexpr int64_t HELD = 64 * 1024;        // floats of inputs or of outputs: they stay in the cache
constexpr int64_t LEAST_STEPS = 2'000;     // of all rows, for a further thread
constexpr int64_t UNKNOWN = 1, PADDING = 0;  // how the members read an id that is not theirs

// What is kept of one row: how many steps it had, what is said of them, what its ids said in the
// linear part, and of every member the states, and what is pooled.
struct State {
    const Answer& how;
    char* bytes;

    static int64_t floats_of_member(const Answer& how) { return (2 * how.layers + 1) * how.H; }
    static int64_t size(const Answer& how) {
        const int64_t doubles = 1 + said_doubles(how) + how.outputs + how.members * how.H;
        return (8 * doubles + 4 * how.members * floats_of_member(how) + 63) / 64 * 64;
    }
    static int64_t said_doubles(const Answer& how) { return (how.outputs + 1) / 2; }
    int64_t& steps() const { return *reinterpret_cast<int64_t*>(bytes); }
    float* said() const { return reinterpret_cast<float*>(bytes + SAID); }
    double* linear() const { return reinterpret_cast<double*>(bytes) + 1 + said_doubles(how); }
    double* sum(int64_t member) const { return linear() + how.outputs + member * how.H; }
    float* greatest(int64_t member) const {
        return reinterpret_cast<float*>(sum(how.members)) + member * floats_of_member(how);
    }
    float* h(int64_t member, int64_t layer) const {
        return greatest(member) + (1 + layer) * how.H;
    }
    float* c(int64_t member, int64_t layer) const {
        return greatest(member) + (1 + how.layers + layer) * how.H;
    }
    void clear() const {
        std::memset(bytes, 0, size(how));
        for (int64_t m = 0; m < how.members; ++m)
            std::fill_n(greatest(m), how.H, -std::numeric_limits<float>::infinity());
    }
};

struct Row {
    const int32_t* ids;
    int64_t steps;
    State state;
    float* said;
};

// What the first layer makes of the ids of a call, each once: words come again and again, and what
// they say to the gates does not depend on where they stand.
struct Table {
    std::vector<float> sums;
    std::vector<int32_t> place;  // of every id; empty where ids are hardly fewer than steps

    void choose(const Answer& how) {
        const int64_t steps = how.N ? how.ends[how.N - 1] : 0;
        if (how.read != 1 || !how.members || steps < LEAST_STEPS) return;
        place.assign(how.vocabulary, NOT_THERE);
        for (int64_t t = 0; t < steps; ++t) {
            int32_t& own = place[id_of(how, t)];
            if (own != NOT_THERE) continue;
            own = static_cast<int32_t>(ids_.size());
            ids_.push_back(id_of(how, t));
        }
        const PackedLayer& first = *how.packed[0];
        size_ = first.kernels->projected_size(how.cell, how.H);
        const auto distinct = static_cast<int64_t>(ids_.size());
        if (distinct * FEWER > steps || distinct * size_ > LARGEST_TABLE) place.clear();
        else sums.resize(distinct * size_);
    }
    void fill(const Answer& how, int64_t member, int64_t threads) {
        const PackedLayer& packed = *how.packed[member * how.layers];
        Layer layer{};
        layer.cell = how.cell, layer.I = how.E, layer.H = how.H;
        const auto distinct = static_cast<int64_t>(ids_.size());
        parallel((distinct + EACH - 1) / EACH, threads, [&](int64_t task) {
            const int64_t first = task * EACH, n = std::min(EACH, distinct - first);
            const float* x[EACH];
            for (int64_t k = 0; k < n; ++k)
                x[k] = how.embedding[member] + ids_[first + k] * how.E;
            packed.kernels->project(layer, packed.weights, n, x, sums.data() + first * size_);
        });
    }

private:
    static constexpr int32_t NOT_THERE = -1;
    static constexpr int64_t EACH = 256;                 // ids of a task
    static constexpr int64_t FEWER = 3;                  // times
    static constexpr int64_t LARGEST_TABLE = 32'000'000;  // floats

    static int64_t id_of(const Answer& how, int64_t step) {
        const int64_t id = how.ids[step * how.columns];
        return id < how.vocabulary ? id : UNKNOWN;
    }
    std::vector<int64_t> ids_;
    int64_t size_ = 0;
};

// Some rows, longest first, through one thread.
class Walk {
public:
    Walk(const Answer& how, const Table& table)
        : how_(how), table_(table), pools_(how.pooling, how.pooling + how.pools),
          mean_(std::count(pools_.begin(), pools_.end(), MEAN)),
          greatest_(std::count(pools_.begin(), pools_.end(), MAX)) {}

    void member(int64_t m, const Row* rows, int64_t n) {
        const int64_t H = how_.H, E = how_.E, L = how_.layers;
        const int64_t wide = std::max(E, H);
        const int64_t most =
            std::clamp<int64_t>(HELD / (n * wide), 1, std::max<int64_t>(rows[0].steps, 1));
        x_.resize(n * most * wide);
        y_.resize(n * most * wide);
        which_.resize(table_.place.empty() ? 0 : n * most);
        state_.resize(4 * n * H);
        lengths_.resize(n);
        for (int64_t start = 0, still = n;; start += most) {
            while (still && rows[still - 1].steps <= start) --still;
            if (!still) break;
            const int64_t T = std::min(most, rows[0].steps - start);
            for (int64_t k = 0; k < still; ++k) {
                lengths_[k] = std::min(T, rows[k].steps - start);
                const int32_t* ids = rows[k].ids + start * how_.columns;
                if (which_.empty()) embed(m, ids, lengths_[k], x_.data() + k * T * E);
                else
                    for (int64_t t = 0; t < lengths_[k]; ++t)
                        which_[k * T + t] = table_.place[own(ids[t * how_.columns], UNKNOWN)];
            }
            float *x = x_.data(), *y = y_.data();
            for (int64_t l = 0, I = E; l < L; ++l, I = H) {
                layer(m, l, rows, still, T, I, x, y);
                std::swap(x, y);
            }
            for (int64_t k = 0; k < still; ++k) pool(m, rows[k], x + k * T * H, lengths_[k]);
        }
    }

    void finish(const Row& row) {
        if (how_.linear) add_linear(row);
        row.state.steps() += row.steps;
        say(row);
    }

private:
    void pool(int64_t m, const Row& row, const float* from, int64_t steps) const {
        const int64_t H = how_.H;
        double* sum = row.state.sum(m);
        float* greatest = row.state.greatest(m);
        for (int64_t t = 0; mean_ && t < steps; ++t)
            for (int64_t u = 0; u < H; ++u) sum[u] += from[t * H + u];
        for (int64_t t = 0; greatest_ && t < steps; ++t)
            for (int64_t u = 0; u < H; ++u) greatest[u] = std::max(greatest[u], from[t * H + u]);
    }

    void embed(int64_t m, const int32_t* ids, int64_t steps, float* to) const {
        const int64_t E = how_.E;
        const float* table = how_.embedding[m];
        for (int64_t t = 0; t < steps; ++t, to += E, ids += how_.columns) {
            std::memcpy(to, table + own(ids[0], UNKNOWN) * E, E * sizeof(float));
            for (int64_t i = 1; i < how_.read; ++i) {
                const float* other = table + own(ids[i], PADDING) * E;
                for (int64_t e = 0; e < E; ++e) to[e] += other[e];
            }
        }
    }
    int64_t own(int64_t id, int64_t otherwise) const {
        return id < how_.vocabulary ? id : otherwise;
    }

    void layer(int64_t m, int64_t l, const Row* rows, int64_t n, int64_t T, int64_t I,
               const float* x, float* y) {
        const int64_t H = how_.H;
        float *h_0 = state_.data(), *c_0 = h_0 + n * H, *h_n = c_0 + n * H, *c_n = h_n + n * H;
        const bool lstm = how_.cell == LSTM;
        for (int64_t k = 0; k < n; ++k) {
            std::memcpy(h_0 + k * H, rows[k].state.h(m, l), H * sizeof(float));
            if (lstm) std::memcpy(c_0 + k * H, rows[k].state.c(m, l), H * sizeof(float));
        }
        Layer call{};
        call.cell = how_.cell, call.B = n, call.T = T, call.I = I, call.H = H, call.D = 1;
        call.threads = 1;
        call.lengths = lengths_.data();
        call.x = x, call.x_row = T * I, call.x_step = I;
        call.output = y, call.output_row = T * H, call.output_step = H;
        call.h_0 = h_0, call.c_0 = c_0, call.h_n = h_n, call.c_n = c_n;
        const PackedLayer* packed = how_.packed[m * how_.layers + l];
        const Projected projected{table_.sums.data(), which_.data()};
        const bool looked_up = l == 0 && !which_.empty();
        packed->kernels->packed_forward(call, packed->weights, looked_up ? &projected : nullptr);
        for (int64_t k = 0; k < n; ++k) {
            std::memcpy(rows[k].state.h(m, l), h_n + k * H, H * sizeof(float));
            if (lstm) std::memcpy(rows[k].state.c(m, l), c_n + k * H, H * sizeof(float));
        }
    }

    void add_linear(const Row& row) const {
        const int64_t K = how_.outputs, all = row.steps * how_.columns;
        double* sum = row.state.linear();
        for (int64_t n = 0; n < all; ++n) {
            const float* weight = how_.linear_weight + row.ids[n] * K;
            for (int64_t k = 0; k < K; ++k) sum[k] += weight[k];
        }
    }

    void say(const Row& row) {
        const int64_t K = how_.outputs, H = how_.H, M = how_.members, P = how_.pools * H;
        const auto steps = static_cast<double>(std::max<int64_t>(row.state.steps(), 1));
        std::vector<double>& total = total_;
        total.assign(K, 0.0);
        pooled_.resize(P);
        for (int64_t m = 0; m < M; ++m) {
            for (size_t p = 0; p < pools_.size(); ++p) {
                float* to = pooled_.data() + p * H;
                const float* last = row.state.h(m, how_.layers - 1);
                for (int64_t u = 0; u < H; ++u)
                    to[u] = pools_[p] == LAST ? last[u]
                            : pools_[p] == MEAN
                                ? static_cast<float>(row.state.sum(m)[u] / steps)
                            : row.state.steps() ? row.state.greatest(m)[u] : 0.0f;
            }
            for (int64_t k = 0; k < K; ++k) {
                const float* weight = how_.weight[m] + k * P;
                float sums[4] = {};
                int64_t u = 0;
                for (; u + 4 <= P; u += 4)
                    for (int64_t i = 0; i < 4; ++i) sums[i] += weight[u + i] * pooled_[u + i];
                for (; u < P; ++u) sums[0] += weight[u] * pooled_[u];
                total[k] += (sums[0] + sums[1]) + (sums[2] + sums[3]) + how_.bias[m][k];
            }
        }
        for (int64_t k = 0; k < K; ++k) {
            const auto beside = M ? static_cast<float>(total[k] / static_cast<double>(M)) : 0.0f;
            if (how_.linear)
                row.said[k] = static_cast<float>(row.state.linear()[k] / std::sqrt(steps) +
                                                 how_.linear_bias[k]) + beside;
            else
                row.said[k] = beside;
        }
    }

    const Answer& how_;
    const Table& table_;
    std::vector<int32_t> which_;
    std::vector<int64_t> pools_, lengths_;
    const bool mean_, greatest_;
    std::vector<float> x_, y_, state_, pooled_;
    std::vector<double> total_;
};

// Whether all ids are known to somebody.
bool known(const Answer& how) {
    const int64_t total = how.N ? how.ends[how.N - 1] * how.columns : 0;
    const auto most = static_cast<uint32_t>(how.linear ? how.linear : how.vocabulary);
    uint32_t greatest = 0;  // without a sign, numbers below zero are beyond all ids
    for (int64_t n = 0; n < total; ++n)
        greatest = std::max(greatest, static_cast<uint32_t>(how.ids[n]));
    return !total || greatest < most;
}

}  // namespace

}  // namespace elman

using elman::Row;
using elman::State;

EXPORT int64_t elman_state_size(const elman::Answer* how) { return State::size(*how); }

// 0, or 1 where there is an id that nobody knows; nothing was computed.
EXPORT int elman_answer(const elman::Answer* answer) {
    const elman::Answer& how = *answer;
    if (!elman::known(how)) return 1;
    const int64_t N = how.N, size = State::size(how);
    std::vector<int64_t> order(N);
    std::iota(order.begin(), order.end(), 0);
    const auto begin = [&](int64_t n) { return n ? how.ends[n - 1] : 0; };
    const auto steps = [&](int64_t n) { return how.ends[n] - begin(n); };
    std::stable_sort(order.begin(), order.end(),
                     [&](int64_t a, int64_t b) { return steps(a) > steps(b); });
    const int64_t groups = (N + elman::TOGETHER - 1) / elman::TOGETHER;
    const int64_t total = N ? how.ends[N - 1] : 0;
    const int64_t threads =
        std::max<int64_t>(1, std::min(how.threads, total / elman::LEAST_STEPS));
    std::vector<double> memory(how.after ? 0 : N * size / 8);
    std::vector<Row> rows;
    for (const int64_t row : order) {
        char* bytes = (how.after ? static_cast<char*>(how.after)
                                 : reinterpret_cast<char*>(memory.data())) + row * size;
        const State state{how, bytes};
        rows.push_back({how.ids + begin(row) * how.columns, steps(row), state,
                        how.said ? how.said + row * how.outputs : state.said()});
        if (how.before) std::memcpy(bytes, static_cast<const char*>(how.before) + row * size, size);
        else rows.back().state.clear();
    }
    elman::Table table;
    table.choose(how);
    for (int64_t m = 0; m <= how.members; ++m) {
        if (m < how.members && !table.place.empty()) table.fill(how, m, threads);
        elman::parallel(groups, threads, [&](int64_t group) {
            const int64_t first = group * elman::TOGETHER;
            const int64_t n = std::min(elman::TOGETHER, N - first);
            elman::Walk walk(how, table);
            if (m < how.members) return walk.member(m, rows.data() + first, n);
            for (int64_t k = first; k < first + n; ++k) walk.finish(rows[k]);
        });
    }
    return 0;
}
