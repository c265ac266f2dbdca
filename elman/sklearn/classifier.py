"""The estimator of classes: texts, or signals as arrays."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray
from sklearn.base import ClassifierMixin, TransformerMixin
from sklearn.utils import check_array, check_consistent_length, column_or_1d
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_is_fitted, validate_data
from typing_extensions import Self

from elman.judging.classes.decision import Decision, Prediction
from elman.sklearn.base import RecurrentEstimator
from elman.sklearn.given import free_name, is_frame, ragged_arrays, text_columns
from elman.tasks.classify.task import TASK as TEXTS
from elman.tasks.interface import Task
from elman.tasks.signal.coding.codec import SignalCodec
from elman.tasks.signal.task import TASK as SIGNALS

__all__ = ["RecurrentClassifier"]

Floats = NDArray[np.float64]


class RecurrentClassifier(ClassifierMixin, TransformerMixin, RecurrentEstimator):  # type: ignore[misc]
    """Classes of texts, or of signals, by a recurrent network beside a simple model.

    X is texts (a list, an array, a series, or a frame whose columns all hold texts and are read one
    after the other); or signals: `(N, T)`, each row T values of one channel; `(N, T, C)`, time
    before channels; or a list of arrays `(T, C)` of any lengths. Which of both is told from X.

    Where nothing held out says that the recurrence adds something, the simple model is kept alone,
    unless `keep="recurrent"`.

    Args:
        cell: `rnn`, `gru` or `lstm`; None is the recipe's own.
        preset: `fast`, `strong` or `chapter`, of texts alone.
        keep: `best`, `recurrent` or `simple`, as `elman train --keep`.
        hidden_size: units of the recurrent state; None chooses.
        num_layers: recurrent layers on top of each other; None chooses.
        epochs: passes over the training rows; None chooses.
        batch_size: rows of one optimizer step; None chooses.
        learning_rate: largest step of Adam; None chooses.
        time_limit: of training, as "90s" or "10m"; None is none.
        random_state: everything random follows from it; None draws another each time.
        threads: of torch; 0 takes all cores.

    Attributes:
        classes_: `(K,)`, sorted.
        model_: the `elman.Model`.
        report_: figures of the rows held out, and of training.
        n_features_in_: T of rows `(N, T)`, or the columns of a frame.
        feature_names_in_: the columns of a frame.
    """

    _tasks: ClassVar[tuple[Task, ...]] = (TEXTS, SIGNALS)

    def __init__(
        self,
        *,
        cell: str | None = None,
        preset: str = "fast",
        keep: str = "best",
        hidden_size: int | None = None,
        num_layers: int | None = None,
        epochs: int | None = None,
        batch_size: int | None = None,
        learning_rate: float | None = None,
        time_limit: str | None = None,
        random_state: Any = 0,
        threads: int = 1,
    ) -> None:
        self.cell = cell
        self.preset = preset
        self.keep = keep
        self.hidden_size = hidden_size
        self.num_layers = num_layers
        self.epochs = epochs
        self.batch_size = batch_size
        self.learning_rate = learning_rate
        self.time_limit = time_limit
        self.random_state = random_state
        self.threads = threads

    def fit(self, X: Any, y: Any, groups: Any = None) -> Self:
        """Train, and judge on the rows held out.

        Args:
            X: texts or signals.
            y: `(N,)` the class of each.
            groups: `(N,)` what rows belong to, as film or patient; those of one are learnt from,
                chosen by, or judged on together.

        Raises:
            ValueError: rows or parameters cannot be used as they are.
        """
        texts = text_columns(X)
        if texts is None:
            X, y = self._signals(X, y)
        else:
            y = self._labels_of_texts(X, texts, y)
        check_classification_targets(y)
        self.classes_ = np.unique(y)
        names = self._names()
        if len(names) < 2:
            raise ValueError(f"y has 1 class: {names[0]!r:.40}; a classifier needs two at least")
        label = dict(zip(self.classes_.tolist(), names, strict=True))
        labels = [label[value] for value in y.tolist()]
        named = None
        if groups is not None:
            named = [str(group) for group in np.asarray(groups).tolist()]
            check_consistent_length(labels, named)
        own = {name: getattr(self, name) for name in _SETTINGS}
        if texts is not None:
            self._learn_texts(texts, labels, named, own)
        else:
            if self.preset != "fast":
                raise ValueError(
                    f"preset={self.preset!r:.40}: signals have one recipe; leave preset out"
                )
            self._learn(SIGNALS, (X, labels) if named is None else (X, labels, named), **own)
        if {*self._decision.classes} != {*names}:
            raise ValueError(
                f"y: the classes {', '.join(names[:8])} were read as "
                f"{', '.join(self._decision.classes[:8])}: some mean the same, or are empty. "
                "Give them other names."
            )
        return self

    def predict(self, X: Any) -> NDArray[Any]:
        """Return the class of each row, `(N,)`."""
        number = {name: n for n, name in enumerate(self._names())}
        places = [
            number[p.label if isinstance(p.label, str) else max(p.probabilities, key=_of(p))]
            for p in self._answers(X)
        ]
        return np.asarray(self.classes_[np.array(places, np.int64)])

    def predict_proba(self, X: Any) -> Floats:
        """Return `(N, K)` probabilities, in the order of `classes_`."""
        answers, names = list(self._answers(X)), self._names()
        rows = [[p.probabilities[name] for name in names] for p in answers]
        return np.array(rows, np.float64).reshape(len(rows), len(names))

    def predict_log_proba(self, X: Any) -> Floats:
        """Return `(N, K)` logarithms of the probabilities."""
        return np.asarray(np.log(np.maximum(self.predict_proba(X), np.finfo(np.float64).tiny)))

    def transform(self, X: Any) -> Floats:
        """Return the probabilities `(N, K)` as features for a further estimator."""
        return self.predict_proba(X)

    def get_feature_names_out(self, input_features: Any = None) -> NDArray[Any]:
        """Return the names `(K,)` of what `transform` gives."""
        check_is_fitted(self, "model_")
        prefix = type(self).__name__.lower()
        return np.array([f"{prefix}_{name}" for name in self._names()], dtype=object)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.three_d_array = True
        tags.input_tags.string = True
        tags.transformer_tags.preserves_dtype = []
        return tags

    @property
    def _n_features_out(self) -> int:
        return len(self.classes_)

    @property
    def _decision(self) -> Decision:
        codec: Any = self.model_.codec
        decision: Decision = codec.decision
        return decision

    def _names(self) -> list[str]:
        check_is_fitted(self, "classes_")
        return [_named(value) for value in self.classes_.tolist()]

    def _signals(self, X: Any, y: Any) -> tuple[Any, NDArray[Any]]:
        """Check signals and their classes, and note how many values a row has."""
        if (arrays := ragged_arrays(X)) is not None:
            y = column_or_1d(y, warn=True)
            check_consistent_length(arrays, y)
            return arrays, y
        X, y = validate_data(
            self, X, y, dtype=np.float32, allow_nd=True, ensure_min_samples=2, order="C"
        )
        return X, np.asarray(y)

    def _labels_of_texts(self, X: Any, texts: dict[str, list[str]], y: Any) -> NDArray[Any]:
        y = column_or_1d(y, warn=True)
        check_consistent_length(next(iter(texts.values())), y)
        self.n_features_in_ = len(texts)
        if is_frame(X):
            self.feature_names_in_ = np.array(list(texts), dtype=object)
        return np.asarray(y)

    def _learn_texts(
        self,
        texts: dict[str, list[str]],
        labels: Sequence[str],
        groups: Sequence[str] | None,
        own: dict[str, Any],
    ) -> None:
        label, group = (free_name(name, texts) for name in ("label", "group"))
        columns: dict[str, Sequence[str]] = {**texts, label: labels}
        if groups is not None:
            columns[group] = groups
        self._learn(
            TEXTS,
            columns,
            preset=self.preset,
            text=",".join(texts),
            label=label,
            label_split="none",
            group=None if groups is None else group,
            **own,
        )

    def _answers(self, X: Any) -> Iterator[Prediction]:
        check_is_fitted(self, "model_")
        return self.model_.predict_iter(self._items(X))

    def _items(self, X: Any) -> Any:
        """Return X as the model takes it."""
        texts, codec = text_columns(X), self.model_.codec
        if not isinstance(codec, SignalCodec):
            if texts is None:
                raise ValueError(f"X holds no texts, and this model reads them: {X!r:.60}")
            return self._named(X, texts)
        if texts is not None:  # a model of sounds reads paths
            return next(iter(texts.values()))
        if (arrays := ragged_arrays(X)) is not None:
            return arrays
        X = np.asarray(X) if isinstance(X, (list, tuple)) else X
        if getattr(X, "ndim", 2) == 3:  # of these other lengths are as good
            return list(check_array(X, dtype=np.float32, allow_nd=True))
        X = validate_data(self, X, dtype=np.float32, reset=False)
        if (channels := codec.input.channels) != 1:
            raise ValueError(
                f"X has the shape {X.shape}, rows of one channel; this model takes (N, T, "
                f"{channels}), time before channels"
            )
        return list(X)

    def _named(self, X: Any, texts: dict[str, list[str]]) -> Any:
        """Return the columns that were learnt from, of a frame; else the texts."""
        known = list(getattr(self, "feature_names_in_", ()))
        if len(known) < 2 and len(texts) == 1:
            return next(iter(texts.values()))
        wanted = known or list(texts)
        if not is_frame(X) and len(texts) == len(wanted):
            texts = dict(zip(wanted, texts.values(), strict=True))
        if lacks := [name for name in wanted if name not in texts]:
            raise ValueError(
                f"X has the columns {', '.join(texts)}; this model reads {', '.join(wanted)}, and "
                f"{', '.join(lacks)} is missing"
            )
        return {name: texts[name] for name in wanted}

    def _memo(self) -> dict[str, Any]:
        kind = self.classes_.dtype.str
        return super()._memo() | {"classes": self.classes_.tolist(), "dtype": kind}

    def _recall(self, memo: dict[str, Any]) -> None:
        super()._recall(memo)
        if not memo:
            self.classes_ = np.array(sorted(self._decision.classes))
            return
        kind = np.dtype(memo["dtype"])
        if kind.kind not in "biufUO":
            raise ValueError(f"dtype {kind} is none of classes")
        self.classes_ = np.array(memo["classes"], kind)
        if {*self._names()} != {*self._decision.classes}:
            raise ValueError("its classes are not those of the model")


_SETTINGS = (
    *("cell", "keep", "hidden_size", "num_layers", "epochs", "batch_size", "learning_rate"),
    "time_limit",
)


def _of(prediction: Prediction) -> Any:
    return prediction.probabilities.__getitem__


def _named(value: Any) -> str:
    """Return what a class is called in the model; of whole numbers 2 and 2.0 are one name."""
    return str(int(value) if isinstance(value, float) and value.is_integer() else value)
