"""Explanations of forecasts: shares in units of the series, complete, right by hand."""

from __future__ import annotations

import itertools
import math

import numpy as np
import polars as pl
import pytest

import elman
from elman import artifact
from elman.errors import OptionError
from elman.runtime.spec import CELLS, NetworkSpec
from elman.tasks.forecast.coding.input import SeriesInput
from elman.tasks.forecast.coding.scaling import Scaling
from elman.workflow.load import load
from tests.attribution.models import random_tensors

SERIES = [3.0, 5.5, 4.0, 7.0, 6.5, 11.0, 9.0, 8.5, 12.0]


def saved(directory, *, shortcut="last", season=1, empty=False, horizon=2, **spec):
    network = NetworkSpec(**{"cell": "rnn", "hidden_size": 6} | spec, outputs=horizon)
    scaling = Scaling(0.1, shortcut, season)
    input = SeriesInput("sales", 7, horizon, scaling, "daily", tuple(SERIES[:7]))
    tensors = random_tensors(network)
    if empty:
        tensors = {name: np.zeros_like(value) for name, value in tensors.items()}
    artifact.write(
        directory,
        task="forecast",
        network=artifact.encode(network),
        input=artifact.encode(input),
        output={},
        training={},
        tensors=tensors,
        parts={},
        allowed_parts={},
    )
    return load(directory)


@pytest.mark.parametrize(
    ("cell", "layers", "both"), list(itertools.product(CELLS, (1, 2), (False, True)))
)
def test_shares_sum_to_the_forecast(tmp_path, cell, layers, both):
    model = saved(tmp_path / "m", cell=cell, num_layers=layers, bidirectional=both, members=2)
    explained = elman.explain(model, SERIES)
    (forecast,) = model.predict([SERIES])
    assert explained.score == pytest.approx(forecast.values[0], rel=1e-5)
    for method, allowed in (("gradients", 0.01), ("shapley", 1e-6)):
        part = explained.shares[method]
        assert part.end == pytest.approx(forecast.values[0], rel=1e-5)
        assert part.completeness_error <= allowed
    assert explained.words == tuple(f"{value:g}" for value in SERIES[-7:])
    assert explained.trajectory.made_up is None
    assert len(explained.text().splitlines()) < 60


def test_a_forecast_that_repeats_the_last_value_owes_all_to_it(tmp_path):
    explained = elman.explain(saved(tmp_path / "m", empty=True), SERIES)
    window = np.array(SERIES[-7:])
    assert explained.score == pytest.approx(12.0)
    for part in explained.shares.values():
        expected = [0] * 6 + [12.0 - window.mean()]
        assert part.values.tolist() == pytest.approx(expected, abs=1e-4)
    assert explained.shares["shapley"].start == pytest.approx(window.mean())
    assert explained.trajectory.scores.tolist() == pytest.approx(SERIES[-7:], rel=1e-5)


def test_a_seasonal_forecast_owes_all_to_the_same_phase(tmp_path):
    model = saved(tmp_path / "m", empty=True, shortcut="phase", season=3)
    explained = elman.explain(model, SERIES)
    window = np.array(SERIES[-7:])  # two whole seasons: the next value has the phase of 1 and 4
    expected = np.zeros(7)
    expected[[1, 4]] = (window[[1, 4]] - window.mean()) / 2
    for part in explained.shares.values():
        assert part.values.tolist() == pytest.approx(expected.tolist(), abs=1e-4)


def test_a_forecast_is_explained_in_words_of_its_own(tmp_path):
    explained = elman.explain(saved(tmp_path / "m"), SERIES)
    shown = explained.text()
    for said in ("lower higher", "after it", "(value "):
        assert said in " ".join(shown.split())
    for unsaid in ("against   for", "P(", "mind made up", "probability"):
        assert unsaid not in shown
    pytest.importorskip("plotly")
    titles = [figure.layout.title.text for figure in explained.figures().values()]
    assert [title for title in titles if "value" not in title] == []
    assert titles[1] == "score after each value (stream)"


def test_without_values_the_end_of_the_training_series_is_explained(tmp_path):
    model = saved(tmp_path / "m")
    assert elman.explain(model, []).words == tuple(f"{value:g}" for value in SERIES[:7])
    assert elman.explain(model, ["3", "4.5"]).words == ("3", "4.5")


def test_what_is_no_series_is_refused(tmp_path):
    with pytest.raises(OptionError, match='"soup" is not a number'):
        elman.explain(saved(tmp_path / "m"), ["3", "soup"])


def test_a_window_that_begins_with_nothing_and_a_frame_are_explained(tmp_path):
    values = [math.nan, math.nan, 3.0, 4.5, 5.0, 4.0, 6.0]
    explained = elman.explain(saved(tmp_path / "m"), values)
    assert len(explained.trajectory.scores) == 7
    assert np.isfinite(explained.trajectory.scores).all()
    assert explained.trajectory.scores[0] == explained.trajectory.scores[2]
    days = [f"2024-01-{n + 1:02d}" for n in range(10)]
    frame = pl.DataFrame({"ds": days, "y": [float(n % 4) for n in range(10)]})
    assert elman.explain(saved(tmp_path / "n"), frame).words[-1] == "1"
