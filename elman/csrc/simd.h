// Vectors of floats as wide as the instruction set that this file is compiled for, and the two
// nonlinear functions on them. Nothing here reads or writes past what it is given.
#pragma once
#include <cstdint>
#include <cstring>
#include <utility>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace elman {
namespace ELMAN_ISA {

#if defined(__AVX512F__)
constexpr int VL = 16;         // floats in a vector
constexpr int REGISTERS = 32;  // vectors the processor keeps at hand
constexpr int HELD = 31;       // of them, those that a tile of sums may fill with what it reads
#elif defined(__AVX__)
constexpr int VL = 8;
constexpr int REGISTERS = 16;
constexpr int HELD = 15;
#elif defined(__aarch64__)
constexpr int VL = 4;
constexpr int REGISTERS = 32;
constexpr int HELD = 26;  // with more, compilers store sums within the loop
#else
constexpr int VL = 4;
constexpr int REGISTERS = 16;
constexpr int HELD = 15;
#endif

typedef float Vec __attribute__((vector_size(VL * 4)));
typedef int32_t IntVec __attribute__((vector_size(VL * 4)));

inline Vec load(const float* from) {
    Vec value;
    std::memcpy(&value, from, sizeof value);
    return value;
}

// bfloat16: the upper half of a float.
typedef uint16_t Half;

inline Vec load(const Half* from) {
#if defined(__AVX512F__)  // compilers convert in halves
    const __m256i halves = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(from));
    return (Vec)_mm512_slli_epi32(_mm512_cvtepu16_epi32(halves), 16);
#else
    typedef Half Halves __attribute__((vector_size(VL * 2)));
    typedef uint32_t Words __attribute__((vector_size(VL * 4)));
    Halves value;
    std::memcpy(&value, from, sizeof value);
    return (Vec)(__builtin_convertvector(value, Words) << 16);
#endif
}

inline float to_float(float value) { return value; }
inline float to_float(Half value) {
    const uint32_t bits = static_cast<uint32_t>(value) << 16;
    float result;
    std::memcpy(&result, &bits, sizeof result);
    return result;
}

// Has a vector that was read wait in a register for all who multiply by it; compilers would read it
// anew for each.
inline void once(Vec& value) {
#if defined(__AVX512F__)
    asm("" : "+v"(value));
#elif defined(__x86_64__)
    asm("" : "+x"(value));
#else
    (void)value;
#endif
}

inline void store(float* to, Vec value) { std::memcpy(to, &value, sizeof value); }

// Taking away 0 changes no float, so this is a broadcast; adding 0 would be an addition.
inline Vec splat(float value) { return value - Vec{}; }

#if defined(__AVX__) && !defined(__AVX512F__)
// The mask of the first n lanes, n below VL.
inline __m256i first_lanes(int64_t n) {
    static const int32_t lanes[2 * VL] = {-1, -1, -1, -1, -1, -1, -1, -1};
    return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(lanes + VL - n));
}
#endif

// The first n floats, 0 in the other lanes.
inline Vec load_part(const float* from, int64_t n) {
    if (n >= VL) return load(from);
#if defined(__AVX512F__)
    return (Vec)_mm512_maskz_loadu_ps(static_cast<__mmask16>((1u << n) - 1), from);
#elif defined(__AVX__)
    return (Vec)_mm256_maskload_ps(from, first_lanes(n));
#else
    Vec value{};
    std::memcpy(&value, from, static_cast<size_t>(n) * 4);
    return value;
#endif
}

inline void store_part(float* to, Vec value, int64_t n) {
    if (n >= VL)
        store(to, value);
    else
#if defined(__AVX512F__)
        _mm512_mask_storeu_ps(to, static_cast<__mmask16>((1u << n) - 1), (__m512)value);
#elif defined(__AVX__)
        _mm256_maskstore_ps(to, first_lanes(n), (__m256)value);
#else
        std::memcpy(to, &value, static_cast<size_t>(n) * 4);
#endif
}

// Exchanges the lanes that have bit S of `high` with those of `low` that do not.
template <int S, int... L>
inline void exchange(Vec& low, Vec& high, std::integer_sequence<int, L...>) {
    const Vec a = low, b = high;
#if defined(__clang__)
    low = __builtin_shufflevector(a, b, ((L & S) ? VL + L - S : L)...);
    high = __builtin_shufflevector(a, b, ((L & S) ? VL + L : L + S)...);
#else
    low = __builtin_shuffle(a, b, IntVec{((L & S) ? VL + L - S : L)...});
    high = __builtin_shuffle(a, b, IntVec{((L & S) ? VL + L : L + S)...});
#endif
}

// A square of VL rows becomes its transpose: halves change places, then quarters, and so on.
template <int S = VL / 2>
inline void transpose(Vec* rows) {
    for (int i = 0; i < VL; ++i)
        if (!(i & S)) exchange<S>(rows[i], rows[i + S], std::make_integer_sequence<int, VL>());
    if constexpr (S > 1) transpose<S / 2>(rows);
}

inline int64_t vectors(int64_t n) { return (n + VL - 1) / VL; }

// Asks for n floats that will soon be read or written: rows of a step lie far apart in memory, where
// the processor does not foresee them. Addresses past the end are harmless.
template <bool write>
inline void prefetch(const float* at, int64_t n) {
    for (int64_t k = 0; k < n; k += 16) __builtin_prefetch(at + k, write, 2);
}

inline void copy(float* to, const float* from, int64_t n) {
    int64_t k = 0;
    for (; k + VL <= n; k += VL) store(to + k, load(from + k));
    if (k < n) std::memcpy(to + k, from + k, static_cast<size_t>(n - k) * 4);
}

// x within ±most; NaN stays NaN. Written as a comparison it compiles to twice the instructions.
inline Vec bounded(Vec x, float most) {
    const Vec high = splat(most), low = splat(-most);
#if defined(__AVX512F__)
    return (Vec)_mm512_max_ps((__m512)low, _mm512_min_ps((__m512)high, (__m512)x));
#elif defined(__AVX__)
    return (Vec)_mm256_max_ps((__m256)low, _mm256_min_ps((__m256)high, (__m256)x));
#elif defined(__x86_64__)
    return (Vec)_mm_max_ps((__m128)low, _mm_min_ps((__m128)high, (__m128)x));
#else
    x = x > high ? high : x;
    return x < low ? low : x;
#endif
}

// A place where the function below gives 1, as it hangs on how it is rounded.
#if defined(__FMA__) || defined(__aarch64__)
constexpr float END = 8.043538093566895f;
#else
constexpr float END = 8.019858360290527f;
#endif

// tanh as x P(x²) / Q(x²) on [-END, END]: at most 3.3e-7 from the true value (3.5e-7 without fused
// multiply-adds), never above 1 and 1 at the end, which was looked at for every float; so the result
// needs no bound. NaN stays NaN. Or half of tanh of half of x: powers of two change no digit.
template <bool half>
inline Vec odd(Vec x) {
    constexpr float S = half ? 0.25f : 1.0f;  // what x² counts
    x = bounded(x, half ? 2 * END : END);
    const Vec u = x * x;
    Vec p = splat(2.1866850344332e-11f * S * S * S * S * S * S);
    p = p * u + splat(-1.3677008858792306e-08f * S * S * S * S * S);
    p = p * u + splat(9.188383955915924e-06f * S * S * S * S);
    p = p * u + splat(0.0027771920431405306f * S * S * S);
    p = p * u + splat(0.12072098255157471f * S * S);
    p = p * u + splat(0.9301081299781799f * S);
    Vec q = splat(0.0002206271019531414f * S * S * S);
    q = q * u + splat(0.022348640486598015f * S * S);
    q = q * u + splat(0.43075689673423767f * S);
    q = q * u + splat(0.9301081895828247f);
    return x * p / q;
}

inline Vec tanh(Vec x) { return odd<false>(x); }

// The logistic function, from the same.
inline Vec sigmoid(Vec x) { return odd<true>(x) + splat(0.5f); }

}  // namespace ELMAN_ISA
}  // namespace elman
