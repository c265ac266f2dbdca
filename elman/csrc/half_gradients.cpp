// Weights' gradients in bfloat16: inputs and states are turned, so that a feature's numbers of all
// rows and steps are one row, and multiplied with the panel of gradients of sums.
#include "half_backward.h"

namespace elman {
namespace ELMAN_ISA {

// Features of some pairs become rows of pairs.
template <class From>
void HalfBackward::turn(const void* const* rows, const Share& share, Half* to,
                        int64_t to_row) const {
    const int64_t N = share.of_state ? size.H : size.I, pairs = up(used, TILE_K / 2);
    alignas(64) uint32_t square[LANES][LANES];
    for (int64_t tile = 0; tile < share.tiles; ++tile, to += LANES * to_row) {
        const int64_t feature = (share.tile + tile) * LANES;
        for (int64_t pair = 0; pair < pairs; pair += LANES) {
            for (int64_t p = 0; p < LANES; ++p) {
                const auto* a = static_cast<const From*>(rows[2 * (pair + p)]);
                const auto* b = static_cast<const From*>(rows[2 * (pair + p) + 1]);
                for (int64_t v = 0; v < LANES; v += VL)
                    write_pair<false>(reinterpret_cast<Half*>(square[p] + v),
                                      a ? read(a + feature + v, N - feature - v) : Vec{},
                                      b ? read(b + feature + v, N - feature - v) : Vec{});
            }
            transpose_square(square[0], LANES, reinterpret_cast<uint32_t*>(to + 2 * pair),
                             to_row / 2);
        }
    }
}

void HalfBackward::weight_gradient(const Share& share) {
    Direction& own = direction[share.d];
    const int64_t K = up(used, TILE_K / 2) * 2, row = K + HALVES_APART;
    const int64_t columns = size.gates() * size.blocks();
    HalfBuffer turned(share.tiles * LANES * row);
    const auto* rows = (share.of_state ? own.h : own.x).data();
    if (share.of_state ? layer.output_half : layer.x_half)
        turn<Half>(rows, share, turned.get(), row);
    else
        turn<float>(rows, share, turned.get(), row);
    const Half* panel = own.panel.get();
    if (share.of_state) panel += size.first_of_state() * size.blocks() * TILE;
    const Session session;
    product(share.tiles * LANES, columns,
            {turned.get(), row, panel, TILE, panel_tile, K,
             own.sums[share.of_state].get() + share.tile * LANES * size.sums_row(),
             size.sums_row(), begun});
}

void HalfBackward::bias_gradient(int64_t d, int64_t part) {
    const Direction& own = direction[d];
    const int64_t H = size.H;
    // In a GRU the first part is the input's alone, and the last the state's.
    const bool input = layer.cell != GRU || part < 3, state = layer.cell != GRU || part > 0;
    for (int64_t block = 0; block < size.blocks(); ++block)
        for (int64_t v = 0; v < LANES; v += VL) {
            const int64_t unit = block * LANES + v, lanes = H - unit;
            const int64_t column = part * size.blocks() + block;
            Vec sum{}, other{};
            for (int64_t k = 0; k < used; ++k) {
                Words words;
                std::memcpy(&words, own.pair(k, column, panel_tile) + 2 * v, sizeof words);
                sum += (Vec)(words << 16);
                other += (Vec)(words & 0xffff0000u);
            }
            sum += other;
            const auto add = [&](float* grad, int64_t gate) {
                if (!grad) return;
                float* to = grad + gate * H + unit;
                write(to, begun ? read(to, lanes) + sum : sum, lanes);
            };
            if (input) add(layer.grad_bias_ih[d], size.gate_of_input(part));
            if (state) add(layer.grad_bias_hh[d], layer.cell == GRU ? part - 1 : part);
        }
}

// The sums, turned back, to where the weight's gradient is wanted.
void HalfBackward::weights_out(const Share& share) {
    const Direction& own = direction[share.d];
    const int64_t H = size.H, N = share.of_state ? H : size.I, row = size.sums_row();
    float* to = (share.of_state ? layer.grad_weight_hh : layer.grad_weight_ih)[share.d];
    const auto* sums = reinterpret_cast<const uint32_t*>(own.sums[share.of_state].get());
    alignas(64) float square[LANES][LANES] = {};
    for (int64_t part = 0; part < size.gates(); ++part) {
        const int64_t gate = share.of_state ? part : size.gate_of_input(part);
        for (int64_t block = 0; block < size.blocks(); ++block)
            for (int64_t tile = share.tile; tile < share.tile + share.tiles; ++tile) {
                if (begun)
                    transpose_square(
                        sums + tile * LANES * row + (part * size.blocks() + block) * LANES, row,
                        reinterpret_cast<uint32_t*>(square[0]), LANES);
                const int64_t unit = block * LANES, feature = tile * LANES;
                for (int64_t n = 0; n < std::min(LANES, H - unit); ++n)
                    for (int64_t v = 0; v < LANES; v += VL)
                        write(to + (gate * H + unit + n) * N + feature + v, load(square[n] + v),
                              N - feature - v);
            }
    }
}

}  // namespace ELMAN_ISA
}  // namespace elman
