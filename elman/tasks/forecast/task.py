"""The task of forecasting a series, as the workflow asks for it."""

from __future__ import annotations

import dataclasses
import re
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from itertools import repeat
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from elman.artifact import encode
from elman.data.series.panel import Panel
from elman.data.series.series import Series
from elman.data.series.values import is_number
from elman.data.tables.formats import open_table
from elman.data.tables.held import column_values
from elman.data.tables.piped import Piped
from elman.data.tables.table import Reject, Table
from elman.errors import InputError, OptionError
from elman.exporting.front import FrontEnd
from elman.judging.values.answer import Forecast
from elman.runtime.model import Model
from elman.tasks.forecast.coding.codec import SeriesCodec, series_codec_of
from elman.tasks.forecast.coding.ends import PART
from elman.tasks.forecast.coding.intervals import levels_of
from elman.tasks.forecast.coding.saved import series_codec
from elman.tasks.forecast.coding.windows import check_series
from elman.tasks.forecast.drift import MEASURES, measured, unlabelled_series
from elman.tasks.forecast.labelled import (
    labelled_series,
    panel_for,
    random_walks,
    unlike_training,
)
from elman.tasks.forecast.options import ForecastOptions
from elman.tasks.forecast.renewed import renewed
from elman.tasks.forecast.shown import screens
from elman.tasks.forecast.shown.page import DRAWN, known, page_of, told
from elman.tasks.interface import (
    Claim,
    Glance,
    Items,
    Labelled,
    Learner,
    Located,
    Renewed,
    Types,
)
from elman.tasks.reporter import Reporter
from elman.tasks.wire import Wire

if TYPE_CHECKING:
    from elman.attribution.explanation import Explanation

__all__ = ["TASK"]

_LOOKED_AT = 50


class ForecastTask:
    """`tasks.interface.Task` for series."""

    name: ClassVar[str] = "forecast"
    parts: ClassVar[Mapping[str, int]] = {PART: 512 << 20}
    abilities: ClassVar[frozenset[str]] = frozenset(
        {"stream", "page", "explain", "remember", "update"}
    )
    instead_of_data: ClassVar[str] = ""
    codec = staticmethod(series_codec)
    labelled = staticmethod(labelled_series)
    measures = MEASURES
    measured = staticmethod(measured)
    unlabelled = staticmethod(unlabelled_series)

    def claim(self, glance: Glance) -> Claim | None:
        data = glance.data
        if isinstance(data, (Series, Panel)):
            return Claim(0.9, "a series" if isinstance(data, Series) else "series")
        if not glance.rows and not isinstance(data, (str, Path)):
            values = column_values(data) or []
            numeric = all(isinstance(value, (int, float)) for value in values[:_LOOKED_AT])
            return Claim(0.9, "numbers") if values and numeric else None
        values = [value for row in glance.rows for value in row.fields.values()]
        if values and not any(_wordy(value) for value in values) and any(map(_counts, values)):
            return Claim(0.9, "dates and numbers, no text")
        return None

    def deciding(self, model: Model, options: ForecastOptions) -> Model:
        if options.steps is not None:
            model = model.reaching(options.steps)
        if options.level is None:
            return model
        codec = series_codec_of(model)
        levels = levels_of(options.level)
        if not codec.spread.known:
            raise OptionError(
                f"--level {options.level}: this model was saved without intervals; train it again"
            )
        return model.with_codec(dataclasses.replace(codec, levels=levels))

    def typed(self, model: Model, words: Sequence[str]) -> Items:
        codec = series_codec_of(model)
        if not words:
            ends = [Located(0, codec.recent(n)) for n in range(len(codec.ends))]
            several = f" of {len(ends):,} series" if len(ends) > 1 else " of the training series"
            return Items(f"after the end{several}", iter(ends), True)
        given = [codec.parse(word) for word in words]
        said = f"after the {len(given)} values given"
        series = Series("the values given", np.array(given), codec.input.scaling.season)
        warnings = unlike_training(Panel((series,)), codec)
        return Items(said, iter([Located(0, given)]), True, warnings=warnings)

    def items(self, data: Any, model: Model, options: ForecastOptions) -> Items:
        panel, codec = panel_for(model, data, options, apart=True), series_codec_of(model)
        said = str(data) if isinstance(data, (str, Path)) else panel.name
        lines = panel.lines or repeat(0)
        each = [*map(partial(_asked, codec, said), lines, panel), *panel.left_out]
        good = tuple(row.item for row in each if isinstance(row, Located))
        warnings = unlike_training(dataclasses.replace(panel, series=good), codec) if good else ()
        # the only column of values is called so in every file
        named = panel.id is not None or len(each) > 1 or len(codec.input.columns) > 1
        return Items(f"after the end of {said}", iter(each), True, (), warnings, named=named)

    def apart(self, path: Path, model: Model, options: ForecastOptions) -> bool:
        """A series is many rows, and has to be whole."""
        return False

    def table(self, path: Path, model: Model, options: ForecastOptions) -> Table | None:
        """Of a list of numbers there is none, nor where the columns are the series' names."""
        table = open_table(path, **options.opening)
        first, *more = table.columns
        several = len(series_codec_of(model).input.columns) > 1
        return None if several or (not more and is_number(first)) else table

    def piped(
        self, piped: Piped, model: Model, options: ForecastOptions, format: str | None
    ) -> Items:
        lines = [line for _, line in piped.lines()]
        words = " ".join(lines).split()
        if not words:
            raise OptionError("standard input holds no value; expected one a line")
        if format is None and not is_number(words[0]) and all(map(is_number, words[1:])):
            words = words[1:]  # under the name of the column
        if format == "lines" or (format is None and all(map(is_number, words))):
            return self.typed(model, words)
        format = format or ("jsonl" if piped.first.lstrip().startswith("{") else "csv")
        with tempfile.TemporaryDirectory() as place:
            path = Path(place, f"standard-input.{format}")
            path.write_text("".join(lines), encoding="utf-8", errors="replace")
            try:
                found = self.items(path, model, options)
            except InputError as error:
                said = str(error).replace(str(path), "standard input")
                raise type(error)(said) from None
        each = (
            dataclasses.replace(row, source="standard input") if isinstance(row, Reject) else row
            for row in found.each
        )
        return dataclasses.replace(found, said="after the end of standard input", each=each)

    def one(self, model: Model, words: Sequence[Any]) -> Any:
        codec = series_codec_of(model)
        if not words:
            return codec.recent()
        if isinstance(words[0], Series):
            if len(words) > 1:
                raise OptionError(
                    f"{len(words)} series; one forecast is explained: give one of them"
                )
            return words[0]
        codec.input.channels.alone("elman explain")
        return [codec.parse(word) if isinstance(word, str) else word for word in words]

    def records(self, answer: Forecast) -> Iterable[dict[str, Any]]:
        for step, value in enumerate(answer.values):
            date = answer.dates[step] if answer.dates else str(step + 1)
            record = {"unique_id": answer.name, "ds": date, "forecast": value}
            for level, interval in answer.intervals.items():
                record[f"lower-{level}"] = known(interval.lower[step])
                record[f"upper-{level}"] = known(interval.upper[step])
            yield record

    def record_types(self, model: Model) -> Types:
        codec = series_codec_of(model)
        types: Types = {"unique_id": str, "ds": str, "forecast": float}
        for level in codec.levels if codec.spread.known else ():
            types |= {f"lower-{level:g}": float, f"upper-{level:g}": float}
        return types

    def answered(
        self, said: str, items: Sequence[Any], answers: Sequence[Forecast]
    ) -> dict[str, Any]:
        each = [
            told(item if n < DRAWN else None, forecast)
            for n, (item, forecast) in enumerate(zip(items, answers, strict=True))
        ]
        return {"said": said, **(each[0] if len(each) == 1 else {"forecasts": each})}

    def made_up(self, model: Model, *, rows: int, seed: int) -> Labelled:
        return random_walks(model, rows, seed)

    def renewed(self, model: Model, data: Any, options: ForecastOptions) -> Renewed:
        ends, notes = renewed(model, data, options)
        return Renewed({PART: encode(ends)}, notes)

    def checks(self, model: Model, options: ForecastOptions) -> dict[str, Any]:
        return {}

    def screen(self, kind: str, report: dict[str, Any]) -> list[str]:
        return screens.SCREENS[kind](report)

    def page(self, report: dict[str, Any]) -> str:
        return page_of(report)

    def front_end(self, model: Model) -> FrontEnd:
        horizon = series_codec_of(model).input.horizon
        labels = tuple(f"+{step}" for step in range(1, horizon + 1))
        return FrontEnd("elman.tasks.forecast.exported.alone", parts=(PART,), labels=labels)

    def learner(self) -> Learner:
        from elman.tasks.forecast.learner import SeriesLearner

        return SeriesLearner()

    def reporter(self) -> Reporter:
        from elman.tasks.forecast.reporter import REPORTER

        return REPORTER

    def wire(self) -> Wire:
        from elman.tasks.forecast.wire import WIRE

        return WIRE

    def explainer(self, *, gradients: bool = True) -> Callable[[Model, Any], Explanation]:
        from elman.tasks.forecast.explain import explain

        if gradients:
            import elman.attribution.gradients  # noqa: F401  what is missing is told here
        return partial(explain, gradients=gradients)


def _asked(codec: SeriesCodec, source: str, line: int, series: Series) -> Located | Reject:
    """Return a series to be continued, or why it cannot be."""
    try:
        check_series(codec.input, series)
        codec.check_ahead(series)
    except InputError as fault:
        reason = str(fault).removeprefix(f"{series.name}: ")
        return Reject(line, reason, source, named={"unique_id": series.name})
    return Located(0, series)


_IN_DATES = re.compile(
    r"\d|q[1-4]|am|pm|utc|gmt|nan|n/?a|null|none|jan|feb|mar|apr|may|jun|jul|aug|sept?|oct|nov|dec"
    r"|mon|tue|wed|thu|fri|sat|sun"
)


def _wordy(value: object) -> bool:
    """Say whether a cell holds words, not a number or a date."""
    if not isinstance(value, str):
        return isinstance(value, (list, dict))
    letters = sum(c.isalpha() for c in value)
    return letters > 3 or (letters > 0 and not _IN_DATES.search(value.lower()))


def _counts(value: object) -> bool:
    return not isinstance(value, str) or is_number(value)


TASK = ForecastTask()
