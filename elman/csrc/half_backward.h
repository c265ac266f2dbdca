// What goes back through a layer in bfloat16; see half_backward.cpp and, for weights' gradients,
// half_gradients.cpp.
#pragma once
#include "half_cells.h"
#include "half_layer.h"

namespace elman {
namespace ELMAN_ISA {

constexpr int64_t MOST_FEATURES = 128;  // of a share: what their numbers take stays in the cache

class HalfBackward {
public:
    explicit HalfBackward(const Layer& layer);
    int run();

private:
    struct Direction {
        HalfBuffer weights, rows, panel;
        Buffer memory, before_first, dx;
        const Half *state, *input;       // weights of both, by columns of the transposed
        float *dh, *dh_n, *dc;           // by row of the groups; dh_n: before the last step
        Half *dz, *c_0;                  // as these
        std::vector<const void*> x, h;   // what each row of the panel was made from; null: nothing
        Buffer sums[2];                  // gradients of weights, transposed: [feature][unit]

        // Where the panel has a pair of rows in one column of gradients: tiles of sixteen pairs.
        Half* pair(int64_t slot, int64_t column, int64_t tile) const {
            constexpr int64_t deep = TILE_K / 2;
            return panel.get() + slot / deep * tile + column * TILE + slot % deep * 2 * LANES;
        }
    };

    // Some features of one weight's gradient, in tiles.
    struct Share {
        int64_t d, of_state, tile, tiles;
    };

    template <class Out>
    struct Row;

    void prepare();
    void share(int64_t d, int64_t of_state, int64_t features);
    void walk(int64_t d, int64_t group);
    template <int64_t cell, class Out>
    void walk_steps(int64_t d, int64_t group);
    void pad();
    template <class From>
    void turn(const void* const* rows, const Share& share, Half* to, int64_t to_row) const;
    void weight_gradient(const Share& share);
    void bias_gradient(int64_t d, int64_t part);
    void weights_out(const Share& share);
    void finish();

    // Calls f(rank, row) with where each row is kept among those of all groups.
    template <class F>
    void for_each_row(F&& f) const {
        for (int64_t g = 0; g < groups; ++g)
            for (size_t k = 0; k < group_ranks[g].size(); ++k)
                f(group_ranks[g][k], group_row[g] + static_cast<int64_t>(k));
    }

    const Layer& layer;
    const Batch batch;
    const Sizes size;
    const int64_t threads, groups, pairs, at_once;
    int64_t rows = 0, depth = 0, panel_tile = 0;
    int64_t from = 0, until = 0;  // the steps at hand
    int64_t used = 0;             // pairs of the panel
    bool begun = false;           // the sums have something in them
    std::vector<std::vector<int64_t>> group_ranks;
    std::vector<int64_t> group_row, first;
    std::vector<Share> shares;
    Direction direction[2];
};

}  // namespace ELMAN_ISA
}  // namespace elman
