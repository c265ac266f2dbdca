"""Series and their forecasts as JSON."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from elman.errors import OptionError
from elman.judging.values.answer import Forecast
from elman.runtime.model import Model
from elman.tasks.forecast.coding.codec import SeriesCodec, series_codec_of
from elman.tasks.forecast.coding.ends import LARGEST
from elman.tasks.forecast.coding.further import MOST_STEPS
from elman.tasks.forecast.shown.page import told
from elman.tasks.wire import Asked, Schema, Tensor, kind_of

__all__ = ["WIRE"]

_LEVELS = "^[1-9][0-9]?(,[1-9][0-9]?){0,9}$"
"""As 80,95."""


class SeriesWire:
    """`tasks.wire.Wire` for series."""

    def options(self, model: Model) -> dict[str, Schema]:
        return {
            "steps": {"type": "integer", "minimum": 1, "maximum": MOST_STEPS},
            "level": {"type": "string", "pattern": _LEVELS},
        }

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

    def example(self, model: Model) -> Any:
        return _example(model)

    def asked(self, model: Model, value: Any) -> Asked:
        codec = series_codec_of(model)
        if isinstance(value, dict):
            if set(value) != {"series"} or not isinstance(value["series"], str):
                raise OptionError('expected {"series": NAME}, or a list of values')
            if value["series"] not in codec.ends.names:
                raise OptionError("the model has learnt from no series of this name")
            n = codec.ends.names.index(value["series"])
            return Asked(codec.recent(n), _cost(codec, 0))
        codec.input.channels.alone("a request of values alone")
        if isinstance(value, np.ndarray):
            codec.encode(value)
            return Asked(value, _cost(codec, len(value)))
        if not isinstance(value, list):
            raise OptionError(f"expected a list of values, found {kind_of(value)}")
        values = _values(value)
        codec.encode(values)
        return Asked(values, _cost(codec, len(values)))

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

    def inputs(self, model: Model) -> tuple[Tensor, ...]:
        named = Tensor("series", "BYTES", key="series")
        if series_codec_of(model).input.channels.width:
            return (named,)
        return Tensor("values", "FP64", (-1, -1)), named

    def outputs(self, model: Model) -> tuple[Tensor, ...]:
        codec = series_codec_of(model)
        levels = codec.levels if codec.spread.known else ()
        ends = (f"{end}-{level:g}" for level in levels for end in ("lower", "upper"))
        return tuple(
            Tensor(name, "FP64", (-1, codec.input.horizon)) for name in ("forecast", *ends)
        )

    def columns(self, model: Model, answers: Sequence[Forecast]) -> Sequence[Sequence[Any]]:
        found: list[Sequence[Any]] = [[answer.values for answer in answers]]
        for kind in self.outputs(model)[1:]:
            end, _, level = kind.name.partition("-")
            found.append([getattr(answer.intervals[level], end) for answer in answers])
        return found


def _cost(codec: SeriesCodec, values: int) -> int:
    """Return what an answer costs: a window for each time that the model goes on from itself."""
    return max(values, codec.window * -(-(codec.steps or 1) // codec.input.horizon))


def _example(model: Model) -> Any:
    return {"series": series_codec_of(model).ends.names[0]}


def _values(given: list[Any]) -> NDArray[np.float64]:
    values = np.empty(len(given))
    for n, x in enumerate(given):
        if x is not None and (not isinstance(x, (int, float)) or isinstance(x, bool)):
            raise OptionError(f"value {n}: expected a number or null, found {kind_of(x)}")
        values[n] = math.nan if x is None else x
    return values


WIRE = SeriesWire()
