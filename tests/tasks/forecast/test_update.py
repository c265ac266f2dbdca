"""Newer values: where they belong, and that a model goes on from them as from a longer series."""

from __future__ import annotations

import shutil

import numpy as np
import pytest

import elman
from elman.errors import DataError, OptionError
from elman.workflow.predict import predict_typed
from elman.workflow.update import update_report
from tests.tasks.forecast.sample import values, write

OPTIONS = {"horizon": 3, "threads": 1, "keep": "simple"}
LONG = values(0, days=120)


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    folder = tmp_path_factory.mktemp("update")
    return elman.train(write(folder, series=LONG[:90]), folder / "m", **OPTIONS)


def dated(folder, begin, end, name="new.csv"):
    days = np.datetime64("2024-01-01") + np.arange(begin, end)
    rows = [f"{day},{v:.3f}" for day, v in zip(days, LONG[begin:end], strict=True)]
    path = folder / name
    path.write_text("\n".join(["day,sales", *rows]) + "\n", encoding="utf-8")
    return path


def copy_of(model, folder):
    return shutil.copytree(model.directory, folder / "copy")


@pytest.mark.parametrize(("begin", "newer"), [(90, 30), (80, 30), (0, 30)])
def test_it_goes_on_as_from_the_whole_series(model, tmp_path, begin, newer):
    copy = copy_of(model, tmp_path)
    report = update_report(copy, dated(tmp_path, begin, 120), {})
    assert report["notes"][-1] == f"{newer} newer values"
    updated = elman.load(copy)
    whole = [round(v, 3) for v in LONG.tolist()]
    assert predict_typed(updated, [], {})["values"] == pytest.approx(
        model.predict([whole])[0].values
    )
    assert predict_typed(updated, [], {})["dates"] == ("2024-04-30", "2024-05-01", "2024-05-02")
    assert updated.tensors["linear.weight"].tolist() == model.tensors["linear.weight"].tolist()
    again = update_report(copy, dated(tmp_path, begin, 120), {})
    assert again["notes"][-1] == "nothing in it is newer than what the model has"


def test_a_gap_stays_missing_and_a_corrected_value_is_taken(model, tmp_path):
    copy = copy_of(model, tmp_path)
    elman.update(copy, dated(tmp_path, 95, 100))
    codec = elman.load(copy).codec
    recent = codec.recent()
    assert np.isnan(recent.values[-10:-5]).all()
    assert recent.values[-5:] == pytest.approx(LONG[95:100], abs=1e-3)
    path = dated(tmp_path, 98, 100)
    path.write_text(path.read_text().replace(f"{LONG[99]:.3f}", "55.5"))
    elman.update(copy, path)
    assert elman.load(copy).codec.recent().values[-1] == 55.5


def test_one_row_a_night_is_enough(model, tmp_path):
    copy = copy_of(model, tmp_path)
    for day in range(90, 93):
        report = update_report(copy, dated(tmp_path, day, day + 1), {})
        assert report["notes"][-1] == "1 newer value"
    assert predict_typed(elman.load(copy), [], {})["values"] == pytest.approx(
        model.predict([[round(v, 3) for v in LONG[:93].tolist()]])[0].values
    )


def test_without_dates_values_follow_or_are_repeated(tmp_path):
    model = elman.train(list(LONG[:90]), tmp_path / "m", season=7, **OPTIONS)
    first = elman.update(model, list(LONG[90:100]))
    assert predict_typed(first, [], {})["values"] == pytest.approx(
        model.predict([LONG[:100]])[0].values
    )
    report = update_report(tmp_path / "m", list(LONG[:110]), {})
    assert report["notes"][-1] == "10 newer values"
    second = elman.load(tmp_path / "m")
    assert predict_typed(second, [], {})["values"] == pytest.approx(
        model.predict([LONG[:110]])[0].values
    )


def test_several_series_each_by_its_name(tmp_path):
    rows = [f"{n},{np.datetime64('2024-01-01') + k},{10 ** m * LONG[k]:.3f}"
            for m, n in enumerate("ab") for k in range(80)]  # fmt: skip
    path = tmp_path / "two.csv"
    path.write_text("\n".join(["shop,day,sales", *rows]) + "\n")
    model = elman.train(path, tmp_path / "m", **OPTIONS)
    newer = [f"b,{np.datetime64('2024-01-01') + k},{10 * LONG[k]:.3f}" for k in range(80, 90)]
    newer += [f"c,{np.datetime64('2024-01-01') + k},{7 * LONG[k]:.3f}" for k in range(60)]
    path.write_text("\n".join(["shop,day,sales", *newer]) + "\n")
    report = update_report(tmp_path / "m", path, {})
    assert report["notes"][-1] == "10 newer values, 1 new series"
    forecasts = predict_typed(elman.load(tmp_path / "m"), [], {})["forecasts"]
    assert [f["name"] for f in forecasts] == ["a", "b", "c"]
    assert [f["dates"][0] for f in forecasts] == ["2024-03-21", "2024-03-31", "2024-03-01"]
    assert forecasts[0]["values"] == model.predict([model.codec.recent(0)])[0].values
    assert np.array(forecasts[2]["values"]) == pytest.approx(7 * LONG[60:63], rel=0.15)


def test_what_does_not_go_on_is_refused_and_changes_nothing(model, tmp_path):
    copy = copy_of(model, tmp_path)
    before = {path.name: path.read_bytes() for path in copy.iterdir() if path.is_file()}
    later = tmp_path / "later.csv"
    days = np.datetime64("2034-01-01") + np.arange(20)
    later.write_text("day,sales\n" + "".join(f"{day},1\n" for day in days))
    with pytest.raises(DataError, match=r'"2034-01-01" does not go on from the daily'):
        elman.update(copy, later)
    early = tmp_path / "early.csv"
    early.write_text("day,sales\n2023-12-31,5\n")
    with pytest.raises(DataError, match=r'line 2: "2023-12-31" does not go on'):
        elman.update(copy, early)
    monthly = tmp_path / "monthly.csv"
    monthly.write_text("day,sales\n" + "".join(f"2024-{m:02d}-01,{m}\n" for m in range(1, 13)))
    with pytest.raises(DataError, match="monthly steps, and the model learnt from daily ones"):
        elman.update(copy, monthly)
    wide = tmp_path / "wide.csv"
    wide.write_text("day,a,b\n" + "".join(f"2024-04-{d:02d},{d},{d}\n" for d in range(1, 29)))
    with pytest.raises(DataError, match="2 series, and the model has one: sales"):
        elman.update(copy, wide)
    assert before == {path.name: path.read_bytes() for path in copy.iterdir() if path.is_file()}


def test_a_model_of_texts_is_not_updated(tmp_path):
    rows = [(f"good film {n}", "y") for n in range(60)] + [(f"bad {n}", "n") for n in range(60)]
    elman.train(rows, tmp_path / "m", preset="chapter", epochs=1, threads=1)
    with pytest.raises(OptionError, match="Train it again on the newer data"):
        elman.update(tmp_path / "m", rows)
