"""A forecast drawn with characters and as SVG: every value stands where it belongs."""

from __future__ import annotations

import math
import re
from xml.etree import ElementTree

import numpy as np
import pytest

from elman.draw.chart import Fan, chart
from elman.draw.svg import fan_chart

NAN = math.nan


def fan(past=(1.0, 2.0, 3.0), ahead=(4.0, 5.0), bands=(), **given) -> Fan:
    labels = [f"d{n}" for n in range(len(past) + len(ahead))]
    return Fan(given.get("name", "s"), past, ahead, bands, given.get("labels", labels))


def grid_of(lines: list[str]) -> list[str]:
    rows = [line.split("│", 1)[1] for line in lines if "│" in line]
    return [row.ljust(max(map(len, rows))) for row in rows]


def test_values_stand_in_the_row_of_their_size_two_columns_a_step():
    rows = grid_of(chart(fan(), height=5))
    assert [row.rstrip() for row in rows] == [
        "        ●", "      ●", "    •", "  •", "•",
    ]  # fmt: skip


def test_a_missing_value_leaves_its_column_empty_and_a_flat_series_is_drawn():
    rows = grid_of(chart(fan(past=(1.0, NAN, 3.0)), height=5))
    assert not "".join(row[2] for row in rows).strip()
    flat = grid_of(chart(fan(past=(7.0, 7.0), ahead=(7.0,))))
    assert flat[0].split() == ["•", "•", "●"]


def test_intervals_reach_from_end_to_end_the_narrow_one_in_the_wide():
    bands = [("95", [1.0, 0.0], [5.0, 6.0]), ("80", [2.0, 2.0], [4.0, 4.0])]
    rows = grid_of(chart(fan(past=(3.0, 3.0), ahead=(3.0, 3.0), bands=bands), height=7))
    column = ["".join(row[n] for row in rows) for n in (4, 5, 6, 7)]
    assert column == [" ░▒●▒░ ", " ░▒▒▒░ ", "░░▒●▒░░", "░░▒▒▒░░"]
    alone = [("80", [2.0], [4.0])]
    one = grid_of(chart(fan(past=(3.0,), ahead=(3.0,), bands=alone), height=3))
    assert "░" not in "".join(one)
    assert "▒" in "".join(one)


def test_a_long_series_fits_the_line_and_keeps_its_ends():
    values = tuple(np.sin(np.arange(1000) / 50))
    lines = chart(fan(past=values, ahead=(2.0,)), width=60)
    assert max(map(len, lines)) <= 60
    assert grid_of(lines)[0].rstrip().endswith("●")
    assert lines[-1].split() == ["d0", "d1000"]  # no room for the last known beside the last


def test_the_axis_names_the_first_value_the_last_known_and_the_last_under_their_columns():
    lines = chart(fan(past=tuple(range(20)), ahead=tuple(range(20, 32))))
    margin = lines[0].index("│") + 1
    axis = lines[-1]
    assert axis.index("d0") == margin
    assert axis.index("d19") + 2 == margin + 2 * 19
    assert axis.index("d31") + 2 == margin + 2 * 31


@pytest.fixture
def drawn():
    bands = [("95", [3.0, 3.0], [5.0, 7.0]), ("80", [3.5, 4.0], [4.5, 6.0])]
    labels = ["a<b", "d1", "d2", "d3", "d4"]
    svg = fan_chart(fan(past=(1.0, NAN, 3.0), bands=bands, labels=labels, name='"x" & <y>'))
    return ElementTree.fromstring(svg)


def test_svg_shows_every_value_where_it_is_and_says_it(drawn):
    circles = drawn.findall("circle")
    said = [circle.find("title").text for circle in circles]
    assert said == ["a<b: 1", "d2: 3", "d3: 4", "d4: 5"]
    heights = [float(circle.get("cy")) for circle in circles]
    assert heights == sorted(heights, reverse=True)
    per_unit = (heights[0] - heights[3]) / 4
    assert heights[1] == pytest.approx(heights[0] - 2 * per_unit, abs=0.2)
    assert [circle.get("class") for circle in circles] == ["past", "past", "ahead", "ahead"]
    assert drawn.get("aria-label") == '"x" & <y>'


def test_svg_breaks_the_line_where_a_value_is_missing_and_closes_intervals(drawn):
    paths = {p.get("class"): p.get("d") for p in drawn.findall("path")}
    assert paths["past"].count("M") == 2
    assert paths["ahead"].count("M") == 1
    assert paths["ahead"].count("L") == 2  # from the last known value on
    bands = [p for p in drawn.findall("path") if p.get("fill")]
    assert [p.find("title").text for p in bands] == ["95 %", "80 %"]
    for band in bands:
        assert band.get("d").endswith("Z")
        across = [float(at) for at in re.findall(r"[ML]([\d.]+)", band.get("d"))]
        assert len(across) == 4
        assert across[:2] == sorted(across[:2]) == across[:1:-1]  # there below, back above


def test_one_step_has_intervals_that_are_seen_and_labels_do_not_touch():
    bands = [("95", [1.0], [5.0]), ("80", [2.0], [4.0])]
    svg = ElementTree.fromstring(fan_chart(fan(past=(1.0,) * 30, ahead=(3.0,), bands=bands)))
    for band in (p for p in svg.findall("path") if p.get("fill")):
        across = {float(at) for at in re.findall(r"[ML]([\d.]+)", band.get("d"))}
        assert max(across) - min(across) == pytest.approx(10)
    labels = [text.text for text in svg.findall("text")][-2:]
    assert labels == ["d0", "d30"]
    alone = ElementTree.fromstring(fan_chart(fan(past=(1.0,), ahead=(2.0, 3.0))))
    assert [t.get("text-anchor") for t in alone.findall("text")][-2:] == ["start", "end"]


def test_the_forecast_begins_at_the_last_value_that_is_there():
    svg = ElementTree.fromstring(fan_chart(fan(past=(1.0, 4.0, NAN, NAN), ahead=(2.0,))))
    seen = {c.find("title").text: c for c in svg.findall("circle")}
    (line,) = [p.get("d") for p in svg.findall("path") if p.get("class") == "ahead"]
    begin, end = re.findall(r"([\d.]+) ([\d.]+)", line)
    for at, title in ((begin, "d1: 4"), (end, "d4: 2")):
        assert at == (seen[title].get("cx"), seen[title].get("cy"))


def test_the_axis_tells_values_apart_that_differ_by_little():
    values = tuple(1_234_567.0 + n for n in range(40))
    lines = chart(fan(past=values, ahead=(1_234_610.0,)))
    said = [line.split("│")[0].strip() for line in lines if "│" in line]
    assert len({*filter(None, said)}) == 3
    svg = ElementTree.fromstring(fan_chart(fan(past=values, ahead=(1_234_610.0,))))
    ticks = [t.text for t in svg.findall("text") if t.get("text-anchor") == "end"][:5]
    assert len(set(ticks)) == 5
