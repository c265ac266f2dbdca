// Products of rows with packed weights, the inner loop of everything here.
//
// Weights are packed in blocks of VL outputs: [block][k][gate][lane], so that a tile of R rows and
// J blocks keeps R·J·G sums in registers and reads the weights in the order they lie in.
//
// Every sum starts from what is given and runs over k in an order that depends on the weights'
// shape alone, never on the tile: a row's result has the same bits in any company and on any number
// of threads.
#pragma once
#include <algorithm>
#include <utility>
#include <vector>

#include "simd.h"

namespace elman {
namespace ELMAN_ISA {

// Gates of one block of hidden units, VL floats each, lie at these offsets in a row of sums.
struct Slots {
    int64_t block;  // floats from block to block
    int64_t at[4];  // of each gate
};

// Weights as floats, or as bfloat16 where reading them is what takes the time.
struct Packed {
    const void* weights;
    int64_t K;       // inputs
    int64_t blocks;  // of VL outputs
    int64_t gates;
    bool half = false;
    bool halves = false;  // sums over k are those of two halves
};

inline int64_t packed_size(int64_t K, int64_t blocks, int64_t gates) {
    return K * blocks * gates * VL;
}

// c[r] = start[r] + a[r] · weights, in the layout of `slots`; start may be c.
template <class W>
using TileFn = void (*)(int64_t K, const float* const* a, const W* b, int64_t b_block,
                        const float* const* start, float* const* c, const Slots& slots);

// Adds a[r][k] · weights[k] for k in [from, until).
template <class W, int R, int J, int G>
inline void accumulate(Vec (&sum)[R][J * G], int64_t from, int64_t until, const float* const* a,
                       const W* b, int64_t b_block) {
    const float* row[R];
    for (int r = 0; r < R; ++r) row[r] = a[r];
#pragma GCC unroll 2
    for (int64_t k = from; k < until; ++k) {
        Vec w[J * G];
        for (int j = 0; j < J; ++j)
            for (int g = 0; g < G; ++g) w[j * G + g] = load(b + j * b_block + (k * G + g) * VL);
        for (int r = 0; r < R; ++r) {
            const Vec x = splat(row[r][k]);
            for (int v = 0; v < J * G; ++v) sum[r][v] += x * w[v];
        }
    }
}

// With so few sums a row, one row alone waits for each addition, so every row adds up two halves of k
// side by side: the first from the start, the second from 0.
constexpr int FEW_SUMS = 4;

template <class W, int R, int J, int G, bool halves>
void tile(int64_t K, const float* const* a, const W* b, int64_t b_block, const float* const* start,
          float* const* c, const Slots& slots) {
    Vec sum[R][J * G];
    for (int r = 0; r < R; ++r)
        for (int j = 0; j < J; ++j)
            for (int g = 0; g < G; ++g)
                sum[r][j * G + g] = load(start[r] + j * slots.block + slots.at[g]);
    if constexpr (halves) {
        const int64_t half = K / 2;
        Vec other[R][J * G] = {};
        for (int64_t k = 0; k < half; ++k) {
            accumulate<W, R, J, G>(sum, k, k + 1, a, b, b_block);
            accumulate<W, R, J, G>(other, half + k, half + k + 1, a, b, b_block);
        }
        accumulate<W, R, J, G>(other, 2 * half, K, a, b, b_block);
        for (int r = 0; r < R; ++r)
            for (int v = 0; v < J * G; ++v) sum[r][v] += other[r][v];
    } else {
        accumulate<W, R, J, G>(sum, 0, K, a, b, b_block);
    }
    for (int r = 0; r < R; ++r)
        for (int j = 0; j < J; ++j)
            for (int g = 0; g < G; ++g) store(c[r] + j * slots.block + slots.at[g], sum[r][j * G + g]);
}

constexpr int MOST_ROWS = 8;
constexpr int MOST_BLOCKS = 8;

// How many blocks a tile of R rows can hold in registers beside the weights it reads. One row reads
// them as it multiplies: with eight sums it does not wait for each addition.
constexpr int blocks_that_fit(int R, int G, bool halves) {
    int J = HELD / (G * ((halves ? 2 : 1) * R + 1));
    if (R == 1 && !halves)
        while (J * G < 8) ++J;
    return J > MOST_BLOCKS ? MOST_BLOCKS : J;
}

// Four blocks to six rows read less for each product than three to eight.
constexpr int rows_that_fit(int G, bool halves) {
    const int least = G > 1 ? 1 : REGISTERS == 32 && !halves ? 4 : 2;
    int R = 1;
    while (R < MOST_ROWS && blocks_that_fit(R + 1, G, halves) >= least) ++R;
    return R;
}

template <class W, int R, int J, int G, bool halves>
constexpr TileFn<W> tile_or_null() {
    if constexpr (R >= 1 && J >= 1 && J <= blocks_that_fit(R, G, halves))
        return tile<W, R, J, G, halves>;
    else
        return nullptr;
}

template <class W, int G, bool halves>
struct Tiles {
    TileFn<W> of[MOST_ROWS + 1][MOST_BLOCKS + 1];

    constexpr Tiles() : of() { fill(std::make_integer_sequence<int, MOST_ROWS + 1>()); }

    template <int... R>
    constexpr void fill(std::integer_sequence<int, R...>) {
        (fill_row<R>(std::make_integer_sequence<int, MOST_BLOCKS + 1>()), ...);
    }
    template <int R, int... J>
    constexpr void fill_row(std::integer_sequence<int, J...>) {
        ((of[R][J] = tile_or_null<W, R, J, G, halves>()), ...);
    }
};

template <class W, int G, bool halves>
inline constexpr Tiles<W, G, halves> TILES{};

// Cuts n into the fewest pieces of at most `most`, as equal as they go.
inline int64_t next_piece(int64_t left, int64_t most) {
    if (left <= most) return left;
    const int64_t pieces = (left + most - 1) / most;
    return (left + pieces - 1) / pieces;
}

template <class W, int G, bool halves>
void product_of(int64_t M, const float* const* a, const Packed& b, const float* const* start,
                float* const* c, const Slots& slots) {
    constexpr int most_rows = rows_that_fit(G, halves);
    const int64_t widest = std::min<int64_t>(next_piece(M, most_rows), M);
    const int64_t b_block = b.K * G * VL;
    // The widest tile decides how many blocks go together; narrower ones hold as many.
    int64_t most_blocks = blocks_that_fit(static_cast<int>(widest), G, halves);
    // Of many blocks that lie powers of two apart, not so many as a cache holds of such.
    if (G == 1 && b.blocks > MOST_BLOCKS && most_blocks == MOST_BLOCKS) --most_blocks;
    for (int64_t j = 0, J; j < b.blocks; j += J) {
        J = next_piece(b.blocks - j, most_blocks);
        Slots here = slots;
        for (auto& at : here.at) at += j * slots.block;
        for (int64_t m = 0, R; m < M; m += R) {
            R = next_piece(M - m, most_rows);
            TILES<W, G, halves>.of[R][J](b.K, a + m, static_cast<const W*>(b.weights) + j * b_block,
                                 b_block, start + m, c + m, here);
        }
    }
}

template <class W>
void product_with(int64_t M, const float* const* a, const Packed& b, const float* const* start,
                  float* const* c, const Slots& slots) {
    if (b.gates == 1 && b.halves) return product_of<W, 1, true>(M, a, b, start, c, slots);
    if (b.gates == 1) return product_of<W, 1, false>(M, a, b, start, c, slots);
    if (b.gates == 3 && b.halves) return product_of<W, 3, true>(M, a, b, start, c, slots);
    if (b.gates == 3) return product_of<W, 3, false>(M, a, b, start, c, slots);
    if (b.halves) return product_of<W, 4, true>(M, a, b, start, c, slots);
    product_of<W, 4, false>(M, a, b, start, c, slots);
}

// c[m] = start[m] + a[m] · weights for M rows of K floats; half, if some callers have such weights.
template <bool may_be_half = false>
void product(int64_t M, const float* const* a, const Packed& b, const float* const* start,
             float* const* c, const Slots& slots) {
    if (M == 0) return;
    if constexpr (may_be_half)
        if (b.half) return product_with<Half>(M, a, b, start, c, slots);
    product_with<float>(M, a, b, start, c, slots);
}

}  // namespace ELMAN_ISA
}  // namespace elman
