// Numbers of bfloat16, which products of them take: sixteen bits, rounded to nearest even. Subnormals
// are zero, as the processors' own instruction has it, so that all have the same bits.
#pragma once
#include <type_traits>

#include "simd.h"

namespace elman {
namespace ELMAN_ISA {

constexpr int64_t LANES = 16;      // hidden units of a block, whatever the width of a vector
constexpr int64_t TILE_ROWS = 16;  // rows a tile has
constexpr int64_t TILE_K = 32;     // products a tile adds up: sixteen pairs

inline int64_t up(int64_t n, int64_t to) { return (n + to - 1) / to * to; }

typedef uint32_t Words __attribute__((vector_size(VL * 4)));
typedef Half Halves __attribute__((vector_size(VL * 2)));

// Rounded, in the upper half of each word; the lower is 0. NaN stays NaN.
inline Words rounded(Vec x) {
    const Words bits = (Words)x, size = bits & 0x7fffffffu;
    Words up = bits + 0x7fffu + ((bits >> 16) & 1u);
    up = size > 0x7f800000u ? bits | 0x400000u : up;
    up = size < 0x800000u ? bits & 0x80000000u : up;
    return up & 0xffff0000u;
}

inline Half to_half(float value) { return static_cast<Half>(rounded(splat(value))[0] >> 16); }

inline float as_float(float value) { return value; }
inline float as_float(Half value) { return to_float(value); }

// The first n numbers, 0 in the other lanes; n may be less than 1 or more than there are lanes.
inline Vec read(const float* from, int64_t n) { return n <= 0 ? Vec{} : load_part(from, n); }

inline Vec read(const Half* from, int64_t n) {
    if (n >= VL) return load(from);
    if (n <= 0) return Vec{};
#if defined(__AVX512F__)
    const auto mask = static_cast<__mmask16>((1u << n) - 1);
    return (Vec)_mm512_slli_epi32(_mm512_cvtepu16_epi32(_mm256_maskz_loadu_epi16(mask, from)), 16);
#else
    Half part[VL] = {};
    std::memcpy(part, from, static_cast<size_t>(n) * 2);
    return load(part);
#endif
}

// The first n numbers of a vector, and 0: what is beyond the last unit may be NaN where a row is.
inline Vec first(Vec value, int64_t n) {
    if (n >= VL) return value;
    float part[VL] = {};
    if (n > 0) store_part(part, value, n);
    return load(part);
}

inline void write(float* to, Vec value, int64_t n) {
    if (n > 0) store_part(to, value, n);
}

inline void write(Half* to, Vec value, int64_t n = VL) {
    if (n <= 0) return;
#if defined(__AVX512F__)
#if defined(__AVX512BF16__)
    const __m256i halves = (__m256i)_mm512_cvtneps_pbh((__m512)value);
#else
    const __m256i halves = _mm512_cvtepi32_epi16((__m512i)(rounded(value) >> 16));
#endif
    if (n >= VL) _mm256_storeu_si256(reinterpret_cast<__m256i*>(to), halves);
    else _mm256_mask_storeu_epi16(to, static_cast<__mmask16>((1u << n) - 1), halves);
#else
    const Halves halves = __builtin_convertvector(rounded(value) >> 16, Halves);
    std::memcpy(to, &halves, static_cast<size_t>(n < VL ? n : VL) * 2);
#endif
}

// Numbers of two rows side by side, as products take them: one of a, one of b, and so on; and with
// `rows`, each row by itself as well.
template <bool rows>
inline void write_pair(Half* to, Vec a, Vec b, Half* to_a = nullptr, Half* to_b = nullptr) {
#if defined(__AVX512BF16__)
    const __m512i both = (__m512i)_mm512_cvtne2ps_pbh((__m512)b, (__m512)a);
    const __m512i in_turns =
        _mm512_set_epi16(31, 15, 30, 14, 29, 13, 28, 12, 27, 11, 26, 10, 25, 9, 24, 8, 23, 7, 22, 6,
                         21, 5, 20, 4, 19, 3, 18, 2, 17, 1, 16, 0);
    _mm512_storeu_si512(to, _mm512_permutexvar_epi16(in_turns, both));
    if constexpr (rows) {
        _mm256_storeu_si256(reinterpret_cast<__m256i*>(to_a), _mm512_castsi512_si256(both));
        _mm256_storeu_si256(reinterpret_cast<__m256i*>(to_b), _mm512_extracti64x4_epi64(both, 1));
    }
#else
    const Words low = rounded(a) >> 16, high = rounded(b), pair = low | high;
    std::memcpy(to, &pair, sizeof pair);
    if constexpr (rows) {
        const Halves own = __builtin_convertvector(low, Halves);
        const Halves other = __builtin_convertvector(high >> 16, Halves);
        std::memcpy(to_a, &own, sizeof own);
        std::memcpy(to_b, &other, sizeof other);
    }
#endif
}

// Asks for n numbers that will soon be read or written.
template <bool write = false, class T>
inline void soon(const T* at, int64_t n) {
    prefetch<write>(reinterpret_cast<const float*>(at), n * static_cast<int64_t>(sizeof(T)) / 4);
}

template <class T>
inline void clear(T* at, int64_t n) {
    if (n > 0) std::memset(at, 0, static_cast<size_t>(n) * sizeof(T));
}

// n numbers to bfloat16, and as many zeros as fill `whole`.
template <class From>
void halve(Half* to, const From* from, int64_t n, int64_t whole) {
    if constexpr (std::is_same_v<From, Half>) {
        std::memcpy(to, from, static_cast<size_t>(n) * 2);
    } else {
        for (int64_t k = 0; k < n; k += VL) write(to + k, read(from + k, n - k), n - k);
    }
    clear(to + n, whole - n);
}

// A square of sixteen words a row becomes its transpose; strides in words.
inline void transpose_square(const uint32_t* from, int64_t from_row, uint32_t* to, int64_t to_row) {
    if constexpr (VL == LANES) {
        Vec rows[VL];
        for (int i = 0; i < VL; ++i) std::memcpy(&rows[i], from + i * from_row, sizeof(Vec));
        transpose(rows);
        for (int i = 0; i < VL; ++i) std::memcpy(to + i * to_row, &rows[i], sizeof(Vec));
    } else {
        for (int i = 0; i < LANES; ++i)
            for (int j = 0; j < LANES; ++j) to[i * to_row + j] = from[j * from_row + i];
    }
}

}  // namespace ELMAN_ISA
}  // namespace elman
