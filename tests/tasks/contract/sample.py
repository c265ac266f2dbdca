"""What a task gives the contract suite: a little data that it can learn from in a second or two."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

__all__ = ["Sample"]


@dataclass(frozen=True)
class Sample:
    """One task in little.

    Its rows must be learnable, so that the trained model beats the weakest opponent.
    """

    write: Callable[[Path], Path]
    """Writes a labelled file into a folder and returns its path."""
    options: dict[str, Any]
    """With which it trains fast."""
    items: Sequence[Any]
    """Several to predict, of different lengths."""
    judged: Callable[[Path, Any], Sequence[Any]]
    """The items of the labelled file, in the order `evaluate` judges them, for a model."""
    numbers: Callable[[Sequence[Any]], Any]
    """Answers as the yardstick takes them."""
    words: Sequence[str]
    """What a person types into a stream, word by word."""
    whole: Callable[[Sequence[str]], Any]
    """The one item that these words are."""
    wrong: Callable[[Path], tuple[Path, int]]
    """Writes a file with one wrong row, and says which line."""
    fresh: Callable[[Path, int], Path]
    """Writes hundreds of rows without labels by a seed, all seeds from one source."""
    changed: Callable[[Path], Path]
    """Writes as many that are harder for a model."""
    one_item: bool = False
    """A file is one item, and a wrong row an error."""
    claimed: Sequence[Any] = ()
    """Other data that the task must claim unasked."""
    stages: dict[str, Any] | None = field(default_factory=dict)
    """Further options with which training has several stages; None where it cannot be stopped."""
    hasty: dict[str, Any] = field(default_factory=lambda: {"time_limit": "0.001s"})
    """Further options with which its model is worse."""
    another: dict[str, Any] = field(default_factory=lambda: {"seed": 5})
    """Further options with which its model has other weights."""
    states: bool = True
    """Whether its model has states, that a memory card could look at."""
    streams: bool = True
    """Whether its model reads left to right, where models of the task can."""
    tolerance: float = 1e-5
    """Of a stream's answers, as their numbers go."""
