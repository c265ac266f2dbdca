"""The tour's files are in the package; commands and Python in them are those of this package.

What stands in them is read by `web/tests/unit/tour`, with the page's own reader.
"""

from __future__ import annotations

import csv
import math
import re
from importlib.resources import files
from pathlib import Path

import pytest
import torch

import elman
from elman.data.builtin.airline import airline
from elman.data.builtin.reviews import reviews
from tests.cli.command import elman as command_line
from tests.tolerances import TOLERANCES

TOUR = {
    path.name: path.read_text(encoding="utf-8")
    for path in files("elman.web").joinpath("tour").iterdir()
    if path.name.endswith(".md")
}
SOURCES = Path(__file__).parents[2] / "web/src"
ROWS = reviews(300, seed=4)
OPTION = re.compile(r"`elman ([a-z]+)([^`\n]*)`")


def code(name):
    """Its only block of Python."""
    [block] = re.findall(r"^```python\n(.*?)^```$", TOUR[name], re.MULTILINE | re.DOTALL)
    return block


def test_every_stop_has_an_objective_an_experiment_and_a_question():
    stops = [name for name in sorted(TOUR) if name[0].isdigit()]
    assert [int(name[:2]) for name in stops] == list(range(1, 11))
    assert TOUR.keys() - set(stops) == {"exercises.md", "quiz.md", "interview.md", "glossary.md"}
    for name in stops:
        text = TOUR[name]
        assert text.startswith("# "), name
        assert text.count("\nObjective: ") == text.count("\n```experiment\nname: ") == 1, name
        asked = text.split("\n## Question\n")[1]
        assert asked.count("\n- [x] ") >= 1, name
        assert asked.count("\n- [ ] ") >= 1, name


def test_commands_and_their_options_exist():
    found = [match.groups() for text in TOUR.values() for match in OPTION.finditer(text)]
    assert len(found) > 4
    for command, rest in found:
        done = command_line(command, "--help-all" if command == "train" else "--help")
        assert done.returncode == 0, command
        for option in re.findall(r"--[a-z-]+", rest):
            assert option in done.stdout, f"{command} {option}"


def test_documents_that_it_names_exist(request):
    named = {name for text in TOUR.values() for name in re.findall(r"`(docs/[a-z]+\.md)`", text)}
    assert "docs/chapter.md" in named
    assert not [name for name in named if not (request.config.rootpath / name).exists()]


def test_figures_are_those_of_the_documents_that_it_names(request):
    """Figures that a document has with more digits are rounded."""
    checked = 0
    for name, text in TOUR.items():
        parts = re.split(r"\n\n(?!\|)", text)  # a table belongs to what stands above it
        for part in parts:
            named = re.findall(r"`(docs/[a-z]+\.md)`", part)
            read = "".join((request.config.rootpath / each).read_text("utf-8") for each in named)
            known = [*map(float, re.findall(r"\d+\.\d+", read))]
            for figure in re.findall(r"\d+\.\d+", part) if named else []:
                digits = len(figure.split(".")[1])
                assert any(round(each, digits) == float(figure) for each in known), (name, figure)
                checked += 1
    assert checked > 20


def test_the_biological_exercise_makes_its_file(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    exec(code("exercises.md"), {})
    with open("dna.csv", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 6000
    for box, none in zip(rows[::2], rows[1::2], strict=True):
        assert (box["label"], none["label"]) == ("box", "none")
        assert sorted(box["text"]) == sorted(none["text"])
        assert ["TATAAA" in row["text"].replace(" ", "") for row in (box, none)] == [True, False]


def test_the_printed_class_reads_the_weights_of_the_preset(tmp_path, monkeypatch):
    """The class as the page prints it, and the lines below it, on a model that was trained."""
    lines = (SOURCES / "lab/shapes/lines.ts").read_text(encoding="utf-8")
    printed = re.findall(r"code: [\"`](.*?)[\"`]", lines)
    sizes = {"${embedding}": "32", "${hidden}": "64"}
    shown = "\n".join(printed)
    for name, size in sizes.items():
        shown = shown.replace(name, size)
    monkeypatch.chdir(tmp_path)
    model = elman.train(
        {"text": [text for text, _ in ROWS], "label": [label for _, label in ROWS]},
        "last",
        preset="chapter",
        epochs=1,
        baselines=False,
        threads=1,
    )
    names = {"torch": torch}
    exec(f"{shown}\n{code('04-the-layer-in-pytorch.md')}", names)
    steps = model.codec.encode(ROWS[0][0]).steps
    with torch.no_grad():
        p = float(names["model"](torch.from_numpy(steps).long()[None])[0, 0])
    z = math.log(p / (1 - p)) / model.codec.decision.temperature
    assert model.predict([ROWS[0][0]])[0].probabilities["positive"] == pytest.approx(
        1 / (1 + math.exp(-z)), abs=TOLERANCES["numpy and torch"]
    )


def test_the_series_of_the_first_stop_is_the_one_of_the_package():
    source = SOURCES / "lab/sequence/sequence.tsx"
    block = re.search(r"PASSENGERS = \[(.*?)\]", source.read_text(encoding="utf-8"), re.DOTALL)
    assert block is not None
    shown = [int(value) for value in re.findall(r"\d+", block.group(1))]
    assert shown == [int(value) for value in airline().values[-36:]]
