"""One model of many series: units of their own, unequal lengths, and every series by its name."""

from __future__ import annotations

import csv
import dataclasses
import json

import numpy as np
import pytest

import elman
from elman import tasks
from elman.data.series.panel import Panel
from elman.data.series.series import Series
from elman.errors import OptionError
from elman.judging.values.naive import naive_forecasts, naive_scale
from elman.tasks.forecast.coding.codec import series_codec_of
from elman.tasks.forecast.laid import Laid, Origins
from elman.workflow.predict import predict_file, predict_typed
from tests.exporting.alone import loaded

LENGTHS = (150, 90, 40, 120, 61, 12)


def many(seed=0, lengths=LENGTHS):
    """Waves of one season in units that differ by thousands; one is too short to be judged."""
    random = np.random.default_rng(seed)
    series = []
    for k, n in enumerate(lengths):
        t = np.arange(n) + 3 * k
        wave = 20 + 5 * np.sin(2 * np.pi * t / 7) + 0.03 * t + 0.4 * random.normal(size=n)
        series.append(Series(f"s{k}", 10.0 ** (k - 2) * wave, 7))
    return Panel(tuple(series))


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    out = tmp_path_factory.mktemp("panel") / "m"
    panel = dataclasses.replace(many(), columns=("y",), id="shop")  # as of a file
    return elman.train(panel, out, horizon=4, holdout=10, threads=1, keep="recurrent", epochs=3)


def test_windows_are_cut_out_of_each_series_alone():
    parts = [np.arange(10.0), 100 + np.arange(4.0), 200 + np.arange(7.0)]
    laid = Laid.of(parts)
    found = laid.origins(2, 3, np.array([3, 2, 1]))
    each = [(n, at) for n, at in zip(*map(np.ndarray.tolist, found), strict=True)]
    assert each == [(0, at) for at in range(3, 9)] + [(1, 2)] + [(2, at) for at in range(1, 6)]
    x, y = laid.windows(found, 3, 1), laid.ahead(found, 2)
    for row, (n, at) in enumerate(each):
        there = parts[n][max(at - 3, 0) : at]
        assert np.isnan(x[row, : 3 - len(there)]).all()
        assert x[row, 3 - len(there) :].tolist() == there.tolist()
        assert y[row].tolist() == parts[n][at : at + 2].tolist()
    assert laid.before(np.array([2, 0, 5])).values.tolist() == [0, 1, 200, 201, 202, 203, 204]
    assert laid.spread() == pytest.approx([np.std(p) for p in parts])
    assert laid.moves(2) == pytest.approx([2, 2, 2])
    assert laid.moves(5) == pytest.approx([5, 1, 5])  # the second has no whole season
    assert Origins(np.zeros(9, int), np.arange(9)).some(4).at.tolist() == [0, 3, 6]


def test_a_series_is_foretold_in_its_own_units(model):
    panel = many()
    for n, series in enumerate(panel):
        (said,) = model.predict([series])
        assert said == model.predict([model.codec.recent(n)])[0]
        assert said.name == series.name
        if len(series.values) > 20:
            scale = 10.0 ** (n - 2)
            wave = [
                20 + 5 * np.sin(2 * np.pi * (len(series.values) + h + 3 * n) / 7) for h in range(4)
            ]
            assert np.array(said.values) / scale == pytest.approx(wave, abs=6), series.name
    alone = [model.predict([series])[0] for series in panel]
    assert model.predict(panel) == alone  # in any company the same
    assert elman.load(model.directory).predict(panel) == alone


def test_a_series_that_was_not_learnt_from_is_said(model, tmp_path, caplog):
    t = np.arange(60)
    rows = "".join(f"{name},{v}\n" for name in ("new", "s1") for v in 7 + np.sin(2 * np.pi * t / 7))
    path = tmp_path / "x.csv"
    path.write_text(f"unique_id,y\n{rows}")
    with caplog.at_level("WARNING", "elman"):
        report = predict_file(model, path, {})
    assert [f["name"] for f in report["forecasts"]] == ["new", "s1"]
    assert "new: not among the series that the model learnt from" in caplog.text
    assert np.array(report["forecasts"][0]["values"]) == pytest.approx(
        7 + np.sin(2 * np.pi * (60 + np.arange(4)) / 7), abs=0.6
    )


def test_figures_are_those_of_each_series_in_its_units(model):
    report = json.loads((model.directory / "metrics.json").read_text(encoding="utf-8"))
    panel, naive = many(), []
    for series in panel.series[:5]:
        begin = len(series.values) - 10
        scale = naive_scale(series.values[:begin], 7)
        origins = range(begin, len(series.values) - 3)
        truth = np.stack([series.values[o : o + 4] for o in origins])
        said = naive_forecasts(series.values, list(origins), 4, 7)["seasonal naive"]
        naive.append((np.abs(said - truth) / scale).mean())
    assert report["baselines"]["seasonal naive"]["mase"] == pytest.approx(np.mean(naive))
    assert report["metrics"]["mase"] < 0.9 * np.mean(naive)
    assert report["rows"] == {"series": 6, "values": sum(LENGTHS), "train": sum(LENGTHS) - 50}
    assert "1 series are too short to be judged" in report["judged_on"]
    assert len(report["metrics"]["by_step"]) == 4


def test_a_request_by_name_is_answered_from_that_series(model):
    wire, codec = tasks.named("forecast").wire(), series_codec_of(model)
    ends = {name: codec.recent(n).values for n, name in enumerate(codec.ends.names)}
    assert len({values[-1] for values in ends.values()}) == len(LENGTHS)
    for name, values in ends.items():
        item = wire.asked(model, {"series": name}).item
        assert (item.name, item.values.tolist()) == (name, pytest.approx(values.tolist()))
    with pytest.raises(OptionError, match="has learnt from no series of this name"):
        wire.asked(model, {"series": "nobody"})


def test_what_is_learnt_does_not_depend_on_the_units_of_a_series(tmp_path):
    """Thousands of one series are millions of another: rows count by their naive error."""
    panel = many(lengths=(80, 90, 70, 85, 75))
    other = Panel(tuple(Series(s.name, 1e3 * s.values, 7) for s in panel))
    options = {"horizon": 3, "threads": 1, "epochs": 2, "keep": "recurrent"}
    one = elman.train(panel, tmp_path / "a", **options)
    two = elman.train(other, tmp_path / "b", **options)
    for first, second in zip(one.predict(panel), two.predict(other), strict=True):
        assert np.array(second.values) == pytest.approx(1e3 * np.array(first.values), rel=1e-4)


def test_forecasts_are_written_a_row_a_step(model, tmp_path):
    for ending in ("csv", "jsonl"):
        out = tmp_path / f"f.{ending}"
        path = tmp_path / "x.csv"
        rows = "".join(f"{s.name},{v!r}\n" for s in many() for v in s.values.tolist())
        path.write_text(f"unique_id,y\n{rows}")
        predict_file(model, path, {"level": "50,90"}, output=out)
        lines = out.read_text().splitlines()
        if ending == "csv":
            head = "unique_id,ds,forecast,lower-50,upper-50,lower-90,upper-90"
            assert lines[0] == head
            lines = [dict(zip(head.split(","), line.split(","), strict=True)) for line in lines[1:]]
        else:
            lines = [json.loads(line) for line in lines]
        assert [(r["unique_id"], str(r["ds"])) for r in lines[:5]] == [
            ("s0", "1"), ("s0", "2"), ("s0", "3"), ("s0", "4"), ("s1", "1"),
        ]  # fmt: skip
        said = model.predict(many())
        assert [float(r["forecast"]) for r in lines] == [v for f in said for v in f.values]
        for row in lines:
            ends = [float(row[f"{side}-{level}"]) for side, level in (
                ("lower", 90), ("lower", 50), ("upper", 50), ("upper", 90),
            )]  # fmt: skip
            assert ends == sorted(ends)
    with pytest.raises(OptionError, match='--level "50,x": "x" is no level'):
        predict_typed(model, [], {"level": "50,x"})


def test_forecasts_go_to_a_table_without_an_input(model, tmp_path):
    polars = pytest.importorskip("polars")
    out = tmp_path / "f.parquet"
    report = predict_typed(model, [], {"level": "90"}, output=out)
    assert report["output"] == str(out)
    table = polars.read_parquet(out)
    assert table.columns == ["unique_id", "ds", "forecast", "lower-90", "upper-90"]
    said = [model.predict([model.codec.recent(n)])[0] for n in range(len(LENGTHS))]
    assert table["forecast"].to_list() == [v for forecast in said for v in forecast.values]
    with pytest.raises(OptionError, match=r"f\.xlsx: cannot write this kind of file"):
        predict_typed(model, [], {}, output=tmp_path / "f.xlsx")


def test_every_forecast_of_the_back_test_is_written(tmp_path):
    out = tmp_path / "back.csv"
    panel = many(lengths=(60, 50))
    model = elman.train(
        panel, tmp_path / "m", horizon=3, holdout=8, threads=1, keep="simple", back_test=str(out)
    )
    report = json.loads((model.directory / "metrics.json").read_text(encoding="utf-8"))
    with open(out, newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 2 * 6 * 3
    first = rows[0]
    assert (first["unique_id"], first["cutoff"], first["ds"], first["step"]) == (
        "s0",
        "52",
        "53",
        "1",
    )
    errors = []
    for row in rows:
        series = panel.series[int(row["unique_id"][1])]
        assert float(row["y"]) == series.values[int(row["ds"]) - 1]
        assert int(row["ds"]) == int(row["cutoff"]) + int(row["step"])
        assert float(row["lower-95"]) <= float(row["lower-80"]) <= float(row["upper-80"])
        errors.append(abs(float(row["forecast"]) - float(row["y"])))
    assert np.mean(errors) == pytest.approx(report["metrics"]["mae"])
    with pytest.raises(OptionError, match=r"--back-test b\.txt: expected the name of a \.csv file"):
        elman.train(panel, tmp_path / "m", back_test="b.txt")


def test_a_stream_says_when_it_has_as_much_as_it_reads(tmp_path):
    values = many(lengths=(90,)).series[0].values
    model = elman.train(list(values), tmp_path / "m", threads=1, window=9, keep="simple")
    stream = model.stream()
    full = []
    for value in values[:11]:
        stream.feed(value)
        full.append(stream.full)
    assert full == [False] * 8 + [True] * 3


def test_an_exported_example_knows_series_by_their_names(model, tmp_path, monkeypatch, capsys):
    pytest.importorskip("onnxruntime")
    others = (Series("new", 1e-3 - many().series[1].values, 7), many().series[4])
    rows = ["y,shop"]
    for one in (*many(seed=1).series[1:4], *others):
        rows += [f"{value!r},{one.name}" for value in one.values.tolist()]
    path = tmp_path / "shops.csv"
    path.write_text("\n".join(rows), encoding="utf-8-sig")
    film = loaded(elman.export(model, tmp_path / "film.onnx"), monkeypatch)
    film.main([str(path)])
    found = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [one["series"] for one in found] == ["s1", "s2", "s3", "new", "s4"]
    for one, said in zip(found, predict_file(model, path, {})["forecasts"], strict=True):
        assert one["series"] == said["name"]
        assert one["forecast"] == pytest.approx(said["values"], rel=1e-4)
        assert one["lower-80"] == pytest.approx(said["intervals"]["80"]["lower"], rel=1e-4)
