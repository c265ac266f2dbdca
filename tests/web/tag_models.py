"""Taggers with random weights, and what Python says with them."""

from __future__ import annotations

import random
import unicodedata
from dataclasses import asdict
from typing import Any

from elman.artifact import Artifact, encode
from elman.data.tagged.features import COLUMNS, WordFeatures, shape_of
from elman.data.text.vocabulary import SPECIAL_WORDS, Vocabulary
from elman.judging.tags.decision import TagDecision
from elman.runtime.model import Model
from elman.runtime.spec import NetworkSpec
from elman.runtime.tensors import shapes_of_all
from elman.tasks.tag.codec import TagInput, tag_codec
from elman.web.packed import PRECISIONS, Precision, packed, rounded
from tests.web.networks import random_tensors

__all__ = ["shapes", "tag_case", "tag_cases"]

WORDS = (
    *(
        "the",
        "dog",
        "do",
        "n't",
        "barks",
        ".",
        "...",
        ",",
        "-",
        "/",
        "u.s.",
        "'s",
        "état",
        "日本",
        "語",
    ),
    *("well", "known", "and", ":", "(", "o'neil", "x'", "€", "3"),
)
TEXTS = [
    "The dog barks.",
    "Don't! (The U.S. dog's well-known état/e\u0301tat...) and/or http://x.y/z, a@b.c;",
    "",
    "日本語テスト、日本 ΟΔΥΣΣΕΥΣ-and 3-4 3/4 ²/³ O\u2019Neil's x''s don\u2019t",
    "((dog)) -- «the» 👍🏽👍🏽 ... ... \x1c x\x85y a\ufeffb",
    "iPhone12 ǅ ﬁ naı̈ve €€3 dog-dog-cat \ud83d",
]
TAGS = {
    "": ("DET", "NOUN", "VERB", "O"),
    "IOB1": ("O", "I-A", "B-A", "I-B"),
    "IOB2": ("O", "B-A", "I-A", "B-B", "I-B"),
    "BIOES": ("O", "B-A", "I-A", "L-A", "S-A", "B-B", "E-B", "odd"),
}
KINDS: dict[str, tuple[str, dict[str, Any]]] = {
    "plain": ("", {"cell": "gru"}),
    "iob1-chain": ("IOB1", {"cell": "lstm", "bidirectional": True, "chain": True}),
    "iob2-linear": ("IOB2", {"cell": "none", "hidden_size": 0, "num_layers": 0}),
    "bioes": ("BIOES", {"cell": "lstm", "num_layers": 2, "bidirectional": True, "members": 2}),
    "bioes-stream": ("BIOES", {"cell": "rnn"}),
}


def tag_cases() -> list[dict[str, Any]]:
    """Return a model of each kind, in one precision or another."""
    pick = random.Random(4)
    drawn = [pick.choices(WORDS, k=pick.randint(1, 6)) for _ in range(30)]
    return [
        tag_case(name, _saved(name, seed), PRECISIONS[2 - seed % 3], [*TEXTS, *drawn])
        for seed, name in enumerate(KINDS)
    ]


def shapes() -> dict[str, str]:
    """Return the shape of every letter that this Python's Unicode knows, between others."""
    letters = (chr(code) for code in range(0x20000) if not 0xD800 <= code < 0xE000)
    return {
        f"a{letter}1": shape_of(f"a{letter}1")
        for letter in letters
        if unicodedata.category(letter) not in ("Cn", "Co", "Lo")
    }


def tag_case(name: str, saved: Artifact, precision: Precision, items: list[Any]) -> dict[str, Any]:
    """Return a packed model, what it says of items, and of the words of a stream."""
    model = Model.of(rounded(saved, precision), tag_codec)
    case: dict[str, Any] = {
        "name": f"{name} {precision}",
        "packed": packed(saved, precision, ("vocabulary.json",)),
        "items": [
            {"item": item, "said": asdict(said)}
            for item, said in zip(items, model.predict(items), strict=True)
        ],
    }
    spec = model.network.spec
    if not spec.bidirectional and not spec.linear_after:
        stream = model.stream()
        pieces = ["The dog", "", "barks.", "don't ...", "well-known U.S."]
        case["stream"] = [{"item": piece, "said": asdict(stream.feed(piece))} for piece in pieces]
    return case


def _saved(name: str, seed: int) -> Artifact:
    scheme, network = KINDS[name]
    vocabulary = Vocabulary((*SPECIAL_WORDS, *WORDS))
    features = WordFeatures(vocabulary, 53)
    decision: Any = TagDecision(TAGS[scheme], scheme, temperature=0.7)  # type: ignore[arg-type]
    own = {
        "outputs": len(decision.tags),
        "vocabulary": features.numbers,
        "ids_per_step": COLUMNS,
        "linear": features.numbers if network["cell"] in ("none", "lstm") else 0,
        "linear_before": 1 if network["cell"] == "none" else 0,
    }
    rest = {"hidden_size": 7, "input_size": 6, "pools": (), "per_step": True}
    spec = NetworkSpec(**{**rest, **network, **own})
    tensors = random_tensors(shapes_of_all(spec), seed + 5)
    return Artifact(
        task="tag",
        network=encode(spec),
        input=encode(TagInput("tag", buckets=53)),
        output=encode(decision),
        training={},
        tensors={name: 3 * tensor for name, tensor in tensors.items()},
        parts={"vocabulary.json": vocabulary.to_json()},
    )
