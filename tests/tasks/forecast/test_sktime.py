"""The estimator of sktime passes sktime's own checks, and says what `elman` says."""

from __future__ import annotations

import pickle

import numpy as np
import pytest

import elman

pandas = pytest.importorskip("pandas")
pytest.importorskip("sktime")
pytestmark = pytest.mark.filterwarnings("ignore")  # those of sktime about itself

FEWEST = 300
"""Checks of sktime; of an object that it does not know it runs none, and says that all passed."""


def wave(n=90):
    t = np.arange(n)
    random = np.random.default_rng(3)
    values = 20 + 5 * np.sin(2 * np.pi * t / 7) + random.normal(size=n)
    return pandas.Series(values, pandas.period_range("2024-01-01", periods=n, freq="D"), name="x")


def test_it_says_what_elman_says(tmp_path):
    from elman.sktime import RecurrentForecaster

    y = wave()
    forecaster = RecurrentForecaster(season=7, keep="simple").fit(y, fh=[1, 3])
    model = elman.train(
        list(y), tmp_path / "m", task="forecast", season=7, horizon=3, keep="simple", threads=1
    )
    (said,) = model.predict([list(y)])
    found = forecaster.predict()
    assert found.tolist() == [said.values[0], said.values[2]]
    assert [str(day) for day in found.index] == ["2024-03-31", "2024-04-02"]
    interval = forecaster.predict_interval(coverage=0.8)
    assert interval.iloc[:, 0].tolist() == pytest.approx(
        [said.intervals["80"].lower[k] for k in (0, 2)]
    )
    again = pickle.loads(pickle.dumps(forecaster))
    assert again.predict().tolist() == found.tolist()
    # newer values move it on without a fit
    longer = wave(93)
    forecaster.update(longer.iloc[90:], update_params=False)
    (later,) = model.predict([list(longer)])
    assert forecaster.predict().tolist() == [later.values[0], later.values[2]]


def test_columns_beside_it_are_known_ahead():
    from elman.sktime import RecurrentForecaster

    y, random = wave(150), np.random.default_rng(1)
    on = (random.random(154) < 0.3).astype(float)
    X = pandas.DataFrame({"promo": on}, pandas.period_range("2024-01-01", periods=154, freq="D"))
    y = y + 20 * on[:150]
    forecaster = RecurrentForecaster(season=7, keep="simple").fit(
        y, X=X.iloc[:150], fh=[1, 2, 3, 4]
    )
    flipped = X.copy()
    flipped.iloc[151] = 1 - flipped.iloc[151]
    moved = forecaster.predict(X=flipped.iloc[150:]) - forecaster.predict(X=X.iloc[150:])
    assert abs(moved.iloc[1]) == pytest.approx(20, abs=4)
    assert moved.drop(moved.index[1]).abs().max() < 4


@pytest.mark.slow
def test_sktimes_own_checks_pass():
    from sktime.utils.estimator_checks import check_estimator

    from elman.sktime import RecurrentForecaster

    found = check_estimator(RecurrentForecaster, raise_exceptions=True, verbose=False)
    assert set(found.values()) == {"PASSED"}
    assert len(found) >= FEWEST
