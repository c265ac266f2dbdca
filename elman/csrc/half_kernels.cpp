// The table of what one unit offers for products of bfloat16.
#include "half_layer.h"

namespace elman {
namespace ELMAN_ISA {

int64_t half_reserve_size(int64_t cell, int64_t H) { return Sizes(cell, H).reserve(); }

// c += a · b of contiguous rows and columns, as half_product.h has them, of whole tiles.
void half_product(int64_t M, int64_t J, int64_t K, const Half* a, const Half* b, float* c) {
    const Session session;
    product(M, J, {a, K, b, K * LANES, TILE, K, c, J * LANES, true});
}

#if defined(__AMX_BF16__)
constexpr const char* UNIT = "tiles";
#elif defined(__AVX512BF16__)
constexpr const char* UNIT = "dots";
#else
constexpr const char* UNIT = "emulated";
#endif

const HalfKernels half_kernels = {UNIT, half_forward, half_backward, half_reserve_size,
                                   half_product};

}  // namespace ELMAN_ISA
}  // namespace elman
