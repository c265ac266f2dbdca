"""From a series to a saved, back-tested, streaming forecaster."""

from __future__ import annotations

import dataclasses
import json
from datetime import date, timedelta

import numpy as np
import pytest
import torch

import elman
from elman.data.builtin.airline import airline
from elman.data.series.panel import Panel
from elman.data.series.series import Series
from elman.errors import DataError, OptionError
from elman.judging.values.naive import carried, naive_forecasts, naive_scale
from elman.models.network import RecurrentNetwork
from elman.runtime.spec import NetworkSpec
from elman.tasks.forecast.coding.scaling import Scaling, bridged
from elman.tasks.forecast.linear.weights import weights_of
from elman.tasks.forecast.network.build import SeriesRecipe
from elman.tasks.forecast.network.fit import train_final, train_for_back_test
from elman.tasks.forecast.network.windows import Windows
from elman.tasks.forecast.options import ForecastOptions
from elman.tasks.forecast.origins import at_origins
from elman.tasks.forecast.plan import plan_of
from elman.tasks.forecast.prepared import prepared_series
from elman.tasks.forecast.shown.screens import SCREENS
from elman.training.loop import fit
from elman.training.problem import Fitted, Progress
from elman.workflow.predict import predict_file, predict_typed
from tests.tasks.forecast.rolling import at, codec_for, laid, panel, rolling


def wave(n=130, season=7, seed=0):
    random = np.random.default_rng(seed)
    t = np.arange(n)
    values = 50 + 0.3 * t + 9 * np.sin(2 * np.pi * t / season) + random.normal(size=n)
    return Series("wave", values, season)


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    out = tmp_path_factory.mktemp("forecast") / "model"
    return elman.train(wave(), out, task="forecast", horizon=5, threads=1)


@pytest.mark.parametrize("shortcut", ["last", "season", "phase"])
@pytest.mark.parametrize("length", [1, 2, 6, 7, 13, 23])
def test_scaling_is_undone_exactly(shortcut, length):
    window = wave().values[:length]
    scaling = Scaling(0.3, shortcut, 7)
    x, centre, scale = scaling.scale(window)
    assert x * scale + centre == pytest.approx(window, rel=1e-12)
    assert abs(x.mean()) < 1e-9
    ahead = scaling.ahead(x, 10) * scale + centre
    if shortcut == "last" or length < 7:
        assert ahead == pytest.approx(np.full(10, window[-1]))
    elif shortcut == "season" or length < 14:
        assert ahead == pytest.approx([window[length - 7 + h % 7] for h in range(10)])
    else:
        phases = [(window[length - 7 + h % 7] + window[length - 14 + h % 7]) / 2 for h in range(5)]
        if length < 21:
            assert ahead[:5] == pytest.approx(phases)


def test_forecast_moves_and_grows_with_the_series(model):
    """Scaling is reversible: other units, the same forecast in those units."""
    values = wave().values
    floor = model.codec.input.scaling.floor
    near = np.array(model.predict([values])[0].values)
    moved = np.array(model.predict([values + 1000])[0].values)
    assert moved - 1000 == pytest.approx(near, abs=1e-3)
    assert near.std() > 0
    assert floor > 0


def test_stream_equals_predict(model):
    values = wave(seed=5).values[:40]
    stream = model.stream()
    for n, value in enumerate(values, start=1):
        said = stream.feed(value)
        (whole,) = model.predict([values[:n]])
        assert said.values == pytest.approx(whole.values, abs=1e-5 * abs(values).max())


def test_saved_model_answers_as_the_trained_one_and_without_files(model):
    again = elman.load(model.directory)
    values = wave(seed=9).values
    assert again.predict([values, values[:3]]) == model.predict([values, values[:3]])
    assert again.predict([values])[0] == again.predict([values[:3], values])[1]


def test_recurrent_model_beats_naive_on_what_repeats_and_grows(model):
    report = json.loads((model.directory / "metrics.json").read_text())
    assert report["metrics"]["mae"] < 0.9 * report["baselines"]["naive"]["mae"]
    assert report["metrics"]["mae"] < report["baselines"]["seasonal naive"]["mae"]
    assert set(report) >= {
        "model",
        "task",
        "cell",
        "seed",
        "metrics",
        "baselines",
        "verdict",
        "seconds",
        "rows",
        "warnings",
    }


def test_backtest_figures_by_hand():
    values = np.array([1.0, 2, 4, 1, 2, 4, 1, 2, 5, 3])
    origins, yardstick = rolling(values, begin=6, horizon=2, season=3, window=6)
    assert list(origins) == [6, 7, 8]
    truth = np.array([[1, 2], [2, 5], [5, 3]])
    figures = yardstick.figures(np.full((3, 2), 3.0))
    assert figures["mae"] == pytest.approx(np.abs(truth - 3).mean())
    assert figures["rmse"] == pytest.approx(np.sqrt(((truth - 3) ** 2).mean()))
    assert figures["mape"] == pytest.approx((np.abs(truth - 3) / truth).mean())
    assert figures["mase"] is None  # the past repeats exactly: nothing to scale by
    named = naive_forecasts(values, origins, 2, 3)
    naive = np.abs(truth - np.array([[4], [1], [2]]))
    assert yardstick.figures(named["naive"])["mae"] == pytest.approx(naive.mean())
    seasonal = np.array([[1, 2], [2, 4], [4, 1]])
    assert yardstick.figures(named["seasonal naive"])["errors"] == pytest.approx(
        np.abs(truth - seasonal).mean(1)
    )
    assert yardstick.points(named["naive"]) == pytest.approx(-naive.mean(1))
    assert rolling(values - 3, 6, 2, 3, 6)[1].figures(truth - 3.0)["mape"] is None
    assert rolling(values, 6, 2, 1, 6)[1].scale == pytest.approx([np.mean([1, 2, 3, 1, 2])] * 3)


def test_origins_are_cut_where_they_are_said_to_be():
    values = np.array([1.0, 2, 4, 1, 2, 4, 1, 2, 5, 3])
    scaling = Scaling(1.0, "last", 1)
    codec = codec_for(values, 4, 2, scaling)
    steps, contexts, wanted = at_origins(panel(values), codec, at(range(6, 9)))
    for row, origin in enumerate(range(6, 9)):
        window = values[origin - 4 : origin]
        scale = window.std() + 1.0
        assert steps[row][:, 0] == pytest.approx((window - window.mean()) / scale, abs=1e-6)
        left = (values[origin : origin + 2] - window[-1]) / scale
        assert wanted[row] == pytest.approx(left)
        assert codec.numbers(wanted[row][None], [contexts[row]])[0] == pytest.approx(
            values[origin : origin + 2]
        )


def test_back_test_never_learns_from_what_it_is_judged_on():
    """Other values after the first origin: the same scaling, steps and weights before it."""

    def trained(series):
        prepared = prepared_series(
            plan_of(Panel((series,)), ForecastOptions(horizon=4, holdout=20))
        )
        weights = {}

        def remember(name, module, problem, config, digest):
            fitted = fit(module, problem, config)
            weights[name] = torch.cat([p.detach().flatten() for p in module.parameters()])
            return fitted

        found = train_for_back_test(prepared, SeriesRecipe("rnn", members=2), 0, remember)
        return found.facts["steps"], found.input.scaling, weights

    series = wave(100)
    values = series.values.copy()
    values[80:] *= -50
    one, other = trained(series), trained(dataclasses.replace(series, values=values))
    assert one[:2] == other[:2]
    for stage in ("choose", "back-test-0", "back-test-1"):
        assert torch.equal(one[2][stage], other[2][stage])


def test_ten_days_in_the_eleventh_out(tmp_path):
    model = elman.train(
        wave(), tmp_path / "m", task="forecast", window=10, horizon=1, threads=1, epochs=2
    )
    assert model.codec.window == 10
    (forecast,) = model.predict([wave().values[:10]])
    assert len(forecast.values) == 1


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"horizon": 0}, "--horizon"),
        ({"horizon": 12, "holdout": 3}, "--holdout 3"),
        ({"horizon": 2, "window": 500}, "--window 500"),
        ({"horizon": 64}, "too few"),
    ],
)
def test_impossible_plans_are_refused(tmp_path, options, message):
    with pytest.raises((OptionError, DataError), match=message):
        elman.train(wave(), tmp_path / "m", task="forecast", threads=1, **options)
    assert not (tmp_path / "m").exists()


def test_items_that_are_no_series_are_refused(model):
    for wrong in (["a"], [[]], [[float("nan")]], [[1.0, float("inf")]], [3.0]):
        with pytest.raises(OptionError, match="list of"):
            model.predict(wrong)


def test_compare_cells(tmp_path):
    report = elman.compare(
        wave(), task="forecast", models=("rnn", "lstm"), seeds=2, horizon=2, threads=1, epochs=2
    )
    assert set(report["models"]) == {"rnn", "lstm"}
    assert len(report["models"]["rnn"]["seeds"]) == 2
    assert report["best"] in report["verdict"]


def test_evaluate_on_another_series(model):
    report = elman.evaluate(model, wave(seed=3))
    assert report["n"] == 130 - 24 - 5 + 1 if model.codec.window == 24 else report["n"] > 50
    assert report["metrics"]["mae"] < report["baselines"]["naive"]["mae"]


def test_airline_is_read_as_it_is_built_in(tmp_path):
    model = elman.train(
        airline(), tmp_path / "m", task="forecast", horizon=12, holdout=12, threads=1
    )
    report = json.loads((tmp_path / "m" / "metrics.json").read_text())
    assert report["metrics"]["mape"] < report["baselines"]["seasonal naive"]["mape"]
    assert predict_typed(model, [], {})["dates"][0] == "1961-01"


def test_a_file_is_not_overwritten_by_its_own_forecast(model, tmp_path):
    path = tmp_path / "wave.csv"
    path.write_text("value,other\n" + "\n".join(f"{v},{v * 2}" for v in wave().values))
    keep = path.read_text()
    for wrong in (path, tmp_path / "out.xlsx"):
        with pytest.raises(OptionError, match="--out"):
            predict_file(model, path, {}, output=wrong, rejects=None)
    assert path.read_text() == keep


def test_trained_column_is_found_again(tmp_path):
    path = tmp_path / "two.csv"
    path.write_text("sales,visits\n" + "\n".join(f"{v},{n}" for n, v in enumerate(wave().values)))
    model = elman.train(path, tmp_path / "m", task="forecast", value="sales", epochs=2)
    report = predict_file(model, path, {}, output=None, rejects=None)
    assert report["values"][0] == pytest.approx(
        model.predict([wave().values])[0].values[0], rel=1e-6
    )
    assert elman.evaluate(model, path)["n"] > 50


def test_numbers_are_guessed_as_a_series(tmp_path):
    model = elman.train(wave().values.tolist(), tmp_path / "m", horizon=1, epochs=2)
    assert model.task == "forecast"
    with pytest.raises(DataError, match="finite"):
        elman.train([1.0, float("inf")] * 40, tmp_path / "n", task="forecast")


def test_what_nobody_measured_is_not_judged_and_not_learnt(tmp_path):
    """A straight line through a gap is easy to foretell, and no truth."""
    whole = wave(300).values
    gaps = np.random.default_rng(5).random(300) < 0.2
    gaps[280:290] = True
    values = np.where(gaps, np.nan, whole)
    values[-1] = whole[-1]
    model = elman.train(
        list(values), tmp_path / "m", horizon=3, holdout=40, season=7, threads=1, epochs=3
    )
    report = json.loads((model.directory / "metrics.json").read_text(encoding="utf-8"))
    truth = np.stack([values[o : o + 3] for o in range(260, 298)])
    judged = np.isfinite(truth).any(1)
    assert report["held_out"]["n"] == judged.sum() < 38
    assert report["held_out"]["not_measured"] == np.isnan(truth[judged]).sum() > 10
    missing = np.isnan(values[260:]).sum()
    assert f"{missing} of them are missing and judge nothing" in report["judged_on"]
    # every figure is a mean over what was measured, each number of the same weight
    forecasts = model.predict([values[:o] for o in range(260, 298)])
    assert all(np.isfinite(f.values).all() for f in forecasts)
    yardstick = rolling(values, 260, 3, 7, 24)[1]
    said = np.zeros_like(yardstick.truth)
    assert yardstick.figures(said)["mae"] == pytest.approx(np.nanmean(np.abs(truth)))
    assert yardstick.points(said) == pytest.approx(-np.nanmean(np.abs(truth[judged]), axis=1))
    # and what is missing teaches nothing, whatever stands in its place
    plan = plan_of(panel(values, 7), ForecastOptions(horizon=3, holdout=40))
    prepared = prepared_series(plan)
    weights = weights_of(plan.past, prepared.ways, 3, 7)
    origins = plan.past.origins(3, prepared.codec.window, prepared.codec.window)
    whole = np.zeros((prepared.codec.input.floats, 3))
    whole[-len(weights) :] = weights
    problem = Windows(plan.past, origins, prepared.codec, whole)
    assert problem.there.sum() < 0.85 * problem.there.numel()
    problem.y[~problem.there] = 1e6
    module = RecurrentNetwork(NetworkSpec("rnn", 4, 3, input_size=prepared.codec.input.segment))
    assert problem.loss(module, np.arange(len(problem.lengths))).item() < 10


def test_a_gap_in_a_window_is_read_as_a_season_before():
    nan = np.nan
    window = np.array([1.0, 2, 3, 4, nan, 6, nan, nan, nan, nan])
    assert bridged(window, 1).tolist() == [1, 2, 3, 4, 5, 6, 6, 6, 6, 6]
    assert bridged(window, 4).tolist() == [1, 2, 3, 4, 1, 6, 3, 4, 1, 6]
    assert bridged(np.array([nan, nan, 3.0, 4.0, 5.0]), 3).tolist() == [4, 5, 3, 4, 5]
    assert bridged(window[:4], 2) is not None


def test_naive_forecasts_carry_on_what_was_there():
    nan = np.nan
    values = np.array([1.0, 2, 3, 4, nan, 6, nan, nan, 9, nan])
    assert carried(values, 1).tolist() == [1, 2, 3, 4, 4, 6, 6, 6, 9, 9]
    assert carried(values, 3).tolist() == [1, 2, 3, 4, 2, 6, 4, 2, 9, 4]
    assert carried(np.array([nan, nan, 5.0]), 1).tolist() == [5, 5, 5]
    assert laid(values).origins(2, 2, 4).at.tolist() == [4, 5, 7]
    assert naive_scale(values, 3) == pytest.approx(np.mean([3, 3, 3]))


def test_each_stage_learns_from_what_it_may_and_chooses_by_what_follows():
    series = wave(130)
    plan = plan_of(Panel((series,)), ForecastOptions(horizon=4, holdout=20))
    prepared, seen = prepared_series(plan), {}

    def remember(name, module, problem, config, digest):
        seen[name], modules[name] = problem, module
        return fit(module, problem, config)

    modules = {}
    insisted = SeriesRecipe("rnn", keep="recurrent", members=1)
    trained = train_for_back_test(prepared, insisted, 0, remember)
    train_final(prepared, insisted, 0, trained, remember)
    W, H, values = prepared.codec.window, 4, series.values

    def windows(some):
        each = at(range(W, len(some) - H + 1))
        return at_origins(panel(some, 7), prepared.codec, each).steps

    cut = 110 - 22  # a fifth of the past is held out
    expected = {
        "choose": values[:cut], "back-test": values[:110], "final": values,
    }  # fmt: skip
    for name, some in expected.items():
        assert np.array_equal(seen[name].x.numpy(), windows(some)), name
        # what is left to learn is what a linear forecaster of the same values leaves
        rows = at_origins(panel(some, 7), prepared.codec, at(range(W, len(some) - H + 1)))
        flat = np.array(rows.steps).reshape(len(rows.steps), -1)[:, -W:]
        left = rows.wanted - flat @ weights_of(laid(some), prepared.ways, H, 7)
        assert seen[name].y.numpy() == pytest.approx(left, abs=1e-5), name
    held = seen["choose"].validation
    assert np.array_equal(held.x.numpy(), windows(values[cut - W : 110]))
    assert seen["back-test"].validation is seen["final"].validation is None
    assert seen["final"].validate(None) == {}
    # the network learns in units of what is left, and is saved in those of the window, by its share
    share = trained.facts["share"]
    assert share in (0.25, 0.5, 0.75, 1.0)
    unit = seen["back-test"].unit
    assert abs(unit - 1) > 0.1
    head = modules["back-test"].fc.weight.detach().numpy()
    assert trained.tensors["fc.weight"] == pytest.approx(head * unit * share)


def test_the_floor_of_every_window_is_a_share_of_the_past():
    series = wave(130)
    spread = series.values[:110].std()
    plan = plan_of(Panel((series,)), ForecastOptions(horizon=4, holdout=20))
    assert prepared_series(plan).codec.input.scaling.floor == pytest.approx(0.05 * spread)
    flat = dataclasses.replace(series, values=np.ones(130))
    plan = plan_of(Panel((flat,)), ForecastOptions())
    assert prepared_series(plan).codec.input.scaling.floor == 1.0
    assert plan_of(Panel((series,)), ForecastOptions(horizon=3)).begin == (117,)


def test_a_model_goes_on_from_where_its_series_stopped(model):
    recent = wave().values[-model.codec.window :]
    assert np.array_equal(model.codec.recent().values, recent)
    assert predict_typed(model, [], {})["values"] == pytest.approx(
        model.predict([wave().values])[0].values
    )


def test_it_learns_for_as_long_as_the_held_out_end_gains_by_it():
    prepared = prepared_series(plan_of(Panel((wave(130),)), ForecastOptions(horizon=4, holdout=20)))
    asked = {}

    def made_up(name, module, problem, config, digest):
        """Scores that fall until epoch 60 and rise again; the first epochs are too few to count."""
        history = [{"epoch": e, "score": abs(e - 60) / 60 if e > 20 else 0.0} for e in range(1, 99)]
        asked[name] = config.epochs * np.ceil(len(problem.lengths) / config.batch_size)
        return Fitted(Progress(history=history), [])

    trained = train_for_back_test(
        prepared, SeriesRecipe("rnn", keep="recurrent", members=1), 0, made_up
    )
    per_epoch = np.ceil((88 - prepared.codec.window - 4 + 1) / 32)
    assert 20 * per_epoch < 100  # the steps at least
    assert trained.facts["steps"] == 60 * per_epoch
    assert trained.validation == 1.0  # a network that was not trained says nothing
    assert asked["choose"] == pytest.approx(500, abs=per_epoch)
    assert asked["back-test"] == pytest.approx(60 * per_epoch, abs=3)


def test_a_forecast_of_what_is_never_negative_is_not(tmp_path):
    falling = np.maximum(60.0 - 0.5 * np.arange(120), 0.0) + (np.arange(120) % 3 == 0)
    model = elman.train(list(falling), tmp_path / "m", horizon=20, epochs=2, threads=1)
    assert model.codec.input.non_negative
    (forecast,) = model.predict([np.linspace(50, 2, 24)])
    assert min(forecast.values) == 0.0
    below = elman.train(list(falling - 1.0), tmp_path / "n", horizon=20, epochs=2, threads=1)
    assert min(below.predict([np.linspace(50, 2, 24)])[0].values) < 0


def test_what_is_unlike_training_is_said(tmp_path, caplog):
    """Too few values, steps of another length, values it was trained on."""
    rows = [(f"{1990 + n // 12}-{1 + n % 12:02d}", 9 + n % 12) for n in range(120)]
    weekly = [(str(date(2020, 1, 5) + timedelta(days=7 * n)), n % 5) for n in range(60)]
    paths = []
    for name, dated in (("monthly", rows), ("weekly", weekly), ("later", rows[60:])):
        paths.append(tmp_path / f"{name}.csv")
        lines = "".join(f"{day},{value}\n" for day, value in dated)
        paths[-1].write_text(f"date,y\n{lines}", encoding="utf-8")
    model = elman.train(paths[0], tmp_path / "m", horizon=3, epochs=2, threads=1)
    with caplog.at_level("WARNING", "elman"):
        predict_typed(model, ["112", "118", "132"], {})
        predict_file(model, paths[1], {})
        predict_file(model, paths[2], {})
    said = [record.getMessage() for record in caplog.records]
    assert [line[:40] for line in said] == [
        "3 values, and the model reads 24: it has",
        "y has weekly steps, and the model learnt",
    ]
    notes = elman.evaluate(model, paths[0])["notes"]
    assert "120 of 120 values were there when the model was trained" in notes[-1]
    assert "60 of 60 values were there" in elman.evaluate(model, paths[2])["notes"][-1]
    values = [value for _, value in rows]
    assert "120 of 123 values" in elman.evaluate(model, [*values, 1, 2, 3])["notes"][-1]
    assert not elman.evaluate(model, paths[1])["notes"][-1].count("trained")


def test_neighbouring_values_can_be_told_apart_on_the_screen():
    show = SCREENS["predict"]
    report = {"values": [1e9 + k / 4 for k in range(3)], "dates": (), "intervals": {}}
    assert [line.split("\t")[1] for line in show(report)] == [
        "forecast", "1000000000", "1000000000.25", "1000000000.5",
    ]  # fmt: skip
    one = {"values": [2 / 3], "dates": (), "intervals": {}}
    assert show(one) == ["ds\tforecast", "+1\t0.666667"]
