"""Signals and their classes as JSON; a sound may be a wav file in base64."""

from __future__ import annotations

import base64
import binascii
import io
from collections.abc import Sequence
from typing import Any

import numpy as np

from elman.data.signals import wave
from elman.data.signals.wave import RATES
from elman.errors import DataError, OptionError
from elman.judging.classes.decision import Prediction
from elman.runtime.model import Model
from elman.tasks.predictions import (
    UNSURE_BELOW,
    prediction_columns,
    prediction_schema,
    prediction_tensors,
)
from elman.tasks.signal.coding.codec import signal_codec_of
from elman.tasks.wire import Asked, Schema, Tensor, kind_of

__all__ = ["WIRE"]

_NUMBER: Schema = {"type": "number"}


class SignalWire:
    """`tasks.wire.Wire` for signals with classes."""

    def options(self, model: Model) -> dict[str, Schema]:
        return {"unsure_below": UNSURE_BELOW}

    def item_schema(self, model: Model) -> Schema:
        input = signal_codec_of(model).input
        if input.sound is None:
            C = input.channels
            value = {"type": ["number", "null"]}
            row = {"type": "array", "items": value, "minItems": C, "maxItems": C}
            return {"title": "readings", "type": "array", "items": row if C > 1 else value}
        samples = {"type": "array", "items": _NUMBER, "title": f"samples at {input.sound.rate} Hz"}
        rate = {"type": "integer", "minimum": RATES[0], "maximum": RATES[1]}
        wav = {"type": "string", "contentEncoding": "base64", "contentMediaType": "audio/wav"}
        return {
            "title": "sound",
            "anyOf": [
                samples,
                _object({"samples": samples, "rate": rate}),
                _object({"wav": wav}),
            ],
        }

    def example(self, model: Model) -> Any:
        return _example(model)

    def asked(self, model: Model, value: Any) -> Asked:
        input = signal_codec_of(model).input
        if isinstance(value, dict) and input.sound is not None:
            if set(value) == {"wav"} and isinstance(value["wav"], str):
                samples, rate = _of_wav(value["wav"])
                return Asked((samples, rate), len(samples))
            if set(value) == {"samples", "rate"} and isinstance(value["samples"], list):
                found = input.packet(value["samples"])
                return Asked((found, _rate(value["rate"])), len(found))
            raise OptionError('expected {"wav": base64} or {"samples": […], "rate": Hz}')
        if isinstance(value, np.ndarray):
            found = input.packet(value)
            return Asked(found, int(found.size))
        if not isinstance(value, list):
            raise OptionError(f"expected a signal, found {kind_of(value)}; {_wanted(model)}")
        rows = [
            [np.nan if x is None else x for x in row] if isinstance(row, list) else row
            for row in value
        ]
        found = input.packet([np.nan if row is None else row for row in rows])
        return Asked(found, int(found.size))

    def piece_schema(self, model: Model) -> Schema:
        schema = self.item_schema(model)
        packet: Schema = schema["anyOf"][0] if "anyOf" in schema else schema
        return packet

    def piece(self, model: Model, value: Any) -> Asked:
        if isinstance(value, dict):
            raise OptionError(
                f"a stream takes packets of samples at the model's own rate; {_wanted(model)}"
            )
        return self.asked(model, value)

    def answer_schema(self, model: Model) -> Schema:
        return prediction_schema(signal_codec_of(model).decision)

    def answer(self, answer: Prediction) -> dict[str, Any]:
        return dict(vars(answer))

    def inputs(self, model: Model) -> tuple[Tensor, ...]:
        return (signal_tensor(model),)

    def outputs(self, model: Model) -> tuple[Tensor, ...]:
        return prediction_tensors(signal_codec_of(model).decision)

    def columns(self, model: Model, answers: Sequence[Prediction]) -> Sequence[Sequence[Any]]:
        return prediction_columns(answers)


def signal_tensor(model: Model) -> Tensor:
    """Return the tensor that signals come as, all of one length."""
    input = signal_codec_of(model).input
    return Tensor("signal", "FP32", (-1, -1, input.channels) if input.channels > 1 else (-1, -1))


def _example(model: Model) -> list[Any]:
    input = signal_codec_of(model).input
    if input.sound is not None:
        return [0.0] * input.sound.frame
    row: Any = [0.0] * input.channels if input.channels > 1 else 0.0
    return [row] * max(input.sensor.every if input.sensor else 1, 4)


def _object(properties: dict[str, Schema]) -> Schema:
    return {
        "type": "object",
        "properties": properties,
        "required": [*properties],
        "additionalProperties": False,
    }


def _rate(value: Any) -> int:
    if not isinstance(value, (int, float)) or isinstance(value, bool) or value != int(value):
        raise OptionError("rate: expected a whole number of Hz")
    return int(value)


def _of_wav(text: str) -> tuple[Any, int]:
    try:
        return wave.samples(io.BytesIO(base64.b64decode(text, validate=True)), "wav")
    except (binascii.Error, ValueError) as error:
        if isinstance(error, DataError):
            raise OptionError(str(error)) from None
        raise OptionError("wav: expected the bytes of a wav file in base64") from None


def _wanted(model: Model) -> str:
    return signal_codec_of(model).input.wanted


WIRE = SignalWire()
