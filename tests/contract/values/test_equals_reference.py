"""Every twin gives the reference's values and every gradient of it, computed in float64."""

from __future__ import annotations

import os
from functools import cache

import pytest
import torch

from elman import native, ops
from elman.errors import OptionError
from tests.contract.compare import assert_near, torchs_own
from tests.contract.table import (
    CASES,
    CELLS,
    DEVICES,
    DTYPES,
    FAST,
    LARGE,
    Case,
    draw,
    needs_cpu,
    require,
    run,
    values,
)
from tests.isas import on_each_isa
from tests.native.build import COMPILER

FEW_ROWS = Case(2, 5, 33, 400, D=2)
"""Where weights are so large, and rows so few, that the kernels keep bfloat16 as it is."""


@cache
def expected(cell, case):
    return run(draw(cell, case).to(DTYPES["float64"]), "reference")


def cases_of(twin, dtype):
    """All; of torch's own in less than float64, where only its rounding is new, a few."""
    return [*CASES[:2], LARGE] if twin == "aten" and dtype != "float64" else CASES


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("twin", FAST)
def test_values_and_every_gradient_equal_the_reference(twin, dtype, cell):
    for case in cases_of(twin, dtype):
        problem = draw(cell, case).to(DTYPES[dtype], DEVICES[twin])
        require(twin, problem)
        with torchs_own(twin == "aten"):
            found = run(problem, twin)
        for name, tensor in expected(cell, case).items():
            if (dtype, cell) == ("bfloat16", "rnn_relu") and name.startswith("gradient"):
                continue  # a sum that rounds across 0 switches a whole gradient on or off
            what = f"{twin} {cell} {case}, {name}"
            assert found[name].dtype == DTYPES[dtype], what
            assert_near(what, found[name], tensor, f"{dtype} and reference")


@on_each_isa("cell", [], CELLS)
def test_every_instruction_set_equals_the_reference(isa, cell):
    for case in CASES:
        problem = draw(cell, case).to(torch.float32)
        require("cpu", problem)
        found = run(problem, "cpu")
        for name, tensor in expected(cell, case).items():
            what = f"{isa} {cell} {case}, {name}"
            assert_near(what, found[name], tensor, "float32 and reference")


@on_each_isa("cell", CELLS[:3], CELLS[:3])
def test_bfloat16_without_gradients_is_rounded_only_at_the_end(isa, cell):
    for case in [*(case for case in CASES if case.B <= 4), FEW_ROWS]:
        with torch.no_grad():
            problem = draw(cell, case).to(torch.bfloat16)
            require("cpu", problem)
        exact = values(draw(cell, case).to(torch.float64), "reference")
        for name, tensor in values(problem, "cpu").items():
            assert tensor.dtype == torch.bfloat16
            assert_near(f"{cell} {case}, {name}", tensor, exact[name], "bfloat16, once rounded")


@needs_cpu
@pytest.mark.parametrize(("cell", "rows"), [("lstm", 1), ("gru", 5)])
def test_in_bfloat16_torchs_own_runs_where_it_is_as_fast(cell, rows):
    with torch.no_grad():
        problem = draw(cell, Case(rows, 5, 3, 7)).to(torch.bfloat16)
        with pytest.raises(OptionError, match="in bfloat16 torch's own is as fast"):
            values(problem, "cpu")


def test_the_table_covers_what_it_says():
    def values(field):
        return {getattr(case, field) for case in CASES}

    assert values("H") >= {1, 7, 16, 63, 64, 65}
    assert values("T") >= {0, 1, 5, 63}
    assert values("B") >= {1, 3, 257}
    assert values("I") >= {1, 3, 33}
    for D in (1, 2):
        for biased in (False, True):
            for lengths in ("full", "ragged"):
                wanted = (D, biased, lengths)
                assert any((c.D, c.biased, c.lengths) == wanted for c in CASES), wanted
    for case in CASES:
        lengths = draw("rnn", case).lengths
        if case.lengths == "ragged" and case.B > 1:
            assert 0 in lengths and case.T in lengths, case  # noqa: PT018


def test_the_table_names_every_twin_and_cell():
    assert set(FAST) == set(ops.TWINS) - {"reference"}
    assert set(CELLS) == set(ops.GATES) == set(ops.STATES)


@pytest.mark.skipif(
    not COMPILER or os.environ.get("ELMAN_NATIVE") == "off", reason="no compiler, or left out"
)
def test_where_there_is_a_compiler_there_are_kernels():
    # Without this, a library that failed to build would turn half of these tests into skips.
    assert native.missing() is None


@pytest.mark.skipif(native.missing() is not None, reason=str(native.missing()))
@pytest.mark.parametrize("cell", CELLS)
def test_the_cpu_twin_supports_every_case_in_float32(cell):
    for case in CASES:
        problem = draw(cell, case).to(DTYPES["float32"])
        reason = ops.TWINS["cpu"].supports(
            cell, problem.x, weights=problem.weights, state=problem.state, lengths=problem.lengths
        )
        assert reason is None, f"{case}: {reason}"


def test_the_same_problem_is_drawn_twice_and_another_for_another_case():
    first, again = draw("gru", CASES[0]), draw("gru", CASES[0])
    assert all((a == b).all() for (_, a), (_, b) in zip(first.named(), again.named(), strict=True))
    other = draw("gru", Case(3, 5, 3, 7, D=2))
    assert (first.x != other.x).any()
