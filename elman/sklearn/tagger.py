"""The estimator of tags: one for every word of a sentence."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray
from sklearn.utils import check_consistent_length
from sklearn.utils.validation import check_is_fitted
from typing_extensions import Self

from elman.data.tables.held import column_values
from elman.judging.tags.decision import TagDecision
from elman.sklearn.base import RecurrentEstimator
from elman.sklearn.given import is_frame
from elman.tasks.interface import Task
from elman.tasks.tag.task import TASK as TAGS

__all__ = ["RecurrentTagger"]

Words = Sequence[Sequence[str]]


class RecurrentTagger(RecurrentEstimator):
    """A tag for every word, by a recurrent network beside a linear model of the words around.

    X is sentences, each a list of words; y as many lists of as many tags. Both may be a column of a
    frame. `predict` also takes texts, which it splits into words.

    Unlike a classifier of scikit-learn it answers lists of different lengths: its checks of
    estimators, which hand over tables of numbers, do not apply.

    Args:
        cell: `rnn`, `gru` or `lstm`; None is `lstm`.
        keep: `best`, `recurrent` or `simple`, as `elman train --keep`.
        one_way: read left to right only, so that the model streams.
        crf: tie the tags of neighbouring words; None does where they mark spans, as names are.
        hidden_size: units of the recurrent state; None chooses.
        num_layers: recurrent layers on top of each other; None chooses.
        epochs: passes over the training sentences; None chooses.
        batch_size: sentences of one optimizer step; None chooses.
        learning_rate: largest step of Adam; None chooses.
        time_limit: of training, as "90s" or "10m"; None is none.
        random_state: everything random follows from it; None draws another each time.
        threads: of torch; 0 takes all cores.

    Attributes:
        classes_: `(K,)` the tags, sorted.
        model_: the `elman.Model`.
        report_: figures of the sentences held out, and of training.
    """

    _tasks: ClassVar[tuple[Task, ...]] = (TAGS,)

    def __init__(
        self,
        *,
        cell: str | None = None,
        keep: str = "best",
        one_way: bool = False,
        crf: bool | None = None,
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
        self.keep = keep
        self.one_way = one_way
        self.crf = crf
        self.hidden_size = hidden_size
        self.num_layers = num_layers
        self.epochs = epochs
        self.batch_size = batch_size
        self.learning_rate = learning_rate
        self.time_limit = time_limit
        self.random_state = random_state
        self.threads = threads

    def fit(self, X: Any, y: Any, groups: Any = None) -> Self:
        """Train, and judge on the sentences held out.

        Args:
            X: N sentences, each a list of words.
            y: their tags.
            groups: `(N,)` the document of each; sentences of one are learnt from, chosen by, or
                judged on together.

        Raises:
            ValueError: sentences or parameters cannot be used as they are.
        """
        words, tags = _lists(X, "X"), _lists(y, "y")
        check_consistent_length(words, tags)
        for n, (of, its) in enumerate(zip(words, tags, strict=True)):
            if isinstance(of, str) or len(of) != len(its):
                raise ValueError(
                    f"row {n}: {of!r:.60} with {its!r:.60}; expected a list of words, and as many "
                    "tags"
                )
        data: tuple[Any, ...] = (words, tags)
        if groups is not None:
            documents = np.asarray(groups).tolist()
            check_consistent_length(words, documents)
            data = (words, tags, documents)
        own = {name: getattr(self, name) for name in _SETTINGS}
        self._learn(TAGS, data, **own)
        self.classes_ = np.array(sorted(self._decision.tags))
        return self

    def predict(self, X: Any) -> list[list[str]]:
        """Return the tags of each sentence, one for each of its words."""
        check_is_fitted(self, "model_")
        return [list(answer.tags) for answer in self.model_.predict_iter(_lists(X, "X"))]

    def predict_proba(self, X: Any) -> list[NDArray[np.float64]]:
        """Return of each sentence `(words, K)` probabilities, in the order of `classes_`."""
        check_is_fitted(self, "model_")
        model, number = self.model_, self._decision.numbers
        order, found = [number[tag] for tag in self.classes_.tolist()], []
        for sentence in _lists(X, "X"):
            steps, context = model.codec.encode(sentence)
            found.append(model.numbers([steps], [context])[:, order])
        return found

    def score(self, X: Any, y: Any) -> float:
        """Return the share of words whose tag is right."""
        truth = _lists(y, "y")
        said = self.predict(X)
        check_consistent_length(said, truth)
        for n, (answer, tags) in enumerate(zip(said, truth, strict=True)):
            if len(answer) != len(tags):
                raise ValueError(f"row {n}: {len(answer)} words and {len(tags)} tags")
        words = sum(map(len, said))
        if not words:
            raise ValueError("X has no word to be judged by")
        return sum(map(_right, said, truth)) / words

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.two_d_array = False
        tags.input_tags.string = True
        tags.target_tags.required = True
        tags.target_tags.one_d_labels = False
        return tags

    @property
    def _decision(self) -> TagDecision:
        codec: Any = self.model_.codec
        decision: TagDecision = codec.decision
        return decision

    def _recall(self, memo: dict[str, Any]) -> None:
        super()._recall(memo)
        self.classes_ = np.array(sorted(self._decision.tags))


_SETTINGS = (
    *("cell", "keep", "one_way", "crf", "hidden_size", "num_layers", "epochs", "batch_size"),
    *("learning_rate", "time_limit"),
)


def _right(said: Sequence[str], truth: Sequence[str]) -> int:
    return sum(a == b for a, b in zip(said, truth, strict=True))


def _lists(X: Any, called: str) -> list[Any]:
    """Return the lists of a column, of an array, or of a frame that has this one column."""
    if is_frame(X):
        if len(names := list(X.columns)) != 1:
            raise ValueError(
                f"{called} has {len(names)} columns; pass one of lists, as frame['words']"
            )
        X = X[names[0]]
    values = column_values(X)
    if values is None:
        raise ValueError(f"{called}: {X!r:.60} is no list of lists, one for each sentence")
    return [_plain(value) for value in values]


def _plain(value: Any) -> Any:
    """Return a sentence as a list, as a text where it is one."""
    return value if isinstance(value, str) else column_values(value) or list(value)
