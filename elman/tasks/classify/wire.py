"""Texts and their classes as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from elman.judging.classes.decision import Prediction
from elman.runtime.model import Model
from elman.tasks.classify.codec import text_codec_of
from elman.tasks.predictions import (
    UNSURE_BELOW,
    prediction_columns,
    prediction_schema,
    prediction_tensors,
)
from elman.tasks.wire import Asked, Schema, Tensor, text_of

__all__ = ["WIRE"]


class TextWire:
    """`tasks.wire.Wire` for texts with classes."""

    def options(self, model: Model) -> dict[str, Schema]:
        return {"unsure_below": UNSURE_BELOW}

    def item_schema(self, model: Model) -> Schema:
        return {"type": "string", "title": "text"}

    def example(self, model: Model) -> Any:
        return "a fine film"

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

    def inputs(self, model: Model) -> tuple[Tensor, ...]:
        return (Tensor("text", "BYTES"),)

    def outputs(self, model: Model) -> tuple[Tensor, ...]:
        return prediction_tensors(text_codec_of(model).decision)

    def columns(self, model: Model, answers: Sequence[Prediction]) -> Sequence[Sequence[Any]]:
        return prediction_columns(answers)


WIRE = TextWire()
