"""What drift sees of a series: each figure by hand, from where training stopped."""

from __future__ import annotations

import numpy as np
import pytest

import elman
from elman.judging.drift.compare import compare
from elman.tasks.forecast.drift import MEASURES, measured, unlabelled_series
from elman.tasks.forecast.options import ForecastOptions
from tests.tasks.forecast.sample import DAYS, values, write


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    folder = tmp_path_factory.mktemp("series")
    return elman.train(write(folder), folder / "m", horizon=3, threads=1, time_limit="0.5s")


def columns_of(model, data):
    read = unlabelled_series(data, model, ForecastOptions())
    each = list(read.each)
    steps, contexts = [row.steps for row in each], [row.context for row in each]
    return read.said, measured(model, steps, contexts, model.numbers(steps, contexts))


def test_figures_are_those_of_forecasts_asked_one_by_one(model):
    series, window = values(3, days=140), model.codec.window
    _, found = columns_of(model, series)
    ends = range(max(window, model.codec.input.scaling.season), 141)
    foretold = [model.predict([series[:end]])[0].values[0] for end in ends]
    last = np.array([series[end - 1] for end in ends])
    means = np.array([series[end - window : end].mean() for end in ends])
    wanted = {
        "level": last,
        "step": np.abs(np.diff(last)),
        "error": np.abs(last[1:] - foretold[:-1]),
        "foretold": foretold - last,
        "spread": np.abs(last - means),
    }
    assert found.keys() == wanted.keys()
    for name, column in wanted.items():
        assert found[name] == pytest.approx(column, abs=1e-3), name


def test_only_values_after_training_count_where_dates_tell(model, tmp_path):
    longer = write(tmp_path, "longer.csv", values(0, days=DAYS + 40))
    said, found = columns_of(model, longer)
    assert said == "sales, from 2024-03-30 on, where training stopped"
    assert len(found["level"]) == 41  # the last value of training, with which the first is foretold
    assert found["level"] == pytest.approx(values(0, days=DAYS + 40)[-41:], abs=1e-3)


def test_a_level_that_rises_alone_is_no_drift(model):
    then, now = values(3, days=400), values(4, days=400) + 500
    _, before = columns_of(model, then)
    _, after = columns_of(model, now)
    told = {one["name"]: one for one in compare(MEASURES, before, after)}
    assert told["level"]["size"] == 1
    assert not any(one["drift"] for one in told.values())
