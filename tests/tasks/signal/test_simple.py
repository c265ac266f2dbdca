"""The simple model: a ridge that leaves rows out, convolutions that follow from the rows."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.linear_model import Ridge as SklearnRidge

from elman.judging.classes.decision import Decision
from elman.tasks.signal.simple.draw import drawn
from elman.tasks.signal.simple.model import balanced
from elman.tasks.signal.simple.ridge import fit_ridge, targets_of

THREE = Decision(("a", "b", "c"), "multiclass")
TWO = Decision(("a", "b"), "binary")


def problem(N, F, K, seed=0):
    random = np.random.default_rng(seed)
    truth = np.arange(N) % K
    x = random.normal(size=(N, F)) * random.uniform(0.1, 9, F) + random.normal(size=F)
    x[:, 0] += 2 * truth
    return x, truth


@pytest.mark.parametrize(("N", "F"), [(40, 7), (25, 60)])
@pytest.mark.parametrize("decision", [TWO, THREE])
def test_what_it_says_of_a_row_left_out_is_what_a_ridge_without_it_says(N, F, decision):
    """Up to how the columns are scaled, which is by all rows."""
    x, truth = problem(N, F, len(decision.classes))
    found = fit_ridge(x, truth, decision)
    scaled = (x - x.mean(0)) / x.std(0)
    wanted = targets_of(decision, truth)
    # the penalty that it chose, by what it says of its own rows
    said = found.logits(x)
    errors = {}
    for penalty in np.logspace(-1, 6, 15):
        plain = SklearnRidge(alpha=penalty).fit(scaled, wanted).predict(scaled)
        plain = plain.reshape(N, -1)
        factor = (said * plain).sum() / (plain * plain).sum()
        errors[penalty] = np.abs(said - factor * plain).max() / np.abs(said).max(), factor
    penalty = min(errors, key=lambda p: errors[p][0])
    error, factor = errors[penalty]
    assert error < 1e-6
    for n in (0, 3, N - 1):
        rest = np.arange(N) != n
        without = SklearnRidge(alpha=penalty).fit(scaled[rest], wanted[rest])
        expected = factor * without.predict(scaled[n : n + 1]).reshape(-1)
        np.testing.assert_allclose(found.left_out[n], expected, rtol=1e-6, atol=1e-8)


def test_a_column_that_never_changes_has_no_weight():
    x, truth = problem(30, 4, 3)
    x[:, 2] = 7.5
    found = fit_ridge(x, truth, THREE)
    assert not found.weights[2].any()
    assert np.isfinite(found.weights).all()


def test_rows_that_count_more_are_as_rows_that_stand_there_twice():
    x, truth = problem(24, 5, 2)
    twice = np.concatenate([np.arange(24), np.arange(12)])
    weights = np.where(np.arange(24) < 12, 2.0, 1.0)
    a = fit_ridge(x, truth, TWO, weights=weights)
    b = fit_ridge(x[twice], truth[twice], TWO)
    direction = np.corrcoef(a.logits(x)[:, 0], b.logits(x)[:, 0])[0, 1]
    assert direction > 0.98


def test_balanced_weights_are_scikit_learns():
    from sklearn.utils.class_weight import compute_sample_weight

    truth = np.array([0, 0, 0, 1, 2, 2])
    np.testing.assert_allclose(balanced(truth, 3), compute_sample_weight("balanced", truth))


def rows(N, T, C, seed=0):
    random = np.random.default_rng(seed)
    return [random.normal(size=(T, C)).astype(np.float32) for _ in range(N)]


def test_dilations_fit_into_most_rows():
    for T, expected in (
        (3, (1,)),
        (17, (1, 2)),
        (70, (1, 2, 4, 8)),
        (10_000, (1, 2, 4, 8, 16, 32)),
    ):
        found = drawn(rows(4, T, 2), 500, seed=0)
        assert found.dilations == expected
        D, K, Q = found.thresholds.shape
        assert (len(expected), 84) == (D, K)
        assert abs(D * K * Q - 500) <= 42 * D


def test_thresholds_are_quantiles_so_features_spread_evenly():
    given = rows(50, 60, 3)
    found = drawn(given, 2000, seed=1)
    shares = np.stack([found.features(x) for x in given])[:, : found.thresholds.size].mean(0)
    assert np.quantile(shares, [0.1, 0.5, 0.9]) == pytest.approx([0.1, 0.5, 0.9], abs=0.06)


def test_every_kernel_reads_some_channels_and_few_more_often_than_many():
    channels = drawn(rows(4, 40, 12), 500, seed=0).channels
    read = channels.sum(axis=1)
    assert read.min() == 1
    assert 5 < read.max() <= 9
    assert (read <= 3).mean() > 0.5
    assert set(np.unique(channels)) == {0, 1}


def test_the_same_seed_draws_the_same():
    given = rows(9, 40, 3)
    a, b, c = (drawn(given, 300, seed=seed) for seed in (1, 1, 2))
    assert np.array_equal(a.thresholds, b.thresholds)
    assert not np.array_equal(a.channels, c.channels)
