"""To the bit, in products of bfloat16: what the emulation is, and what changes no row."""

from __future__ import annotations

import ctypes
from dataclasses import replace

import numpy as np
import pytest
import torch
from torch.nn.functional import pad

from elman import native
from elman.native.library import library
from tests.contract.compare import assert_same_bits
from tests.contract.half.units import UNITS_HERE, drawn, in_bfloat16
from tests.contract.table import CELLS, LARGE, LONG, SMALL, Case, draw

LANES, DEEP = 16, 32

CASES = [SMALL, LARGE, LONG, Case(70, 6, 5, 33, lengths="ragged")]
"""With rows of more than one tile and more than one panel of gradients."""


def floats(halves):
    """Numbers of bfloat16, subnormals as zero, in float64."""
    values = (halves.astype(np.uint32) << 16).view(np.float32).astype(np.float64)
    return np.where(np.abs(values) < 2.0**-126, np.copysign(0, values), values)


def flushed(values):
    """Rounded to float32, subnormals to zero."""
    small = values.astype(np.float32)
    return np.where(np.abs(small) < np.float32(2.0**-126), np.copysign(np.float32(0), small), small)


def as_documented(a, b, c):
    """c + a · b as Intel writes down TDPBF16PS, tile by tile.

    Even and odd k are added up apart, from 0, then together, then to what is there. A product of
    two bfloat16 and its sum with a float32 are exact in float64 where they are of like size.
    """
    J = len(b)
    for k in range(0, a.shape[1], DEEP):
        apart = np.zeros((2, *c.shape), np.float32)
        for p in range(k, k + DEEP, 2):
            for odd in (0, 1):
                row = floats(b[:, p // 2, :, odd]).reshape(J * LANES)
                product = floats(a[:, p + odd])[:, None] * row
                apart[odd] = flushed(product + apart[odd].astype(np.float64))
        both = flushed(apart[0].astype(np.float64) + apart[1])
        c = flushed(flushed(c).astype(np.float64) + both)
    return c


def product(M, J, K, a, b, c):
    """c + a · b by the unit in use."""
    found, lib = c.copy(), library()
    pointers = [ctypes.c_void_p(array.ctypes.data) for array in (a, b, found)]
    assert lib.elman_half_product(*map(ctypes.c_int64, (M, J, K)), *pointers) == 0
    return found


def numbers(rng, *shape):
    """bfloat16 of sizes of which products and sums are exact in float64, some of them 0."""
    values = rng.standard_normal(shape) * 2.0 ** rng.integers(-6, 6, shape)
    values[rng.random(shape) < 0.1] = 0
    return (values.astype(np.float32).view(np.uint32) >> 16).astype(np.uint16)


@pytest.mark.parametrize("unit", [u for u in UNITS_HERE if u != "dots"], indirect=True)
@pytest.mark.parametrize(
    ("M", "J", "K"),
    [(16, 1, 32), (16, 2, 64), (32, 2, 32), (48, 3, 96), (64, 1, 64), (80, 5, 64), (112, 4, 32)],
)
def test_a_tile_adds_up_as_documented(unit, M, J, K):
    rng = np.random.default_rng(M + J + K)
    a, b = numbers(rng, M, K), numbers(rng, J, K // 2, LANES, 2)
    c = rng.standard_normal((M, J * LANES)).astype(np.float32)
    found = product(M, J, K, a, b, c)
    np.testing.assert_array_equal(found.view(np.uint32), as_documented(a, b, c).view(np.uint32))


@pytest.mark.parametrize("unit", [u for u in UNITS_HERE if u != "dots"], indirect=True)
def test_subnormals_are_zero_and_infinities_are_not_lost(unit):
    tiny, one, infinite = 0x0001, 0x3F80, 0x7F80
    a, b = np.zeros((16, 32), np.uint16), np.zeros((1, 16, LANES, 2), np.uint16)
    c = np.zeros((16, 16), np.float32)
    a[0, 0], b[0, 0, 0, 0] = tiny, one  # a factor
    a[1, 2], b[0, 1, 1, 0] = 0x0100, 0x2000  # a product: 2**-125 · 2**-63
    a[2, 4], b[0, 2, 2, 0] = infinite, one
    a[3, 6], b[0, 3, 3, 0] = infinite, 0
    c[4, 4] = 1e-40  # what it is added to
    found = product(16, 1, 32, a, b, c)
    assert found[0, 0] == found[1, 1] == found[4, 4] == 0
    assert found[2, 2] == np.inf
    assert np.isnan(found[3, 3])


@pytest.mark.skipif("tiles" not in UNITS_HERE, reason="no tiles here")
@pytest.mark.parametrize("cell", CELLS)
def test_tiles_have_the_bits_of_the_emulation(cell):
    for case in CASES:
        problem, found = drawn(draw(cell, case)), []
        for unit in ("tiles", "emulated"):
            assert native.use_half(unit)
            found.append(in_bfloat16(problem))
        for name, tensor in found[0].items():
            assert_same_bits(f"{cell} {case}, {name}", tensor, found[1][name])
    native.use_half(None)


@pytest.mark.parametrize("unit", UNITS_HERE, indirect=True)
@pytest.mark.parametrize("cell", CELLS)
def test_any_number_of_threads_gives_the_same_bits(unit, cell):
    case = Case(70, 30, 5, 70, D=2, lengths="ragged")  # work enough for several
    problem = drawn(draw(cell, case))
    expected = in_bfloat16(problem)
    for threads in (2, 3):
        torch.set_num_threads(threads)
        for name, tensor in in_bfloat16(problem).items():
            assert_same_bits(f"{cell} on {threads} threads: {name}", tensor, expected[name])


def rows_of(results, rows):
    """Of every result that has a row for each of the batch, these rows."""
    found = {name: results[name][rows] for name in ("output", "gradient of x")}
    for name in ("h_n", "c_n", "gradient of h_0", "gradient of c_0"):
        if name in results:
            found[name] = results[name][:, rows]
    return found


@pytest.mark.parametrize("cell", CELLS)
def test_neither_company_nor_order_changes_a_row(unit, cell):
    for case in CASES:
        problem = drawn(draw(cell, case))
        expected = in_bfloat16(problem)
        order = torch.randperm(case.B, generator=torch.Generator().manual_seed(5)).tolist()
        for rows in (order, [0], [case.B - 1, 0], list(range(1, case.B))):
            some = replace(
                problem,
                x=problem.x[rows],
                state=tuple(part[:, rows] for part in problem.state),
                lengths=problem.lengths[rows],
                grad_output=problem.grad_output[rows],
                grad_state=tuple(part[:, rows] for part in problem.grad_state),
            )
            found = in_bfloat16(some.to(torch.float32))
            for name, tensor in rows_of(expected, rows).items():
                assert_same_bits(f"{cell} {case} {rows}: {name}", found[name], tensor)


@pytest.mark.parametrize("cell", CELLS)
def test_what_stands_in_the_padding_and_how_much_changes_nothing(unit, cell):
    for case in CASES:
        problem = drawn(draw(cell, case))
        expected = in_bfloat16(problem)
        padding = torch.arange(case.T) >= problem.lengths[:, None]
        nan = float("nan")
        dirty = replace(
            problem,
            x=pad(problem.x.detach().masked_fill(padding[..., None], nan), (0, 0, 0, 3), value=nan),
            grad_output=pad(
                problem.grad_output.masked_fill(padding[..., None], nan), (0, 0, 0, 3), value=nan
            ),
        ).to(torch.float32)
        for name, tensor in in_bfloat16(dirty).items():
            if name in ("output", "gradient of x"):
                assert not tensor[:, case.T :].any(), f"{name} is not 0 in the padding"
                tensor = tensor[:, : case.T]
            assert_same_bits(f"{cell} {case} {name}", tensor, expected[name])


@pytest.mark.parametrize("cell", CELLS)
def test_a_nan_stays_in_its_row_and_after_its_step(unit, cell):
    problem = drawn(draw(cell, LARGE))
    row = int(problem.lengths.argmax())
    t = int(problem.lengths[row]) // 2
    x = problem.x.detach().clone()
    x[row, t] = float("nan")
    clean, found = in_bfloat16(problem), in_bfloat16(replace(problem, x=x).to(torch.float32))
    others = torch.arange(LARGE.B) != row
    for name in ("output", "gradient of x"):
        assert_same_bits(name, found[name][others], clean[name][others])
    forwards = found["output"][row, :, : LARGE.H]
    assert_same_bits("before", forwards[:t], clean["output"][row, :t, : LARGE.H])
    if cell != "rnn_relu":  # there a comparison decides, as in torch
        assert forwards[t : int(problem.lengths[row])].isnan().all()
