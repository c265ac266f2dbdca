"""Models that come with the package: they answer as stored, on fresh reviews as well as stated."""

from __future__ import annotations

import dataclasses
import json

import numpy as np
import pytest

from elman.data.builtin.reviews import reviews
from elman.web.builtin import FOLDER, built_in, texts
from elman.web.packed import PRECISIONS, packed, rounded, unpacked
from tests.tolerances import assert_close
from tests.web.builtin import ANSWERS, asked, model_of

MODELS = {one["name"]: one for one in built_in()}
STATED = {"rnn": 0.93, "gru": 0.98, "lstm": 0.98, "fast": 0.99}
"""The share of fresh reviews that each gets right, at least; with one row at a time."""


def test_all_together_are_small():
    assert sum(path.stat().st_size for path in FOLDER.glob("*.json")) <= 700_000


def test_what_is_offered_is_named_and_packed():
    assert set(MODELS) == {*STATED, "rnn-printed", "airline"}
    assert {path.stem for path in FOLDER.glob("*.json")} == {*MODELS, "texts"}
    for one in MODELS.values():
        assert one["title"]
        assert one["task"] == one["packed"]["task"]
    assert {row["label"] for row in texts()} == {"positive", "negative"}
    assert len(texts()) >= 300


@pytest.mark.parametrize("name", MODELS)
def test_they_answer_as_stored(name):
    stored = json.loads(ANSWERS.read_text(encoding="utf-8"))[name]
    for now, then in zip(asked(model_of(MODELS[name]["packed"])), stored, strict=True):
        assert now["item"] == then["item"]
        wanted = np.array(then["numbers"])
        size = np.maximum(np.abs(wanted), 1)
        assert_close(name, np.array(now["numbers"]) / size, wanted / size, "stored and now")


@pytest.mark.parametrize("name", STATED)
def test_they_get_fresh_reviews_right(name):
    rows = reviews(1000, seed=90_210)
    said = model_of(MODELS[name]["packed"]).predict([text for text, _ in rows])
    assert np.mean([a.label == b for a, (_, b) in zip(said, rows, strict=True)]) >= STATED[name]


def test_read_off_the_padding_nothing_is_learnt():
    rows = reviews(1000, seed=90_210)
    said = model_of(MODELS["rnn-printed"]["packed"]).predict([text for text, _ in rows])
    assert np.mean([a.label == b for a, (_, b) in zip(said, rows, strict=True)]) < 0.55


def test_nobody_was_taught_what_is_looked_through():
    taught = {text for text, _ in reviews(8000, 0)}
    shown = [row["text"] for row in texts()]
    assert sum(text in taught for text in shown) <= len(shown) / 10


@pytest.mark.parametrize("precision", PRECISIONS)
def test_unpacked_is_what_a_page_computes_with(precision):
    saved = unpacked(MODELS["gru"]["packed"])
    pick = np.random.default_rng(3)
    shapes = {"a": (3, 5, 7), "b": (1, 9), "c": (13,), "d": (4, 1)}
    tensors = {name: pick.normal(size=shape).astype("f4") for name, shape in shapes.items()}
    saved = dataclasses.replace(saved, tensors=tensors)
    back = unpacked(packed(saved, precision, ("vocabulary.json",)))
    wanted = rounded(saved, precision).tensors
    for name, tensor in wanted.items():
        np.testing.assert_array_equal(back.tensors[name], tensor)
    assert back.parts == saved.parts
