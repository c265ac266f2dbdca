#include "sum.h"

#include <sched.h>

#include <atomic>
#include <cstring>

#include "elman.h"

namespace elman {

namespace {

constexpr int64_t LINE = 64;   // bytes that processors exchange at a time
constexpr int64_t EAGER = 2'000;  // looks before others may have the core

int64_t padded(int64_t floats) { return (floats * 4 + LINE - 1) / LINE * LINE; }

std::atomic<int64_t>& arrived(const Sum& how, int64_t rank) {
    return *reinterpret_cast<std::atomic<int64_t>*>(static_cast<char*>(how.shared) + rank * LINE);
}

// Arrays of one sum lie apart from those of the next, so a process that is ahead writes over nothing
// that another still reads: to be two sums ahead it would have to have met it in between.
float* array(const Sum& how, int64_t rank) {
    const int64_t place = (how.round & 1) * how.size + rank;
    return reinterpret_cast<float*>(static_cast<char*>(how.shared) + how.size * LINE +
                                    place * padded(how.n));
}

bool all_here(const Sum& how) {
    for (int64_t k = 0; k < how.size; ++k)
        if (arrived(how, k).load(std::memory_order_acquire) < how.round) return false;
    return true;
}

}  // namespace

}  // namespace elman

EXPORT int64_t elman_sum_size(const elman::Sum* how) {
    return how->size * elman::LINE + 2 * how->size * elman::padded(how->n);
}

// 1 once the sum is there; 0 where not all were here in time, then the caller asks again.
EXPORT int elman_sum(elman::Sum* sum) {
    elman::Sum& how = *sum;
    if (!how.wrote) {
        std::memcpy(elman::array(how, how.rank), how.own, how.n * sizeof(float));
        elman::arrived(how, how.rank).store(how.round, std::memory_order_release);
        how.wrote = 1;
    }
    for (int64_t turn = 0; !elman::all_here(how); ++turn) {
        if (turn >= how.turns) return 0;
        if (turn >= elman::EAGER) sched_yield();
    }
    // in the order of ranks, so that all have the same bits
    std::memcpy(how.own, elman::array(how, 0), how.n * sizeof(float));
    for (int64_t k = 1; k < how.size; ++k) {
        const float* other = elman::array(how, k);
        for (int64_t i = 0; i < how.n; ++i) how.own[i] += other[i];
    }
    return 1;
}
