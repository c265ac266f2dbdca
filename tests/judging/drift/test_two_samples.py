"""Tests of two samples against scipy's, and the correction for several of them."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from elman.judging.drift.two_samples import (
    chi_square,
    holm,
    kolmogorov_smirnov,
    mean_share,
    rank_sum,
)

RANDOM = np.random.default_rng(3)


@pytest.mark.parametrize(("n", "m", "shift"), [(31, 47, 0.0), (300, 41, 0.4), (211, 517, 0.15)])
def test_kolmogorov_smirnov_equals_scipy(n, m, shift):
    a, b = RANDOM.normal(size=n), RANDOM.normal(shift, 1, m)
    wanted = stats.ks_2samp(a, b, method="exact")
    found = kolmogorov_smirnov(a, b)
    assert found.size == pytest.approx(wanted.statistic)
    # ours is the limit of many rows, which is never below
    assert 0.99 * wanted.pvalue <= found.p <= 1.6 * wanted.pvalue
    assert found.place == wanted.statistic_location
    assert kolmogorov_smirnov(b, a)[:2] == pytest.approx(found[:2])


@pytest.mark.parametrize("levels", [3, 1000])
def test_rank_sum_equals_scipy_with_ties_and_without(levels):
    a, b = RANDOM.integers(0, levels, 57), RANDOM.integers(0, levels, 131) + levels // 9
    wanted = stats.mannwhitneyu(a, b, method="asymptotic", use_continuity=False)
    found = rank_sum(a, b)
    assert found.p == pytest.approx(wanted.pvalue)
    assert found.size == pytest.approx(abs(2 * wanted.statistic / (57 * 131) - 1))


def test_a_mean_share_is_judged_as_scipy_judges_it_by_permutation():
    words = RANDOM.integers(4, 40, 190)
    shares = np.round(RANDOM.binomial(words, 0.05) / words / 0.01) * 0.01
    a, b = shares[:60], shares[60:] + 0.02
    wanted = stats.permutation_test(
        (a, b), lambda x, y, axis: x.mean(axis) - y.mean(axis), n_resamples=9999, rng=RANDOM
    )
    for found in (mean_share(a, b), mean_share(b, a)):
        assert 0.001 < found.p < 0.2
        assert found.p == pytest.approx(wanted.pvalue, abs=0.01)
        angles = [2 * np.arcsin(np.sqrt(rows.mean())) for rows in (a, b)]
        assert found.size == pytest.approx(abs(angles[0] - angles[1]))


def test_two_rows_of_unknown_words_among_thirty_may_be_chance():
    """One in a hundred held-out rows is in another language; here are two by chance in 27."""
    then, now = np.zeros(2000), np.zeros(30)
    then[:20], now[:2] = 1, 1
    chance = stats.hypergeom.sf(1, 2030, 22, 30)
    assert mean_share(now, then).p == pytest.approx(chance, abs=0.01)
    assert rank_sum(now, then).p < chance / 5


def test_chi_square_equals_scipy_where_no_class_is_rare():
    for shares in ([0.5, 0.5], [0.4, 0.35, 0.25], [0.3, 0.2, 0.2, 0.2, 0.1]):
        a, b = (RANDOM.choice(len(shares), k, p=shares).tolist() for k in (311, 97))
        counts = [[rows.count(k) for k in range(len(shares))] for rows in (a, b)]
        found = chi_square(a, b)
        assert found.p == pytest.approx(stats.chi2_contingency(counts, correction=False).pvalue)
        apart = [abs(x / 311 - y / 97) for x, y in zip(*counts, strict=True)]
        assert found.size == pytest.approx(sum(apart) / 2)


def test_rare_classes_are_counted_as_one():
    """Forty classes of one row each would be anything but a chi-square."""
    common = ["x"] * 100 + ["y"] * 80
    rare = [f"rare {n}" for n in range(40)]
    counts = [[100, 80, 40], [100, 80, 7]]
    found = chi_square(common + rare, common + [f"other {n}" for n in range(7)])
    assert found.p == pytest.approx(stats.chi2_contingency(counts, correction=False).pvalue)
    assert chi_square(["x"] * 40, ["x"] * 50) == pytest.approx((1.0, 0.0, np.nan), nan_ok=True)
    assert chi_square(["x"] * 40, ["x"] * 40 + ["y"]).p == 1


def test_equal_rows_are_no_difference_and_others_the_largest():
    same, other = np.full(40, 2.0), np.full(50, 3.0)
    for test in (kolmogorov_smirnov, rank_sum):
        assert test(same, np.full(50, 2.0))[:2] == (1, 0)
        found = test(same, other)
        assert found.size == 1
        assert found.p < 1e-12


def test_a_row_that_is_worth_less_proves_less():
    a, b = RANDOM.normal(size=200), RANDOM.normal(0.4, 1, 200)
    for test in (kolmogorov_smirnov, rank_sum):
        whole, half = test(a, b), test(a, b, worth=0.5)
        assert half.size == whole.size
        assert whole.p < half.p < 1
    # a quarter of the rows is half the distance in standard errors
    whole, quarter = (stats.norm.isf(rank_sum(a, b, worth=w).p / 2) for w in (1, 0.25))
    assert whole == pytest.approx(2 * quarter)


def test_holm_corrects_for_the_number_of_tests():
    """By hand: 4 x 0.01, 3 x 0.02 = 0.06; 0.03 and 0.04 take the 0.06 of the one before."""
    assert holm([0.04, 0.01, 0.03, 0.02]) == pytest.approx([0.06, 0.04, 0.06, 0.06])
    assert holm([0.5, 0.9]) == pytest.approx([1, 1])
    assert holm([]) == []
