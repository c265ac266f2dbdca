// A sum of arrays of several processes, in memory that they share. Every field is eight bytes.
#pragma once
#include <cstdint>

namespace elman {

struct Sum {
    int64_t rank, size, n, round;  // which sum it is, from 1 on
    int64_t turns;                 // looks for the others before the call gives up for now
    int64_t wrote;                 // whether this process has written its array already
    void* shared;                  // `elman_sum_size` bytes, 0 at first
    float* own;                    // (n): in, the array of this process; out, the sum
};

}  // namespace elman
