"""What a task is: the questions that train, compare, evaluate, predict, explain and remember ask.

A `Task` imports no torch; its learner and its explainer do, and are asked for only when needed.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

from elman.artifact import Artifact, encode
from elman.data.tables.piped import Piped
from elman.data.tables.table import Table
from elman.exporting.front import FrontEnd
from elman.judging.drift.measure import Column, Measure
from elman.judging.yardstick import Numbers
from elman.runtime.arrays import Steps
from elman.runtime.codec import Codec
from elman.runtime.model import Model
from elman.tasks.reporter import Reporter
from elman.tasks.rows import (
    Beside,
    Claim,
    Glance,
    Items,
    Labelled,
    Located,
    Opponent,
    Passed,
    Renewed,
    Unlabelled,
)
from elman.tasks.wire import Wire

if TYPE_CHECKING:
    from torch import Tensor, nn

    from elman.attribution.explanation import Explanation
    from elman.attribution.maps.attention import AttentionMap
    from elman.attribution.maps.influence import InfluenceMap
    from elman.training.config import LoopConfig
    from elman.training.listener import Listener
    from elman.training.problem import Fitted, Problem, Progress

__all__ = [
    "Beside",
    "Claim",
    "Glance",
    "Items",
    "Labelled",
    "Learner",
    "Located",
    "Opponent",
    "Passed",
    "Prepared",
    "Recipe",
    "Renewed",
    "Stage",
    "Task",
    "Trained",
    "Types",
    "Unlabelled",
]

Report = dict[str, Any]  # what a command prints with --json

Types = dict[str, Any]
"""Columns of records: `str`, `float` or `int`, a list of one of them, or names with theirs."""


class Recipe(Protocol):
    """What to train, decided before anything is trained."""

    @property
    def reading(self) -> object:
        """What of it decides how rows become steps; recipes that agree share them."""

    @property
    def facts(self) -> Report:
        """`preset` and `cell`, and what else the report says of it."""


class Prepared(Protocol):
    """Rows as a recipe reads them, in parts."""

    @property
    def test(self) -> Labelled: ...

    @property
    def facts(self) -> Report:
        """`rows` and `warnings`, and what else the report says of it."""

    def beside(self, other: Model) -> Beside | str:
        """Return the test rows as another model of this task reads them, or why that cannot be."""


@dataclass(frozen=True)
class Trained:
    """A trained network as the runtime reads it; a `Model` by the same path as a directory."""

    spec: Any
    """What the network is, of whichever kind."""
    tensors: dict[str, NDArray[np.float32]]
    input: object
    """The `input` section of model.json, a dataclass of the task."""
    output: object
    """The `output` section: how the model decides."""
    called: str = ""
    """In sentences, where it is not recurrent, as "the linear model"."""
    runs: tuple[Progress, ...] = ()
    """Of every network that was trained."""
    validation: float = math.nan
    """Lower is better; what `compare` chooses by."""
    parts: Mapping[str, object] = field(default_factory=dict)
    facts: Mapping[str, Any] = field(default_factory=dict)
    """What the report says of the training."""

    def artifact(self, task: str) -> Artifact:
        """Return what would be written to a directory."""
        return Artifact(
            task=task,
            network=encode(self.spec),
            input=encode(self.input),
            output=encode(self.output),
            training={},
            tensors=self.tensors,
            parts=dict(self.parts),
        )


Stage = Callable[[str, "nn.Module", "Problem", "LoopConfig", str], "Fitted"]
"""(name, module, problem, config, digest of the data) → how it went; trains in place."""


class Learner(Protocol):
    """The part of a task that needs torch."""

    def read(self, data: Any, options: Any, place: Path, listener: Listener) -> Any:
        """Read, examine and split the data; `place` is a folder for what is large."""

    def recipe(self, rows: Any, options: Any) -> Recipe:
        """Decide what to train, from the shape of the training part."""

    def prepare(self, rows: Any, recipe: Any, place: Path, listener: Listener) -> Prepared:
        """Turn the rows into what the recipe's network reads."""

    def variants(self, names: Sequence[str], options: Any) -> dict[str, Any]:
        """Return the options of each model that `compare` is asked for."""

    def fit(self, prepared: Any, recipe: Any, options: Any, stage: Stage, *, seed: int) -> Trained:
        """Train on the training part."""

    def opponents(
        self,
        prepared: Any,
        recipe: Any,
        trained: Any,
        options: Any,
        listener: Listener,
        *,
        thorough: bool,
    ) -> Iterable[Opponent]:
        """Return whom the model is set beside, on the test rows.

        `thorough` asks also for those that take longer than they are worth to most.
        """

    def refit(
        self, prepared: Any, recipe: Any, trained: Trained, options: Any, stage: Stage
    ) -> Trained | None:
        """Train what is saved, once the model is judged; None saves the judged one."""

    def loss(self, model: Model) -> Callable[[Tensor, Tensor], Tensor] | None:
        """Return the loss of rows by outputs and `Labelled.wanted`, where it is no usual one."""


class Task(Protocol):
    """One use of recurrent networks."""

    @property
    def name(self) -> str:
        """The folder's."""

    @property
    def parts(self) -> Mapping[str, int]:
        """Its own files in a model directory, with the bytes each may have."""

    @property
    def abilities(self) -> frozenset[str]:
        """Of `stream`, `page`, `explain`, `remember`, `update`: what its models can.

        `page`: `web/src/runtime` runs them too.
        """

    @property
    def instead_of_data(self) -> str:
        """What `evaluate` can judge without data, as "--behaviour FILE"; empty for nothing."""

    def claim(self, glance: Glance) -> Claim | None:
        """Say whether data looks like this task's, or None."""

    def codec(self, saved: Artifact, spec: Any) -> Codec:
        """Build what stands around a saved network.

        Raises:
            ArtifactError: the parts of the directory do not fit together.
        """

    def deciding(self, model: Model, options: Any) -> Model:
        """Return the model answering as the options of `predict` ask."""

    def typed(self, model: Model, words: Sequence[Any]) -> Items:
        """Return the items that somebody typed as words of one command."""

    def items(self, data: Any, model: Model, options: Any) -> Items:
        """Return the items of a file or a frame; rows that hold none are rejects, with reason."""

    def piped(self, piped: Piped, model: Model, options: Any, format: str | None) -> Items:
        """Return the items of standard input, as they come."""

    def one(self, model: Model, words: Sequence[Any]) -> Any:
        """Return the one item that `explain` is asked about."""

    def apart(self, path: Path, model: Model, options: Any) -> bool:
        """Say whether every row of a file is an item by itself, so that pieces may be read."""

    def table(self, path: Path, model: Model, options: Any) -> Table | None:
        """Return the table that `items` reads of a file; None of one that is no table."""

    def records(self, answer: Any) -> Iterable[dict[str, Any]]:
        """Return the rows that an output file has of one answer."""

    def record_types(self, model: Model) -> Types:
        """Return what a row of `records` has."""

    def answered(self, said: str, items: Sequence[Any], answers: Sequence[Any]) -> Report:
        """Return the report of `predict` on a few items."""

    def labelled(self, data: Any, model: Model, options: Any, place: Path) -> Labelled:
        """Read labelled data for a saved model; `place` is a folder for what is large."""

    def made_up(self, model: Model, *, rows: int, seed: int) -> Labelled:
        """Return rows made up from what the model knows; their labels mean nothing."""

    @property
    def measures(self) -> Sequence[Measure]:
        """What `drift` compares of rows."""

    def measured(
        self, model: Model, steps: Sequence[Steps], contexts: Sequence[Any], numbers: Numbers
    ) -> dict[str, Column]:
        """Return a column for each measure, of rows in their order and the answers to them."""

    def unlabelled(self, data: Any, model: Model, options: Any) -> Unlabelled:
        """Read new rows, whose truth nobody knows, as `drift` compares them."""

    def renewed(self, model: Model, data: Any, options: Any) -> Renewed:
        """Return what `update` changes of a model, by newer data; only of the ability `update`."""

    def checks(self, model: Model, options: Any) -> Report:
        """Return what `evaluate` is asked for beside figures; empty where nothing is."""

    def screen(self, kind: str, report: Report) -> list[str]:
        """Return a report of `train`, `compare`, `evaluate` or `predict` for a person.

        `chart` is what of `predict` can be drawn on a terminal; nothing where nothing can.
        """

    def page(self, report: Report) -> str:
        """Return a report of `predict` as a page of HTML; empty where nothing can be drawn."""

    def front_end(self, model: Model) -> FrontEnd:
        """Return what stands around the graph that `export` writes.

        Raises:
            OptionError: this model has no graph; the message says what can be done instead.
        """

    def learner(self) -> Learner:
        """Return the part that trains; imports torch."""

    def reporter(self) -> Reporter:
        """Return what a page of its models has."""

    def wire(self) -> Wire:
        """Return how its items and answers travel as JSON."""

    def explainer(
        self, *, gradients: bool = True
    ) -> Callable[[Model, Any], Explanation | AttentionMap | InfluenceMap]:
        """Return the part that explains; with `gradients`, where there are any, by torch too."""
