"""Sentences and their translations as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from elman.data.parallel.pairs import LONGEST
from elman.errors import OptionError
from elman.judging.texts.answer import Translation
from elman.runtime.model import Model
from elman.tasks.wire import Asked, Schema, Tensor, text_of

__all__ = ["WIRE"]

_SENTENCE, _CHARACTER = 30_000, 200
"""What a translation costs; measured."""


class SentenceWire:
    """`tasks.wire.Wire` for pairs of sentences."""

    def options(self, model: Model) -> dict[str, Schema]:
        return {}

    def item_schema(self, model: Model) -> Schema:
        return {"type": "string", "title": "sentence", "maxLength": LONGEST}

    def example(self, model: Model) -> Any:
        return "Ein Hund."

    def asked(self, model: Model, value: Any) -> Asked:
        text = text_of(value)
        if len(text) > LONGEST:
            raise OptionError(
                f"{len(text):,} characters; at most {LONGEST:,} are read as one sentence. Cut it "
                "where sentences end."
            )
        return Asked(text, len(text), _SENTENCE + _CHARACTER * len(text))

    def piece_schema(self, model: Model) -> Schema:
        return self.item_schema(model)

    def piece(self, model: Model, value: Any) -> Asked:
        return self.asked(model, value)

    def answer_schema(self, model: Model) -> Schema:
        found: Schema = {"translation": {"type": "string"}, "score": {"type": "number"}}
        return {
            "title": "translation",
            "type": "object",
            "properties": found,
            "required": list(found),
        }

    def answer(self, answer: Translation) -> dict[str, Any]:
        return {"translation": answer.text, "score": answer.score}

    def inputs(self, model: Model) -> tuple[Tensor, ...]:
        return (Tensor("text", "BYTES"),)

    def outputs(self, model: Model) -> tuple[Tensor, ...]:
        return Tensor("translation", "BYTES"), Tensor("score", "FP64")

    def columns(self, model: Model, answers: Sequence[Translation]) -> Sequence[Sequence[Any]]:
        return [answer.text for answer in answers], [answer.score for answer in answers]


WIRE = SentenceWire()
