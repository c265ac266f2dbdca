"""Signals and their classes as JSON; a sound may be a wav file in base64."""

from __future__ import annotations

import base64
import binascii
import io
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

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
from elman.tasks.wire import Asked, Schema, Tensor, kind_of, numbers_of

__all__ = ["WIRE"]

_LARGEST = 1e30
"""A value that no sensor gives, and float32 still holds."""
_BOUNDS: Schema = {"minimum": -_LARGEST, "maximum": _LARGEST}


class SignalWire:
    """`tasks.wire.Wire` for signals with classes."""

    def options(self, model: Model) -> dict[str, Schema]:
        return {"unsure_below": UNSURE_BELOW}

    def item_schema(self, model: Model) -> Schema:
        input = signal_codec_of(model).input
        if input.sound is None:
            C = input.channels
            value = {"type": ["number", "null"], **_BOUNDS}
            row = {"type": "array", "items": value, "minItems": C, "maxItems": C}
            return {"title": "readings", "type": "array", "items": row if C > 1 else value}
        samples = {
            "type": "array",
            "items": {"type": "number", **_BOUNDS},
            "title": f"samples at {input.sound.rate} Hz",
        }
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
            samples, rate = _of_object(value)
            longer = -(-len(samples) * input.sound.rate // rate)
            return Asked((input.packet(samples), rate), max(len(samples), longer))
        if isinstance(value, list) and input.sound is not None:
            value = numbers_of(value, whole=True)
        elif isinstance(value, list):
            rows = [numbers_of(one, whole=False) if isinstance(one, list) else one for one in value]
            flat = not any(isinstance(one, list) for one in value)
            value = numbers_of(rows, whole=False) if flat else _stacked(rows)
        elif not isinstance(value, np.ndarray):
            raise OptionError(f"expected a signal, found {kind_of(value)}; {_wanted(model)}")
        if np.abs(value).max(initial=0.0) > _LARGEST:
            raise OptionError(f"a value is beyond {_LARGEST:g}; use a larger unit")
        found = input.packet(value)
        return Asked(found, int(found.size))

    def piece_schema(self, model: Model) -> Schema:
        schema = self.item_schema(model)
        if "anyOf" in schema:
            packet: Schema = schema["anyOf"][0]
            return packet
        rows = schema["items"]["type"] == "array"  # one may come by itself
        return {"title": "readings", "anyOf": [schema, schema["items"]]} if rows else schema

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


def _wanted(model: Model) -> str:
    input = signal_codec_of(model).input
    if input.sound is None:
        return input.wanted
    return f'this model takes samples at {input.sound.rate:,} Hz, or {{"wav": base64}}'


def _stacked(rows: list[Any]) -> NDArray[np.float64]:
    """Return rows, each an array already, as one."""
    if len({len(row) if isinstance(row, np.ndarray) else -1 for row in rows}) > 1:
        raise OptionError("rows of different lengths; expected one value of each channel in each")
    return np.stack(rows)


def _of_object(value: dict[str, Any]) -> tuple[NDArray[Any], int]:
    """Return the samples of a sound, and their rate."""
    if set(value) == {"wav"} and isinstance(value["wav"], str):
        try:
            return wave.samples(io.BytesIO(base64.b64decode(value["wav"], validate=True)), "wav")
        except DataError as error:
            raise OptionError(str(error)) from None
        except (binascii.Error, ValueError):
            raise OptionError("wav: expected the bytes of a wav file in base64") from None
    if set(value) != {"samples", "rate"} or not isinstance(value["samples"], list):
        raise OptionError('expected {"wav": base64} or {"samples": […], "rate": Hz}')
    samples, rate = numbers_of(value["samples"], whole=True), value["rate"]
    if isinstance(rate, float) and rate.is_integer():
        rate = int(rate)
    if type(rate) is not int or not RATES[0] <= rate <= RATES[1]:
        raise OptionError(f"rate: expected a whole number of Hz from {RATES[0]} to {RATES[1]:,}")
    if np.abs(samples).max(initial=0.0) > _LARGEST:
        raise OptionError(f"a sample is beyond {_LARGEST:g}; samples lie between -1 and 1")
    return samples, rate


WIRE = SignalWire()
