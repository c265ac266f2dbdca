"""The linear recurrence h' = a h + x in Triton: one thread walks one channel through all of time.

Channels know nothing of one another, so there is nothing to wait for but memory: a few steps are
read together, and the next few are on their way while these are walked. A complex number is two
float32; the state is float32 whatever the tensors are.
"""

# Triton's language, which mypy takes for Python's.
# mypy: ignore-errors

from __future__ import annotations

import triton
import triton.language as tl

__all__ = ["backward", "forward"]


@triton.jit
def _read(address, mask, other, COMPLEX: tl.constexpr):
    """A number as its parts: real, or real and imaginary."""
    parts = (tl.where(mask, tl.load(address, mask=mask).to(tl.float32), other),)
    if COMPLEX:
        parts += (tl.load(address + 1, mask=mask, other=0).to(tl.float32),)
    return parts


@triton.jit
def _write(address, number, mask, COMPLEX: tl.constexpr):
    tl.store(address, number[0], mask=mask)
    if COMPLEX:
        tl.store(address + 1, number[1], mask=mask)


@triton.jit
def _add(a, b, COMPLEX: tl.constexpr):
    total = (a[0] + b[0],)
    if COMPLEX:
        total += (a[1] + b[1],)
    return total


@triton.jit
def _multiply(a, b, COMPLEX: tl.constexpr, CONJUGATE: tl.constexpr):
    """a b, or a* b."""
    if COMPLEX:
        imaginary = -a[1] if CONJUGATE else a[1]
        product = (a[0] * b[0] - imaginary * b[1], a[0] * b[1] + imaginary * b[0])
    else:
        product = (a[0] * b[0],)
    return product


@triton.jit
def _real(t, T, channel, H):
    """Where there is a number: channels of 0 … H − 1 at steps of 0 … T − 1."""
    return channel < tl.where(t < 0, 0, tl.where(t < T, H, 0))


@triton.jit
def _read_steps(
    address, t, stride, T, channel, H, other, COMPLEX: tl.constexpr, STEPS: tl.constexpr
):
    """The steps t, t + 1, …, and `other` where there is no number."""
    numbers = ()
    for i in tl.static_range(STEPS):
        real = _real(t + i, T, channel, H)
        numbers += (_read(address + (t + i) * stride, real, other, COMPLEX),)
    return numbers


@triton.jit(do_not_specialize=["T"])
def forward(
    a, x, h_0, h, T, H,
    a_row, a_time, a_channel, x_row, x_time, x_channel,
    COMPLEX: tl.constexpr, STEPS: tl.constexpr, BLOCK: tl.constexpr,
):  # fmt: skip
    row = tl.program_id(0).to(tl.int64)
    channel = tl.program_id(1).to(tl.int64) * BLOCK + tl.arange(0, BLOCK)
    inside = channel < H
    # A complex number takes two places.
    WIDTH: tl.constexpr = 2 if COMPLEX else 1
    a += row * a_row + channel * a_channel
    x += row * x_row + channel * x_channel
    h += (row * T * H + channel) * WIDTH

    state = _read(h_0 + (row * H + channel) * WIDTH, inside, 0, COMPLEX)
    # Past the end a is 1 and x is 0, which leaves the state as it is.
    t = row * 0
    a_ahead = _read_steps(a, t, a_time, T, channel, H, 1, COMPLEX, STEPS)
    x_ahead = _read_steps(x, t, x_time, T, channel, H, 0, COMPLEX, STEPS)
    for _ in range(0, T, STEPS):
        a_now, x_now = a_ahead, x_ahead
        a_ahead = _read_steps(a, t + STEPS, a_time, T, channel, H, 1, COMPLEX, STEPS)
        x_ahead = _read_steps(x, t + STEPS, x_time, T, channel, H, 0, COMPLEX, STEPS)
        for i in tl.static_range(STEPS):
            state = _add(_multiply(a_now[i], state, COMPLEX, False), x_now[i], COMPLEX)
            _write(h + (t + i) * H * WIDTH, state, _real(t + i, T, channel, H), COMPLEX)
        t += STEPS


@triton.jit(do_not_specialize=["T"])
def backward(
    a, h, h_0, d_h, d_a, d_x, d_h_0, T, H,
    a_row, a_time, a_channel, d_h_row, d_h_time, d_h_channel,
    COMPLEX: tl.constexpr, STEPS: tl.constexpr, BLOCK: tl.constexpr,
):  # fmt: skip
    """d_x_t = d_h_t + a*_{t+1} d_x_{t+1}; d_a_t = h*_{t−1} d_x_t; d_h_0 = a*_1 d_x_1."""
    row = tl.program_id(0).to(tl.int64)
    channel = tl.program_id(1).to(tl.int64) * BLOCK + tl.arange(0, BLOCK)
    inside = channel < H
    WIDTH: tl.constexpr = 2 if COMPLEX else 1
    first = (row * H + channel) * WIDTH
    here = (row * T * H + channel) * WIDTH
    step = H * WIDTH
    a += row * a_row + channel * a_channel
    d_h += row * d_h_row + channel * d_h_channel

    start = _read(h_0 + first, inside, 0, COMPLEX)
    d = _read(h_0 + first, channel < 0, 0, COMPLEX)
    # Steps are read in the order of time and walked against it.
    t = row * 0 + T - STEPS
    a_ahead = _read_steps(a, t, a_time, T, channel, H, 1, COMPLEX, STEPS)
    d_h_ahead = _read_steps(d_h, t, d_h_time, T, channel, H, 0, COMPLEX, STEPS)
    h_ahead = _read_steps(h + here, t - 1, step, T, channel, H, 0, COMPLEX, STEPS)
    for _ in range(0, T, STEPS):
        a_now, d_h_now, h_now = a_ahead, d_h_ahead, h_ahead
        a_ahead = _read_steps(a, t - STEPS, a_time, T, channel, H, 1, COMPLEX, STEPS)
        d_h_ahead = _read_steps(d_h, t - STEPS, d_h_time, T, channel, H, 0, COMPLEX, STEPS)
        h_ahead = _read_steps(h + here, t - 1 - STEPS, step, T, channel, H, 0, COMPLEX, STEPS)
        for i in tl.static_range(STEPS - 1, -1, -1):
            real = _real(t + i, T, channel, H)
            at = here + (t + i) * step
            before = h_now[i]
            if t + i == 0:
                before = start
            d = _add(d, d_h_now[i], COMPLEX)
            _write(d_x + at, d, real, COMPLEX)
            _write(d_a + at, _multiply(before, d, COMPLEX, True), real, COMPLEX)
            d = _multiply(a_now[i], d, COMPLEX, True)
        t -= STEPS
    _write(d_h_0 + first, d, inside, COMPLEX)
