"""Intervals: quantiles of what was left over, and how many values they hold."""

from __future__ import annotations

import json

import numpy as np
import pytest

import elman
from elman.errors import ArtifactError, OptionError
from elman.tasks.forecast.coding.intervals import Spread, levels_of, spread_of

RANDOM = np.random.default_rng(8)


def test_quantiles_are_those_of_a_large_sample():
    residuals = RANDOM.normal(size=(20_000, 3)) * [1.0, 2.0, 5.0] + [0.0, 0.5, 0.0]
    residuals[::7, 1] = np.nan
    spread = spread_of(residuals, 1)
    for level, z in ((80, 1.2816), (95, 1.95996), (50, 0.6745)):
        low, high = spread.moved(level)
        assert low == pytest.approx(np.array([-z, 0.5 - 2 * z, -5 * z]), rel=0.06)
        assert high == pytest.approx(np.array([z, 0.5 + 2 * z, 5 * z]), rel=0.06)


def test_a_small_sample_is_trusted_less():
    few, many = (spread_of(RANDOM.normal(size=(n, 1)), 1) for n in (12, 20_000))
    widths = [np.subtract(*reversed(s.moved(95)))[0] for s in (few, many)]
    sample = np.sort(RANDOM.normal(size=(12, 1))[:, 0])
    low, high = spread_of(sample[:, None], 1).moved(90)
    assert low <= sample[0]
    assert high >= sample[-1]
    assert widths[0] > 0.7 * widths[1]


def test_quantiles_never_cross():
    for n, H, block in ((1, 4, 1), (5, 3, 2), (40, 6, 12), (400, 2, 1)):
        spread = spread_of(RANDOM.standard_t(2, size=(n, H)) ** 3, block)
        assert all(list(row) == sorted(row) for row in spread.quantiles)
        assert len(spread.quantiles) == H
        spread.check(H)
    assert not spread_of(np.full((3, 2), np.nan), 1).known


def test_coverage_is_what_was_promised_on_new_values(tmp_path):
    """Errors of the held-out end give intervals that hold for what comes after, on average."""
    within = {"80": [], "95": []}
    for seed in range(4):
        random = np.random.default_rng(seed)
        t = np.arange(700)
        values = 30 + 4 * np.sin(2 * np.pi * t / 12) + np.convolve(
            random.normal(size=711), 0.7 ** np.arange(12), "valid"
        )  # fmt: skip
        model = elman.train(
            list(values[:500]), tmp_path / str(seed), horizon=6, season=12, keep="simple", threads=1
        )
        report = json.loads((model.directory / "metrics.json").read_text(encoding="utf-8"))
        assert set(report["held_out"]["coverage"]) == {"80", "95"}
        for end in range(500, 694):
            (said,) = model.predict([values[:end]])
            for level, interval in said.intervals.items():
                truth = values[end : end + 6]
                inside = (interval.lower <= truth) & (truth <= interval.upper)
                within[level].append(inside.mean())
    assert np.mean(within["80"]) == pytest.approx(0.80, abs=0.05)
    assert np.mean(within["95"]) == pytest.approx(0.95, abs=0.03)


def test_levels_are_read_or_refused():
    assert levels_of("80, 95,80") == (80.0, 95.0)
    for text in ("", "0", "100", "nan", "80;95"):
        with pytest.raises(OptionError, match="is no level"):
            levels_of(text)


@pytest.mark.parametrize(
    ("spread", "message"),
    [
        (Spread((0.1, 0.9), ((-1.0, 1.0),)), "quantiles of 2 steps"),
        (Spread((0.1, 0.9), ((1.0, -1.0), (0.0, 1.0))), "ascending"),
        (Spread((0.0, 0.9), ((-1.0, 1.0), (0.0, 1.0))), "impossible"),
        (Spread((0.1, 0.9), ((-1.0, 1e9), (0.0, 1.0))), "impossible"),
        (Spread((), ((-1.0, 1e9), (0.0, 1.0))), "ascending"),
    ],
)
def test_what_are_no_quantiles_is_refused(spread, message):
    with pytest.raises(ArtifactError, match=message):
        spread.check(2)
