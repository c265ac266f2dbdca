// A saved network that reads ids, in one call: embedding, recurrent layers, pooling and linear, the
// mean of members, and the linear part beside them. Every field is eight bytes, so that a caller can
// pack it without knowing C.
#pragma once
#include <cstdint>

#include "elman.h"

namespace elman {

enum Pooling : int64_t { LAST = 0, MEAN = 1, MAX = 2 };

constexpr int64_t SAID = 8;  // bytes: where what is kept of a row has what is said of it

struct Answer {
    int64_t columns;  // ids of a step
    int64_t outputs;
    int64_t members, cell, layers, vocabulary, E, H, pools;
    int64_t read;  // ids at the beginning of a step that the members read
    const int64_t* pooling;         // (pools)
    const float* const* embedding;  // (members): (vocabulary, E) each
    const PackedLayer* const* packed;    // (members * layers)
    const float* const* weight;     // (members): (outputs, pools * H)
    const float* const* bias;       // (members): (outputs)
    int64_t linear;                 // ids that the linear part knows; 0: there is none
    const float* linear_weight;     // (linear, outputs)
    const float* linear_bias;       // (outputs)
    // The call.
    int64_t N, threads;
    const int32_t* ids;   // the steps of all rows, one row after another
    const int64_t* ends;  // (N)
    const void* before;   // (N, state_size): what each row is the continuation of; null: nothing
    void* after;          // (N, state_size): what is kept of each; null: not wanted
    float* said;          // (N, outputs); null: it is kept, SAID bytes from the beginning of each
};

}  // namespace elman
