// Vectors of floats as wide as the instruction set that this file is compiled for, and the two
// nonlinear functions on them. Nothing here reads or writes past what it is given.
#pragma once
#include <cstdint>
#include <cstring>

namespace elman {
namespace ELMAN_ISA {

#if defined(__AVX512F__)
constexpr int VL = 16;         // floats in a vector
constexpr int REGISTERS = 32;  // vectors the processor keeps at hand
#elif defined(__AVX__)
constexpr int VL = 8;
constexpr int REGISTERS = 16;
#elif defined(__aarch64__)
constexpr int VL = 4;
constexpr int REGISTERS = 32;
#else
constexpr int VL = 4;
constexpr int REGISTERS = 16;
#endif

typedef float Vec __attribute__((vector_size(VL * 4)));
typedef int32_t IntVec __attribute__((vector_size(VL * 4)));

inline Vec load(const float* from) {
    Vec value;
    std::memcpy(&value, from, sizeof value);
    return value;
}

inline void store(float* to, Vec value) { std::memcpy(to, &value, sizeof value); }

inline Vec splat(float value) { return Vec{} + value; }

// The first n floats, 0 in the other lanes.
inline Vec load_part(const float* from, int64_t n) {
    if (n >= VL) return load(from);
    Vec value{};
    std::memcpy(&value, from, static_cast<size_t>(n) * 4);
    return value;
}

inline void store_part(float* to, Vec value, int64_t n) {
    if (n >= VL)
        store(to, value);
    else
        std::memcpy(to, &value, static_cast<size_t>(n) * 4);
}

inline int64_t vectors(int64_t n) { return (n + VL - 1) / VL; }

// tanh as x P(x²) / Q(x²), fitted to the relative error on [-9, 9], where float32 reaches 1:
// at most 3.3e-7 from the true value. NaN stays NaN.
inline Vec tanh(Vec x) {
    const Vec most = splat(9.0f);
    x = x > most ? most : x;
    x = x < -most ? -most : x;
    const Vec u = x * x;
    Vec p = splat(1.8255190761817808e-11f);
    p = p * u + splat(-1.2780406066781325e-08f);
    p = p * u + splat(9.267404493584763e-06f);
    p = p * u + splat(0.0029207596089690924f);
    p = p * u + splat(0.1291922628879547f);
    p = p * u + splat(0.9999999403953552f);
    Vec q = splat(0.0002280999324284494f);
    q = q * u + splat(0.023763159289956093f);
    q = q * u + splat(0.4625250995159149f);
    q = q * u + splat(1.0f);
    const Vec one = splat(1.0f);
    Vec y = x * p / q;
    y = y > one ? one : y;
    return y < -one ? -one : y;
}

// The logistic function, from the same.
inline Vec sigmoid(Vec x) { return splat(0.5f) * tanh(splat(0.5f) * x) + splat(0.5f); }

}  // namespace ELMAN_ISA
}  // namespace elman
