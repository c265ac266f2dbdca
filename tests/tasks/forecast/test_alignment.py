"""What steps of a forecast depend on, and that a misaligned forecaster is found out."""

from __future__ import annotations

import dataclasses
import json

import numpy as np
import pytest

import elman
from elman.data.series.covariates import Covariate
from elman.data.series.panel import Panel
from elman.data.series.series import Series
from elman.tasks.forecast.coding.alignment import alignment
from elman.tasks.forecast.coding.codec import SeriesCodec
from elman.tasks.forecast.shown.screens import SCREENS
from tests.tasks.forecast.test_forecast import wave

OPTIONS = {"horizon": 4, "threads": 1, "keep": "recurrent", "epochs": 2}


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    return elman.train(wave(), tmp_path_factory.mktemp("aligned") / "m", **OPTIONS)


def test_every_fit_is_asked_and_a_season_is_seen(model):
    report = json.loads((model.directory / "metrics.json").read_text(encoding="utf-8"))
    found = report["alignment"]
    assert found["sound"]
    assert found["faults"] == []
    assert found["newest"] > 0.01
    assert len(found["lags"]) == 4
    assert not any("trusted" in line for line in SCREENS["train"](report))
    report["alignment"]["faults"] = ["it has seen the future"]
    assert "not to be trusted: it has seen the future" in SCREENS["train"](report)


def test_the_value_that_moves_a_step_most_is_named(tmp_path):
    """A series that repeats five values exactly: each step is the value five before it."""
    values = np.tile(100 * np.random.default_rng(0).random(5), 30)
    model = elman.train(
        list(values), tmp_path / "m", season=5, horizon=3, keep="simple", threads=1, window=5
    )
    found = alignment(model, Series("x", values, 5))
    assert found["lags"] == [5, 5, 5]
    assert found["sound"]


def test_a_forecaster_that_does_not_see_the_newest_value_is_found_out(model, monkeypatch):
    series = wave()
    encode = SeriesCodec.encode

    def late(self, item, after=None):
        if isinstance(item, Series):
            item = dataclasses.replace(item, values=item.values[:-1])
        return encode(self, item, after)

    monkeypatch.setattr(SeriesCodec, "encode", late)
    found = alignment(model, series)
    assert "the first step does not depend on the newest value" in found["faults"]
    assert not found["sound"]


def test_a_stream_that_says_otherwise_is_found_out(model, monkeypatch):
    values = wave().values + 2000
    assert alignment(model, Series("x", values, 7))["sound"]
    feed = elman.Stream.feed
    monkeypatch.setattr(elman.Stream, "feed", lambda self, item: feed(self, item * 1.01))
    found = alignment(model, Series("x", values, 7))
    assert found["faults"] == ["a stream of the values does not say what the whole says"]


def test_a_planted_future_is_found_out(tmp_path, monkeypatch):
    random = np.random.default_rng(4)
    wind = random.normal(size=(204, 1))
    values = 50 + 5 * random.normal(size=200)
    panel = Panel((Series("x", values, 7, beside=wind),), covariates=(Covariate("w", "past"),))
    model = elman.train(panel, tmp_path / "m", **OPTIONS)
    assert alignment(model, panel.series[0])["sound"]
    steps = type(model.codec.input.channels).steps

    def leaking(self, x, beside, *others):
        found = steps(self, x, beside, *others)
        return found + beside[:, -1:, :1]

    monkeypatch.setattr(type(model.codec.input.channels), "steps", leaking)
    found = alignment(model, panel.series[0])
    assert "a past covariate of the steps to come changes the forecast" in found["faults"]
