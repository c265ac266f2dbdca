"""The forecaster as an estimator of sktime: `pip install "elman[sktime]"`.

    from elman.sktime import RecurrentForecaster

    forecaster = RecurrentForecaster(season=12)
    forecaster.fit(y, fh=[1, 2, 3])
    forecaster.predict_interval(coverage=0.9)

But: it foretells what lies ahead, not what it was fitted on; and it learns the horizon that it was
fitted for.
"""

from __future__ import annotations

import dataclasses
import tempfile
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pandas as pd
from sktime.forecasting.base import BaseForecaster

from elman.data.series.covariates import Covariate
from elman.data.series.panel import Panel
from elman.data.series.series import Series
from elman.runtime.model import Model
from elman.tasks.forecast.coding.codec import series_codec_of
from elman.tasks.forecast.coding.saved import series_codec
from elman.tasks.forecast.task import TASK
from elman.workflow.train import train

__all__ = ["RecurrentForecaster"]


class RecurrentForecaster(BaseForecaster):  # type: ignore[misc]
    """A recurrent network beside the linear forecaster, kept where held-out values say so.

    Exogenous columns are covariates known for the steps to come. Intervals and quantiles are
    conformal, from the errors of the back-test.

    Args:
        season: steps in a season; None or 1 is none.
        window: values that a forecast reads; None chooses.
        holdout: last values kept for the back-test, from whose errors intervals come; None is a
            tenth.
        cell: `rnn`, `gru` or `lstm`; None is `gru`.
        keep: `best`, `recurrent` or `simple`, as `elman train --keep`.
        epochs: passes over the windows; None chooses.
        seed: everything random follows from it.
        threads: of torch.

    Examples:
        >>> from elman.sktime import RecurrentForecaster
        >>> from sktime.datasets import load_airline
        >>> forecaster = RecurrentForecaster(season=12)  # doctest: +SKIP
        >>> forecaster.fit(load_airline(), fh=[1, 2, 3])  # doctest: +SKIP
        RecurrentForecaster(...)
        >>> forecaster.predict()  # doctest: +SKIP
    """

    _tags: ClassVar[dict[str, Any]] = {
        "authors": "elman",
        "python_dependencies": ["torch"],
        "y_inner_mtype": "pd.Series",
        "X_inner_mtype": "pd.DataFrame",
        "scitype:y": "univariate",
        "capability:exogenous": True,
        "requires-fh-in-fit": True,
        "X-y-must-have-same-index": False,
        "enforce_index_type": None,
        "capability:missing_values": True,
        "capability:insample": False,
        "capability:pred_int": True,
        "capability:pred_int:insample": False,
        "capability:update": True,
        "capability:random_state": False,
        "property:randomness": "deterministic",
    }

    def __init__(
        self,
        season: int | None = None,
        window: int | None = None,
        holdout: int | None = None,
        cell: str | None = None,
        keep: str = "best",
        epochs: int | None = None,
        seed: int = 0,
        threads: int = 1,
    ) -> None:
        self.season = season
        self.window = window
        self.holdout = holdout
        self.cell = cell
        self.keep = keep
        self.epochs = epochs
        self.seed = seed
        self.threads = threads
        super().__init__()

    def _fit(self, y: pd.Series, X: pd.DataFrame | None, fh: Any) -> RecurrentForecaster:
        horizon = int(max(fh.to_relative(self.cutoff)))
        series = self._series(y, X)
        names = () if X is None else tuple(map(str, X.columns))
        covariates = tuple(Covariate(name, "future") for name in names)
        panel = Panel((series,), covariates=covariates)
        given: dict[str, Any] = {
            name: getattr(self, name)
            for name in ("window", "holdout", "cell", "epochs", "keep", "seed", "threads")
            if getattr(self, name) is not None
        }
        with tempfile.TemporaryDirectory() as place:
            model = train(
                panel,
                Path(place) / "model",
                task=TASK.name,
                horizon=horizon,
                **given,
            )
            parts = {name: model.info.part(name) for name in model.info.parts}
            self.saved_ = dataclasses.replace(model.info, parts=parts)
        self.series_ = series
        self.name_ = y.name
        return self

    def _update(
        self, y: pd.Series, X: pd.DataFrame | None, update_params: bool = True
    ) -> RecurrentForecaster:
        """Go on from newer values; weights stay as they are."""
        series, known = self._series(y, X), self.series_
        beside = None
        if known.beside is not None and series.beside is not None:
            beside = np.concatenate([known.beside, series.beside])
        values = np.concatenate([known.values, series.values])
        self.series_ = dataclasses.replace(known, values=values, beside=beside)
        return self

    def _predict(self, fh: Any, X: pd.DataFrame | None) -> pd.Series:
        steps = np.asarray(fh.to_relative(self.cutoff), np.int64)
        recent: Any = self._recent(int(steps.max()), X)
        (forecast,) = self._model().predict([recent])
        values = np.array(forecast.values)[steps - 1]
        return pd.Series(values, index=fh.to_absolute_index(self.cutoff), name=self.name_)

    def _predict_quantiles(self, fh: Any, X: pd.DataFrame | None, alpha: list[float]) -> Any:
        steps = np.asarray(fh.to_relative(self.cutoff), np.int64)
        model = self._model()
        codec = series_codec_of(model)
        encoded = codec.encode(self._recent(int(steps.max()), X))
        numbers = model.numbers([encoded.steps], [encoded.context])
        contexts: Any = [encoded.context]
        found = {}
        for share in alpha:
            level = 100 * abs(1 - 2 * share)
            low, high = codec.bounds(numbers, contexts, codec.spread, [level])[level]
            found[share] = (low if share < 0.5 else high)[0][steps - 1]
        name = self._get_varnames()[0]
        columns = pd.MultiIndex.from_product([[name], alpha])
        index = fh.to_absolute_index(self.cutoff)
        return pd.DataFrame(np.array([found[share] for share in alpha]).T, index, columns)

    def _model(self) -> Model:
        return Model.of(self.saved_, series_codec)

    def _recent(self, horizon: int, X: pd.DataFrame | None) -> Series:
        """Return what is known now, after updates as well, and what of the steps to come."""
        known = self.series_
        if known.beside is None:
            return known
        whole = np.full((horizon, known.beside.shape[1]), np.nan)
        if X is not None:
            steps = self._steps_after(X)
            ahead = (steps >= 0) & (steps < horizon)
            whole[steps[ahead]] = X.to_numpy(np.float64)[ahead]
        # steps that nobody asked for may be left out of X
        filled = pd.DataFrame(whole).ffill().bfill().to_numpy()
        return dataclasses.replace(known, beside=np.concatenate([known.beside, filled]))

    def _steps_after(self, X: pd.DataFrame) -> Any:
        """Return how many steps after the first step to come each row of X is."""
        from sktime.forecasting.base import ForecastingHorizon

        horizon = ForecastingHorizon(X.index, is_relative=False)
        return np.asarray(horizon.to_relative(self.cutoff), np.int64) - 1

    def _series(self, y: pd.Series, X: pd.DataFrame | None) -> Series:
        beside = None if X is None else X.reindex(y.index).to_numpy(np.float64)
        return Series("y", y.to_numpy(np.float64), self.season or 1, beside=beside)

    @classmethod
    def get_test_params(cls, parameter_set: str = "default") -> list[dict[str, Any]]:
        return [
            {"keep": "recurrent", "epochs": 2, "window": 3, "cell": "rnn"},
            {"keep": "simple", "season": 2},
        ]
