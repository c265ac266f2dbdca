"""Forecasts beyond the steps that a model was trained for."""

from __future__ import annotations

import csv
import dataclasses
import json
import math

import numpy as np
import pytest

import elman
from elman.data.series.calendar import Calendar
from elman.errors import DataError, OptionError
from elman.judging.values.answer import Forecast
from elman.tasks.forecast.coding.codec import series_codec_of
from elman.tasks.forecast.coding.further import gone_on
from elman.tasks.forecast.shown.screens import SCREENS
from elman.workflow.predict import predict_file, predict_typed
from tests.tasks.forecast.test_covariates import write
from tests.tasks.forecast.test_forecast import wave

H = 4


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    out = tmp_path_factory.mktemp("further") / "m"
    days = Calendar("%Y-%m-%d", "seconds", 86_400, "2024-01-29")
    series = dataclasses.replace(wave(), calendar=days, first=3)
    return elman.train(series, out, horizon=H, threads=1, keep="recurrent", epochs=3)


def test_it_goes_on_from_what_it_foretold(model):
    values = wave().values.tolist()
    (said,) = model.reaching(11).predict([values])
    by_hand: list[float] = []
    for _ in range(3):
        by_hand += model.predict([values + by_hand])[0].values
    assert said.values == pytest.approx(by_hand[:11])
    assert said.values[:H] == model.predict([values])[0].values
    for level, one in said.intervals.items():
        assert one.lower[:H] == model.predict([values])[0].intervals[level].lower
        assert all(map(math.isnan, one.lower[H:] + one.upper[H:]))
        assert len(one.lower) == len(one.upper) == 11


def test_a_series_goes_on_as_its_values_do(model):
    recent = model.codec.recent()
    (said,) = model.reaching(9).predict([recent])
    assert said.values == pytest.approx(model.reaching(9).predict([recent.values])[0].values)
    assert said.values[H:] != said.values[: 9 - H]


def test_fewer_steps_are_the_first_and_several_series_keep_their_own(model):
    first, second = wave().values, wave().values[::-1].copy()
    apart = [model.reaching(6).predict([one])[0] for one in (first, second)]
    for batch_size in (1, 2):
        together = model.reaching(6).predict([first, second], batch_size=batch_size)
        assert [one.values for one in together] == [one.values for one in apart]
    assert apart[0].values != apart[1].values
    assert model.reaching(2).predict([first])[0].values == apart[0].values[:2]
    assert model.reaching(2).predict([first])[0].values != apart[1].values[:2]
    assert model.reaching(3).predict([]) == []


def test_the_dates_go_on_and_what_nobody_knows_is_empty(model, tmp_path):
    out = tmp_path / "f.csv"
    report = predict_typed(model, [], {"steps": 9}, output=out)
    json.dumps(report, allow_nan=False)
    assert report["intervals"]["80"]["lower"][H:] == [None] * 5
    assert "–" in SCREENS["predict"](predict_typed(model, [], {"steps": 9}))[-1]
    assert SCREENS["chart"](report)
    rows = list(csv.DictReader(out.read_text(encoding="utf-8").splitlines()))
    assert len(rows) == 9
    last = np.datetime64("2024-01-29") + 3 + len(wave().values) - 1
    assert [row["ds"] for row in rows] == [str(last + n) for n in range(1, 10)]
    assert list(report["dates"]) == [row["ds"] for row in rows]
    assert [bool(row["upper-95"]) for row in rows] == [True] * H + [False] * 5
    assert float(rows[8]["forecast"]) == report["values"][8]
    page = tmp_path / "f.html"
    predict_typed(model, [], {"steps": 9}, output=page)
    assert "nan" not in page.read_text(encoding="utf-8")


def test_what_must_be_known_ahead_is_asked_for_all_of_it(tmp_path):
    path, *_ = write(tmp_path)
    model = elman.train(
        path, tmp_path / "m", horizon=H, threads=1, keep="simple", future_covariates="promo"
    )
    with pytest.raises(DataError, match="promo must be known for the 12 steps to come, and 8 of"):
        predict_file(model, path, {"steps": 3 * H})


def test_other_models_and_other_numbers_of_steps_are_refused(model, tmp_path):
    for steps in (0, -3):
        with pytest.raises(OptionError, match=f"{steps} steps ahead: expected a whole"):
            predict_typed(model, [], {"steps": steps})
    rows = [
        {"text": f"{word} film number {n}", "label": word}
        for n in range(20)
        for word in ("good", "bad")
    ]
    texts = elman.train(rows, tmp_path / "t", epochs=1, baselines=False, threads=1)
    with pytest.raises(OptionError, match="texts, and they have none"):
        texts.reaching(3)
    assert np.isfinite(texts.predict(["good film"])[0].probability)


def test_a_forecast_that_runs_away_and_steps_beyond_all_use_are_refused(model):
    rows = [2.0**n for n in range(40)]
    for steps in (10_001, 2.5, "5"):
        with pytest.raises(OptionError, match="expected a whole number, 1 to 10,000"):
            model.reaching(steps)
    with pytest.raises(OptionError, match=r"runs away, to .* it goes on from its own errors"):
        gone_on([rows], [Forecast((2.0e100,))], lambda items: [], 3)


def test_what_stays_the_same_is_known_at_all_times(tmp_path):
    path = tmp_path / "shops.csv"
    random = np.random.default_rng(0)
    lines = [
        f"{shop},{np.datetime64('2024-01-01') + n},{100 * size + random.normal():.2f},{size}"
        for shop, size in (("a", 1), ("b", 3))
        for n in range(60)
    ]
    path.write_text("\n".join(["shop,day,sold,size", *lines]) + "\n", encoding="utf-8")
    model = elman.train(
        path, tmp_path / "m", horizon=2, id="shop", value="sold", static_covariates="size",
        keep="simple", threads=1,
    )  # fmt: skip
    codec = series_codec_of(model)
    series = codec.recent(1)
    longer = dataclasses.replace(series, values=np.append(series.values, [300.0, 301.0]))
    L, segment = codec.window, codec.input.segment
    place = codec.input.channels.places(np.array([-1]), np.array([1]), L, segment, 2)
    known = [np.ravel(codec.encode(one).steps)[place] for one in (series, longer)]
    assert known[0] != 0
    assert known[1] != 0
