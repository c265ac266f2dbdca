"""Figures over seeds are those of all seeds, and say how far these lie apart."""

from __future__ import annotations

import numpy as np
import pytest

from elman.judging.classes.decision import Decision
from elman.judging.classes.yardstick import ClassYardstick
from elman.judging.interval import share_interval
from elman.judging.seeds import mean_points, over_seeds
from elman.judging.values.yardstick import ValueYardstick

RANDOM = np.random.default_rng(4)


def test_classes_over_three_seeds():
    truth = RANDOM.integers(0, 2, 50)
    runs = [np.stack([1 - p, p], 1) for p in RANDOM.random((3, 50))]
    yardstick = ClassYardstick(Decision(("neg", "pos"), "binary"), truth)
    strict = yardstick.deciding(Decision(("neg", "pos"), "binary", thresholds=(0.9,)))
    yardsticks = [yardstick, yardstick, strict]
    found = over_seeds(yardsticks, runs)
    each = [y.figures(numbers) for y, numbers in zip(yardsticks, runs, strict=True)]
    accuracies = [figures["accuracy"] for figures in each]
    assert found["seeds"] == accuracies
    assert len(set(accuracies)) > 1
    assert found["accuracy"] == pytest.approx(np.mean(accuracies))
    assert found["accuracy_sd"] == pytest.approx(np.std(accuracies, ddof=1))
    assert found["macro_f1"] == pytest.approx(np.mean([figures["macro_f1"] for figures in each]))
    assert found["macro_f1_ci95"] == pytest.approx(
        np.mean([figures["macro_f1_ci95"] for figures in each], axis=0)
    )
    points = mean_points(yardsticks, runs)
    assert set(np.round(points * 3)) <= {0, 1, 2, 3}
    assert found["accuracy_ci95"] == pytest.approx(share_interval(points.sum(), 50))


def test_values_over_three_seeds_and_what_one_of_them_lacks():
    truth = np.abs(RANDOM.normal(size=(9, 2))) - 0.1  # with a value below zero: no MAPE
    runs = list(RANDOM.normal(size=(3, 9, 2)))
    yardstick = ValueYardstick(truth, np.full(9, 2.0))
    found = over_seeds([yardstick] * 3, runs)
    errors = [np.abs(run - truth) for run in runs]
    assert found["mae"] == pytest.approx(np.mean(errors))
    assert found["mase"] == pytest.approx(np.mean(errors) / 2)
    assert found["mape"] is None
    assert "mape_median" not in found
    assert found["mae_median"] == pytest.approx(np.median([e.mean() for e in errors]))
    assert found["errors"] == pytest.approx(np.mean(errors, axis=(0, 2)))
    assert found["mae_sd"] == pytest.approx(np.std([e.mean() for e in errors], ddof=1))
    assert over_seeds([yardstick], runs[:1])["mae_sd"] == 0.0
