"""What the dates tell: the phases themselves, when they are read, and that all parts read alike."""

from __future__ import annotations

import dataclasses
import datetime
import json

import numpy as np
import pytest

import elman
from elman.data.series.calendar import Calendar
from elman.data.series.panel import Panel
from elman.data.series.phases import FEATURES, phases, width_of
from elman.data.series.series import Series
from elman.errors import ArtifactError, DataError, OptionError
from elman.runtime.model import Model
from elman.tasks.forecast.coding.codec import series_codec_of
from elman.tasks.forecast.coding.saved import series_codec
from elman.tasks.forecast.network.windows import Windows, weights_for
from elman.tasks.forecast.options import ForecastOptions
from elman.tasks.forecast.plan import plan_of
from elman.tasks.forecast.prepared import prepared_series
from elman.tasks.forecast.task import TASK

DAILY = Calendar("%Y-%m-%d", "seconds", 86_400, "2021-11-04")
HOURLY = Calendar("%Y-%m-%d %H:%M", "seconds", 3600, "2024-02-28T22:00:00")


def yearly(days: int, seed: int = 0) -> Series:
    """A year's round that a window of some weeks cannot hold, and noise around it."""
    random = np.random.default_rng(seed)
    of_year = phases(DAILY, ["yearday"], 0, days)
    values = 20 + 8 * of_year[:, 0] + 3 * of_year[:, 3] + random.standard_normal(days)
    return Series("t", values, 7, DAILY)


def test_phases_are_sines_and_cosines_of_the_share_that_has_gone_by():
    found = phases(HOURLY, ["hour", "weekday", "yearday"], 3, 25)
    assert found.shape == (25, 20)
    moments = [datetime.datetime(2024, 2, 29, 1) + datetime.timedelta(hours=n) for n in range(25)]
    for row, moment in zip(found, moments, strict=True):
        shares = [
            *[moment.hour / 24 * k for k in range(1, 5)],
            *[moment.weekday() / 7 * k for k in range(1, 4)],
            *[(moment.timetuple().tm_yday - 1) / 366 * k for k in range(1, 4)],
        ]
        wanted = [wave(2 * np.pi * share) for share in shares for wave in (np.sin, np.cos)]
        np.testing.assert_allclose(row, wanted, atol=1e-12)


def test_phases_are_the_same_wherever_one_begins_to_ask():
    whole = phases(DAILY, ["yearday", "weekday"], 0, 2100)
    np.testing.assert_array_equal(
        phases(DAILY, ["yearday", "weekday"], 1021, 1030), whole[1021:2051]
    )
    assert np.isfinite(whole).all()
    days = {tuple(np.round(row, 9)) for row in phases(DAILY, ["weekday"], 0, 70)}
    assert len(days) == 7
    assert phases(DAILY, [], 5, 3).shape == (3, 0)


def test_the_year_is_read_where_the_past_says_that_it_helps(tmp_path):
    series = yearly(1300)
    asked = {"horizon": 14, "threads": 1, "keep": "simple", "window": 28}
    errors = {}
    for called, calendar in (("told", None), ("none", "none")):
        model = elman.train(Panel((series,)), tmp_path / called, calendar=calendar, **asked)
        report = json.loads((model.directory / "metrics.json").read_text(encoding="utf-8"))
        errors[called] = report["metrics"]["mae"]
        assert ("yearday" in report["calendar"]) == (called == "told")
    assert errors["told"] < 0.9 * errors["none"]


def test_noise_and_a_short_past_read_no_dates():
    random = np.random.default_rng(1)
    noise = Series("n", 5 + random.standard_normal(1200), 7, DAILY)
    short = yearly(700)
    months = Series("m", yearly(120).values, 12, Calendar("%Y-%m", "months", 1, "2010-01-01"))
    for series in (noise, short, months):
        plan = plan_of(Panel((series,)), ForecastOptions(horizon=3))
        found = prepared_series(plan).plan.features
        assert found == (), series.name


def test_windows_ridge_and_prediction_read_the_same_steps():
    first, second = yearly(260), yearly(230, 3)
    second = Series("u", second.values[30:], 7, DAILY, 30)
    options = ForecastOptions(horizon=5, calendar="yearday,weekday")
    prepared = prepared_series(plan_of(Panel((first, second)), options))
    codec, plan = prepared.codec, prepared.plan
    assert plan.features == ("yearday", "weekday")
    origins = prepared.origins
    weights = weights_for(prepared, plan.past)
    told = codec.input.channels.told_places(codec.window, codec.input.segment, 5)
    assert len(told) == width_of("yearday") + width_of("weekday")
    windows = Windows(plan.laid, origins, codec, weights)
    steps = list(prepared.test.steps)
    for row, x in enumerate(steps):
        series = plan.panel.series[int(origins.series[row])]
        at = int(origins.at[row])
        np.testing.assert_allclose(windows.x[row].numpy(), x, atol=1e-5)
        unit = codec.encode(series.until(at, 5)).context
        said = np.ravel(x)[told] * unit.scale / (unit.scaling.floor / 0.05)
        wanted = phases(DAILY, plan.features, series.first + at, 1)[0]
        np.testing.assert_allclose(said, wanted, atol=1e-4)
        assert codec.newest(x) == pytest.approx(
            (series.values[at - 1] - unit.centre) / unit.scale, abs=1e-4
        )


def test_values_without_dates_count_as_of_an_average_day_and_it_is_said(tmp_path):
    model = elman.train(
        Panel((yearly(400),)), tmp_path / "m", calendar="yearday", horizon=2, threads=1, epochs=2
    )
    values = yearly(400).values[-60:]
    codec = series_codec_of(model)
    told = codec.input.channels.told_places(codec.window, codec.input.segment, 2)
    assert not np.ravel(codec.encode(values).steps)[told].any()
    items = TASK.typed(model, [str(value) for value in values])
    assert any("yearday" in line and "without dates" in line for line in items.warnings)
    after = TASK.typed(model, [])
    assert not after.warnings
    assert np.ravel(codec.encode(next(iter(after.each)).item).steps)[told].any()


def test_features_that_cannot_be_are_refused_by_name():
    dated, plain = Panel((yearly(60),)), Panel((Series("p", yearly(60).values, 7),))
    with pytest.raises(OptionError, match=r'no feature "yeardy".*yearday'):
        plan_of(dated, ForecastOptions(calendar="weekday,yeardy"))
    with pytest.raises(OptionError, match='"hour" is named twice'):
        plan_of(dated, ForecastOptions(calendar="hour, hour"))
    with pytest.raises(OptionError, match=r"p has no dates. .*--date"):
        plan_of(plain, ForecastOptions(calendar="weekday"))
    assert plan_of(dated, ForecastOptions(calendar="none")).features == ()
    assert set(FEATURES) == {"hour", "weekday", "yearday"}


def test_a_horizon_that_leaves_nothing_to_learn_from_tries_nothing():
    for n, horizon, calendar in ((1100, 365, None), (60, 20, "weekday"), (300, 100, "weekday")):
        options = ForecastOptions(horizon=horizon, calendar=calendar)
        found = prepared_series(plan_of(Panel((yearly(n),)), options))
        assert found.ways
        assert found.plan.features == (() if calendar is None else ("weekday",))


def test_where_nothing_is_left_to_help_with_no_dates_are_read():
    flat = Series("f", np.full(1000, 3.0), 7, DAILY)
    week = Series("w", np.tile([3.0, 1, 4, 1, 5, 9, 2], 150), 7, DAILY)
    for series in (flat, week):
        assert prepared_series(plan_of(Panel((series,)), ForecastOptions())).plan.features == ()


def test_features_that_are_asked_for_are_read_by_every_way():
    noise = np.random.default_rng(0).standard_normal(400)
    panel = Panel((Series("n", noise, 7, DAILY),))
    found = prepared_series(plan_of(panel, ForecastOptions(horizon=2, calendar="weekday")))
    assert all(way.beside for way in found.ways)
    weights = weights_for(found, found.plan.past)
    told = found.codec.input.channels.told_places(found.codec.window, found.codec.input.segment, 2)
    assert np.abs(weights[told]).max() > 0


def test_two_years_of_working_days_are_fewer_values():
    week = Calendar("%Y-%m-%d", "workdays", 1, "2019-01-01", week="1111100")
    for values, wanted in ((620, ("yearday",)), (560, ())):
        panel = Panel((Series("w", np.arange(values) + 1.0, 5, week),))
        plan = plan_of(panel, ForecastOptions(holdout=60))
        assert plan.features == wanted, values


def test_series_of_one_model_have_one_calendar():
    other = Calendar("%Y-%m-%d", "seconds", 86_400, "2022-05-04")
    panel = Panel((yearly(100), Series("u", yearly(90).values, 7, other)))
    with pytest.raises(DataError, match="different calendars"):
        plan_of(panel, ForecastOptions())
    numbers = Calendar("%d", "counts", 1, "7")
    counted = Panel((Series("c", yearly(60).values, 7, numbers),))
    with pytest.raises(OptionError, match="the dates of c are plain numbers"):
        plan_of(counted, ForecastOptions(calendar="weekday"))


def test_a_directory_that_names_other_features_is_refused(tmp_path):
    model = elman.train(
        Panel((yearly(400),)), tmp_path / "m", calendar="yearday", horizon=2, threads=1, epochs=1
    )
    for features in ([], ["yearday", "hour"], ["yearday", "yearday"], ["yearday"] * 3000):
        network, input = dict(model.info.network), dict(model.info.input)
        input["channels"] = dict(input["channels"]) | {"features": features}
        saved = dataclasses.replace(model.info, network=network, input=input)
        with pytest.raises(ArtifactError):
            Model.of(saved, series_codec)
