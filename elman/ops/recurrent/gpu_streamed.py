"""The recurrence of one layer in Triton, for weights too large to be held on one multiprocessor.

One program walks a tile of rows, in one direction, through all of time, as in `gpu_resident`.
Unlike there, every step reads the weight again, tile by tile, from the cache, and the state passes
from step to step through a small float32 buffer in memory.
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
    step,
    step_back,
    steps_of,
    store_gates,
    weight,
)

__all__ = ["backward_streamed", "forward_streamed"]


@triton.jit(do_not_specialize=["B", "T"])
def forward_streamed(
    a, u, b, h_0, c_0, lengths, output, h_n, c_n, h_before, kept, carried,
    B, T, H,
    CELL: tl.constexpr, LEARNS: tl.constexpr, G: tl.constexpr, PRECISION: tl.constexpr,
    OPERAND: tl.constexpr, BLOCK_B: tl.constexpr, BLOCK_N: tl.constexpr, BLOCK_K: tl.constexpr,
):  # fmt: skip
    d = tl.program_id(1).to(tl.int64)
    D = tl.num_programs(1)
    rows = tl.program_id(0).to(tl.int64) * BLOCK_B + tl.arange(0, BLOCK_B)
    steps, last = steps_of(lengths, rows, B, T)
    # carried (3, D, B, H), float32: h of even steps, h of odd steps, c.
    state_at = (d * B + rows)[:, None] * H
    apart = D.to(tl.int64) * B * H

    for n in range(0, H, BLOCK_N):
        columns = n + tl.arange(0, BLOCK_N)[None, :]
        inside = (rows < B)[:, None] & (columns < H)
        at = state_at + columns
        tl.store(carried + at, load(h_0 + at, inside), mask=inside)
        if CELL == "lstm":
            tl.store(carried + 2 * apart + at, load(c_0 + at, inside), mask=inside)
    tl.debug_barrier()

    for s in range(last):
        t = tl.where(d == 0, s, last - 1 - s)
        now = carried + (s % 2) * apart + state_at
        following = carried + ((s + 1) % 2) * apart + state_at
        a_rows = a + (((rows * T + t) * D + d) * G * H)[:, None]
        here_rows = (((rows * T + t) * D + d) * H)[:, None]
        for n in range(0, H, BLOCK_N):
            columns = n + tl.arange(0, BLOCK_N)
            inside = (rows < B)[:, None] & (columns < H)[None, :]
            valid = (t < steps)[:, None] & inside
            b_hh = bias(b, d, H, columns, G)
            recurrent = ()
            for g in tl.static_range(G):
                recurrent += (tl.zeros((BLOCK_B, BLOCK_N), tl.float32) + b_hh[g],)
            for k in range(0, H, BLOCK_K):
                inner = k + tl.arange(0, BLOCK_K)
                whole = (rows < B)[:, None] & (inner < H)[None, :]
                operand = load(now + inner[None, :], whole).to(u.dtype.element_ty).to(OPERAND)
                sums = ()
                for g in tl.static_range(G):
                    tile = weight(u, d, g, H, columns[None, :], inner[:, None], G, OPERAND)
                    product = tl.dot(operand, tile, recurrent[g], input_precision=PRECISION)
                    sums += (product,)
                recurrent = sums
            h = load(now + columns[None, :], inside)
            c = h
            if CELL == "lstm":
                c = load(carried + 2 * apart + state_at + columns[None, :], inside)
            a_at = a_rows + columns[None, :]
            here = here_rows + columns[None, :]
            inputs = load_gates(a_at, H, valid, G)
            after, gates, keep = step(inputs, recurrent, h, c, CELL)
            tl.store(output + here, after[0], mask=valid)
            if LEARNS:
                tl.store(h_before + here, h, mask=valid)
                store_gates(a_at, H, gates, valid, len(gates))
                if G > 1:
                    tl.store(kept + here, keep, mask=valid)
            tl.store(following + columns[None, :], tl.where(valid, after[0], h), mask=inside)
            if CELL == "lstm":
                c_at = carried + 2 * apart + state_at + columns[None, :]
                tl.store(c_at, tl.where(valid, after[1], c), mask=inside)
        # Every thread of the program sees the whole new state before the next step reads it.
        tl.debug_barrier()

    for n in range(0, H, BLOCK_N):
        columns = n + tl.arange(0, BLOCK_N)[None, :]
        inside = (rows < B)[:, None] & (columns < H)
        h = load(carried + (last % 2) * apart + state_at + columns, inside)
        tl.store(h_n + state_at + columns, h, mask=inside)
        if CELL == "lstm":
            c = load(carried + 2 * apart + state_at + columns, inside)
            tl.store(c_n + state_at + columns, c, mask=inside)


@triton.jit(do_not_specialize=["B", "T"])
def backward_streamed(
    gates, u, output, h_before, kept, lengths, d_output, d_h_n, d_c_n,
    da, du_n, dh_0, dc_0, carried,
    B, T, H,
    CELL: tl.constexpr, G: tl.constexpr, PRECISION: tl.constexpr, OPERAND: tl.constexpr,
    BLOCK_B: tl.constexpr, BLOCK_N: tl.constexpr, BLOCK_K: tl.constexpr,
):  # fmt: skip
    d = tl.program_id(1).to(tl.int64)
    D = tl.num_programs(1)
    rows = tl.program_id(0).to(tl.int64) * BLOCK_B + tl.arange(0, BLOCK_B)
    steps, last = steps_of(lengths, rows, B, T)
    SAVED: tl.constexpr = G if G > 1 else 0
    # carried (2, D, B, H), float32: dh, dc.
    state_at = (d * B + rows)[:, None] * H
    dh_rows = carried + state_at
    dc_rows = dh_rows + D.to(tl.int64) * B * H

    for n in range(0, H, BLOCK_N):
        columns = n + tl.arange(0, BLOCK_N)[None, :]
        inside = (rows < B)[:, None] & (columns < H)
        tl.store(dh_rows + columns, load(d_h_n + state_at + columns, inside), mask=inside)
        if CELL == "lstm":
            tl.store(dc_rows + columns, load(d_c_n + state_at + columns, inside), mask=inside)
    tl.debug_barrier()

    for s in range(last):
        t = tl.where(d == 0, last - 1 - s, s)
        here_rows = (((rows * T + t) * D + d) * H)[:, None]
        gates_rows = (((rows * T + t) * D + d) * G * H)[:, None]
        for n in range(0, H, BLOCK_N):
            columns = n + tl.arange(0, BLOCK_N)[None, :]
            inside = (rows < B)[:, None] & (columns < H)
            valid = (t < steps)[:, None] & inside
            here = here_rows + columns
            dh_held = load(dh_rows + columns, inside)
            dh = dh_held + load(d_output + here, valid)
            dc = dh
            if CELL == "lstm":
                dc = load(dc_rows + columns, inside)
            h = load(output + here, valid)
            before = load(h_before + here, valid)
            keep = h
            if G > 1:
                keep = load(kept + here, valid)
            values = load_gates(gates + gates_rows + columns, H, valid, SAVED)
            d_input, d_recurrent, d_state = step_back(dh, dc, h, before, values, keep, CELL)
            store_gates(da + gates_rows + columns, H, d_input, valid, G)
            if CELL == "gru":
                tl.store(du_n + here, d_recurrent[2], mask=valid)
            tl.store(dh_rows + columns, tl.where(valid, d_state[0], dh_held), mask=inside)
            if CELL == "lstm":
                tl.store(dc_rows + columns, tl.where(valid, d_state[1], dc), mask=inside)
        # The products below read what every thread of the program wrote above, and the reverse.
        tl.debug_barrier()
        for k in range(0, H, BLOCK_K):
            columns = k + tl.arange(0, BLOCK_K)
            inside = (rows < B)[:, None] & (columns < H)[None, :]
            dh = load(dh_rows + columns[None, :], inside)
            for n in range(0, H, BLOCK_N):
                inner = n + tl.arange(0, BLOCK_N)
                valid = ((rows < B) & (t < steps))[:, None] & (inner < H)[None, :]
                for g in tl.static_range(G):
                    at = da + gates_rows + g * H + inner[None, :]
                    if CELL == "gru" and g == 2:
                        at = du_n + here_rows + inner[None, :]
                    through = tl.load(at, mask=valid, other=0).to(OPERAND)
                    tile = weight(u, d, g, H, inner[:, None], columns[None, :], G, OPERAND)
                    dh = tl.dot(through, tile, dh, input_precision=PRECISION)
            tl.store(dh_rows + columns[None, :], dh, mask=inside)
        tl.debug_barrier()

    for n in range(0, H, BLOCK_N):
        columns = n + tl.arange(0, BLOCK_N)[None, :]
        inside = (rows < B)[:, None] & (columns < H)
        at = state_at + columns
        tl.store(dh_0 + at, load(dh_rows + columns, inside), mask=inside)
        if CELL == "lstm":
            tl.store(dc_0 + at, load(dc_rows + columns, inside), mask=inside)
