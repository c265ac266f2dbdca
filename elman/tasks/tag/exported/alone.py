"""Texts to a graph's steps, and its answers to tags, without elman: the front end of an export.

What of elman this uses is joined to it (`elman.exporting.joined`); nothing imports it.
"""

from __future__ import annotations

import json
from typing import Any

import numpy as np

from elman.data.tagged.features import WordFeatures
from elman.data.tagged.split import split_words
from elman.data.text.vocabulary import Vocabulary
from elman.exporting.session import opened, run
from elman.judging.tags.decision import TagDecision

__all__ = ["Reader", "main"]


class Reader:
    """The front end: words and their numbers, and tags.

    Args:
        held: the content of the .json file.
    """

    def __init__(self, held: dict[str, Any]) -> None:
        input, output = held["input"], held["output"]
        vocabulary = Vocabulary(tuple(held["parts"]["vocabulary.json"]["words"]))
        self.features = WordFeatures(vocabulary, input["buckets"], input.get("dotless", False))
        self.decision = TagDecision(**(output | {"tags": tuple(output["tags"])}))

    def words(self, text: str) -> list[str]:
        """Return the words of a text."""
        return split_words(text, self.features.knows)


def main(texts: list[str]) -> None:
    """Tag texts, one JSON line each; then the last one again, word by word."""
    session, held = opened()
    reader = Reader(held)
    words = [reader.words(text) for text in texts]
    said = run(session, [reader.features.encode(of) for of in words])
    each = [p[: len(of)] for p, of in zip(said["probabilities"], words, strict=True)]
    for answer in reader.decision.taggings(np.concatenate(each).astype(np.float64), words):
        print(json.dumps(vars(answer)))
    if "next_state" not in said:
        return  # this graph reads both ways: it needs the whole text
    state, so_far = None, "probabilities_so_far" in said
    for word in words[-1]:
        said = run(session, [reader.features.encode([word])], state)
        state, p = said["next_state"], said["probabilities_so_far" if so_far else "probabilities"]
        (answer,) = reader.decision.taggings(p[0].astype(np.float64), [[word]], apart=True)
        print(json.dumps(vars(answer)))
