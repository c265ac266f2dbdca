// What forward and backward share: the order of rows, where things lie, and packed weights.
#pragma once
#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <new>
#include <numeric>
#include <type_traits>
#include <vector>

#include "elman.h"
#include "parallel.h"
#include "product.h"

namespace elman {
namespace ELMAN_ISA {

// Floats that begin on a cache line; not initialised. A thread keeps some of what it is done with:
// fresh memory comes from the system page by page, which takes longer than to fill it.
class Buffer {
public:
    explicit Buffer(int64_t size = 0) { reserve(size); }
    ~Buffer() { release(); }
    Buffer(const Buffer&) = delete;
    Buffer& operator=(const Buffer&) = delete;

    void reserve(int64_t size) {
        release();
        if (!size) return;
        auto& idle = kept().blocks;
        for (auto block = idle.begin(); block != idle.end(); ++block)
            if (size <= block->size && block->size <= 2 * size) {
                block_ = *block;
                idle.erase(block);
                return;
            }
        void* data;
        if (posix_memalign(&data, 64, size * sizeof(float))) throw std::bad_alloc();
        block_ = {static_cast<float*>(data), size};
    }
    float* get() const { return block_.data; }

private:
    struct Block {
        float* data = nullptr;
        int64_t size = 0;
    };
    struct Kept {
        static constexpr size_t MOST = 12;               // blocks
        static constexpr int64_t LARGEST = 4 * 1024 * 1024;  // floats
        std::vector<Block> blocks;
        ~Kept() {
            for (const Block& block : blocks) std::free(block.data);
        }
    };
    static Kept& kept() {
        static thread_local Kept kept;
        return kept;
    }
    void release() {
        if (!block_.data) return;
        auto& idle = kept().blocks;
        if (block_.size > Kept::LARGEST) {
            std::free(block_.data);
        } else {
            idle.push_back(block_);
            if (idle.size() > Kept::MOST) {
                std::free(idle.front().data);
                idle.erase(idle.begin());
            }
        }
        block_ = {};
    }

    Block block_;
};

// Rows of powers of two that fall on the same places of the cache push each other out of it.
constexpr int64_t APART = 16;

// The sums of one row at one step, by blocks of VL hidden units:
//     RNN   [a]            GRU   [r, z, n of the state, n of the input]        LSTM   [i, f, g, o, c]
// Forward turns them into gates in place, and they are what backward reads.
struct Sums {
    int64_t cell, blocks;

    int64_t parts() const { return cell == LSTM ? 5 : cell == GRU ? 4 : 1; }
    int64_t size() const { return blocks * parts() * VL; }
    Slots of_input() const {
        return {parts() * VL, {0, VL, cell == GRU ? 3 * VL : 2 * VL, 3 * VL}};
    }
    Slots of_state() const { return {parts() * VL, {0, VL, 2 * VL, 3 * VL}}; }
};

// The gradients of one row's sums at one step: [part][padded hidden units]. A GRU's n has two: that
// of the input's sum, first, and that of the state's, last; so both are H-wide runs of three.
struct Gradients {
    int64_t cell, padded;

    int64_t parts() const { return cell == GRU ? 4 : gates_of(cell); }
    int64_t stride() const { return parts() * padded + APART; }
    int64_t of_state() const { return cell == GRU ? padded : 0; }  // where its run begins
    // Which of torch's gates the part is.
    int64_t gate_of_input(int64_t part) const { return cell == GRU ? (part + 2) % 3 : part; }
};

// Rows by falling length, so that those still going at a step are the first ones.
struct Batch {
    std::vector<int64_t> row, length;  // by rank
    std::vector<int64_t> before;       // real steps of all earlier ranks
    int64_t longest = 0, total = 0;

    explicit Batch(const Layer& layer) : row(layer.B), length(layer.B), before(layer.B) {
        std::iota(row.begin(), row.end(), 0);
        if (layer.lengths)
            std::stable_sort(row.begin(), row.end(), [&](int64_t a, int64_t b) {
                return layer.lengths[a] > layer.lengths[b];
            });
        for (int64_t k = 0; k < layer.B; ++k) {
            length[k] = layer.lengths ? layer.lengths[row[k]] : layer.T;
            before[k] = total;
            total += length[k];
        }
        if (layer.B) longest = length[0];
    }

    bool valid(const Layer& layer) const {
        return length.empty() || (length.front() <= layer.T && length.back() >= 0);
    }
};

// The step at which direction d is after s steps of a row, and where the row's floats of it are.
inline int64_t step_at(int64_t s, int64_t length, int64_t d) { return d ? length - 1 - s : s; }

inline int64_t place(const Layer& layer, int64_t row, int64_t t, int64_t row_stride,
                     int64_t step_stride) {
    return row * row_stride + (layer.offsets ? layer.offsets[t] : t) * step_stride;
}

// Ranks that one task walks through time together: one of every n, from left to right and back, so
// that all tasks get as many steps. More would push their states out of the first cache; where the
// weights do not fit the second, that matters less than how often they are read.
constexpr int64_t HELD_WEIGHTS = 256 * 1024;  // floats

inline int64_t most_together(const Layer& layer) {
    return gates_of(layer.cell) * layer.H * layer.H > HELD_WEIGHTS ? 128 : 32;
}

inline int64_t groups_of(const Layer& layer) {
    const int64_t directions = layer.D;
    const int64_t most = most_together(layer);
    int64_t groups = (layer.B + most - 1) / most;
    const int64_t wanted = std::max<int64_t>(1, layer.threads / directions);
    groups = (groups + wanted - 1) / wanted * wanted;  // a whole number for every thread
    return std::max<int64_t>(1, std::min(groups, layer.B));
}

inline std::vector<int64_t> ranks_of(int64_t B, int64_t groups, int64_t group) {
    std::vector<int64_t> ranks;
    for (int64_t rank = group, back = 2 * (groups - group) - 1; rank < B;
         rank += back, back = 2 * groups - back)
        ranks.push_back(rank);
    return ranks;
}

template <class To, class From>
To as(From value) {
    if constexpr (std::is_same_v<To, From>) return value;
    else return to_float(value);
}

// weight (gates*H, K) → [block][k][gate][lane]; lanes past H are 0.
template <class To, class From>
void pack_by_gate(const From* weight, int64_t H, int64_t K, int64_t gates, int64_t block, To* to) {
    const int64_t lanes = std::min<int64_t>(VL, H - block * VL);
    to += block * K * gates * VL;
    for (int64_t g = 0; g < gates; ++g) {
        const From* from = weight + (g * H + block * VL) * K;
        int64_t k = 0;
        if constexpr (std::is_same_v<From, float> && std::is_same_v<To, float>)
            for (; lanes == VL && k + VL <= K; k += VL) {
                Vec rows[VL];
                for (int l = 0; l < VL; ++l) rows[l] = load(from + l * K + k);
                transpose(rows);
                for (int l = 0; l < VL; ++l) store(to + ((k + l) * gates + g) * VL, rows[l]);
            }
        for (; k < K; ++k) {
            To* lane = to + (k * gates + g) * VL;
            for (int64_t l = 0; l < lanes; ++l) lane[l] = as<To>(from[l * K + k]);
            for (int64_t l = lanes; l < VL; ++l) lane[l] = 0;
        }
    }
}

// weight (gates*H, N) → [block of N][gate, padded unit][lane], gate `first` first; the rest 0.
inline void pack_transposed(const float* weight, int64_t H, int64_t N, int64_t gates, int64_t first,
                            int64_t padded, int64_t block, float* to) {
    const int64_t lanes = std::min<int64_t>(VL, N - block * VL);
    to += block * gates * padded * VL;
    for (int64_t g = 0; g < gates; ++g)
        for (int64_t unit = 0; unit < padded; ++unit, to += VL) {
            const float* from = weight + ((g + first) % gates * H + unit) * N + block * VL;
            store(to, unit < H ? load_part(from, lanes) : Vec{});
        }
}

// A task this small is done sooner by the thread that has it.
constexpr int64_t LEAST_PRODUCTS = 200'000;

inline int64_t threads_for(const Layer& layer, const Batch& batch) {
    const int64_t each = gates_of(layer.cell) * layer.H * (layer.I + layer.H);
    return std::max<int64_t>(
        1, std::min(layer.threads, batch.total * layer.D * each / LEAST_PRODUCTS));
}

}  // namespace ELMAN_ISA
}  // namespace elman
