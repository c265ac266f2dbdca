"""Series and their forecasts as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from elman.data.series.read import read_panel
from elman.data.series.series import Series
from elman.data.tables.held import table_of
from elman.errors import OptionError, did_you_mean
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

_CELLS = 20_000
"""Of a table in a request."""

_FORECAST, _INTERVAL = 1000, 100
"""What a forecast, and each interval around it, costs beside its window; measured."""

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
        cell: Schema = {"type": ["number", "string", "null"]}
        column: Schema = {"type": "array", "items": cell}
        table = {
            "type": "object",
            "properties": {"columns": {"type": "object", "additionalProperties": column}},
            "required": ["columns"],
            "additionalProperties": False,
            "title": "columns of a table, as the file that was learnt from has them",
        }
        plain = [] if series_codec_of(model).input.channels.width else [values]
        return {"title": "series", "anyOf": [*plain, named, table]}

    def example(self, model: Model) -> Any:
        return _example(model)

    def asked(self, model: Model, value: Any) -> Asked:
        codec = series_codec_of(model)
        if isinstance(value, dict):
            series, cells = _of_object(codec, value)
            return Asked(series, len(series.values), _cost(codec), cells)
        codec.input.channels.alone("a list of values")
        if isinstance(value, list):
            value = numbers_of(value, whole=False)
        elif not isinstance(value, np.ndarray):
            raise OptionError(f"expected a list of values, found {kind_of(value)}")
        if not np.isfinite(value).any():
            raise OptionError("no value is there; expected one number at least, oldest first")
        codec.encode(value)  # refuses what has no forecast, so that nobody else waits for it
        return Asked(value, len(value), _cost(codec))

    def piece_schema(self, model: Model) -> Schema:
        number: Schema = {"type": "number", "minimum": -LARGEST, "maximum": LARGEST}
        missing: Schema = number | {"type": ["number", "null"]}
        return {"title": "values", "anyOf": [number, {"type": "array", "items": missing}]}

    def piece(self, model: Model, value: Any) -> Asked:
        values = numbers_of(value if isinstance(value, list) else [value], whole=False)
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


def _cost(codec: SeriesCodec) -> int:
    """Return what an answer costs: as much each time that the model goes on from itself."""
    times = -(-(codec.steps or 1) // codec.input.horizon)
    levels = len(codec.levels) if codec.spread.known else 0
    return times * (codec.window + _FORECAST + _INTERVAL * levels)


def _of_object(codec: SeriesCodec, value: dict[str, Any]) -> tuple[Series, int]:
    """Return a series of training from where it stopped, or the one of a table's columns; and how
    many cells that has."""
    (key,), (said,) = (value.keys(), value.values()) if len(value) == 1 else (("",), (None,))
    if key == "series" and isinstance(said, str):
        n = codec.ends.place(said)
        if n is None:
            raise OptionError(
                "the model has learnt from no series of this name. "
                + did_you_mean(said, codec.ends.names)
            )
        return codec.recent(n), 0
    if key == "columns" and isinstance(said, dict):
        cells = (cell for column in said.values() if isinstance(column, list) for cell in column)
        if not said or not all(isinstance(column, list) for column in said.values()):
            raise OptionError("columns: expected an array for each name")
        if not {*map(type, cells)} <= {str, int, float, type(None)}:
            raise OptionError("columns: expected numbers, texts and null in the arrays")
        if (size := sum(map(len, said.values()))) > _CELLS:
            raise OptionError(f"columns: more than {_CELLS:,} cells; give the end of the series")
        table = table_of(said, "columns")
        assert table is not None  # of a dict
        panel = read_panel(table, **codec.input.named(table.columns))
        if (several := len(panel) + len(panel.left_out)) != 1:
            raise OptionError(f"columns: {several} series; expected one in each item")
        codec.encode(panel.series[0])
        return panel.series[0], size
    raise OptionError('expected a list of values, {"series": NAME} or {"columns": {…}}')


def _example(model: Model) -> Any:
    return {"series": series_codec_of(model).ends.names[0]}


WIRE = SeriesWire()
