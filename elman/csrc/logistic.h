// Logistic regression on sparse rows. Every field is eight bytes.
#pragma once
#include <cstdint>

namespace elman {

struct Logistic {
    int64_t N, columns;
    const int64_t* ends;      // (N): where each row ends in the next two
    const int32_t* ids;       // columns, different ones in a row
    const double* values;
    const int64_t* order;     // (N): the rows, in the order in which they are drawn from
    const double* strengths;  // (N): inverse penalty, below 0 for a row of the answer no
    const double* enough;     // (1): largest gradient in a pass that is the last
    int64_t passes;           // at most
    int64_t seed;
    double* weights;  // (columns + 1): of each, and the bias, which is penalised as they are
};

}  // namespace elman
