"""Sentences and their tags as JSON."""

from __future__ import annotations

from typing import Any, ClassVar

from elman.errors import OptionError
from elman.judging.tags.decision import Tagging
from elman.runtime.model import Model
from elman.tasks.tag.codec import tag_codec_of
from elman.tasks.tag.records import record_of
from elman.tasks.wire import Asked, Schema, kind_of

__all__ = ["WIRE"]


class TagWire:
    """`tasks.wire.Wire` for words with tags."""

    options: ClassVar[tuple[str, ...]] = ()

    def item_schema(self, model: Model) -> Schema:
        # a word that is white space alone is none
        word = {"type": "string", "pattern": r"\S"}
        return {
            "title": "sentence",
            "anyOf": [{"type": "string"}, {"type": "array", "items": word, "title": "words"}],
        }

    def asked(self, model: Model, value: Any) -> Asked:
        if isinstance(value, str):
            return Asked(value, len(value))
        if not isinstance(value, list):
            raise OptionError(f"expected a sentence or a list of its words, found {kind_of(value)}")
        for n, word in enumerate(value):
            if not isinstance(word, str) or not word.strip():
                raise OptionError(f"word {n}: expected a text that is not blank")
        return Asked(tuple(value), sum(map(len, value)) + len(value))

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


WIRE = TagWire()
