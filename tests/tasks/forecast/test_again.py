"""The back-test with training anew on the way."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

import elman
from elman.data.series.panel import Panel
from elman.data.series.series import Series
from elman.errors import OptionError
from elman.tasks.forecast.coding.saved import model_of
from elman.tasks.forecast.network.again import trained_again
from elman.tasks.forecast.network.build import SeriesRecipe
from elman.tasks.forecast.network.fit import train_for_back_test
from elman.tasks.forecast.options import ForecastOptions
from elman.tasks.forecast.plan import plan_of
from elman.tasks.forecast.prepared import prepared_series
from tests.tasks.forecast.test_forecast import wave

RECIPE = SeriesRecipe("gru", keep="simple")


def broken(seed=0) -> Series:
    """A season that is another from the middle of the back-test on."""
    values = wave(160).values.copy()
    values[130:] = values[130:][::-1] * 1.5
    return Series("s", values, 7)


def prepared(*series: Series):
    return prepared_series(plan_of(Panel(series), ForecastOptions(horizon=3, holdout=60)))


def never(*args):
    raise AssertionError("no network is trained")


def test_each_part_is_foretold_by_what_was_trained_before_it():
    found = prepared(broken())
    trained = train_for_back_test(found, RECIPE, 0, never)
    said = trained_again(found, RECIPE, trained, 2, never, seed=0).numbers
    whole = model_of(trained).numbers(found.test.steps, found.test.contexts)
    assert said.shape == whole.shape == (58, 3)
    cuts = [100, 100 + 58 // 3, 100 + 58 * 2 // 3]
    at = found.origins.at
    first = at < cuts[1]
    np.testing.assert_array_equal(said[first], whole[first])
    for begin, end in ((cuts[1], cuts[2]), (cuts[2], 1000)):
        later = prepared_series(replace(found.plan, begin=(begin,)))
        model = model_of(train_for_back_test(later, RECIPE, 0, never))
        part = (at >= begin) & (at < end)
        items = [found.plan.panel.series[0].values[:n] for n in at[part]]
        wanted = [forecast.values for forecast in model.predict(items)]
        np.testing.assert_allclose(said[part], wanted, rtol=1e-5)
        assert not np.allclose(said[part], whole[part])


def test_nothing_is_learnt_from_what_is_foretold():
    series = broken()
    changed = series.values.copy()
    changed[140:] = 1e3
    found, other = prepared(series), prepared(replace(series, values=changed))
    each = [
        trained_again(
            one, RECIPE, train_for_back_test(one, RECIPE, 0, never), 2, never, seed=0
        ).numbers
        for one in (found, other)
    ]
    before = found.origins.at <= 137
    np.testing.assert_array_equal(each[0][before], each[1][before])


def test_series_of_other_lengths_have_cuts_of_their_own():
    long, short = broken(), replace(broken(), name="t", values=broken().values[:120])
    found = prepared(long, short)
    trained = train_for_back_test(found, RECIPE, 0, never)
    said = trained_again(found, RECIPE, trained, 1, never, seed=0).numbers
    whole = model_of(trained).numbers(found.test.steps, found.test.contexts)
    same = (said == whole).all(1)
    for n, begin in enumerate(found.plan.begin):
        mine = found.origins.series == n
        assert same[mine & (found.origins.at < begin + 29)].all()
        assert not same[mine & (found.origins.at >= begin + 29)].any()


def test_it_stands_in_the_table_and_not_in_the_verdict(tmp_path):
    elman.train(broken(), tmp_path / "m", horizon=3, holdout=60, refit=2, threads=1, epochs=2)
    report = json.loads((tmp_path / "m" / "metrics.json").read_text(encoding="utf-8"))
    assert report["baselines"]["again"]["called"] == "trained anew 2 times on the way"
    assert report["baselines"]["again"]["mae"] != report["metrics"]["mae"]
    assert "anew" not in report["verdict"]
    for times in (-1, 101):
        with pytest.raises(OptionError, match=f"--refit {times}: expected 0 to 100"):
            elman.train(broken(), tmp_path / "n", horizon=3, refit=times)


def test_a_part_without_an_origin_of_its_own_trains_nothing(tmp_path):
    for holdout, asked, done in ((6, 30, 3), (3, 4, 0)):
        plan = plan_of(Panel((broken(),)), ForecastOptions(horizon=3, holdout=holdout))
        found = prepared_series(plan)
        trained = train_for_back_test(found, RECIPE, 0, never)
        assert trained_again(found, RECIPE, trained, asked, never, seed=0).times == done
    elman.train(broken(), tmp_path / "m", horizon=3, holdout=3, refit=4, threads=1, keep="simple")
    report = json.loads((tmp_path / "m" / "metrics.json").read_text(encoding="utf-8"))
    assert "again" not in report["baselines"]
    with pytest.raises(OptionError, match="--refit with --time-limit"):
        elman.train(broken(), tmp_path / "n", horizon=3, refit=2, time_limit="5s")
