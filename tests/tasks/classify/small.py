"""Small files that train in a second or two."""

from __future__ import annotations

import csv
import random
import re

import numpy as np

from elman.artifact import Artifact, encode
from elman.data.text.features import Features
from elman.data.text.vocabulary import SPECIAL_WORDS, Vocabulary
from elman.judging.classes.decision import Decision
from elman.runtime.model import Model
from elman.runtime.spec import NetworkSpec
from elman.runtime.tensors import tensor_shapes
from elman.tasks.classify.codec import TextInput, text_codec

GOOD = ["lovely", "superb", "charming", "moving", "witty", "fresh"]
BAD = ["dull", "awful", "clumsy", "bland", "stale", "tired"]
REST = re.findall(
    r"\w+", "the a film plot cast was is it we saw this and very with of to in on at by"
)


def reviews(rows, seed=0):
    """Ragged rows of 3 to 25 words, one of which gives the label away."""
    pick = random.Random(seed)
    for _ in range(rows):
        label = pick.choice(["neg", "pos"])
        words = pick.choices(REST, k=pick.randint(2, 24))
        words.insert(pick.randrange(len(words)), pick.choice(GOOD if label == "pos" else BAD))
        yield " ".join(words), label


def write_csv(path, rows):
    with open(path, "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["text", "label"])
        writer.writerows(rows)
    return path


def untrained(prior=(), affix_buckets=0):
    """A model of three classes with random weights, that knows six words."""
    vocabulary = Vocabulary((*SPECIAL_WORDS, *GOOD[:3], "good", "film", "a"))
    features = Features(vocabulary, affix_buckets)
    spec = NetworkSpec(
        "gru",
        hidden_size=5,
        outputs=3,
        vocabulary=features.embeddings,
        input_size=4,
        ids_per_step=features.columns,
    )
    draw = np.random.default_rng(4)
    tensors = {
        name: draw.normal(0, 0.7, shape).astype(np.float32)
        for name, shape in tensor_shapes(spec).items()
    }
    saved = Artifact(
        task="classify",
        network=encode(spec),
        input=encode(TextInput(("text",), "label", affix_buckets=affix_buckets)),
        output=encode(Decision(("x", "y", "z"), "multiclass", prior=prior)),
        training={},
        tensors=tensors,
        parts={"vocabulary.json": vocabulary.to_json()},
    )
    return Model.of(saved, text_codec)


BAG = [f"w{k}" for k in range(400)]


def bags(rows, seed=0):
    """Ragged rows that are bags of words: each has a weight of its own, and chance the last word.

    The log-odds are 3 Σ weight / √T; order says nothing, and no more than 4 in 5 can be told.
    """
    weights = dict(zip(BAG, np.random.default_rng(7).normal(size=len(BAG)), strict=True))
    pick = random.Random(seed)
    for _ in range(rows):
        words = pick.choices(BAG, k=pick.randint(5, 25))
        odds = 3 * sum(weights[word] for word in words) / len(words) ** 0.5
        yield " ".join(words), "pos" if pick.random() < 1 / (1 + np.exp(-odds)) else "neg"
