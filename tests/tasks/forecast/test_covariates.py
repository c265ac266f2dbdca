"""Covariates: what is known beside the values reaches its own step, and no other."""

from __future__ import annotations

import dataclasses
import json
import re
import shutil

import numpy as np
import pytest

import elman
from elman.data.series.covariates import Covariate
from elman.data.series.read import read_panel
from elman.data.series.series import Series
from elman.errors import ArtifactError, DataError, OptionError
from elman.tasks.forecast.coding.channels import Channels, channels_of
from elman.tasks.forecast.coding.codec import series_codec_of
from elman.tasks.forecast.task import TASK
from elman.workflow.predict import predict_file, predict_typed
from elman.workflow.update import update_report
from tests.exporting.alone import loaded
from tests.web.payload import payload_of

N, H = 500, 4


def write(folder, n=N, ahead=H, seed=0, name="sales.csv"):
    """Sales with a season, a promotion of random days that adds 20, and a wind that follows on."""
    random = np.random.default_rng(seed)
    t = np.arange(n + ahead)
    promo = random.random(n + ahead) < 0.3
    wind = random.normal(size=n + ahead)
    sold = 50 + 5 * np.sin(2 * np.pi * t / 7) + 20 * promo + random.normal(size=n + ahead)
    sold[1:] += 8 * wind[:-1]  # the wind of the day before
    days = np.datetime64("2024-01-01") + t
    rows = [
        f"{day},{value:.3f},{'yes' if on else 'no'},{w:.4f}"
        for day, value, on, w in zip(days, sold, promo, wind, strict=True)
    ]
    for k in range(n, n + ahead):
        day, _, on, _ = rows[k].split(",")
        rows[k] = f"{day},,{on},"
    path = folder / name
    path.write_text("\n".join(["day,sold,promo,wind", *rows]) + "\n", encoding="utf-8")
    return path, sold, promo, wind


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    folder = tmp_path_factory.mktemp("covariates")
    path, *truth = write(folder)
    given = {"future_covariates": "promo", "past_covariates": "wind", "keep": "simple"}
    model = elman.train(path, folder / "m", horizon=H, threads=1, **given)
    return model, path, truth


def test_rows_without_a_value_are_those_to_come(tmp_path):
    path, sold, promo, wind = write(tmp_path)
    panel = read_panel(path, covariates={"past": ["wind"], "future": ["promo"]})
    (series,) = panel
    assert panel.covariates == (
        Covariate("wind", "past"), Covariate("promo", "future", ("no", "yes")),
    )  # fmt: skip
    assert series.values == pytest.approx(sold[:N], abs=1e-3)
    assert series.beside.shape == (N + H, 3)
    assert series.beside[:, 2].tolist() == promo.astype(float).tolist()
    assert series.beside[:, 1].tolist() == (~promo).astype(float).tolist()
    assert series.beside[:N, 0] == pytest.approx(wind[:N], abs=1e-4)
    assert np.isnan(series.beside[N:, 0]).all()
    assert "past covariates: wind" in panel.notes
    with pytest.raises(OptionError, match=r'--past-covariates: no column "winds"\. Did you mean'):
        read_panel(path, covariates={"past": ["winds"]})
    with pytest.raises(OptionError, match='--future-covariates: "day" is a column of dates'):
        read_panel(path, covariates={"future": ["day"]})
    with pytest.raises(OptionError, match='"wind" is named twice'):
        read_panel(path, covariates={"past": ["wind"], "future": ["wind"]})
    with pytest.raises(OptionError, match='"sold" is a covariate, and named as something else'):
        read_panel(path, value="sold", covariates={"past": ["sold"]})


def test_what_is_known_takes_off_the_error_that_nothing_else_explains(trained, tmp_path):
    model, path, _ = trained
    report = json.loads((model.directory / "metrics.json").read_text(encoding="utf-8"))
    without = elman.train(path, tmp_path / "without", value="sold", horizon=H, threads=1)
    blind = json.loads((without.directory / "metrics.json").read_text(encoding="utf-8"))
    # a promotion of 30 % of days that adds 20 makes 8.4 of error to whoever does not see it
    assert report["metrics"]["mae"] < 0.75 * blind["metrics"]["mae"]
    # the wind of yesterday is known of the first step alone
    steps = report["metrics"]["by_step"]
    assert steps[0] < 0.6 * min(steps[1:])


def test_every_covariate_belongs_to_its_own_step(trained):
    """A promotion on the second day moves the second day's forecast by 20, and no other's."""
    model, path, _ = trained
    (series,) = read_panel(path, covariates=model.codec.input.channels.covariates)
    (before,) = model.predict([series])
    for step in range(H):
        beside = series.beside.copy()
        on = beside[N + step, 2] == 1
        beside[N + step, 1:] = [1.0, 0.0] if on else [0.0, 1.0]
        (after,) = model.predict([dataclasses.replace(series, beside=beside)])
        moved = (np.array(after.values) - before.values) * (-1 if on else 1)
        others = np.delete(moved, step)
        assert moved[step] == pytest.approx(20, abs=4), step
        assert np.abs(others).max() < 4, step
    # what is not known ahead cannot be seen, whatever stands there
    beside = series.beside.copy()
    beside[N:, 0] = 1e6
    (after,) = model.predict([dataclasses.replace(series, beside=beside)])
    assert after.values == before.values


def test_the_model_goes_on_with_what_it_was_given_ahead(trained):
    model, path, _ = trained
    typed = predict_typed(model, [], {})
    assert typed["values"] == predict_file(model, path, {})["values"]
    assert typed["dates"][0] == str(np.datetime64("2024-01-01") + N)


def test_an_exported_example_reads_them_as_the_model_does(trained, tmp_path, monkeypatch, capsys):
    pytest.importorskip("onnxruntime")
    model, path, _ = trained
    film = loaded(elman.export(model, tmp_path / "film.onnx"), monkeypatch)
    film.main([str(path)])
    found = json.loads(capsys.readouterr().out)
    said = predict_file(model, path, {})
    assert found["series"] == said["name"]
    assert found["forecast"] == pytest.approx(said["values"], abs=1e-4)
    assert found["upper-95"] == pytest.approx(said["intervals"]["95"]["upper"], abs=1e-4)
    # what the model refuses is refused in its words
    (series,) = read_panel(path, covariates=model.codec.input.channels.covariates)
    reader = film.Reader(film.opened()[1])
    for beside in (None, series.beside[:N], np.full_like(series.beside, np.nan)):
        with pytest.raises(OptionError) as refused:
            model.predict([dataclasses.replace(series, beside=beside)])
        with pytest.raises(ValueError, match=re.escape(str(refused.value))):
            reader.steps(series.values, series.name, beside)
    large = np.where(np.isnan(series.beside), np.nan, 1e30)
    steps, _ = reader.steps(series.values, series.name, large)
    with pytest.raises(ValueError, match=r"step \d+ holds NaN or a number beyond 1e\+18"):
        film.run(film.opened()[0], [steps])
    text = path.read_text(encoding="utf-8")
    for wrong, why in {
        text.replace(
            "promo", "promos"
        ): "this model reads promo beside the values, and the columns",
        text.replace(
            "sold", "sales"
        ): "its columns are day, sales, promo, wind; expected sold, wind",
        text.replace(",no,", ",", 1): r"line \d+: 3 fields below 4 names",
        re.sub(r",\d+\.\d+,", ",many,", text, count=1): r'line 2: "many" in column "sold" is no',
        re.sub(r",\d+\.\d+,", ",,", text): "sold has no value",
    }.items():
        other = tmp_path / "other.csv"
        other.write_text(wrong, encoding="utf-8")
        with pytest.raises(ValueError, match=why):
            film.main([str(other)])
    with pytest.raises(ValueError, match=r"more than values; give a \.csv of sold, wind, promo"):
        film.main(["50", "51"])


def test_what_is_missing_ahead_is_said(trained, tmp_path):
    model, _, _ = trained
    short, *_ = write(tmp_path, ahead=2)
    with pytest.raises(DataError, match=r"promo must be known for the 4 steps .* 2 of them have"):
        predict_file(model, short, {})
    with pytest.raises(OptionError, match="this model reads wind, promo beside the values"):
        model.predict([[50.0] * 40])
    other = tmp_path / "other.csv"
    other.write_text("day,sold\n" + "".join(f"2024-01-{d:02d},5\n" for d in range(1, 29)))
    with pytest.raises(OptionError, match="reads wind, promo beside the values, and the columns"):
        predict_file(model, other, {})
    with pytest.raises(
        OptionError, match=r"values alone, and this model reads wind, promo .* Leave the values out"
    ):
        elman.explain(model, "50 51 52")


@pytest.mark.parametrize("keep", ["simple", "recurrent"])
def test_an_explanation_gives_every_covariate_its_share(tmp_path, keep):
    """Of sold = season + 20 · promo + 3 · wind of the day before, as `write` makes them."""
    path, *_ = write(tmp_path)
    model = elman.train(
        path, tmp_path / "m", horizon=H, threads=1, keep=keep, epochs=2, window=14,
        future_covariates="promo", past_covariates="wind", calendar="weekday",
    )  # fmt: skip
    codec = series_codec_of(model)
    series = codec.recent()
    explained = elman.explain(model, [])
    assert explained.words[-3:] == ("wind", "promo", "weekday")
    assert len(explained.words) == len(explained.trajectory.scores) == 14 + 3
    forecast = model.predict([series])[0].values[0]
    assert float(explained.answer) == pytest.approx(forecast, rel=1e-4)
    assert explained.trajectory.scores[-1] == pytest.approx(forecast, rel=1e-4)
    for method in ("shapley", "gradients"):
        assert explained.shares[method].completeness_error < 0.02
    # without the promotion of the next days: what leaving it out says
    encoded = codec.encode(series)
    beside = series.beside.copy()
    beside[:, 1:] = codec.input.channels.mean[1:]
    (without,) = model.predict([dataclasses.replace(series, beside=beside)])
    removed = explained.shares["removed"].values[-2]
    assert removed == pytest.approx(forecast - without.values[0], abs=2e-3 * encoded.context.scale)
    assert elman.explain(model, series).answer == explained.answer


def test_a_column_whose_name_is_a_number_has_a_share_of_its_own(tmp_path):
    path, *_ = write(tmp_path)
    panel = read_panel(path, covariates={"future": ["promo"]}, value="sold")
    (promo,) = panel.covariates
    panel = dataclasses.replace(panel, covariates=(dataclasses.replace(promo, name="3"),))
    model = elman.train(panel, tmp_path / "m", horizon=H, threads=1, keep="simple", window=10)
    explained = elman.explain(model, [])
    assert len(explained.words) == 11
    assert explained.words[-1] == "3"
    assert abs(explained.shares["shapley"].values[-1]) > 1


def test_dates_may_be_categories_of_a_series(tmp_path):
    path, *_ = write(tmp_path)
    columns = path.read_text(encoding="utf-8").splitlines()
    opened = [columns[0] + ",opened", *(line + ",2020-01-01" for line in columns[1:])]
    path.write_text("\n".join(opened) + "\n", encoding="utf-8")
    panel = read_panel(path, covariates={"static": ["opened"]}, value="sold")
    assert panel.covariates[0].categories == ("2020-01-01",)


def test_a_memory_card_without_data_puts_covariates_at_their_mean(tmp_path):
    path, *_ = write(tmp_path)
    model = elman.train(
        path, tmp_path / "m", horizon=H, threads=1, keep="recurrent", epochs=2,
        future_covariates="promo", past_covariates="wind",
    )  # fmt: skip
    made = TASK.made_up(model, rows=3, seed=0)
    channels = series_codec_of(model).input.channels
    steps = np.array(made.steps)
    flat = steps.reshape(3, -1)
    L, segment = model.codec.window, model.codec.input.segment
    assert f"a step is {segment} values" in made.notes[-2]
    assert "the last 1 step hold" in made.notes[-1]
    times = np.arange(-L, 0)
    for column in (1, 2, 3):
        assert not flat[:, channels.places(times, np.full(L, column), L, segment, H)].any()
    assert flat[:, channels.places(times, np.zeros(L, int), L, segment, H)].std() > 0.5


def test_newer_values_bring_what_is_known_with_them(trained, tmp_path):
    model, _, _ = trained
    longer, *_ = write(tmp_path, n=N, name="longer.csv")
    copy = tmp_path / "copy"
    shutil.copytree(model.directory, copy)
    lines = longer.read_text(encoding="utf-8").splitlines()
    # two of the days to come are over; two more are planned
    filled = [
        *lines[:-4],
        lines[-4].replace(",,", ",61.5,") + "0.3",
        lines[-3].replace(",,", ",43.0,"),
    ]
    day = np.datetime64("2024-01-01") + N + H
    tail = [*lines[-2:], f"{day},,no,", f"{day + 1},,yes,"]
    newer = tmp_path / "newer.csv"
    newer.write_text("\n".join([lines[0], *filled[-30:], *tail]) + "\n", encoding="utf-8")
    notes = update_report(copy, newer, {})["notes"]
    assert notes[-1] == "2 newer values, covariates of 2 further steps"
    assert not any("season" in note for note in notes)  # the model has its own
    updated = elman.load(copy)
    whole = tmp_path / "whole.csv"
    whole.write_text("\n".join([*filled, *tail]) + "\n", encoding="utf-8")
    said = predict_typed(updated, [], {})
    assert said["values"] == pytest.approx(predict_file(model, whole, {})["values"])
    assert said["dates"][0] == str(np.datetime64("2024-01-01") + N + 2)
    assert update_report(copy, newer, {})["notes"][-1].startswith("nothing in it is newer")


def test_static_covariates_tell_series_apart(tmp_path):
    """Of two kinds of shop one grows by a little every day, which noise hides in three days."""
    random, rows = np.random.default_rng(1), []
    for shop in range(12):
        kind, slope = ("grows", 1.0) if shop % 2 else ("shrinks", -1.0)
        for k in range(60):
            level = 300 + slope * k + 2 * random.normal()
            rows.append(f"s{shop},{np.datetime64('2024-01-01') + k},{level:.3f},{kind}")
    path = tmp_path / "shops.csv"
    path.write_text("\n".join(["shop,day,sold,kind", *rows]) + "\n", encoding="utf-8")
    found = {}
    for name, given in (("with", {"static_covariates": "kind"}), ("without", {})):
        model = elman.train(
            path, tmp_path / name, horizon=3, id="shop", value="sold", window=3, season=1,
            keep="simple", threads=1, **given,
        )  # fmt: skip
        report = json.loads((model.directory / "metrics.json").read_text(encoding="utf-8"))
        found[name] = report["metrics"]["mae"]
    assert found["with"] < 0.9 * found["without"]


def test_steps_hold_values_and_covariates_where_the_linear_part_looks_for_them():
    covariates = (Covariate("a", "past"), Covariate("b", "future", ("x", "y")))
    channels = Channels(covariates, (0.0,) * 3, (1.0,) * 3, 3)
    random = np.random.default_rng(2)
    L, horizon, segment = 7, 5, 3
    x, beside = random.normal(size=(2, L)), random.normal(size=(2, L + horizon, 3))
    flat = channels.steps(x, beside, np.zeros((2, 0)), segment, horizon).reshape(2, -1)
    assert flat.shape[1] == channels.floats(L, segment, horizon)
    values = channels.places(np.arange(-L, 0), np.zeros(L, int), L, segment, horizon)
    assert np.array_equal(flat[:, values], x)
    times, columns = channels.read_at(horizon)
    assert sorted(zip(columns.tolist(), times.tolist(), strict=True)) == [
        *[(0, t) for t in range(-3, 0)], *[(c, t) for c in (1, 2) for t in range(-3, horizon)],
    ]  # fmt: skip
    found = flat[:, channels.places(times, columns + 1, L, segment, horizon)]
    assert np.array_equal(found, beside[:, times + L, columns])
    ahead = channels.places(np.arange(horizon), np.ones(horizon, int), L, segment, horizon)
    assert not flat[:, ahead].any()  # a past covariate of the future


def test_columns_are_read_in_units_of_their_spread():
    known = [np.array([[1.0, np.nan], [3.0, 5.0]]), np.array([[5.0, 5.0]])]
    channels = channels_of((Covariate("a", "past"), Covariate("b", "past")), known, 7)
    assert channels.mean == (3.0, 5.0)
    assert channels.spread == (pytest.approx(np.std([1, 3, 5])), 1.0)
    assert channels.lags == 8
    scaled = channels.scaled(known[0], 4)
    assert scaled[0] == pytest.approx([(1 - 3) / channels.spread[0], 0])
    assert not scaled[2:].any()
    with pytest.raises(ArtifactError, match="not one mean and spread a column"):
        Channels((Covariate("a", "past"),), (), ()).check()


def test_a_category_that_was_not_learnt_is_none_of_them(trained, tmp_path):
    model, path, _ = trained
    text = path.read_text(encoding="utf-8").replace(",yes,\n", ",perhaps,\n")
    other = tmp_path / "other.csv"
    other.write_text(text, encoding="utf-8")
    assert np.isfinite(predict_file(model, other, {})["values"]).all()
    wrong = tmp_path / "wrong.csv"
    wrong.write_text(text.replace(",no,", ",no,x", 1), encoding="utf-8")
    with pytest.raises(DataError, match=r'line \d+: "x.* in column "wind"'):
        predict_file(model, wrong, {})


def test_a_model_of_other_covariates_is_not_replaced_unseen(trained, tmp_path):
    """It cannot be judged on the same rows; nothing is lost, and nothing ends in a traceback."""
    model, path, _ = trained
    copy = shutil.copytree(model.directory, tmp_path / "copy")
    before = (copy / "model.json").read_bytes()
    for given in ({"future_covariates": "promo"}, {"past_covariates": "wind,promo"}, {}):
        with pytest.raises(OptionError, match="it reads other covariates"):
            elman.train(path, copy, value="sold", horizon=H, threads=1, keep="simple", **given)
    assert (copy / "model.json").read_bytes() == before


def test_newer_rows_are_watched_with_what_is_known_beside_them(trained, tmp_path):
    model, *_ = trained
    newer, *_ = write(tmp_path, n=400, seed=0)
    report = elman.drift(model, newer)
    assert report["rows"] > 100
    assert report["rejected"] == 0
    # the last rows are those whose promotions are known as far ahead as the model reads
    channels = model.codec.input.channels
    (series,) = read_panel(newer, covariates=channels.covariates)
    assert channels.last_known(series, H) == 400
    shorter = dataclasses.replace(series, beside=series.beside[:401])
    assert channels.last_known(shorter, H) == 401 - H


def test_what_is_not_known_ahead_is_held_as_it_was_last_known():
    channels = Channels(
        (Covariate("wind", "past"), Covariate("promo", "future", ("no", "yes"))),
        (3.0, 0.6, 0.4),
        (1.0, 0.5, 0.5),
    )
    rows = np.array([[1.0, 1, 0], [2.0, 0, 1], [np.nan] * 3, [4.0, np.nan, np.nan]])
    series = Series("s", np.arange(3.0), 1, beside=rows)
    held, names = channels.held(series, 3)
    assert names == ("promo",)
    np.testing.assert_array_equal(held.beside[:2], rows[:2])
    np.testing.assert_array_equal(held.beside[2], rows[2])  # what is past stays as it is
    np.testing.assert_array_equal(held.beside[3:, 1:], [[0, 1]] * 3)
    np.testing.assert_array_equal(held.beside[3:, 0], [4, np.nan, np.nan])
    never, names = channels.held(dataclasses.replace(series, beside=rows * np.nan), 1)
    np.testing.assert_array_equal(never.beside[-1, 1:], [0.6, 0.4])  # never known: their mean
    known = dataclasses.replace(series, beside=np.ones((5, 3)))
    assert channels.held(known, 2)[1] == ()
    np.testing.assert_array_equal(channels.held(known, 2)[0].beside, known.beside)


def test_a_page_is_made_where_nothing_is_known_ahead_and_says_what_is_held(trained, tmp_path):
    path, *_ = write(tmp_path, ahead=0)
    model = elman.train(
        path, tmp_path / "m", value="sold", horizon=H, keep="simple", future_covariates="promo"
    )
    sections = sections_of(model)
    held, fan = sections["What comes next"]
    assert held["text"].startswith(f"Not known for the {H} steps to come, and so held")
    assert "promo" in held["text"]
    codec = series_codec_of(model)
    series = codec.recent()
    last = np.repeat(series.beside[-1:], H, axis=0)
    whole = dataclasses.replace(series, beside=np.concatenate([series.beside, last]))
    assert fan["ahead"] == pytest.approx(list(model.predict([whole])[0].values))
    with pytest.raises(OptionError, match="promo must be known"):
        predict_typed(model, [], {})
    shell, python = (block["text"] for block in sections["Use it"])
    assert "predict" in shell
    assert "--input FILE" in shell
    assert "stream" not in shell
    assert "promo" in python
    (alone,) = sections_of(trained[0])["What comes next"]
    assert alone["kind"] == "fan"


def sections_of(model):
    page = (model.directory / "report.html").read_text(encoding="utf-8")
    return {section["title"]: section["blocks"] for section in payload_of(page)["sections"]}
