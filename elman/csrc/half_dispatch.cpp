// Picks the unit that multiplies bfloat16 here, once, and calls it; without one, there is none but
// the emulation, which is taken where it is asked for.
#include <atomic>
#include <cstring>

#if defined(__x86_64__) && defined(__linux__)
#include <cpuid.h>
#include <sys/syscall.h>
#include <unistd.h>
#endif

#include "elman.h"

namespace elman {

#define DECLARE(unit) namespace unit { extern const HalfKernels half_kernels; }
#ifdef ELMAN_HAS_TILES
DECLARE(tiles)
#endif
#ifdef ELMAN_HAS_DOTS
DECLARE(dots)
#endif

namespace {

#if defined(__x86_64__) && defined(__linux__)

// AVX-512 with its bfloat16, as processor and system have it.
bool has_dots() {
    __builtin_cpu_init();
    unsigned a, b, c, d;
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
           __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq") &&
           __builtin_cpu_supports("fma") && __get_cpuid_count(7, 1, &a, &b, &c, &d) && a >> 5 & 1;
}

// Linux gives a process room for tiles when it asks for it.
bool has_tiles() {
    constexpr int ARCH_REQ_XCOMP_PERM = 0x1023, TILE_DATA = 18;
    unsigned a, b, c, d;
    return has_dots() && __get_cpuid_count(7, 0, &a, &b, &c, &d) && d >> 22 & 1 && d >> 24 & 1 &&
           syscall(SYS_arch_prctl, ARCH_REQ_XCOMP_PERM, TILE_DATA) == 0;
}

#else

bool has_dots() { return false; }
bool has_tiles() { return false; }

#endif

const HalfKernels* tiles_or_null() {
#ifdef ELMAN_HAS_TILES
    static const bool here = has_tiles();
    if (here) return &tiles::half_kernels;
#endif
    return nullptr;
}

const HalfKernels* dots_or_null() {
#ifdef ELMAN_HAS_DOTS
    static const bool here = has_dots();
    if (here) return &dots::half_kernels;
#endif
    return nullptr;
}

enum Wish : int { BEST, TILES, DOTS, EMULATED };
std::atomic<int> wish{BEST};

// Intel's processors have vdpbf16ps too, at half of what they do in float32.
bool dots_are_quick() {
#if defined(__x86_64__)
    __builtin_cpu_init();
    return !__builtin_cpu_is("intel");
#else
    return false;
#endif
}

// Whoever has chosen a lesser set of kernels has no unit either.
const HalfKernels* best_half() {
    if (std::strcmp(current().isa, "avx512")) return nullptr;
    const HalfKernels* tiles = tiles_or_null();
    if (tiles) return tiles;
    static const bool quick = dots_are_quick();
    return quick ? dots_or_null() : nullptr;
}

const HalfKernels* wished(int which) {
    if (which == EMULATED) return current().half;
    if (which == BEST) return best_half();
    return which == TILES ? tiles_or_null() : dots_or_null();
}

}  // namespace
}  // namespace elman

// The unit in use, or "" without one.
EXPORT const char* elman_half() {
    const elman::HalfKernels* half = elman::wished(elman::wish);
    return half ? half->unit : "";
}

// Takes a unit by name, or the best with ""; 1 where processor, system or build do not have it.
EXPORT int elman_use_half(const char* unit) {
    constexpr const char* names[] = {"", "tiles", "dots", "emulated"};
    for (int which = 0; which < 4; ++which)
        if (!std::strcmp(names[which], unit) && (!which || elman::wished(which))) {
            elman::wish = which;
            return 0;
        }
    return 1;
}

// Numbers of bfloat16 to keep for backward, for every real step and direction.
EXPORT int64_t elman_half_reserve_size(int64_t cell, int64_t H) {
    return elman::current().half->reserve_size(cell, H);
}

// As their namesakes in dispatch.cpp; 2 where there is no unit.
EXPORT int elman_half_forward(const elman::Layer* layer) {
    const elman::HalfKernels* half = elman::wished(elman::wish);
    return half ? half->forward(*layer) : 2;
}

EXPORT int elman_half_backward(const elman::Layer* layer) {
    const elman::HalfKernels* half = elman::wished(elman::wish);
    return half ? half->backward(*layer) : 2;
}

// c (M, 16 J) += a (M, K) · b (J, K / 2, 16, 2), by the unit in use: what a test asks for its bits.
// M is a multiple of sixteen, K of thirty-two.
EXPORT int elman_half_product(int64_t M, int64_t J, int64_t K, const uint16_t* a, const uint16_t* b,
                              float* c) {
    const elman::HalfKernels* half = elman::wished(elman::wish);
    if (!half) return 2;
    half->product(M, J, K, a, b, c);
    return 0;
}
