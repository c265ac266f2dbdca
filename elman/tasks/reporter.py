"""What a task says of its models for a page about one of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, Protocol

from elman.judging.yardstick import Numbers
from elman.runtime.model import Model
from elman.web.blocks import Section, Unit

__all__ = ["Report", "Reporter", "Shown"]

Report = Mapping[str, Any]  # what `train` prints with --json


class Shown(NamedTuple):
    """A figure that a page shows of a model and its opponents."""

    key: str
    """In `metrics` and `baselines` of a report."""
    called: str
    unit: Unit
    higher_is_better: bool = True


class Reporter(Protocol):
    """What a task's models have on their page besides what all have."""

    @property
    def parts(self) -> tuple[str, ...]:
        """The files of a model directory without which a page cannot answer."""

    @property
    def near(self) -> float:
        """How far apart, by `apart`, answers of a page may be from those of the model."""

    def apart(self, truth: Numbers, numbers: Numbers) -> float:
        """Return how far answers are from the model's own, of the same rows."""

    def differ(self, apart: float, rows: int, changed: int) -> str:
        """Say how far apart answers to so many rows are, and how many decide something else."""

    def shown(self, report: Report) -> Sequence[Shown]:
        """Return the figures of a report of `train`; the first is drawn."""

    def called(self, report: Report) -> str:
        """Return the model in a table, as "lstm, both ways"."""

    def example(self, model: Model, report: Report) -> str:
        """Return an item as a person types it; empty where none can be typed."""

    def typed(self, model: Model, report: Report) -> tuple[str, str]:
        """Return what follows `elman predict MODEL`, and a line of Python that asks `model`."""

    def streams(self, model: Model) -> bool:
        """Say whether this model can be asked as things come."""

    def checked(self, model: Model, report: Report) -> Sequence[Any]:
        """Return items that the page answers when it is opened, as JSON has them."""

    def sections(
        self, model: Model, report: Report, held_out: Mapping[str, Sequence[Any]]
    ) -> Sequence[Section]:
        """Return what is particular: what is confused, the worst errors, forecasts."""
