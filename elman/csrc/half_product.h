// Products of bfloat16 rows with bfloat16 columns, sums in float32: one function, three units.
//
//     tiles     Intel's AMX: a tile of sixteen rows, times a tile of thirty-two by sixteen
//     dots      vdpbf16ps: two products a lane
//     emulated  what a tile does, bit for bit, in plain C++: for tests where there are no tiles
//
// c[m][16 j + n] = (add ? c : 0) + Σ_k a[m][k] · b[j][k][n], of M rows and J columns of sixteen. K
// is a multiple of TILE_K. A column is packed by pairs of k in tiles: [k / 2][n][k % 2]. Rows of a and c must
// be there up to the next multiple of TILE_ROWS; what c has in those is of no use afterwards.
//
// A row's sums run over k in an order of their own: they have the same bits in any company.
#pragma once
#include "half.h"

namespace elman {
namespace ELMAN_ISA {

struct Product {
    const Half* a;
    int64_t a_row;
    const Half* b;
    int64_t b_column, b_tile;  // from column to column, and from tile to tile of one
    int64_t K;
    float* c;
    int64_t c_row;
    bool add;
};

void product(int64_t M, int64_t J, const Product& of);

constexpr int64_t TILE = TILE_K * LANES;  // numbers; the tiles of a column lie so far apart if packed

// Whoever multiplies has one for as long: a thread's tiles are configured, and released at the end.
#if defined(__AMX_BF16__)
struct Session {
    Session();
    ~Session();
    Session(const Session&) = delete;
};
#else
struct Session {
    Session() {}
};
#endif

}  // namespace ELMAN_ISA
}  // namespace elman
