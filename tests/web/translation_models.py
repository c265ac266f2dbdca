"""Translators with random weights, and what Python says with them; words and pieces of texts."""

from __future__ import annotations

import random
from typing import Any

from elman.artifact import Artifact, encode
from elman.data.parallel.pieces import END, UNKNOWN, Pieces, words_of
from elman.runtime.model import Model
from elman.runtime.translation.beam import search
from elman.runtime.translation.spec import TranslationSpec, tensor_shapes
from elman.tasks.translate.attention import attention_map
from elman.tasks.translate.codec import TranslateInput, TranslateOutput, sentence_codec
from elman.web.packed import PRECISIONS, Precision, packed, rounded
from tests.web.networks import random_tensors

__all__ = ["piece_cases", "translation_case", "translation_cases"]

PIECES = Pieces(
    tuple(" abcdehlo.,日\u0301é𝔘"),
    (
        ("a", "b"),
        ("ab", "c"),
        (" ", "h"),
        ("l", "l"),
        ("b", "c"),
        (" h", "e"),
        ("ll", "o"),
        ("日", "日"),
    ),
)
TEXTS = [
    "hello abc.",
    "",
    "a",
    "h\u0301e\u0301llo, 日日日本語 abcabc xyz!! \x1c 𝔘𝔫 a\ufeffb\u00a0c",
    "bc abbc ..., 'hello' " + "a" * 100,
]
KINDS: dict[str, dict[str, Any]] = {
    "gru": {"cell": "gru", "beam": 5},
    "lstm": {"cell": "lstm", "encoder_layers": 3, "beam": 3, "length_penalty": 0.4},
    "rnn": {"cell": "rnn", "encoder_layers": 1, "beam": 1, "longest": 9},
}


def translation_cases() -> list[dict[str, Any]]:
    """Return a model of each kind, in one precision or another."""
    pick = random.Random(2)
    drawn = ["".join(pick.choices("abch lo日xy𝔫語", k=pick.randint(3, 12))) for _ in range(25)]
    return [
        translation_case(name, _saved(name, seed), PRECISIONS[2 - seed], [*TEXTS, *drawn])
        for seed, name in enumerate(KINDS)
    ]


def translation_case(
    name: str, saved: Artifact, precision: Precision, texts: list[str]
) -> dict[str, Any]:
    """Return a packed model, and its translations with where they look."""
    model = Model.of(rounded(saved, precision), sentence_codec)
    said = []
    for text, answer in zip(texts, model.predict(texts), strict=True):
        one: dict[str, Any] = {"item": text, "text": answer.text, "score": answer.score}
        if words_of(text):
            looked = attention_map(model, text)
            steps = model.codec.encode(text).steps
            network: Any = model.network
            (found,) = search(network.network, [steps], network.how)
            one["found"] = [[list(each.pieces), each.score] for each in found]
            one["numbers"] = steps.tolist()
            one["map"] = [list(looked.source), list(looked.target), looked.weights.tolist()]
        said.append(one)
    return {
        "name": f"{name} {precision}",
        "packed": packed(saved, precision, ("pieces.json",)),
        "said": said,
    }


def piece_cases(texts: list[str]) -> dict[str, Any]:
    """Return the words of texts, and the pieces of the words."""
    cases = []
    for text in [*TEXTS, *texts]:
        words = words_of(text)
        cases.append([text, words, [list(PIECES.cut(word)) for word in words]])
    return {"pieces": PIECES.to_json(), "texts": cases}


def _saved(name: str, seed: int) -> Artifact:
    sizes = {"pieces": len(PIECES), "input_size": 6, "hidden_size": 8}
    spec = TranslationSpec(**{**sizes, **KINDS[name]})
    tensors = {name: 2 * of for name, of in random_tensors(tensor_shapes(spec), seed).items()}
    tensors["bias"][[UNKNOWN, END]] += (1.0, seed != 1)  # more copies and ends than chance has
    return Artifact(
        task="translate",
        network=encode(spec),
        input=encode(TranslateInput("de", "en", files=False)),
        output=encode(TranslateOutput()),
        training={},
        tensors=tensors,
        parts={"pieces.json": PIECES.to_json()},
    )
