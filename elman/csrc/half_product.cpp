// The three units of half_product.h; the instruction set that the file is compiled for decides.
#include "half_product.h"

#include <cmath>
#include <utility>

namespace elman {
namespace ELMAN_ISA {

#if defined(__AMX_BF16__)

namespace {

struct alignas(64) Config {
    uint8_t palette = 1, start_row = 0, reserved[14] = {};
    uint16_t bytes[16] = {64, 64, 64, 64, 64, 64, 64, 64};  // of a row, for each of eight tiles
    uint8_t rows[16] = {16, 16, 16, 16, 16, 16, 16, 16};
};

// The intrinsics do not say that they read memory.
inline void settle() { asm volatile("" ::: "memory"); }

constexpr int64_t LINE = 64;  // bytes of a row of a tile

// Sums are in tiles 0 to 3. Two by two reads four tiles for four products; of one column four rows
// of tiles go together.
template <int R, int J>
void block(const Product& of) {
    const int64_t a_row = of.a_row * 2, c_row = of.c_row * 4;
    const Half *a[4], *b[2];
    float* c[4];
    for (int r = 0; r < R; ++r) a[r] = of.a + r * TILE_ROWS * of.a_row;
    for (int j = 0; j < J; ++j) b[j] = of.b + j * of.b_column;
    for (int r = 0; r < R; ++r)
        for (int j = 0; j < J; ++j) c[r * J + j] = of.c + r * TILE_ROWS * of.c_row + j * LANES;
    constexpr int sums = R * J;
    if (of.add) {
        _tile_loadd(0, c[0], c_row);
        if constexpr (sums > 1) _tile_loadd(1, c[1], c_row);
        if constexpr (sums > 2) _tile_loadd(2, c[2], c_row);
        if constexpr (sums > 3) _tile_loadd(3, c[3], c_row);
    } else {
        _tile_zero(0);
        if constexpr (sums > 1) _tile_zero(1);
        if constexpr (sums > 2) _tile_zero(2);
        if constexpr (sums > 3) _tile_zero(3);
    }
    for (int64_t k = 0, at = 0; k < of.K; k += TILE_K, at += of.b_tile) {
        _tile_loadd(6, b[0] + at, LINE);
        _tile_loadd(4, a[0] + k, a_row);
        _tile_dpbf16ps(0, 4, 6);
        if constexpr (J == 2) {
            _tile_loadd(7, b[1] + at, LINE);
            _tile_dpbf16ps(1, 4, 7);
            if constexpr (R == 2) {
                _tile_loadd(5, a[1] + k, a_row);
                _tile_dpbf16ps(2, 5, 6);
                _tile_dpbf16ps(3, 5, 7);
            }
        } else {
            if constexpr (R > 1) {
                _tile_loadd(5, a[1] + k, a_row);
                _tile_dpbf16ps(1, 5, 6);
            }
            if constexpr (R > 2) {
                _tile_loadd(7, a[2] + k, a_row);
                _tile_dpbf16ps(2, 7, 6);
            }
            if constexpr (R > 3) {
                _tile_loadd(4, a[3] + k, a_row);
                _tile_dpbf16ps(3, 4, 6);
            }
        }
    }
    _tile_stored(0, c[0], c_row);
    if constexpr (sums > 1) _tile_stored(1, c[1], c_row);
    if constexpr (sums > 2) _tile_stored(2, c[2], c_row);
    if constexpr (sums > 3) _tile_stored(3, c[3], c_row);
}

void one_column(int64_t rows, const Product& of) {
    if (rows == 4) block<4, 1>(of);
    else if (rows == 3) block<3, 1>(of);
    else if (rows == 2) block<2, 1>(of);
    else block<1, 1>(of);
}

}  // namespace

Session::Session() {
    static const Config config;
    _tile_loadconfig(&config);
}

Session::~Session() { _tile_release(); }

void product(int64_t M, int64_t J, const Product& of) {
    settle();
    const int64_t rows = up(M, TILE_ROWS) / TILE_ROWS;
    for (int64_t j = 0, columns; j < J; j += columns) {
        columns = J - j > 1 ? 2 : 1;
        const int64_t most = columns == 2 ? 2 : 4;
        for (int64_t r = 0, some; r < rows; r += some) {
            some = rows - r < most ? rows - r : most;
            Product part = of;
            part.a += r * TILE_ROWS * of.a_row;
            part.b += j * of.b_column;
            part.c += r * TILE_ROWS * of.c_row + j * LANES;
            if (columns == 1) one_column(some, part);
            else if (some == 2) block<2, 2>(part);
            else block<1, 2>(part);
        }
    }
    settle();
}

#elif defined(__AVX512BF16__)

namespace {

constexpr int MOST_COLUMNS = 4;
constexpr int MOST_ROWS = 12;

// Sums that fit into registers beside the columns they read.
constexpr int rows_that_fit(int J) {
    const int R = (30 - J) / J;
    return R > MOST_ROWS ? MOST_ROWS : R;
}

template <int R, int J>
void block(const Product& of) {
    __m512 sum[R][J];
    for (int r = 0; r < R; ++r)
        for (int j = 0; j < J; ++j)
            sum[r][j] = of.add ? _mm512_loadu_ps(of.c + r * of.c_row + j * LANES)
                               : _mm512_setzero_ps();
    const Half* b = of.b;
    for (int64_t k = 0; k < of.K; k += 2, b += 2 * LANES) {
        if (k % TILE_K == 0 && k) b += of.b_tile - TILE;
        __m512bh column[J];
        for (int j = 0; j < J; ++j)
            column[j] = (__m512bh)_mm512_loadu_si512(b + j * of.b_column);
        for (int r = 0; r < R; ++r) {
            int32_t pair;
            std::memcpy(&pair, of.a + r * of.a_row + k, sizeof pair);
            const auto row = (__m512bh)_mm512_set1_epi32(pair);
            for (int j = 0; j < J; ++j) sum[r][j] = _mm512_dpbf16_ps(sum[r][j], row, column[j]);
        }
    }
    for (int r = 0; r < R; ++r)
        for (int j = 0; j < J; ++j) _mm512_storeu_ps(of.c + r * of.c_row + j * LANES, sum[r][j]);
}

using Block = void (*)(const Product&);

template <int J, int... R>
Block block_of(int64_t rows, std::integer_sequence<int, R...>) {
    static constexpr Block all[] = {block<R + 1, J>...};
    return all[rows - 1];
}

template <int J>
void columns_of(int64_t M, const Product& of) {
    constexpr int most = rows_that_fit(J);
    const int64_t pieces = (M + most - 1) / most;
    for (int64_t m = 0, R, left = pieces; m < M; m += R, --left) {
        R = (M - m + left - 1) / left;
        Product part = of;
        part.a += m * of.a_row;
        part.c += m * of.c_row;
        block_of<J>(R, std::make_integer_sequence<int, most>())(part);
    }
}

}  // namespace

void product(int64_t M, int64_t J, const Product& of) {
    for (int64_t j = 0, columns; j < J; j += columns) {
        columns = J - j < MOST_COLUMNS ? J - j : MOST_COLUMNS;
        Product part = of;
        part.b += j * of.b_column;
        part.c += j * LANES;
        if (columns == 4) columns_of<4>(M, part);
        else if (columns == 3) columns_of<3>(M, part);
        else if (columns == 2) columns_of<2>(M, part);
        else columns_of<1>(M, part);
    }
}

#else

namespace {

// Subnormals are zero, going in and coming out.
inline float flushed(float value) {
    return std::fabs(value) < 1.17549435e-38f ? std::copysign(0.0f, value) : value;
}

inline float multiplied(Half a, Half b, float sum) {
    return flushed(std::fma(flushed(to_float(a)), flushed(to_float(b)), sum));
}

}  // namespace

void product(int64_t M, int64_t J, const Product& of) {
    for (int64_t m = 0; m < M; ++m)
        for (int64_t j = 0; j < J; ++j) {
            float* c = of.c + m * of.c_row + j * LANES;
            if (!of.add)
                for (int n = 0; n < LANES; ++n) c[n] = 0;
            for (int64_t k = 0; k < of.K; k += TILE_K) {
                const Half* a = of.a + m * of.a_row + k;
                const Half* b = of.b + j * of.b_column + k / TILE_K * of.b_tile;
                float even[LANES] = {}, odd[LANES] = {};
                for (int p = 0; p < TILE_K / 2; ++p, a += 2, b += 2 * LANES)
                    for (int n = 0; n < LANES; ++n) {
                        even[n] = multiplied(a[0], b[2 * n], even[n]);
                        odd[n] = multiplied(a[1], b[2 * n + 1], odd[n]);
                    }
                for (int n = 0; n < LANES; ++n)
                    c[n] = flushed(flushed(c[n]) + flushed(even[n] + odd[n]));
            }
        }
}

#endif

}  // namespace ELMAN_ISA
}  // namespace elman
