"""Classifiers of texts with random weights, and all that Python says with them of some texts."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any
from unittest.mock import patch

import numpy as np

from elman.artifact import Artifact, encode
from elman.attribution.explained import Shares
from elman.data.text.features import Features, Terms
from elman.data.text.vocabulary import SPECIAL_WORDS, Vocabulary
from elman.data.text.words import tokenize
from elman.judging.classes.decision import Decision
from elman.runtime.model import Model
from elman.runtime.spec import NetworkSpec
from elman.runtime.tensors import shapes_of_all
from elman.tasks.classify.codec import TextInput, text_codec
from elman.tasks.classify.explain import explain
from elman.web.packed import Precision, packed, rounded
from tests.web.networks import random_tensors

__all__ = ["text_case", "text_cases"]

WORDS = [
    "the",
    "film",
    "was",
    "not",
    "good",
    "bad",
    "dull",
    "don't",
    "9.5",
    "!",
    "日",
    "été",
    "plot",
    "cast",
    "lovely",
    "a",
    "of",
]
PAIRS = ["not good", "the film", "was not", "! !", "日 日"]
TEXTS = [
    "The film was not good!",
    "Don't, don't! 9.5/10 <br />&eacute;t&eacute; 日本 e\u0301te\u0301",
    "",
    "...",
    "was not  ... good",
    "nothing here is known whatsoever",
    "lovely",
    "a plot of the cast was bad and dull, not unlovely; the 𝔘𝔫𝔦code 👍🏽 plot!",
]
CLASSES = ("neg", "pos", "10", "9")

KINDS: dict[str, tuple[dict[str, Any], dict[str, Any], dict[str, Any]]] = {
    "binary": ({"cell": "gru"}, {}, {"kind": "binary", "temperature": 1.7}),
    "thresholds": (
        {"cell": "rnn", "pools": ("mean", "max")},
        {"affix_buckets": 31},
        {"kind": "binary", "thresholds": (0.4,), "prior": (0.3, 0.7)},
    ),
    "multiclass": (
        {"cell": "lstm", "bidirectional": True, "pools": ("max", "last")},
        {"pairs": True},
        {"kind": "multiclass", "unsure_below": 0.3},
    ),
    "multilabel": (
        {"cell": "gru", "num_layers": 2, "members": 2},
        {"affix_buckets": 7, "pairs": True},
        {"kind": "multilabel", "thresholds": (0.4, 0.5, 0.3, 0.6)},
    ),
    "terms": (
        {"cell": "lstm", "members": 2, "pools": ("mean",)},
        {"affix_buckets": 5, "terms": True},
        {"kind": "multiclass", "temperature": 0.6},
    ),
    "linear": (
        {"cell": "none", "hidden_size": 0, "num_layers": 0},
        {"terms": True},
        {"kind": "binary"},
    ),
}


def text_cases() -> list[dict[str, Any]]:
    """Return a model of each kind, in one precision or another."""
    precisions: tuple[Precision, ...] = ("float32", "int8", "float16")
    return [
        text_case(name, _saved(name, seed), precisions[seed % 3], TEXTS)
        for seed, name in enumerate(KINDS)
    ]


def text_case(name: str, saved: Artifact, precision: Precision, texts: list[str]) -> dict[str, Any]:
    """Return a packed model and, of each text, all that is said of it."""
    model = Model.of(rounded(saved, precision), text_codec)
    return {
        "name": f"{name} {precision}",
        "packed": packed(saved, precision, ("vocabulary.json", "terms.json", "seen.json")),
        "texts": [_said(model, text) for text in texts],
    }


def _said(model: Model, text: str) -> dict[str, Any]:
    (answer,) = model.predict([text])
    words = tokenize(text)
    said: dict[str, Any] = {"text": text, "words": words, "answer": asdict(answer)}
    if not model.network.spec.bidirectional:
        stream = model.stream()
        said["stream"] = [asdict(stream.feed(piece)) for piece in text.split(" ")]
    codec: Any = model.codec
    if words and codec.features.know(codec.features.encode(words)):
        said["explained"] = _explained(model, text, len(words))
    return said


def _explained(model: Model, text: str, words: int) -> dict[str, Any]:
    """Explain with few orders, and without gradients, which a page does not take."""
    few = patch("elman.attribution.removal.ORDERS_MOST", 16)
    none = patch("elman.tasks.classify.explain._gradients", return_value=Shares(np.zeros(words)))
    with few, none:
        found = explain(model, text)
    shapley = found.shares["shapley"]
    pick = np.random.default_rng(0)
    orders = int(str(shapley.error_kind).split(" ")[0]) // 2
    return {
        "name": found.score_name,
        "score": found.score,
        "known": list(found.known),
        "trajectory": found.trajectory.scores.tolist(),
        "states": found.states.ravel().tolist(),
        "orders": [pick.permutation(words).tolist() for _ in range(orders)],
        "shapley": shapley.values.tolist(),
        "error": shapley.error,
        "start": shapley.start,
        "removed": found.shares["removed"].values.tolist(),
    }


def _saved(name: str, seed: int) -> Artifact:
    network, read, decided = KINDS[name]
    vocabulary = Vocabulary((*SPECIAL_WORDS, *WORDS, *(PAIRS[:3] if read.get("pairs") else ())))
    terms = Terms(("unlovely", "and", *PAIRS)) if read.get("terms") else None
    features = Features(
        vocabulary, read.get("affix_buckets", 0), read.get("pairs", False), terms=terms
    )
    decision = Decision(CLASSES[: 2 if decided["kind"] == "binary" else 4], **decided)
    own = {
        "outputs": decision.outputs,
        "vocabulary": features.embeddings,
        "ids_per_step": features.columns - (terms is not None),
        "linear": features.numbers if terms else 0,
        "linear_ids": int(terms is not None),
    }
    spec = NetworkSpec(**{"hidden_size": 7, "input_size": 6, **network, **own})
    shapes = shapes_of_all(spec)
    parts = {"vocabulary.json": vocabulary.to_json()}
    return Artifact(
        task="classify",
        network=encode(spec),
        input=encode(TextInput(("text",), "label", **read)),
        output=encode(decision),
        training={},
        tensors={name: 3 * tensor for name, tensor in random_tensors(shapes, seed).items()},
        parts=parts | ({"terms.json": terms.to_json()} if terms else {}),
    )
