"""What a page shows, as data: sections of blocks, each drawn by the script in its own way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

__all__ = [
    "Attention",
    "Block",
    "Code",
    "Curve",
    "Facts",
    "Fan",
    "Figure",
    "Figures",
    "Line",
    "Live",
    "Matrix",
    "Said",
    "Section",
    "States",
    "Table",
    "Tagged",
    "Texts",
    "Words",
    "plain",
]

Unit = Literal["share", "points", "value"]
"""How a figure is written: 0.953 as 95.3 %, 36.9 as it is, or in the units of the data."""


@dataclass(frozen=True)
class Said:
    """Sentences."""

    text: str
    tone: Literal["plain", "verdict", "quiet", "warning"] = "plain"


@dataclass(frozen=True)
class Facts:
    """Names with their values, each as it is read."""

    rows: Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Figure:
    """One figure of one model."""

    called: str
    value: float
    low: float | None = None
    high: float | None = None
    """Its 95 % interval."""
    role: Literal["model", "inside", "rival"] = "rival"
    others: Mapping[str, float | None] = field(default_factory=dict)
    """Its further figures, by their name in the table."""


@dataclass(frozen=True)
class Figures:
    """A model beside its opponents, on the same rows."""

    name: str
    """Of the figure that is drawn, as "accuracy"."""
    unit: Unit
    rows: Sequence[Figure]
    higher_is_better: bool = True
    units: Mapping[str, Unit] = field(default_factory=dict)
    """Of the others."""


@dataclass(frozen=True)
class Line:
    """One line of a chart; its interval, where there is one, is shaded."""

    name: str
    x: Sequence[float]
    y: Sequence[float | None]
    low: Sequence[float | None] | None = None
    high: Sequence[float | None] | None = None


@dataclass(frozen=True)
class Curve:
    """Lines over a common axis."""

    x: str
    y: str
    lines: Sequence[Line]
    logarithmic: bool = False
    diagonal: bool = False
    """Whether y = x is drawn, where a perfect model would be."""
    caption: str = ""


@dataclass(frozen=True)
class Matrix:
    """Counts, a row a truth and a column an answer."""

    labels: Sequence[str]
    counts: Sequence[Sequence[int]]


@dataclass(frozen=True)
class Table:
    """A table as it stands; numbers are written to four digits."""

    columns: Sequence[str]
    rows: Sequence[Sequence[str | float | None]]
    caption: str = ""


@dataclass(frozen=True)
class Texts:
    """Texts with their answers; the page's own model colours their words."""

    items: Sequence[Mapping[str, Any]]
    """`text`, `truth` and `label` (text), `probability`, and `where` it stands."""


@dataclass(frozen=True)
class Words:
    """Words, or other steps, on a ground that says what each adds to the answer."""

    words: Sequence[str]
    values: Sequence[float]
    answer: str


@dataclass(frozen=True)
class States:
    """The state after every step: orange below 0, blue above."""

    columns: Sequence[Sequence[float]]
    """One a step, from -1 to 1, each as long as there are units."""
    labels: Sequence[str]


@dataclass(frozen=True)
class Tagged:
    """Sentences with the tag of each word; where the truth differs it stands below."""

    items: Sequence[Mapping[str, Any]]
    """`words`, `tags`, and on request `truths` and `probabilities`, one a word."""


@dataclass(frozen=True)
class Fan:
    """A series, what is said of its future, and within what it is expected."""

    name: str
    labels: Sequence[str]
    """Of the past and then of the future."""
    past: Sequence[float | None]
    ahead: Sequence[float]
    bands: Sequence[tuple[str, Sequence[float | None], Sequence[float | None]]] = ()
    """Level, lower and upper ends; the widest first."""


@dataclass(frozen=True)
class Attention:
    """Where each piece of a translation looks."""

    source: Sequence[str]
    target: Sequence[str]
    weights: Sequence[Sequence[float]]


@dataclass(frozen=True)
class Code:
    """Something to type."""

    text: str


@dataclass(frozen=True)
class Live:
    """The model itself, to be asked."""

    example: str
    """What stands there at the beginning."""


Block = (
    Said
    | Facts
    | Figures
    | Curve
    | Matrix
    | Table
    | Texts
    | Words
    | States
    | Tagged
    | Fan
    | Attention
    | Code
    | Live
)


@dataclass(frozen=True)
class Section:
    """Blocks under one heading."""

    title: str
    blocks: Sequence[Block]


def plain(section: Section) -> dict[str, Any]:
    """Return a section as JSON has it: each block with its kind, the name of its class."""
    blocks = [{"kind": type(b).__name__.lower(), **asdict(b)} for b in section.blocks]
    return {"title": section.title, "blocks": blocks}
