"""Sentences and their tags as JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from elman.errors import OptionError
from elman.judging.tags.decision import Tagging
from elman.runtime.model import Model
from elman.tasks.tag.codec import tag_codec_of
from elman.tasks.tag.records import record_of
from elman.tasks.wire import Asked, Schema, Tensor, kind_of

__all__ = ["WIRE"]

_CHARACTER = 20
"""What tagging one costs; measured."""


class TagWire:
    """`tasks.wire.Wire` for words with tags."""

    def options(self, model: Model) -> dict[str, Schema]:
        return {}

    def item_schema(self, model: Model) -> Schema:
        # a word that is white space alone is none
        word = {"type": "string", "pattern": r"\S"}
        return {
            "title": "sentence",
            "anyOf": [{"type": "string"}, {"type": "array", "items": word, "title": "words"}],
        }

    def example(self, model: Model) -> Any:
        return "The dog barks."

    def asked(self, model: Model, value: Any) -> Asked:
        if isinstance(value, str):
            return Asked(value, len(value), _CHARACTER * len(value))
        if not isinstance(value, list):
            raise OptionError(f"expected a sentence or a list of its words, found {kind_of(value)}")
        for n, word in enumerate(value):
            if not isinstance(word, str) or not word.strip():
                raise OptionError(f"word {n}: expected a text that is not blank")
        length = sum(map(len, value)) + len(value)
        return Asked(tuple(value), length, _CHARACTER * length)

    def piece_schema(self, model: Model) -> Schema:
        return self.item_schema(model)

    def piece(self, model: Model, value: Any) -> Asked:
        return self.asked(model, value)

    def answer_schema(self, model: Model) -> Schema:
        decision = tag_codec_of(model).decision
        texts: Schema = {"type": "array", "items": {"type": "string"}}
        found: Schema = {
            "words": texts,
            "tags": {"type": "array", "items": {"enum": list(decision.tags)}},
            "probabilities": {"type": "array", "items": {"type": "number"}},
        }
        required = list(found)
        span = {
            "begin": {"type": "integer"},
            "end": {"type": "integer"},
            "kind": {"type": "string"},
            "text": {"type": "string"},
        }
        found["spans"] = {
            "type": "array",
            "items": {"type": "object", "properties": span, "required": list(span)},
        }
        return {"title": "tags", "type": "object", "properties": found, "required": required}

    def answer(self, answer: Tagging) -> dict[str, Any]:
        return record_of(answer)

    def inputs(self, model: Model) -> tuple[Tensor, ...]:
        return (Tensor("text", "BYTES"),)

    def outputs(self, model: Model) -> tuple[Tensor, ...]:
        """Words and tags differ in number from text to text, so each text's are a list in JSON."""
        return tuple(Tensor(name, "BYTES") for name in ("words", "tags", "probabilities"))

    def columns(self, model: Model, answers: Sequence[Tagging]) -> Sequence[Sequence[Any]]:
        records = [record_of(answer) for answer in answers]
        return [
            [json.dumps(record[kind.name], ensure_ascii=False) for record in records]
            for kind in self.outputs(model)
        ]


WIRE = TagWire()
