"""Forecast the next values of one numeric series.

An example is a window of W past values and the H values after it. The window is scaled by its own
mean and spread, which is undone exactly on the way out; the last state is decoded into all H steps
at once, as what a naive forecast read off the same window leaves over. The loss is Huber's; the
opponents are the naive and the seasonal naive forecast, on rolling origins.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, cast

import numpy as np
from numpy.typing import NDArray

from elman import artifact
from elman.data.series import Series, next_dates, read_series
from elman.data.tables import open_table
from elman.errors import ArtifactError, DataError, OptionError
from elman.files import atomic_write
from elman.runtime.codec import Encoded
from elman.runtime.model import Model
from elman.runtime.spec import NetworkSpec
from elman.tasks.backtest import backtest
from elman.tasks.options import ForecastOptions
from elman.training.listener import Listener

if TYPE_CHECKING:
    from elman.explaining.explanation import Explanation

__all__ = [
    "Forecast",
    "Scaling",
    "SeriesCodec",
    "SeriesData",
    "SeriesInput",
    "codec",
    "compare",
    "compare_screen",
    "evaluate",
    "evaluate_screen",
    "explain",
    "predict_file",
    "predict_items",
    "predict_screen",
    "series_of",
    "train",
    "train_screen",
    "unsure_below",
]

Floats = NDArray[np.float64]

SeriesData = str | Path | Series | Sequence[float]


@dataclass(frozen=True)
class Forecast:
    """The next values, first the nearest; `dates` where the series has any."""

    values: tuple[float, ...]
    dates: tuple[str, ...] = ()


@dataclass(frozen=True)
class Scaling:
    """A window in its own units, and back.

    x = (w - mean(w)) / (std(w) + floor); the forecast in these units is the network's output plus
    a shortcut read off the window: `last` value, value one `season` before, or mean of the same
    phase over all whole seasons in the window (`phase`). A window too short for a seasonal
    shortcut takes the last value.
    """

    floor: float
    """Added to every window's spread, in units of the series."""
    shortcut: Literal["last", "season", "phase"]
    season: int

    def scale(self, window: Floats) -> tuple[Floats, float, float]:
        """Return the window in its own units, its centre and its scale."""
        centre, scale = float(window.mean()), float(window.std()) + self.floor
        return (window - centre) / scale, centre, scale

    def ahead(self, x: Floats, horizon: int) -> Floats:
        """Return the shortcut's forecast `(horizon,)` from a scaled window."""
        m = self.season
        if self.shortcut == "last" or len(x) < m:
            return np.full(horizon, x[-1])
        seasons = len(x) // m if self.shortcut == "phase" else 1
        last = x[len(x) - seasons * m :].reshape(seasons, m).mean(0)
        return np.asarray(last[np.arange(horizon) % m])


@dataclass(frozen=True)
class SeriesInput:
    """The `input` section of a forecaster's model.json; `recent` is where the series stopped."""

    value_column: str
    window: int
    horizon: int
    scaling: Scaling
    frequency: str
    recent: tuple[float, ...]
    recent_dates: tuple[str, ...] = ()
    kind: Literal["series"] = "series"


class _Scale(NamedTuple):
    centre: float
    scale: float
    ahead: Floats


@dataclass(frozen=True)
class SeriesCodec:
    """Values to scaled windows, outputs to forecasts. A stream keeps the newest window."""

    input: SeriesInput

    @property
    def window(self) -> int:
        return self.input.window

    def parse(self, text: str) -> float:
        try:
            return _finite(float(text))
        except ValueError:
            raise OptionError(f'"{text}" is not a number; this model takes values') from None

    def encode(self, item: Sequence[float], after: object = None) -> Encoded:
        """Read the last `window` values of a series; what came before does not matter."""
        try:
            values = np.asarray(item, np.float64)
        except (TypeError, ValueError):
            values = np.zeros((0, 0))
        if values.ndim != 1 or not len(values) or not np.isfinite(values).all():
            raise OptionError(
                f"{item!r:.60}: expected one series, a list of at least one finite number, oldest "
                "first; predict takes a list of series"
            )
        x, centre, scale = self.input.scaling.scale(values[-self.window :])
        ahead = self.input.scaling.ahead(x, self.input.horizon)
        return Encoded(x[:, None].astype(np.float32), _Scale(centre, scale, ahead))

    def decode(
        self, logits: NDArray[np.floating[Any]], contexts: Sequence[_Scale]
    ) -> list[Forecast]:
        return [
            Forecast(tuple((c.centre + c.scale * (c.ahead + row.astype(np.float64))).tolist()))
            for row, c in zip(logits, contexts, strict=True)
        ]


def codec(saved: artifact.Artifact, spec: NetworkSpec) -> SeriesCodec:
    """Build the codec of a saved forecaster.

    Raises:
        ArtifactError: input and network do not fit together.
    """
    input = artifact.decode(SeriesInput, saved.input, "model.json: input")
    if (spec.vocabulary, spec.input_size, spec.outputs) != (0, 1, input.horizon):
        raise ArtifactError(
            f"model.json: network: {spec.outputs} outputs of {spec.input_size} inputs do not make "
            f"a forecast {input.horizon} steps ahead"
        )
    sane = 1 <= input.window <= 2**20 and input.scaling.season >= 1 and input.scaling.floor > 0
    if not sane or not 1 <= len(input.recent) <= input.window:
        raise ArtifactError("model.json: input: window, season, floor or recent is impossible")
    if input.recent_dates and len(input.recent_dates) != len(input.recent):
        raise ArtifactError("model.json: input.recent_dates: not one date for each recent value")
    return SeriesCodec(input)


def train(
    data: SeriesData, out: Path, options: ForecastOptions, reporter: Listener
) -> dict[str, Any]:
    """Train, back-test and save a forecaster; return the JSON of `elman train`."""
    from elman.tasks import series_training

    return series_training.train(data, out, options, reporter)


def compare(
    data: SeriesData,
    models: Sequence[str],
    options: ForecastOptions,
    seeds: int,
    reporter: Listener,
) -> dict[str, Any]:
    """Back-test several cells over several seeds; return the JSON of `elman compare`."""
    from elman.tasks import series_training

    return series_training.compare(data, models, options, seeds, reporter)


def series_of(data: SeriesData, options: ForecastOptions) -> Series:
    """Return the series to learn, from a file, a `Series` or plain numbers."""
    if isinstance(data, Series):
        return data
    if isinstance(data, (str, Path)):
        columns = {"date": options.date, "value": options.value}
        return read_series(data, **columns, season=options.season)
    values = np.asarray(data, np.float64)
    if values.ndim != 1 or not np.isfinite(values).all():
        raise DataError("the given values: expected one series of finite numbers, oldest first")
    return Series("the given values", None, values, options.season or 1, "unknown", ())


def unsure_below(model: Model, probability: float) -> Model:
    """Refuse: a forecast has no probability yet."""
    raise OptionError("--unsure-below: this model forecasts values; it names no classes")


def explain(model: Model, items: Sequence[str | float]) -> Explanation:
    """Explain the forecast after the values given, or after the training series if none are."""
    from elman.tasks import series_explain

    codec = _codec_of(model)
    given = [codec.parse(item) if isinstance(item, str) else item for item in items]
    return series_explain.explain(model, given or codec.input.recent)


def predict_items(model: Model, items: Sequence[str]) -> dict[str, Any]:
    """Forecast after the values given, or after the end of the training series if none are."""
    codec = _codec_of(model)
    input = codec.input
    if items:
        given = [codec.parse(item) for item in items]
        (forecast,) = model.predict([given])
        return _answer(forecast, f"after the {len(given)} values given")
    (forecast,) = model.predict([input.recent])
    if input.recent_dates:
        end = _series(input.value_column, input.recent, input)
        forecast = dataclasses.replace(forecast, dates=next_dates(end, input.horizon))
    return _answer(forecast, "after the end of the training series")


def predict_file(
    model: Model, path: Path, *, output: Path | None, rejects: Path | None, text: str | None
) -> dict[str, Any]:
    """Forecast after the end of a file."""
    if rejects is not None or text is not None:
        raise OptionError("--rejects and --text are for classifiers; a series is read whole")
    if output is not None and output.resolve() == path.resolve():
        raise OptionError(f"--output {output} is the input itself; name another file")
    if output is not None and output.suffix != ".csv":
        raise OptionError(f"--output {output}: a forecast is written as .csv")
    series = series_of(path, ForecastOptions(value=_value_column(model, path)))
    (forecast,) = model.predict([series.values])
    if series.dates is not None:
        forecast = dataclasses.replace(forecast, dates=next_dates(series, len(forecast.values)))
    report = _answer(forecast, f"after the end of {path}")
    if output is not None:
        lines = ["date,value"] if forecast.dates else ["value"]
        rows = zip(*filter(None, (forecast.dates, map(str, forecast.values))), strict=True)
        lines += [",".join(row) for row in rows]
        atomic_write(output, ("\n".join(lines) + "\n").encode())
        report["output"] = str(output)
    return report


def evaluate(model: Model, data: SeriesData, options: ForecastOptions) -> dict[str, Any]:
    """Roll the origin over a whole series that the model need not have seen."""
    input = _codec_of(model).input
    if options.value is None and isinstance(data, (str, Path)):
        options = dataclasses.replace(options, value=_value_column(model, Path(data)))
    series = series_of(data, options)
    begin = min(max(input.window, input.scaling.season), len(series.values) - input.horizon)
    if begin < 1:
        raise OptionError(
            f"{series.name}: {len(series.values)} values; a forecast {input.horizon} steps ahead "
            f"needs at least {input.horizon + 1}"
        )
    season = input.scaling.season
    tested = backtest(model.predict, series.values, begin, input.horizon, input.window, season)
    return {"task": "forecast", "n": tested["origins"], "notes": list(series.notes)} | tested


def train_screen(report: dict[str, Any]) -> list[str]:
    """Show the back-test beside the naive forecasts, the verdict, and the next values."""
    seconds = report["seconds"]
    return [
        "",
        f"back-test: {report['judged_on']}",
        *_table({report["cell"]: report["metrics"]}, report["baselines"]),
        "",
        report["verdict"],
        "",
        f"window {report['window']}, season {report['season']}, {report['horizon']} steps ahead",
        "seconds: " + ", ".join(f"{part} {s:.1f}" for part, s in seconds.items()),
        f"model: {report['model']} (trained once more, on all {report['rows']['values']} values)",
    ]


def compare_screen(report: dict[str, Any]) -> list[str]:
    """Show every cell, mean and spread over seeds, beside the naive forecasts."""
    lines = ["", f"back-test: {report['judged_on']}"]
    return [*lines, *_table(report["models"], report["baselines"]), "", report["verdict"]]


def evaluate_screen(report: dict[str, Any]) -> list[str]:
    """Show the figures on every origin of the series."""
    lines = [*report["notes"], f"{report['n']} origins"]
    return lines + _table({"model": report["metrics"]}, report["baselines"])


def predict_screen(report: dict[str, Any]) -> list[str]:
    """Show one line per step ahead."""
    if report.get("output"):
        return [f"forecast {report['said']}, in {report['output']}"]
    values = report["values"]
    names = report["dates"] or [f"+{n + 1}" for n in range(len(values))]
    return [f"{name}\t{value:.6g}" for name, value in zip(names, values, strict=True)]


def _table(models: dict[str, Any], others: dict[str, Any]) -> list[str]:
    lines = [f"{'':<20}{'MAE':>11}{'RMSE':>11}{'MAPE':>9}{'MASE':>8}"]
    for name, m in (models | others).items():
        mape = "–" if m["mape"] is None else f"{m['mape']:.2%}"
        mase = "–" if m["mase"] is None else f"{m['mase']:.3f}"
        spread = (
            f"  ± {m['mae_sd']:.4g} over {len(m['seeds'])} seeds"
            if len(m.get("seeds", ())) > 1
            else ""
        )
        lines.append(f"{name:<20}{m['mae']:>11.5g}{m['rmse']:>11.5g}{mape:>9}{mase:>8}{spread}")
    return lines


def _answer(forecast: Forecast, said: str) -> dict[str, Any]:
    return {"task": "forecast", "said": said, **dataclasses.asdict(forecast)}


def _value_column(model: Model, path: Path) -> str | None:
    """Return the column the model was trained on, where the file has it."""
    column = _codec_of(model).input.value_column
    return column if column in open_table(path).columns else None


def _series(name: str, values: Sequence[float], input: SeriesInput) -> Series:
    season, frequency = input.scaling.season, input.frequency
    return Series(name, input.recent_dates, np.array(values), season, frequency, ())


def _codec_of(model: Model) -> SeriesCodec:
    return cast(SeriesCodec, model.codec)


def _finite(value: float) -> float:
    if not math.isfinite(value):
        raise ValueError
    return value
