"""Texts to a graph's steps, and its answers to labels, without elman: the front end of an export.

What of elman this uses is joined to it (`elman.exporting.joined`); nothing imports it.
"""

from __future__ import annotations

import dataclasses
import json
from typing import Any

import numpy as np
from numpy.typing import NDArray

from elman.data.text.features import numbered
from elman.data.text.words import tokenize
from elman.exporting.session import frozen, opened, run
from elman.judging.classes.decision import Decision, Prediction

__all__ = ["Reader", "main"]


class Reader:
    """The front end: words and their numbers, and labels.

    Args:
        held: the content of the .json file.
    """

    def __init__(self, held: dict[str, Any]) -> None:
        words = held["parts"]["vocabulary.json"]["words"]
        self.buckets = held["input"].get("affix_buckets", 0)
        self.ids = {word: n for n, word in enumerate(words)}
        self.first_bucket = len(words)
        terms = held["parts"].get("terms.json", {"terms": []})["terms"]
        self.ids.update((term, len(words) + self.buckets + n) for n, term in enumerate(terms))
        self.pairs = held["input"].get("pairs", False) or held["input"].get("terms", False)
        self.decision = Decision(**frozen(held["output"]))

    def steps(self, text: str, before: str = "") -> NDArray[np.int32]:
        """Return the steps of a text; `before`, in a stream, is the last word before it."""
        return numbered(
            tokenize(text),
            before,
            self.ids,
            buckets=self.buckets,
            first_bucket=self.first_bucket,
            pairs=self.pairs,
        )

    def answers(self, probabilities: NDArray[Any], known: NDArray[Any]) -> list[Prediction]:
        """Return what is said of each text; of one without a known word, no label."""
        said = self.decision.predictions_of(probabilities.astype(np.float64))
        pairs = zip(said, known, strict=True)
        return [one if there else dataclasses.replace(one, label=None) for one, there in pairs]


def main(texts: list[str]) -> None:
    """Answer texts, one JSON line each; then the last one again, word by word."""
    session, held = opened()
    reader = Reader(held)
    said = run(session, [reader.steps(text) for text in texts])
    for text, answer in zip(
        texts, reader.answers(said["probabilities"], said["known"]), strict=True
    ):
        print(json.dumps({"text": text, **vars(answer)}))
    if "next_state" not in said:
        return  # this graph reads both ways: it needs the whole text
    state, before = None, ""
    for word in texts[-1].split():
        said = run(session, [reader.steps(word, before)], state)
        state, before = said["next_state"], (tokenize(word) or [before])[-1]
        (answer,) = reader.answers(said["probabilities"], said["known"])
        print(json.dumps({"word": word, **vars(answer)}))
