"""The recurrence of one layer in Triton, the weight held on chip.

One program walks a tile of rows, in one direction, through all of time: the recurrent weight is
loaded once before the first step, the state stays in registers, and no program waits for another.
For weights that fit on one multiprocessor; `gpu_streamed` is for the others.

References:
    Diamos et al., "Persistent RNNs: Stashing Recurrent Weights On-Chip", ICML 2016.
"""

# Triton's language, which mypy takes for Python's.
# mypy: ignore-errors

from __future__ import annotations

import triton
import triton.language as tl

from elman.ops.recurrent.gpu_cells import (
    bias,
    load,
    load_gates,
    saved_of,
    step,
    step_back,
    steps_of,
    store_gates,
    weight,
)

__all__ = ["backward_resident", "forward_resident"]


@triton.jit(do_not_specialize=["B", "T"])
def forward_resident(
    a, u, b, h_0, c_0, lengths, output, h_n, c_n, h_before, kept,
    B, T, H,
    CELL: tl.constexpr, LEARNS: tl.constexpr, G: tl.constexpr, PRECISION: tl.constexpr,
    OPERAND: tl.constexpr, BLOCK_B: tl.constexpr, BLOCK_H: tl.constexpr,
):  # fmt: skip
    d = tl.program_id(1).to(tl.int64)
    D = tl.num_programs(1)
    rows = tl.program_id(0).to(tl.int64) * BLOCK_B + tl.arange(0, BLOCK_B)
    k = tl.arange(0, BLOCK_H)
    inside = (rows < B)[:, None] & (k < H)[None, :]
    steps, last = steps_of(lengths, rows, B, T)

    weights = ()
    for g in tl.static_range(G):
        weights += (weight(u, d, g, H, k[None, :], k[:, None], G, OPERAND),)
    b_hh = bias(b, d, H, k, G)

    state_at = (d * B + rows)[:, None] * H + k[None, :]
    h = load(h_0 + state_at, inside)
    c = h
    if CELL == "lstm":
        c = load(c_0 + state_at, inside)

    a_rows = a + ((rows * T * D + d) * G * H)[:, None] + k[None, :]
    a_time = D.to(tl.int64) * G * H
    t = tl.where(d == 0, 0, tl.maximum(last - 1, 0))
    ahead = load_gates(a_rows + t * a_time, H, (t < steps)[:, None] & inside, G)
    for s in range(last):
        t = tl.where(d == 0, s, last - 1 - s)
        valid = (t < steps)[:, None] & inside
        a_at = a_rows + t * a_time
        here = (((rows * T + t) * D + d) * H)[:, None] + k[None, :]
        # The next step's inputs are on their way while this one computes.
        inputs = ahead
        t_next = tl.where(d == 0, t + 1, tl.maximum(t - 1, 0))
        ahead = load_gates(a_rows + t_next * a_time, H, (t_next < steps)[:, None] & inside, G)
        operand = h.to(u.dtype.element_ty).to(OPERAND)
        recurrent = ()
        for g in tl.static_range(G):
            product = tl.dot(operand, weights[g], input_precision=PRECISION)
            recurrent += (product + b_hh[g],)
        after, gates, keep = step(inputs, recurrent, h, c, CELL)
        tl.store(output + here, after[0], mask=valid)
        if LEARNS:
            tl.store(h_before + here, h, mask=valid)
            # The gates take the place of what they were made from.
            store_gates(a_at, H, gates, valid, len(gates))
            if G > 1:
                tl.store(kept + here, keep, mask=valid)
        h = tl.where(valid, after[0], h)
        c = tl.where(valid, after[1], c)

    tl.store(h_n + state_at, h, mask=inside)
    if CELL == "lstm":
        tl.store(c_n + state_at, c, mask=inside)


@triton.jit(do_not_specialize=["B", "T"])
def backward_resident(
    gates, u, output, h_before, kept, lengths, d_output, d_h_n, d_c_n,
    da, du_n, dh_0, dc_0,
    B, T, H,
    CELL: tl.constexpr, G: tl.constexpr, PRECISION: tl.constexpr, OPERAND: tl.constexpr,
    BLOCK_B: tl.constexpr, BLOCK_H: tl.constexpr,
):  # fmt: skip
    d = tl.program_id(1).to(tl.int64)
    D = tl.num_programs(1)
    rows = tl.program_id(0).to(tl.int64) * BLOCK_B + tl.arange(0, BLOCK_B)
    k = tl.arange(0, BLOCK_H)
    inside = (rows < B)[:, None] & (k < H)[None, :]
    steps, last = steps_of(lengths, rows, B, T)
    # The gates of the plain cells are their output.
    SAVED: tl.constexpr = G if G > 1 else 0

    weights = ()
    for g in tl.static_range(G):
        weights += (weight(u, d, g, H, k[:, None], k[None, :], G, OPERAND),)

    state_at = (d * B + rows)[:, None] * H + k[None, :]
    dh = load(d_h_n + state_at, inside)
    dc = dh
    if CELL == "lstm":
        dc = load(d_c_n + state_at, inside)

    t = tl.where(d == 0, tl.maximum(last - 1, 0), 0)
    ahead = saved_of(
        gates, output, h_before, kept, d_output, rows, k, d, D, t, (t < steps)[:, None] & inside,
        T, H, G, SAVED,
    )  # fmt: skip
    for s in range(last):
        t = tl.where(d == 0, last - 1 - s, s)
        valid = (t < steps)[:, None] & inside
        here = (((rows * T + t) * D + d) * H)[:, None] + k[None, :]
        gates_here = (((rows * T + t) * D + d) * G * H)[:, None] + k[None, :]
        # What the next step reads is on its way while this one computes.
        values, h, before, keep, d_out = ahead
        t_next = tl.where(d == 0, tl.maximum(t - 1, 0), t + 1)
        ahead = saved_of(
            gates, output, h_before, kept, d_output, rows, k, d, D, t_next,
            (t_next < steps)[:, None] & inside, T, H, G, SAVED,
        )  # fmt: skip
        dh += d_out
        d_input, d_recurrent, d_state = step_back(dh, dc, h, before, values, keep, CELL)
        store_gates(da + gates_here, H, d_input, valid, G)
        if CELL == "gru":
            tl.store(du_n + here, d_recurrent[2], mask=valid)
        dh = tl.where(valid, d_state[0], dh)
        dc = tl.where(valid, d_state[1], dc)
        for g in tl.static_range(G):
            through = tl.where(valid, d_recurrent[g], 0.0).to(u.dtype.element_ty).to(OPERAND)
            dh += tl.dot(through, weights[g], input_precision=PRECISION)

    tl.store(dh_0 + state_at, dh, mask=inside)
    if CELL == "lstm":
        tl.store(dc_0 + state_at, dc, mask=inside)
