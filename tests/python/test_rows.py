"""`elman.train` takes what a Python program holds, and a frame is answered row by row."""

from __future__ import annotations

import numpy as np
import pytest

import elman
from tests.estimators.made import names, sentences, series, signals, texts

pandas = pytest.importorskip("pandas")
polars = pytest.importorskip("polars")

QUICK = {"keep": "simple", "threads": 1}
LIBRARIES = pytest.mark.parametrize("library", [pandas, polars], ids=["pandas", "polars"])


def trained(data, folder, **options):
    return elman.train(data, folder / "model", **QUICK, **options)


def frames_agree(model, plain, frames):
    """Whether each frame is answered as its rows are, one answer each."""
    wanted = model.predict(plain)
    assert len(wanted) == len(plain)
    for frame in frames:
        assert model.predict(frame) == wanted


@LIBRARIES
def test_texts(tmp_path, library):
    X, y = texts()
    labels = names(y).tolist()
    frame = library.DataFrame({"text": X, "label": labels})
    pair = trained((library.Series(X), library.Series(labels)), tmp_path / "a", baselines=False)
    held = trained(frame, tmp_path / "b", baselines=False)
    assert pair.task == held.task == "classify"
    asked = [frame[:7], frame[:7][["text"]], library.Series(X[:7])]
    assert pair.predict(X[:7]) == held.predict(X[:7])
    for model in (pair, held):
        frames_agree(model, X[:7], asked)


@LIBRARIES
def test_signals(tmp_path, library):
    X, y = signals(60, steps=9)
    flat = X[..., 0].round(4)
    columns = {f"t{n}": flat[:, n] for n in range(9)}
    labels = np.where(y > 0, "up", "down")
    whole = library.DataFrame({**columns, "label": labels})
    each = {
        "frame": whole,
        "frame, y": (library.DataFrame(columns), library.Series(labels.tolist())),
        "X, y": (flat, labels),
        "list, y": (list(flat), labels.tolist()),
        "three": (X.round(4), labels),
    }
    said = []
    for name, data in each.items():
        model = trained(data, tmp_path / name, baselines=False)
        assert model.task == "signal"
        frames_agree(model, list(flat[:6]), [library.DataFrame(columns)[:6], whole[:6], flat[:6]])
        said.append([one.label for one in model.predict(flat)])
    assert all(labels == said[0] for labels in said)


@LIBRARIES
def test_signals_of_several_rows_are_answered_once_each(tmp_path, library):
    X, y = signals(60, steps=9, channels=2)
    X = X.round(4)
    long = {
        "series": np.repeat([f"s{n}" for n in range(60)], 9),
        "a": X[..., 0].ravel(),
        "b": X[..., 1].ravel(),
        "label": np.repeat(np.where(y > 0, "up", "down"), 9),
    }
    model = trained(library.DataFrame(long), tmp_path, baselines=False)
    part = library.DataFrame({name: values[: 4 * 9] for name, values in long.items()})
    unlabelled = part[["series", "a", "b"]]
    frames_agree(model, list(X[:4]), [part, unlabelled])


def test_groups_of_signals_stay_whole(tmp_path):
    X, y = signals(60)
    groups = np.arange(60) // 6
    trained((X, y, groups), tmp_path, baselines=False)
    held = np.array(elman.load(tmp_path / "model").info.part("held_out.json")["line"]) - 1
    assert len(held) == 6 * len(set(groups[held])) > 0
    with pytest.raises(ValueError, match="60 arrays and 59 groups"):
        trained((X, y, groups[1:]), tmp_path / "b")


@LIBRARIES
def test_sentences(tmp_path, library):
    X, y = sentences()
    frame = library.DataFrame({"words": X, "tags": y})
    pair = trained((library.Series(X), library.Series(y)), tmp_path / "a", baselines=False)
    held = trained(frame, tmp_path / "b", baselines=False)
    listed = trained((X, y), tmp_path / "c", baselines=False)
    assert pair.task == held.task == listed.task == "tag"
    for model in (pair, held, listed):
        asked = [frame[:5], frame[:5][["words"]], library.Series(X[:5])]
        frames_agree(model, X[:5], asked)
    assert pair.predict(X) == held.predict(X) == listed.predict(X)


@LIBRARIES
def test_series(tmp_path, library):
    values = series()[:, 0].round(3)
    days = pandas.date_range("2024-01-01", periods=len(values)).strftime("%Y-%m-%d").tolist()
    frame = library.DataFrame({"day": days, "value": values})
    model = trained(frame, tmp_path / "a", horizon=2)
    assert model.task == "forecast"
    (forecast,) = model.predict(frame[:40])
    assert forecast.dates == ("2024-02-10", "2024-02-11")
    plain = trained(library.Series(values), tmp_path / "b", season=7, horizon=2)
    (same,) = plain.predict(library.DataFrame({"value": values[:40]}))
    for asked in ([values[:40]], library.Series(values[:40])):
        (forecast,) = plain.predict(asked)
        assert (forecast.values, forecast.intervals) == (same.values, same.intervals)


@LIBRARIES
def test_translations(tmp_path, library):
    pytest.importorskip("tokenizers")
    pytest.importorskip("sacrebleu")
    from tests.tasks.translate.sample import ROWS, SAMPLE

    source, target = (list(side) for side in zip(*ROWS, strict=True))
    options = SAMPLE.options | {"epochs": 1}
    frame = library.DataFrame({"source": source, "target": target})
    model = elman.train(frame, tmp_path / "model", task="translate", threads=1, **options)
    asked = [frame[:4], frame[:4][["source"]], library.DataFrame({"any": source[:4]})]
    frames_agree(model, source[:4], asked)
