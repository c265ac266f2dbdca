// Mean and maximum of every feature over a row's real steps, and their gradient.
// Every field is eight bytes, so that a caller can pack it without knowing C.
#pragma once
#include <cstdint>

namespace elman {

struct Pool {
    int64_t B, T, H, threads;
    const int64_t* lengths;  // (B): real steps of each row
    const float* x;          // (B, T, H), strides in floats; forward only
    int64_t x_row, x_step;
    float* mean;      // (B, H) contiguous, as are the next two; 0 for a row without steps
    float* greatest;  // as mean
    int32_t* at;      // the step of the greatest, the first of several
    float* grad_x;    // (B, T, H) contiguous; not null: backward, and mean and greatest are their
                      // gradients
};

#ifdef ELMAN_ISA
namespace ELMAN_ISA {
int pool(const Pool&);  // 0, or 1 where a length is not in 0 … T
}
#endif

}  // namespace elman
