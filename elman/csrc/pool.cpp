// Pooling over time in one walk over the real steps; padding is neither read nor compared.
#include "pool.h"

#include <algorithm>
#include <limits>

#include "parallel.h"
#include "simd.h"

namespace elman {
namespace ELMAN_ISA {

namespace {

constexpr int64_t WORTH_A_THREAD = 1 << 16;  // floats

inline IntVec load_part(const int32_t* from, int64_t n) {
    IntVec value{};
    std::memcpy(&value, from, static_cast<size_t>(std::min<int64_t>(n, VL)) * 4);
    return value;
}

void forward(const Pool& pool, int64_t row) {
    const int64_t length = pool.lengths[row];
    const float count = static_cast<float>(std::max<int64_t>(length, 1));
    for (int64_t u = 0; u < pool.H; u += VL) {
        const int64_t lanes = std::min<int64_t>(VL, pool.H - u);
        const float* from = pool.x + row * pool.x_row + u;
        Vec sum{}, greatest = length ? splat(-std::numeric_limits<float>::infinity()) : Vec{};
        IntVec at{};
        for (int64_t t = 0; t < length; ++t, from += pool.x_step) {
            const Vec value = ELMAN_ISA::load_part(from, lanes);
            const IntVec more = value > greatest || value != value;  // NaN is kept once it is met
            greatest = more ? value : greatest;
            at = more ? IntVec{} + static_cast<int32_t>(t) : at;
            sum += value;
        }
        store_part(pool.mean + row * pool.H + u, sum / count, lanes);
        store_part(pool.greatest + row * pool.H + u, greatest, lanes);
        std::memcpy(pool.at + row * pool.H + u, &at, static_cast<size_t>(lanes) * 4);
    }
}

void backward(const Pool& pool, int64_t row) {
    const int64_t length = pool.lengths[row];
    const float count = static_cast<float>(std::max<int64_t>(length, 1));
    for (int64_t u = 0; u < pool.H; u += VL) {
        const int64_t lanes = std::min<int64_t>(VL, pool.H - u), from = row * pool.H + u;
        const Vec mean = ELMAN_ISA::load_part(pool.mean + from, lanes) / count;
        const Vec greatest = ELMAN_ISA::load_part(pool.greatest + from, lanes);
        const IntVec at = load_part(pool.at + from, lanes);
        float* to = pool.grad_x + row * pool.T * pool.H + u;
        for (int64_t t = 0; t < pool.T; ++t, to += pool.H) {
            const Vec both = at == static_cast<int32_t>(t) ? mean + greatest : mean;
            store_part(to, t < length ? both : Vec{}, lanes);
        }
    }
}

}  // namespace

int pool(const Pool& pool) {
    for (int64_t row = 0; row < pool.B; ++row)
        if (pool.lengths[row] < 0 || pool.lengths[row] > pool.T) return 1;
    const int64_t worth = pool.B * pool.T * pool.H / WORTH_A_THREAD;
    parallel(pool.B, std::min(pool.threads, worth), [&](int64_t row) {
        if (pool.grad_x) backward(pool, row);
        else forward(pool, row);
    });
    return 0;
}

}  // namespace ELMAN_ISA
}  // namespace elman
