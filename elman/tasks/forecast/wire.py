"""Series and their forecasts as JSON."""

from __future__ import annotations

import math
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from elman.errors import OptionError
from elman.judging.values.answer import Forecast
from elman.runtime.model import Model
from elman.tasks.forecast.coding.codec import series_codec_of
from elman.tasks.forecast.coding.ends import LARGEST
from elman.tasks.forecast.shown.page import told
from elman.tasks.wire import Asked, Schema, kind_of

__all__ = ["WIRE"]


class SeriesWire:
    """`tasks.wire.Wire` for series."""

    options: ClassVar[tuple[str, ...]] = ("steps", "level")

    def item_schema(self, model: Model) -> Schema:
        number: Schema = {"type": ["number", "null"], "minimum": -LARGEST, "maximum": LARGEST}
        values = {
            "type": "array",
            "items": number,
            "contains": {"type": "number"},
            "title": "values, oldest first; null where one is missing",
        }
        names = list(series_codec_of(model).ends.names)
        named = {
            "type": "object",
            "properties": {"series": {"type": "string", "enum": names}},
            "required": ["series"],
            "additionalProperties": False,
            "title": "a series of training, from where it stopped",
        }
        return {"title": "series", "anyOf": [values, named]}

    def asked(self, model: Model, value: Any) -> Asked:
        codec = series_codec_of(model)
        if isinstance(value, dict):
            if set(value) != {"series"} or not isinstance(value["series"], str):
                raise OptionError('expected {"series": NAME}, or a list of values')
            if value["series"] not in codec.ends.names:
                raise OptionError("the model has learnt from no series of this name")
            n = codec.ends.names.index(value["series"])
            return Asked(codec.recent(n), codec.window)
        if not isinstance(value, list):
            raise OptionError(f"expected a list of values, found {kind_of(value)}")
        values = _values(value)
        codec.encode(values)
        return Asked(values, len(values))

    def piece_schema(self, model: Model) -> Schema:
        number: Schema = {"type": "number", "minimum": -LARGEST, "maximum": LARGEST}
        missing: Schema = number | {"type": ["number", "null"]}
        return {"title": "values", "anyOf": [number, {"type": "array", "items": missing}]}

    def piece(self, model: Model, value: Any) -> Asked:
        values = _values(value if isinstance(value, list) else [value])
        return Asked(values, len(values))

    def answer_schema(self, model: Model) -> Schema:
        numbers: Schema = {"type": "array", "items": {"type": "number"}}
        known: Schema = {"type": "array", "items": {"type": ["number", "null"]}}
        interval = {
            "type": "object",
            "properties": {"lower": known, "upper": known},
            "required": ["lower", "upper"],
        }
        found: Schema = {
            "values": numbers,
            "dates": {"type": "array", "items": {"type": "string"}},
            "name": {"type": "string"},
            "intervals": {"type": "object", "additionalProperties": interval},
        }
        return {
            "title": "forecast",
            "type": "object",
            "properties": found,
            "required": list(found),
        }

    def answer(self, answer: Forecast) -> dict[str, Any]:
        return told(None, answer)


def _values(given: list[Any]) -> NDArray[np.float64]:
    values = np.empty(len(given))
    for n, x in enumerate(given):
        if x is not None and (not isinstance(x, (int, float)) or isinstance(x, bool)):
            raise OptionError(f"value {n}: expected a number or null, found {kind_of(x)}")
        values[n] = math.nan if x is None else x
    return values


WIRE = SeriesWire()
