"""Sentences of a small language with their translations, in a table and in two files."""

from __future__ import annotations

import csv

from elman.judging.texts.numbers import numbers_of
from tests.tasks.contract.sample import Sample
from tests.tasks.translate.small import pairs

ROWS = pairs(260)


def write(folder, rows=ROWS, name="pairs.csv"):
    path = folder / name
    with open(path, "w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([("source", "target"), *rows])
    return path


def wrong(folder):
    path = folder / "wrong.csv"
    lines = ["source,target", "der alte hund.,the old dog.", "a,b,c", "katze,cat"]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path, 3


def judged(path, model):
    with open(path, newline="", encoding="utf-8") as file:
        return [row["source"] for row in csv.DictReader(file)]


def written(folder, name, sentences):
    path = folder / name
    path.write_text("\n".join(["source", *sentences, ""]), encoding="utf-8")
    return path


SAMPLE = Sample(
    write=write,
    options={
        "hidden_size": 32,
        "embedding_size": 24,
        "num_layers": 1,
        "pieces": 120,
        "epochs": 6,
        "batch_size": 8,
        "dropout": 0.0,
        "word_dropout": 0.0,
        "join_dropout": 0.0,
        "learning_rate": 0.01,
    },
    items=["der roter hund jagt katze.", "", "ein", "日本 unheard-of", *(s for s, _ in ROWS[:9])],
    judged=judged,
    numbers=lambda answers: numbers_of([a.text for a in answers], [a.score for a in answers]),
    words=["der", "alter", "mann", "sieht", "frau", "und", "ein", "hund", "."],
    whole=" ".join,
    wrong=wrong,
    fresh=lambda folder, seed: written(
        folder, f"fresh-{seed}.csv", [s for s, _ in pairs(300, seed + 20)]
    ),
    changed=lambda folder: written(
        folder, "changed.csv", [s.replace("der", "Jener").upper() for s, _ in pairs(300, 9)]
    ),
    claimed=({"text": ["a", "b"], "translation": ["c", "d"]},),
    hasty={"time_limit": "0.001s"},
)
