"""The estimator of forecasts: rows are times, columns are series."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray
from sklearn.utils.validation import check_is_fitted, validate_data
from typing_extensions import Self

from elman.data.series.panel import Panel
from elman.data.series.series import Series
from elman.judging.values.answer import Forecast
from elman.sklearn.base import RecurrentEstimator
from elman.sklearn.given import is_frame
from elman.tasks.forecast.coding.codec import SeriesCodec, series_codec_of
from elman.tasks.forecast.labelled import panel_for
from elman.tasks.forecast.options import ForecastOptions
from elman.tasks.forecast.task import TASK as SERIES
from elman.tasks.interface import Task

__all__ = ["RecurrentForecaster"]

Floats = NDArray[np.float64]


class RecurrentForecaster(RecurrentEstimator):
    """The next values of series, by a recurrent network beside the linear forecaster.

    X is `(N, K)`: N times, oldest first, of K series, as in a frame with a column each; or `(N,)`
    of one series. Values that are missing are NaN. A frame, or a series of pandas, with dates is
    read as `elman train` reads a file: its columns may also be date, name of the series, value.

    As rows are times, `TimeSeriesSplit` is what cuts them.

    Args:
        horizon: steps ahead that a forecast reaches.
        season: steps in a season; None is none, or what the dates say.
        window: past values that a forecast reads; None chooses.
        holdout: last values kept for the back-test, from whose errors intervals come; None is a
            tenth.
        cell: `rnn`, `gru` or `lstm`; None is `gru`.
        keep: `best`, `recurrent` or `simple`, as `elman train --keep`.
        hidden_size: units of the recurrent state; None chooses.
        epochs: passes over the windows; None chooses.
        learning_rate: largest step of Adam; None chooses.
        time_limit: of training, as "90s" or "10m"; None is none.
        random_state: everything random follows from it; None draws another each time.
        threads: of torch; 0 takes all cores.

    Attributes:
        series_names_: `(K,)` what the series are called.
        model_: the `elman.Model`.
        report_: figures of the back-test, and of training.
    """

    _tasks: ClassVar[tuple[Task, ...]] = (SERIES,)

    def __init__(
        self,
        *,
        horizon: int = 1,
        season: int | None = None,
        window: int | None = None,
        holdout: int | None = None,
        cell: str | None = None,
        keep: str = "best",
        hidden_size: int | None = None,
        epochs: int | None = None,
        learning_rate: float | None = None,
        time_limit: str | None = None,
        random_state: Any = 0,
        threads: int = 1,
    ) -> None:
        self.horizon = horizon
        self.season = season
        self.window = window
        self.holdout = holdout
        self.cell = cell
        self.keep = keep
        self.hidden_size = hidden_size
        self.epochs = epochs
        self.learning_rate = learning_rate
        self.time_limit = time_limit
        self.random_state = random_state
        self.threads = threads

    def fit(self, X: Any, y: Any = None) -> Self:
        """Train, and judge on the last values.

        Args:
            X: the values.
            y: is not looked at.

        Raises:
            ValueError: values or parameters cannot be used as they are.
        """
        self.flat_ = _is_flat(X)
        given = {name: getattr(self, name) for name in _SETTINGS}
        data = X if _is_dated(X) else self._panel(X, fitting=True)
        self._learn(SERIES, data, season=self.season, **given)
        return self

    @property
    def series_names_(self) -> NDArray[Any]:
        """What the series are called, in the order of columns."""
        return np.array(self._codec.ends.names, dtype=object)

    def predict(self, X: Any = None, *, steps: int | None = None) -> Floats:
        """Return the values to come, `(steps, K)`; `(steps,)` after a fit on `(N,)`.

        Args:
            X: what they follow: values up to now, with the columns of `fit`; None are those of
                `fit`.
            steps: how far to foretell; None is the horizon. Further, the model goes on from its
                own forecasts.
        """
        found = np.array([forecast.values for forecast in self.forecasts(X, steps=steps)]).T
        return found[:, 0] if self.flat_ else found

    def forecasts(self, X: Any = None, *, steps: int | None = None) -> list[Forecast]:
        """Return the same as forecasts, with the dates to come and intervals.

        Args:
            X, steps: as of `predict`.
        """
        codec = self._codec
        if X is None:
            items: Any = [codec.recent(n) for n in range(len(codec.ends))]
        else:
            items = X if _is_dated(X) else self._panel(X, fitting=False)
        model = self.model_ if steps is None else self.model_.reaching(steps)
        return model.predict(items)

    def score(self, X: Any, y: Any = None) -> float:
        """Return minus the mean absolute error, each series in units of its naive error (MASE).

        As of an error, higher is better, and 0 is best; -1 is as good as the naive forecast is
        within what the model remembers of the series.

        Args:
            X: the values that came after those of `fit`; as many of them count as the horizon has.
                Where there are dates these say when.
            y: is not looked at.
        """
        said = self.predict().reshape(-1, len(self.series_names_))
        if _is_dated(X):
            truth = self._by_date(X, len(said))
        else:
            truth = self._values(X, fitting=False)[: len(said)]
        said = said[: len(truth)]
        if not np.isfinite(truth).any():
            raise ValueError("X has no value to be judged by")
        error = np.abs(said - truth) / self._naive_errors()
        return -float(np.nanmean(error))

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        return tags

    @property
    def _codec(self) -> SeriesCodec:
        check_is_fitted(self, "model_")
        return series_codec_of(self.model_)

    def _by_date(self, X: Any, steps: int) -> Floats:
        """Return the values `(steps, K)` after those of `fit`; NaN where X has none of a date."""
        codec = self._codec
        known = [codec.recent(n) for n in range(len(codec.ends))]
        ends = [series.first + len(series.values) for series in known]
        calendar = known[0].calendar
        after = None if calendar is None else (calendar, max(ends) - 1)
        found = np.full((len(known), steps), np.nan)
        for series in panel_for(self.model_, X, ForecastOptions(), after):
            n = codec.ends.names.index(series.name) if len(known) > 1 else 0
            place = 0 if calendar is None else series.first - ends[n]
            values = series.values[max(-place, 0) :][: max(steps - max(place, 0), 0)]
            found[n, max(place, 0) :][: len(values)] = values
        return found.T

    def _naive_errors(self) -> Floats:
        """Return `(K,)` mean changes from a season before, of what is remembered; 1 of none."""
        codec = self._codec
        found = []
        for n in range(len(codec.ends)):
            series = codec.recent(n)
            changes = np.abs(series.values[series.season :] - series.values[: -series.season])
            there = changes[np.isfinite(changes)]
            found.append(float(there.mean()) if there.size and there.mean() > 0 else 1.0)
        return np.array(found)

    def _values(self, X: Any, *, fitting: bool) -> Floats:
        """Check values without dates, `(N, K)`."""
        flat = _is_flat(X) and (fitting or self.flat_)
        X = np.asarray(X, np.float64).reshape(-1, 1) if flat else X
        values: Floats = validate_data(
            self,
            X,
            dtype=np.float64,
            ensure_all_finite="allow-nan",
            ensure_min_samples=2 if fitting else 1,
            reset=fitting,
        )
        return values

    def _panel(self, X: Any, *, fitting: bool) -> Panel:
        values = self._values(X, fitting=fitting)
        if fitting:
            names: Sequence[str] = [f"x{k}" for k in range(values.shape[1])]
            names = list(getattr(self, "feature_names_in_", names))
        else:
            names = self.series_names_.tolist()
        season = self.season or 1
        return Panel(
            tuple(Series(name, values[:, k], season) for k, name in enumerate(names)),
            columns=tuple(names),
        )

    def _memo(self) -> dict[str, Any]:
        return super()._memo() | {"flat": self.flat_}

    def _recall(self, memo: dict[str, Any]) -> None:
        super()._recall(memo)
        self.flat_ = bool(memo.get("flat", len(self._codec.ends) == 1))


_SETTINGS = (
    *("horizon", "window", "holdout", "cell", "keep", "hidden_size", "epochs", "learning_rate"),
    "time_limit",
)


def _is_dated(X: Any) -> bool:
    """Say whether X has dates, or names of series: an index of dates, or a column of no numbers."""
    index = getattr(X, "index", None)
    if type(index).__name__ in ("DatetimeIndex", "PeriodIndex"):
        return True
    if not is_frame(X):
        return False
    return any(np.asarray(X[name]).dtype.kind not in "biuf" for name in X.columns)


def _is_flat(X: Any) -> bool:
    """Say whether X is one series of values."""
    if hasattr(X, "shape"):
        return len(X.shape) == 1
    return isinstance(X, (list, tuple)) and bool(X) and not hasattr(X[0], "__len__")
