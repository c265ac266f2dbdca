// What forward and backward in bfloat16 share: sizes, pairs of rows, packed weights.
#pragma once
#include "half_product.h"
#include "layer.h"

namespace elman {
namespace ELMAN_ISA {

class HalfBuffer {
public:
    explicit HalfBuffer(int64_t size = 0) { reserve(size); }
    void reserve(int64_t size) { memory_.reserve((size + 1) / 2); }
    Half* get() const { return reinterpret_cast<Half*>(memory_.get()); }

private:
    Buffer memory_;
};

// Rows of powers of two would fall on the same places of the cache.
constexpr int64_t HALVES_APART = 32;

// Sums of a block: RNN [a]; GRU [r, z, n of the input, n of the state]; LSTM [i, f, g, o].
constexpr int64_t columns_of(int64_t cell) { return cell == LSTM || cell == GRU ? 4 : 1; }

// Kept of a block for backward: GRU [r, z, n, n of the state]; LSTM [i, f, g, o, c].
constexpr int64_t kept_of(int64_t cell) { return cell == LSTM ? 5 : cell == GRU ? 4 : 0; }

struct Sizes {
    int64_t cell, I, H;

    explicit Sizes(const Layer& layer) : cell(layer.cell), I(layer.I), H(layer.H) {}
    Sizes(int64_t cell, int64_t H) : cell(cell), I(0), H(H) {}

    int64_t gates() const { return gates_of(cell); }
    int64_t blocks() const { return (H + LANES - 1) / LANES; }
    int64_t input_blocks() const { return (I + LANES - 1) / LANES; }
    int64_t wide() const { return blocks() * LANES; }               // hidden units, padded
    int64_t row() const { return wide() + LANES; }                  // of floats, apart
    int64_t sums_row() const { return gates() * wide() + LANES; }   // of a feature's gradients
    int64_t input() const { return up(I, TILE_K); }                 // as factors of products
    int64_t state() const { return up(H, TILE_K); }
    int64_t both() const { return input() + state(); }
    int64_t columns() const { return columns_of(cell); }
    int64_t reserve() const { return blocks() * kept_of(cell) * LANES; }
    // Gradients of a row's sums, `state()` numbers each, as `Gradients` of layer.h has them.
    int64_t parts() const { return columns(); }
    int64_t first_of_state() const { return cell == GRU ? 1 : 0; }
    int64_t gate_of_input(int64_t part) const { return cell == GRU ? (part + 2) % 3 : part; }
};

// Rows go in pairs of equal or nearly equal length, as gradients of weights are added up two at a
// time: ranks 2p and 2p + 1. One task walks several pairs through time together: every n-th.
constexpr int64_t MOST_PAIRS = 32;

inline int64_t pairs_of(const Layer& layer) { return (layer.B + 1) / 2; }

inline int64_t groups_of_pairs(const Layer& layer) {
    const int64_t pairs = pairs_of(layer), wanted = std::max<int64_t>(1, layer.threads / layer.D);
    int64_t groups = (pairs + MOST_PAIRS - 1) / MOST_PAIRS;
    groups = (groups + wanted - 1) / wanted * wanted;
    return std::max<int64_t>(1, std::min(groups, pairs));
}

inline std::vector<int64_t> ranks_of_pairs(int64_t B, int64_t groups, int64_t group) {
    std::vector<int64_t> ranks;
    for (int64_t rank = 2 * group; rank < B; rank += 2 * groups) {
        ranks.push_back(rank);
        if (rank + 1 < B) ranks.push_back(rank + 1);
    }
    return ranks;
}

// One column of sixteen outputs, rows `from + n · stride` of floats, n below `lanes`: to pairs of k.
// `scratch` is of LANES rows of up(K, TILE_K) numbers.
inline void pack_column(const float* from, int64_t stride, int64_t lanes, int64_t K, Half* scratch,
                        Half* to) {
    const int64_t whole = up(K, TILE_K);
    for (int64_t n = 0; n < LANES; ++n) {
        if (n < lanes) halve(scratch + n * whole, from + n * stride, K, whole);
        else clear(scratch + n * whole, whole);
    }
    const auto* words = reinterpret_cast<const uint32_t*>(scratch);
    for (int64_t k = 0; k < whole; k += TILE_K)
        transpose_square(words + k / 2, whole / 2, reinterpret_cast<uint32_t*>(to + k * LANES),
                         LANES);
}

// The same of the transposed: k are n rows of floats, of which `lanes` columns from `from` on; what
// fills up to `whole` rows is 0.
inline void pack_column_of_rows(const float* from, int64_t stride, int64_t lanes, int64_t n,
                                int64_t whole, Half* to) {
    for (int64_t k = 0; k < whole; k += 2)
        for (int64_t u = 0; u < LANES; u += VL) {
            const float* row = from + k * stride + u;
            write_pair<false>(to + k * LANES + 2 * u, k < n ? read(row, lanes - u) : Vec{},
                              k + 1 < n ? read(row + stride, lanes - u) : Vec{});
        }
}

// What is enough work for another thread.
constexpr int64_t LEAST_HALF_PRODUCTS = 1'000'000;

inline int64_t threads_for_half(const Layer& layer, const Batch& batch) {
    const int64_t each = gates_of(layer.cell) * layer.H * (layer.I + layer.H);
    return std::max<int64_t>(
        1, std::min(layer.threads, batch.total * layer.D * each / LEAST_HALF_PRODUCTS));
}

}  // namespace ELMAN_ISA
}  // namespace elman
