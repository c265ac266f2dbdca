"""Sentences and their translations as JSON."""

from __future__ import annotations

from typing import Any, ClassVar

from elman.data.parallel.pairs import LONGEST
from elman.errors import OptionError
from elman.judging.texts.answer import Translation
from elman.runtime.model import Model
from elman.tasks.wire import Asked, Schema, text_of

__all__ = ["WIRE"]


class SentenceWire:
    """`tasks.wire.Wire` for pairs of sentences."""

    options: ClassVar[tuple[str, ...]] = ()

    def item_schema(self, model: Model) -> Schema:
        return {"type": "string", "title": "sentence", "maxLength": LONGEST}

    def asked(self, model: Model, value: Any) -> Asked:
        text = text_of(value)
        if len(text) > LONGEST:
            raise OptionError(
                f"{len(text):,} characters; at most {LONGEST:,} are read as one sentence. Cut it "
                "where sentences end."
            )
        return Asked(text, len(text))

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


WIRE = SentenceWire()
