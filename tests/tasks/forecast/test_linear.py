"""The linear forecaster: what it learns, what it is drawn to, and how its ways are chosen."""

from __future__ import annotations

import json

import numpy as np
import pytest

import elman
from elman.models.saved import torch_module
from elman.tasks.forecast.linear.ways import best_ways
from elman.tasks.forecast.linear.weights import Way, weights_of
from tests.tasks.forecast.rolling import laid

W = 24


def line(n, seed=0, noise=0.0):
    """Two waves and a trend: a window of six values gives the next, without noise."""
    t, random = np.arange(n), np.random.default_rng(seed)
    clean = 20 + 0.1 * t + 5 * np.sin(2 * np.pi * t / 12) + 2 * np.cos(2 * np.pi * t / 5)
    return clean + noise * random.normal(size=n)


def forecast(values, weights, logarithm=False):
    window = values[-len(weights) :]
    return np.exp(np.log(window) @ weights) if logarithm else window @ weights


@pytest.mark.parametrize("centre", ["mean", "last"])
def test_what_is_linear_is_foretold(centre):
    values = line(300)
    weights = weights_of(laid(values[:260]), [Way(False, W, centre, "centre", penalty=1e-9)], 7, 12)
    assert weights.shape == (W, 7)
    assert weights.sum(0) == pytest.approx(np.ones(7))  # a level is carried on, whatever it is
    for origin in (200, 260, 280):
        assert forecast(values[:origin], weights) == pytest.approx(
            values[origin : origin + 7], abs=1e-3
        )


def by_formula(values, way, horizon, drawn):
    """Ridge on windows in their own units, an equation a step."""
    rows, wanted = [], []
    spread = 0.05 * np.nanstd(values)
    for o in range(way.window, len(values) - horizon + 1):
        window = values[o - way.window : o]
        centre = window.mean() if way.centre == "mean" else window[-1]
        scale = np.abs(window - window.mean()).mean() + spread
        rows.append((window - centre) / scale)
        wanted.append((values[o : o + horizon] - centre) / scale)
    x, y = np.array(rows), np.array(wanted)
    solved = np.zeros((way.window, horizon))
    for h in range(horizon):
        there = np.isfinite(y[:, h])
        left, own = y[there, h] - x[there] @ drawn[:, h], x[there]
        square = own.T @ own / there.sum() + way.penalty * np.eye(way.window)
        solved[:, h] = drawn[:, h] + np.linalg.solve(square, own.T @ left / there.sum())
    at = np.full(way.window, 1 / way.window)
    if way.centre == "last":
        at = np.eye(way.window)[-1]
    return solved + at[:, None] * (1 - solved.sum(0))


@pytest.mark.parametrize("centre", ["mean", "last"])
@pytest.mark.parametrize("drawn_to", ["centre", "last", "season", "phase", "growth"])
def test_weights_are_those_of_the_formula(centre, drawn_to):
    values, L, H, m = line(150, 1, noise=1.0), 17, 5, 6
    drawn = np.zeros((L, H))
    for h in range(H):
        before = [L - k * m + h % m for k in (1, 2)]
        if drawn_to == "last":
            drawn[-1, h] = 1
        if drawn_to in ("season", "growth"):
            drawn[before[0], h] = 1
        if drawn_to == "phase":
            drawn[before, h] = 0.5
    if drawn_to == "growth":
        drawn[-m:] += 1 / m
        drawn[-2 * m : -m] -= 1 / m
    way = Way(False, L, centre, drawn_to, m, penalty=0.3)
    found = weights_of(laid(values), [way], H, m)
    assert found == pytest.approx(by_formula(values, way, H, drawn), abs=1e-9)
    gaps = values.copy()
    gaps[[40, 41, 90, 149]] = np.nan
    found = weights_of(laid(gaps), [way], H, m)
    assert np.isfinite(found).all()
    assert found != pytest.approx(by_formula(values, way, H, drawn), abs=1e-3)
    # a target that is missing is left out of its own step's equation alone
    last = values.copy()
    last[-1] = np.nan
    found = weights_of(laid(last), [way], H, m)
    spread = np.nanstd(last) / np.std(values)
    assert 0.9 < spread < 1.1
    assert found == pytest.approx(by_formula(last, way, H, drawn), abs=1e-9)


def test_several_ways_are_averaged_over_the_longest_window():
    values = line(200, 2, noise=1.0)
    one, two = (
        Way(False, 8, "last", "last", penalty=1.0),
        Way(False, 20, "mean", "season", 12, penalty=0.1),
    )
    both = weights_of(laid(values), [one, two], 3, 12)
    assert both[-8:] == pytest.approx(
        (weights_of(laid(values), [one], 3, 12) + weights_of(laid(values), [two], 3, 12)[-8:]) / 2
    )
    assert both[:12] == pytest.approx(weights_of(laid(values), [two], 3, 12)[:12] / 2)


def test_ways_are_chosen_by_what_came_next():
    random = np.random.default_rng(3)
    t = np.arange(240)
    growing = np.exp(0.02 * t + 0.4 * np.sin(2 * np.pi * t / 12) + 0.02 * random.normal(size=240))
    ways = best_ways(laid(growing), 12, 12)[0]
    assert all(way.logarithm for way in ways)
    assert 1 < len(ways) <= 5
    weights = weights_of(laid(growing[:228]), ways, 12, 12)
    error = np.abs(forecast(growing[:228], weights, True) / growing[228:] - 1)
    assert error.mean() < 0.06
    walk = np.cumsum(random.normal(size=400))
    drawn = weights_of(laid(walk), best_ways(laid(walk), 5, 1)[0], 5, 1)
    assert drawn[-3:].sum(0).min() > 0.6  # a walk goes on from where it is
    assert not any(way.logarithm for way in best_ways(laid(walk), 5, 1)[0])
    seasons = 10 * random.normal(size=12)[t % 12] + random.normal(size=240)
    ways = best_ways(laid(seasons), 12, 12)[0]
    assert {way.drawn_to for way in ways} & {"season", "phase"}
    assert all(way.window == 36 for way in best_ways(laid(seasons), 12, 12, 36)[0])


@pytest.mark.parametrize("n", [9, 12, 20, 40])
def test_short_series_have_a_way(n):
    values = line(n, 4, noise=0.5)
    for horizon, season in ((1, 1), (3, 4)):
        ways = best_ways(laid(values), horizon, season)[0]
        weights = weights_of(laid(values), ways, horizon, season)
        assert np.isfinite(weights).all()
        assert np.abs(forecast(values, weights) - values.mean()).max() < 5 * np.ptp(values)


@pytest.mark.parametrize("keep", ["simple", "recurrent"])
def test_it_stands_in_the_network(tmp_path, keep):
    """Saved, read, streamed, and explained: one model, whichever is kept."""
    values = line(200, 5, noise=0.3) - 30  # of both signs: no logarithms
    model = elman.train(
        list(values), tmp_path / "m", horizon=3, keep=keep, season=12, window=17, epochs=2,
        threads=1,
    )  # fmt: skip
    assert model.codec.input.segment == 2  # the first step is half empty
    assert (model.network.spec.cell == "none") == (keep == "simple")
    assert model.network.spec.linear >= model.codec.window
    (said,) = model.predict([values])
    stream = model.stream()
    for value in values[-model.codec.window :]:
        streamed = stream.feed(value)
    assert streamed.values == pytest.approx(said.values, rel=1e-5)
    steps, context = model.codec.encode(values)
    import torch

    with torch.no_grad():
        twin = torch_module(model)(torch.from_numpy(steps)[None], torch.tensor([len(steps)]))
    assert context.forecast(twin[0].numpy().astype(float)) == pytest.approx(said.values, rel=1e-5)
    explained = elman.explain(model, values)
    assert float(explained.answer) == pytest.approx(said.values[0], rel=1e-4)
    assert len(explained.words) == model.codec.window
    assert explained.shares["gradients"].completeness_error < 0.02
    if keep == "simple":  # then every value's share is its own product
        own = steps.ravel()[1:] * model.tensors["linear.weight"][1:, 0] * context.scale
        for method in ("shapley", "gradients"):
            found = explained.shares[method].values
            assert found == pytest.approx(own, abs=1e-3 * float(np.abs(own).max())), method
    report = json.loads((model.directory / "metrics.json").read_text(encoding="utf-8"))
    assert report["kept"] == {"simple": "linear", "recurrent": "recurrent"}[keep]
    assert ("linear" in report["baselines"]) == (keep == "recurrent")
    assert report["metrics"]["mae"] < 0.5 * report["baselines"]["naive"]["mae"]


def test_the_recurrence_is_kept_where_the_linear_forecaster_cannot_follow(tmp_path):
    """Hénon's map: the next value is no weighted sum of those before it."""
    values = [0.1, 0.2]
    for _ in range(498):
        values.append(1 - 1.4 * values[-1] ** 2 + 0.3 * values[-2])
    found = []
    for seed in range(3):
        model = elman.train(
            [10 * v for v in values], tmp_path / f"{seed}", horizon=1, seed=seed, threads=1
        )
        report = json.loads((model.directory / "metrics.json").read_text(encoding="utf-8"))
        found.append(report["kept"])
        assert report["verdict"].startswith("The recurrence takes ")
        assert report["metrics"]["mae"] < 0.8 * report["baselines"]["linear"]["mae"]
    assert found == ["recurrent"] * 3
    noise = np.random.default_rng(0).normal(size=400)
    for seed in range(2):
        model = elman.train(list(noise), tmp_path / f"n{seed}", horizon=2, seed=seed, threads=1)
        report = json.loads((model.directory / "metrics.json").read_text(encoding="utf-8"))
        assert report["metrics"]["mae"] < 1.1 * np.abs(noise).mean()


@pytest.mark.parametrize("unit", [1e-200, 1e-40, 1e99])
def test_the_unit_of_a_series_does_not_matter(tmp_path, unit):
    values = unit * np.random.default_rng(0).random(80)
    model = elman.train(list(values), tmp_path / "m", horizon=2, epochs=2, threads=1)
    (said,) = model.predict([values])
    assert np.all((np.array(said.values) >= 0) & (np.array(said.values) < 1.5 * unit))


def test_every_tenth_value_is_enough(tmp_path):
    values = [float("nan")] * 100
    values[::10] = [1.0, 2.0] * 5
    (said,) = elman.train(values, tmp_path / "m", horizon=2, epochs=2, threads=1).predict([values])
    assert np.isfinite(said.values).all()


def test_windows_that_see_too_little_are_not_averaged_in():
    """A round of two seasons: a window of one season does not hold it."""
    random = np.random.default_rng(4)
    values = np.tile(20 * random.standard_normal(24), 25) + 0.3 * random.standard_normal(600) + 100
    ways, _ = best_ways(laid(values), 6, 12)
    assert len(ways) == 5
    assert min(way.window for way in ways) >= 24
