// Products over rows and steps: gradients of weights.
//
// Both factors lie as the walk leaves them, by blocks of VL columns and in each one row after
// another, so whatever is read goes on where it was.
#pragma once
#include "layer.h"

namespace elman {
namespace ELMAN_ISA {

// Some rows by blocks of columns: [block][row][lane].
struct Lanes {
    float* at = nullptr;
    int64_t most = 0;  // rows there is room for

    int64_t block() const { return most * VL + APART; }
    int64_t size(int64_t blocks) const { return blocks * block(); }
    void put(int64_t row, const float* from, int64_t n) const {
        float* to = at + row * VL;
        for (; n > 0; n -= VL, from += VL, to += block()) store(to, load_part(from, n));
    }
};

constexpr int OUTER_UNITS = REGISTERS == 32 && VL > 4 ? 8 : 4;
constexpr int OUTER_VECTORS = HELD / (OUTER_UNITS + 1);

// What is added up: the first units of OUTER_UNITS, and V vectors of which the last has so many lanes.
struct Sum {
    float* at;
    int64_t row;  // floats from unit to unit
    int64_t units, lanes;
    bool more;  // there is something to add to
};

// sum[unit][·] = Σ_k a[k][unit] b[k], added to what is there.
template <int V>
void outer(int64_t K, const float* a, const float* b, int64_t b_block, const Sum& to) {
    for (int64_t u = 0; u < to.units; ++u) prefetch<true>(to.at + u * to.row, V * VL);
    Vec sum[OUTER_UNITS][V] = {};
#pragma GCC unroll 2
    for (int64_t k = 0; k < K * VL; k += VL) {
        Vec column[V];
        for (int v = 0; v < V; ++v) column[v] = load(b + v * b_block + k);
        for (int u = 0; u < OUTER_UNITS; ++u) {
            const Vec x = splat(a[k + u]);
            for (int v = 0; v < V; ++v) sum[u][v] += x * column[v];
        }
    }
    for (int u = 0; u < OUTER_UNITS; ++u) {
        if (u == to.units) break;
        for (int v = 0; v < V; ++v) {
            float* at = to.at + u * to.row + v * VL;
            const int64_t lanes = v == V - 1 ? to.lanes : VL;
            store_part(at, to.more ? load_part(at, lanes) + sum[u][v] : sum[u][v], lanes);
        }
    }
}

using OuterFn = void (*)(int64_t, const float*, const float*, int64_t, const Sum&);

template <int... V>
constexpr OuterFn outer_of(int64_t width, std::integer_sequence<int, V...>) {
    constexpr OuterFn all[] = {outer<V + 1>...};
    return all[width - 1];
}

inline OuterFn outer_for(int64_t width) {
    return outer_of(width, std::make_integer_sequence<int, OUTER_VECTORS>());
}

}  // namespace ELMAN_ISA
}  // namespace elman
