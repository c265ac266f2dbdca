"""The step of each cell in Triton, forward and back, and how a tile is read and written.

Letters: `a` is the input's part of each gate, W_ih x + b_ih; `u` the state's, W_hh h + b_hh; gates
in torch's order. All arithmetic is float32 whatever the tensors are. The equations are those of
`reference`, and their derivatives.
"""

# Triton's language, which mypy takes for Python's.
# mypy: ignore-errors

from __future__ import annotations

import triton
import triton.language as tl

__all__ = [
    "bias",
    "load",
    "load_gates",
    "saved_of",
    "step",
    "step_back",
    "steps_of",
    "store_gates",
    "weight",
]


@triton.jit
def _tanh(x):
    # Right to 1e-7 of 1, not of itself: as much as float32 sums before it are worth.
    return 2 * tl.sigmoid(2 * x) - 1


@triton.jit
def step(a, u, h, c, CELL: tl.constexpr):
    """One step from the two parts of its gates: (h', c'), the gates, what else is kept."""
    if CELL == "rnn":
        result = (_tanh(a[0] + u[0]), c), (), c
    elif CELL == "rnn_relu":
        s = a[0] + u[0]
        # Unlike max(s, 0) it lets a NaN through.
        result = (tl.where(s < 0, 0.0, s), c), (), c
    elif CELL == "gru":
        r = tl.sigmoid(a[0] + u[0])
        z = tl.sigmoid(a[1] + u[1])
        n = _tanh(a[2] + r * u[2])
        result = ((1 - z) * n + z * h, c), (r, z, n), u[2]
    else:
        i = tl.sigmoid(a[0] + u[0])
        f = tl.sigmoid(a[1] + u[1])
        g = _tanh(a[2] + u[2])
        o = tl.sigmoid(a[3] + u[3])
        c_next = f * c + i * g
        result = (o * _tanh(c_next), c_next), (i, f, g, o), c
    return result


@triton.jit
def step_back(dh, dc, h, h_before, gates, kept, CELL: tl.constexpr):
    """Gradients of `a`, of `u`, and of the state before the step where it does not pass `u`."""
    if CELL == "rnn":
        da = dh * (1 - h * h)
        result = (da,), (da,), (tl.zeros_like(dh), dc)
    elif CELL == "rnn_relu":
        da = tl.where(h > 0, dh, 0.0)
        result = (da,), (da,), (tl.zeros_like(dh), dc)
    elif CELL == "gru":
        r, z, n = gates
        dn = dh * (1 - z) * (1 - n * n)
        dz = dh * (h_before - n) * z * (1 - z)
        dr = dn * kept * r * (1 - r)
        result = (dr, dz, dn), (dr, dz, dn * r), (dh * z, dc)
    else:
        i, f, g, o = gates
        tanh_c = _tanh(f * kept + i * g)
        do = dh * tanh_c * o * (1 - o)
        dc = dc + dh * o * (1 - tanh_c * tanh_c)
        di = dc * g * i * (1 - i)
        df = dc * kept * f * (1 - f)
        dg = dc * i * (1 - g * g)
        result = (di, df, dg, do), (di, df, dg, do), (tl.zeros_like(dh), dc * f)
    return result


@triton.jit
def steps_of(lengths, rows, B, T):
    """Real steps of each row, and the most of any row of this tile."""
    steps = tl.where(rows < B, T, 0)
    if lengths is not None:
        steps = tl.minimum(tl.load(lengths + rows, mask=rows < B, other=0), T)
    return steps, tl.max(steps, 0)


@triton.jit
def load(address, mask):
    return tl.load(address, mask=mask, other=0).to(tl.float32)


@triton.jit
def load_gates(address, H, mask, G: tl.constexpr):
    gates = ()
    for g in tl.static_range(G):
        gates += (load(address + g * H, mask),)
    return gates


@triton.jit
def saved_of(
    gates, output, h_before, kept, d_output, rows, k, d, D, t, valid, T, H,
    G: tl.constexpr, SAVED: tl.constexpr,
):  # fmt: skip
    """What forward left of one step for the way back, and the gradient that comes in there."""
    at = (rows * T + t) * D + d
    here = (at * H)[:, None] + k[None, :]
    h = load(output + here, valid)
    keep = h
    if G > 1:
        keep = load(kept + here, valid)
    values = load_gates(gates + (at * G * H)[:, None] + k[None, :], H, valid, SAVED)
    return values, h, load(h_before + here, valid), keep, load(d_output + here, valid)


@triton.jit
def store_gates(address, H, gates, mask, G: tl.constexpr):
    for g in tl.static_range(G):
        tl.store(address + g * H, gates[g], mask=mask)


@triton.jit
def bias(b, d, H, k, G: tl.constexpr):
    gates = ()
    for g in tl.static_range(G):
        gates += (load(b + (d * G + g) * H + k, k < H)[None, :],)
    return gates


@triton.jit
def weight(u, d, g, H, rows, columns, G: tl.constexpr, OPERAND: tl.constexpr):
    """The tile of one gate's weight at these rows and columns; 0 outside of it."""
    mask = (rows < H) & (columns < H)
    return tl.load(u + ((d * G + g) * H + rows) * H + columns, mask=mask, other=0).to(OPERAND)
