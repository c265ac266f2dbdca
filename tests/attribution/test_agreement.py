"""Rank correlation and shared words on top, as scipy and as by hand."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import spearmanr

from elman.attribution.agreement import agreements, rank_correlation, top


def test_rank_correlation_equals_scipy_with_ties():
    random = np.random.default_rng(0)
    for n in (2, 3, 17, 100):
        a, b = random.normal(size=n).round(1), random.normal(size=n).round(1)
        assert rank_correlation(a, b) == pytest.approx(spearmanr(a, b).statistic)


def test_rank_correlation_of_equal_values_is_not_defined():
    assert rank_correlation(np.ones(4), np.arange(4.0)) is None


def test_top_speaks_for_the_answer():
    shares = np.array([0.5, -9.0, 2.0, 0.5, 0.1])
    assert top(shares) == [2, 0]
    assert top(shares, 9) == [2, 0, 3, 4, 1]


def test_agreement_of_three_methods():
    one, two = np.array([3.0, 2.0, 1.0, 0.0]), np.array([3.0, 0.0, 1.0, 2.0])
    found = agreements({"a": one, "b": two, "c": one})
    assert [(each.one, each.other) for each in found] == [("a", "b"), ("a", "c"), ("b", "c")]
    assert [each.shared_top for each in found] == [1, 2, 1]
    assert found[0].rank_correlation == pytest.approx(1 - 6 * 8 / (4 * 15))
    assert found[1].rank_correlation == pytest.approx(1)
