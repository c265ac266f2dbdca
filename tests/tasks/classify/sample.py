"""Short reviews, one word of which gives the label away."""

from __future__ import annotations

import csv
import dataclasses

import numpy as np

from tests.tasks.classify.small import reviews, write_csv
from tests.tasks.contract.sample import Sample

ROWS = [*reviews(240), ("the, plot! it was", "pos")]


def wrong(folder):
    path = folder / "wrong.csv"
    lines = ["text,label", "a lovely film,pos", "one,field,too,many", "a dull film,neg"]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path, 3


def judged(path, model):
    with open(path, newline="", encoding="utf-8") as file:
        return [row["text"] for row in csv.DictReader(file)]


def fresh(folder, seed):
    path = folder / f"fresh-{seed}.csv"
    path.write_text("\n".join(["text", *(text for text, _ in reviews(300, seed)), ""]))
    return path


def changed(folder):
    path = folder / "changed.csv"
    texts = (text.replace("the", "unheard").replace("was", "of") for text, _ in reviews(300, 9))
    path.write_text("\n".join(["text", *texts, ""]))
    return path


SAMPLE = Sample(
    write=lambda folder: write_csv(folder / "reviews.csv", ROWS),
    options={"threads": 1, "keep": "recurrent"},
    items=["a lovely film", "", "dull", "unheard-of words only", *(t for t, _ in ROWS[:9])],
    judged=judged,
    numbers=lambda answers: np.array([list(a.probabilities.values()) for a in answers]),
    words=["the", "plot", "was", "dull", "and", "the", "cast", "was", "not", "lovely"],
    whole=" ".join,
    wrong=wrong,
    fresh=fresh,
    changed=changed,
    claimed=(ROWS, [("a b", ["x", "y"])]),
    stages={"preset": "strong", "baselines": False},
    hasty={"preset": "chapter", "time_limit": "0.001s"},
)

OTHERS = {
    "linear": dataclasses.replace(
        SAMPLE,
        options={"threads": 1, "keep": "simple"},
        stages=None,
        hasty=SAMPLE.hasty | {"keep": "best"},
        another={"class_weight": "balanced"},
        states=False,
    ),
}
"""The linear part of a model alone."""
