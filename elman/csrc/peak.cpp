// How fast this processor multiplies and adds when nothing is read or written: the ceiling of every
// product in the other files.
#include <atomic>
#include <chrono>

#include "elman.h"
#include "parallel.h"
#include "simd.h"

namespace elman {
namespace ELMAN_ISA {

namespace {

// Independent chains. Two units that each take four or five cycles need ten to be kept busy, and
// some more where what is ready is not begun at once; with the two constants they fit the registers.
constexpr int CHAINS = REGISTERS == 32 ? 24 : 14;
constexpr int STEPS = 4096;

// Every chain runs towards multiply-add's fixed point, 1: no value ever gets slow or infinite.
void multiply_add(Vec (&chain)[CHAINS], Vec a, Vec b) {
    Vec c[CHAINS];
    for (int k = 0; k < CHAINS; ++k) c[k] = chain[k];
    for (int step = 0; step < STEPS; ++step)
// Else GCC keeps the chains of one set or another in memory, however they are written.
#pragma GCC unroll 24
        for (int k = 0; k < CHAINS; ++k) c[k] = c[k] * a + b;
    for (int k = 0; k < CHAINS; ++k) chain[k] = c[k];
}

}  // namespace

// Operations per second, a multiply-add being two, all threads together. They share one deadline,
// so that one that starts late lowers the figure instead of stretching the time.
double fma_peak(int64_t threads, double seconds) {
    using Clock = std::chrono::steady_clock;
    const auto begun = Clock::now();
    const auto elapsed = [&] { return std::chrono::duration<double>(Clock::now() - begun).count(); };
    std::atomic<int64_t> calls{0};
    // Read through a volatile, so that the compiler cannot work the loop out beforehand.
    volatile float factor = 0.75f, sink = 0.0f;
    parallel(threads, threads, [&](int64_t) {
        const Vec a = splat(factor), b = splat(1.0f - factor);
        Vec chain[CHAINS];
        for (int k = 0; k < CHAINS; ++k) chain[k] = splat(0.5f + 0.03125f * static_cast<float>(k));
        int64_t done = 0;
        do {
            multiply_add(chain, a, b);
            ++done;
        } while (elapsed() < seconds);
        Vec sum{};
        for (int k = 0; k < CHAINS; ++k) sum += chain[k];
        sink = sum[0];
        calls += done;
    });
    return static_cast<double>(calls) * STEPS * CHAINS * VL * 2 / elapsed();
}

}  // namespace ELMAN_ISA
}  // namespace elman
