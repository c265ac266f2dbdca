"""The kernel that fits the linear part is scikit-learn's solver without scikit-learn."""

from __future__ import annotations

import platform

import numpy as np
import pytest

from elman import native
from elman.tasks.classify.linear import part
from elman.tasks.classify.linear.counts import Counts
from tests.tolerances import TOLERANCES

needs_kernels = pytest.mark.skipif(native.missing() is not None, reason=str(native.missing()))


def rows_of(N, columns, *, longest, seed=0):
    """Ragged rows, some of them empty, and what some of their columns say of them."""
    random = np.random.default_rng(seed)
    lengths = random.integers(0, min(longest, columns) + 1, N)
    ids = [np.sort(random.permutation(columns)[:length]) for length in lengths]
    values = random.normal(size=lengths.sum())
    matrix = Counts(np.cumsum(lengths), np.concatenate(ids).astype(np.int32), values, columns)
    said = matrix.times(random.normal(size=(columns, 1)))[:, 0] + random.normal(size=N)
    return matrix, said > np.quantile(said, 0.7)


CASES = {
    "usual": {"N": 400, "columns": 90, "longest": 12},
    "many columns": {"N": 60, "columns": 3000, "longest": 200},
    "few rows": {"N": 5, "columns": 3, "longest": 2},
    "one column": {"N": 80, "columns": 1, "longest": 1},
    "no value": {"N": 10, "columns": 4, "longest": 0},
}


@needs_kernels
@pytest.mark.parametrize("strength", [0.02, 1.0, 30.0, 1000.0])
@pytest.mark.parametrize("case", CASES)
def test_weights_have_the_bits_of_scikit_learns(case, strength):
    matrix, wanted = rows_of(**CASES[case])
    if case == "no value":
        wanted = np.arange(10) < 3
    for balanced in (False, True):
        given = matrix, matrix.values, wanted, strength
        weights, bias = part._by_kernel(*given, balanced=balanced)
        theirs, their_bias = part._by_library(*given, balanced=balanced)
        assert weights == pytest.approx(theirs, rel=TOLERANCES["solver and scikit-learn"])
        assert bias == pytest.approx(their_bias, rel=TOLERANCES["solver and scikit-learn"])
        if platform.machine() == "x86_64":  # built without products joined to sums
            assert np.array_equal(weights, theirs)
            assert bias == their_bias
        assert bias


@needs_kernels
@pytest.mark.parametrize(("enough", "passes"), [(1e6, 9), (0.1, 2), (1e-6, 1000), (1e-6, 40)])
def test_it_stops_where_scikit_learn_does(monkeypatch, enough, passes):
    monkeypatch.setattr(part, "_ENOUGH", enough)
    monkeypatch.setattr(part, "_PASSES", passes)
    matrix, wanted = rows_of(N=300, columns=40, longest=9, seed=3)
    given = matrix, matrix.values, wanted, 30.0
    weights, theirs = (
        fit(*given, balanced=False)[0] for fit in (part._by_kernel, part._by_library)
    )
    assert weights == pytest.approx(theirs, rel=TOLERANCES["solver and scikit-learn"])


def test_without_kernels_scikit_learn_fits(monkeypatch):
    matrix, wanted = rows_of(**CASES["usual"])
    fitted = part.fit_linear(matrix, wanted[:, None])
    monkeypatch.setattr(native, "missing", lambda: "left out")
    monkeypatch.delattr(part, "_by_kernel")
    again = part.fit_linear(matrix, wanted[:, None])
    assert again.weights == pytest.approx(fitted.weights, rel=1e-9)
    assert np.abs(fitted.weights).max() > 1


def test_a_matrix_is_cut_and_multiplied_as_scipys():
    matrix, _ = rows_of(N=50, columns=20, longest=7)
    whole = matrix.matrix().toarray()
    weights = np.random.default_rng(1).normal(size=(20, 3))
    assert matrix.times(weights) == pytest.approx(whole @ weights)
    for row in (0, 1, 17, 50):
        for found, wanted in zip(matrix.cut(row), (whole[:row], whole[row:]), strict=True):
            assert np.array_equal(found.matrix().toarray(), wanted)
