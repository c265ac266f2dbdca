"""`elman memory`: the card of a saved model, with data and without."""

from __future__ import annotations

import json

import numpy as np
import pytest
import torch

import elman as package
from elman.memory import Skipped
from elman.models.saved import torch_module
from elman.tasks.classify.options import ClassifyOptions
from elman.tasks.classify.task import TASK
from elman.workflow.looking.memory import _pairs
from tests.cli.command import elman
from tests.cli.test_cli import SERIES
from tests.memory.conftest import shorten
from tests.tasks.classify.small import reviews, write_csv


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    path = tmp_path_factory.mktemp("memory")
    write_csv(path / "reviews.csv", reviews(70))
    (path / "series.csv").write_text(SERIES)
    options = {"threads": 1, "time_limit": "1s"}
    texts = {"keep": "recurrent", "baselines": False}
    package.train(path / "reviews.csv", path / "texts", **texts, **options)
    package.train(path / "series.csv", path / "sales", keep="recurrent", **options)
    return path


def test_card_of_texts_on_the_screen_as_json_and_in_files(folder, monkeypatch):
    shorten(monkeypatch, steps=10)
    out = folder / "card.html"
    done = elman("memory", folder / "texts", folder / "reviews.csv", "--json", "--out", out,
                 "--time-limit", "1h", "--seed", 5)  # fmt: skip
    assert done.stdout.count("\n") == 1
    card = json.loads(done.stdout)
    assert card["subject"]["rows"] == 70
    assert card["subject"]["seed"] == 5
    assert card["horizon"]["figure"] == "accuracy"
    assert card["horizon"]["full"]["value"] > 0.5
    assert card["order"]["whole"]["ci95"][0] < card["order"]["whole"]["ci95"][1]
    assert "truncation horizon" in done.stderr
    assert str(folder / "texts") in done.stderr.splitlines()[0]
    assert out.read_text(encoding="utf-8").startswith("<!doctype html>")


def test_card_without_data_says_so_and_leaves_out_what_needs_labels(folder):
    said = elman("memory", folder / "texts", "--out", folder / "card.json").stdout
    assert "No DATA given" in said
    assert "needs labels, and the data has none" in said
    card = json.loads((folder / "card.json").read_text(encoding="utf-8"))
    assert card["order"] == {"skipped": "needs labels, and the data has none"}
    assert card["gradient"]["alone"]["rate"]["value"] > 0


def test_card_of_a_forecaster(folder):
    said = elman("memory", folder / "sales", folder / "series.csv", "--time-limit", "0.001s").stdout
    assert "windows of" in said
    assert "the time limit of 0.001 s was reached before" in said
    said = elman("memory", folder / "sales").stdout
    assert "No DATA given" in said
    assert "agreement, %, given the last n steps alone" in said


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["texts", "missing.csv"], "missing.csv"),
        (["nothing"], "nothing"),
        (["texts", "--out", "card.png"], "a card is written as .json, .html or .txt"),
        (["texts", "--out", "no/card.json"], "there is no folder"),
        (["texts", "reviews.csv", "--label", "stars"], "stars"),
        (["texts", "reviews.csv", "--value", "x"], "--value belongs to the task forecast"),
        (["sales", "series.csv", "--time-limit", "soon"], '--time-limit "soon" is not a duration'),
    ],
)
def test_bad_input_is_named_with_exit_code_2(folder, arguments, message):
    assert message in elman("memory", *arguments, code=2, cwd=folder).stderr


def test_card_of_a_loaded_model_is_that_of_its_directory(folder):
    rows = list(reviews(80, seed=3))
    model = package.load(folder / "texts")
    one = package.memory_card(model, rows, time_limit="0.001s")
    two = package.memory_card(folder / "texts", rows, time_limit="0.001s")
    assert one.subject == two.subject
    assert isinstance(one.order, Skipped)


def test_rows_of_texts_are_those_the_model_answers(folder, tmp_path):
    rows = list(reviews(50, seed=3))
    model = package.load(folder / "texts")
    labelled = TASK.labelled(rows, model, ClassifyOptions(), tmp_path)
    module = torch_module(model)
    with torch.no_grad():
        logits = [float(module(x[None], torch.tensor([len(x)]))[0, 0]) for x, _ in _pairs(labelled)]
    probability = 1 / (1 + np.exp(-np.array(logits) / model.codec.decision.temperature))
    said = [p.probabilities for p in model.predict([text for text, _ in rows])]
    second = [each[model.codec.decision.classes[1]] for each in said]
    np.testing.assert_allclose(probability, second, atol=1e-5)
    truth = [model.codec.decision.classes[int(y)] for _, y in _pairs(labelled)]
    assert truth == [label for _, label in rows]


@pytest.mark.parametrize("data", ["reviews.csv", None])
def test_a_linear_model_has_nothing_to_remember_in(folder, data):
    package.train(folder / "reviews.csv", folder / "linear", keep="simple", threads=1, force=True)
    arguments = ["memory", folder / "linear", *([folder / data] if data else [])]
    done = elman(*arguments, code=2)
    assert done.stderr == (
        f"error: {folder}/linear: this model is linear: all that it reads speaks for itself, and "
        "there is no state to remember in. Train with --keep recurrent for a memory card.\n"
    )
    assert not done.stdout
