"""Texts and their classes as JSON."""

from __future__ import annotations

from typing import Any, ClassVar

from elman.judging.classes.decision import Prediction
from elman.judging.classes.schema import prediction_schema
from elman.runtime.model import Model
from elman.tasks.classify.codec import text_codec_of
from elman.tasks.wire import Asked, Schema, text_of

__all__ = ["WIRE"]


class TextWire:
    """`tasks.wire.Wire` for texts with classes."""

    options: ClassVar[tuple[str, ...]] = ("unsure_below",)

    def item_schema(self, model: Model) -> Schema:
        return {"type": "string", "title": "text"}

    def asked(self, model: Model, value: Any) -> Asked:
        text = text_of(value)
        return Asked(text, len(text))

    def piece_schema(self, model: Model) -> Schema:
        return self.item_schema(model)

    def piece(self, model: Model, value: Any) -> Asked:
        return self.asked(model, value)

    def answer_schema(self, model: Model) -> Schema:
        return prediction_schema(text_codec_of(model).decision)

    def answer(self, answer: Prediction) -> dict[str, Any]:
        return dict(vars(answer))


WIRE = TextWire()
