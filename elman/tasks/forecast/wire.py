"""Series and their forecasts as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from elman.errors import OptionError
from elman.judging.values.answer import Forecast
from elman.runtime.model import Model
from elman.tasks.forecast.coding.codec import SeriesCodec, series_codec_of
from elman.tasks.forecast.coding.ends import LARGEST
from elman.tasks.forecast.coding.further import MOST_STEPS
from elman.tasks.forecast.shown.page import told
from elman.tasks.wire import Asked, Schema, Tensor, kind_of, numbers_of

__all__ = ["WIRE"]

_HORIZONS = 100
"""That a forecast of a request reaches: each goes on from the one before."""

_LEVELS = "^[1-9][0-9]?(,[1-9][0-9]?){0,9}$"
"""As 80,95."""


class SeriesWire:
    """`tasks.wire.Wire` for series."""

    def options(self, model: Model) -> dict[str, Schema]:
        most = min(MOST_STEPS, _HORIZONS * series_codec_of(model).input.horizon)
        return {
            "steps": {"type": "integer", "minimum": 1, "maximum": most},
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
        if isinstance(value, list):
            value = numbers_of(value, whole=False)
        elif not isinstance(value, np.ndarray):
            raise OptionError(f"expected a list of values, found {kind_of(value)}")
        codec.encode(value)  # refuses what has no forecast, so that nobody else waits for it
        return Asked(value, _cost(codec, len(value)))

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


WIRE = SeriesWire()
