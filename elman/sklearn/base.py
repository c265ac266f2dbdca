"""What the estimators share: parameters, a model and its figures, and how they are kept."""

from __future__ import annotations

import os
from typing import Any, ClassVar

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.utils import check_random_state
from sklearn.utils.validation import check_is_fitted
from typing_extensions import Self

from elman.errors import ArtifactError, OptionError
from elman.runtime.model import Model
from elman.sklearn.display import shown
from elman.sklearn.keeping import model_of, plain, write
from elman.sklearn.learning import METRICS, learn
from elman.tasks.interface import Task
from elman.workflow.load import load

__all__ = ["RecurrentEstimator"]

_MEMO = "estimator"
"""What of an estimator its directory keeps beside the model, within the report."""

_SEEN = ("n_features_in_", "feature_names_in_")
"""What scikit-learn notes of X."""

_SEEDS = 2**31


class RecurrentEstimator(BaseEstimator):  # type: ignore[misc]
    """An estimator around a model of elman, which is `model_` once it is fitted."""

    _tasks: ClassVar[tuple[Task, ...]]
    """The tasks whose models it can be."""

    model_: Model

    @property
    def report_(self) -> dict[str, Any]:
        """What `elman train --json` would say of the model, but of opponents: there were none."""
        check_is_fitted(self, "model_")
        report: dict[str, Any] = self.model_.info.parts.get(METRICS, {})
        return report

    def save(self, directory: str | os.PathLike[str]) -> Self:
        """Write the model directory that `elman predict`, `elman.load` and `load` read; no pickle.

        Args:
            directory: made if it is not there; a model in it is replaced.

        Raises:
            OptionError: the directory holds something else.
            WorkError: it cannot be written; a model that was there before is whole.
        """
        check_is_fitted(self, "model_")
        write(self.model_, directory, {METRICS: self.report_ | {_MEMO: self._memo()}})
        return self

    @classmethod
    def load(cls, directory: str | os.PathLike[str]) -> Self:
        """Read a model directory, written by `save` or by `elman train`.

        Of one that `elman train` wrote the parameters are those of a new estimator.

        Raises:
            ArtifactError: it is damaged, foreign, or a model of another kind.
        """
        model = load(os.fspath(directory))
        names = [task.name for task in cls._tasks]
        if model.task not in names:
            raise ArtifactError(
                f"{directory}: a model of the task {model.task}; {cls.__name__} is one of "
                f"{' or '.join(names)}. elman.load reads it."
            )
        report = model.info.parts.get(METRICS, {})
        memo = report.get(_MEMO, {}) if isinstance(report, dict) else {}
        try:
            estimator = cls(**memo.get("params", {}))
            estimator.model_ = model
            estimator._recall(memo)
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise ArtifactError(
                f"{directory}/{METRICS}: {_MEMO}: {error}. Save the estimator again."
            ) from None
        return estimator

    def __getstate__(self) -> dict[str, Any]:
        state: dict[str, Any] = dict(super().__getstate__())
        if "model_" in state:
            state["model_"] = plain(state["model_"])
        return state

    def __setstate__(self, state: dict[str, Any]) -> None:
        if "model_" in state:
            state = state | {"model_": model_of(state["model_"])}
        super().__setstate__(state)

    def _html_repr(self) -> str:
        """Return what a notebook shows: scikit-learn's own, and the figures of a fitted model."""
        page: str = super()._html_repr()
        return page + shown(self.report_) if hasattr(self, "model_") else page

    def _learn(self, task: Task, data: Any, **given: Any) -> None:
        """Train `model_`.

        Args:
            task: whose data it is.
            data: as `elman.train` takes it.
            **given: options of training; those of the parameters that are None choose themselves.
        """
        own = {name: value for name, value in given.items() if value is not None}
        self.model_ = learn(task, data, own | {"seed": self._seed(), "threads": self.threads})

    def _seed(self) -> int:
        """Return the seed that everything random follows from."""
        state: Any = self.random_state
        if isinstance(state, (int, np.integer)) and not isinstance(state, bool):
            return int(state)
        try:
            return int(check_random_state(state).randint(_SEEDS - 1))
        except ValueError:
            raise OptionError(
                f"random_state={state!r:.40}: expected a whole number, a RandomState or None"
            ) from None

    def _memo(self) -> dict[str, Any]:
        """Return what `load` needs beside the model, as JSON."""
        params = self.get_params(deep=False)
        kept = {n: v for n, v in params.items() if v is None or isinstance(v, (str, int, float))}
        seen = {name: getattr(self, name) for name in _SEEN if hasattr(self, name)}
        return {
            "params": kept,
            **{name: np.asarray(value).tolist() for name, value in seen.items()},
        }

    def _recall(self, memo: dict[str, Any]) -> None:
        """Take up what `_memo` returned; of a directory of `elman train` it is empty."""
        if "n_features_in_" in memo:
            self.n_features_in_ = int(memo["n_features_in_"])
        if "feature_names_in_" in memo:
            self.feature_names_in_ = np.array(memo["feature_names_in_"], dtype=object)
