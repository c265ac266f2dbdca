"""Forecasts that are drawn: the page as a file, the chart where somebody looks."""

from __future__ import annotations

import json
import re

import numpy as np
import pytest

import elman
from elman.cli.console import Console
from elman.data.series.calendar import Calendar
from elman.data.series.panel import Panel
from elman.data.series.series import Series
from elman.errors import OptionError
from elman.tasks.forecast.shown.page import page_of, recent
from elman.tasks.forecast.shown.screens import SCREENS
from elman.workflow.predict import predict_typed


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    random = np.random.default_rng(0)
    days = Calendar("%Y-%m-%d", "seconds", 86_400, "2024-01-30")
    values = 20 + 5 * np.sin(2 * np.pi * np.arange(90) / 7) + random.standard_normal(90)
    values[80] = np.nan
    panel = Panel((Series("<b>sold", values, 7, days),))
    out = tmp_path_factory.mktemp("drawn") / "m"
    return elman.train(panel, out, horizon=3, keep="simple", threads=1, window=14)


def test_a_page_has_the_forecast_its_intervals_and_what_came_before(model, tmp_path):
    out = tmp_path / "f.html"
    report = predict_typed(model, [], {}, output=out)
    page = out.read_text(encoding="utf-8")
    for n, date in enumerate(report["dates"]):
        assert f"<th>{date}</th><td>{report['values'][n]:.6g}</td>" in page
        for level in ("80", "95"):
            assert f"<td>{report['intervals'][level]['lower'][n]:.6g}</td>" in page
    assert page.count("<circle") == 3 + 13  # one of the fourteen is missing
    assert "http" not in page.replace("http-equiv", "")
    assert "<script" not in page
    assert report["recent"]["values"].count(None) == 1
    assert report["recent"]["dates"][-1] == "2024-04-28"
    json.dumps(report, allow_nan=False)


def test_many_series_are_drawn_up_to_sixty_and_the_rest_is_said():
    one = {"values": [1.0, 2.0], "dates": [], "intervals": {}, "recent": recent([3.0, 4.0], 2)}
    each = [one | {"name": f"s&{n}"} for n in range(63)]
    page = page_of({"said": "of all", "forecasts": each})
    assert page.count("<svg") == 60
    assert "3 further series are not drawn" in page
    assert "s&amp;59" in page
    assert "s&amp;60" not in page


def test_a_page_is_refused_for_rows_by_name_of_the_file(tmp_path):
    rows = [
        {"text": f"{word} film number {n}", "label": word}
        for n in range(20)
        for word in ("good", "bad")
    ]
    texts = elman.train(rows, tmp_path / "t", epochs=1, baselines=False, threads=1)
    source, out = tmp_path / "rows.csv", tmp_path / "rows.html"
    source.write_text("text\ngood one\n", encoding="utf-8")
    from elman.workflow.predict import predict_file

    with pytest.raises(OptionError, match=r"rows\.html: a page is drawn of .*\.jsonl"):
        predict_file(texts, source, {}, output=out)
    assert not out.exists()


def test_a_chart_is_drawn_where_somebody_looks_and_no_program_reads(model, capsys, monkeypatch):
    report = predict_typed(model, [], {})
    lines = SCREENS["chart"](report)
    assert re.search("2024-04-15 +2024-05-01", lines[-1])
    console = Console()
    console.draw(lines)
    assert capsys.readouterr().out == ""
    monkeypatch.setattr(console._stream, "isatty", lambda: True, raising=False)
    console.draw(lines)
    assert "●" in capsys.readouterr().out
    assert not any("●" in line for line in SCREENS["predict"](report))
