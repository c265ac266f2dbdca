"""Behavioural tests: what a classifier should do, written down in a file, and what it does.

Three kinds of file, told apart by their columns:

    text, expected                                    what to answer: a class, or "not CLASS"
    text_original, text_changed, type[, expected]     INV: the answer must stay; DIR: its
                                                      probability "must not go up" or "down"
    text_original, label_original, text_revised, label_revised
                                                      both right: the answer follows the change

`capability` and `test`, where a file has them, are what failures are counted by. Any table
that trains can be read.

References:
    Ribeiro et al. 2020, "Beyond accuracy: behavioral testing of NLP models with CheckList",
    arXiv 2005.04118: minimum functionality, invariance and directional tests.
    Kaushik et al. 2020, arXiv 1909.12434, and Gardner et al. 2020, arXiv 2004.02709: contrast
    pairs; the share of pairs with both right is their consistency.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import cast

from elman.data.tables.table import Row, Table
from elman.errors import DataError, OptionError, did_you_mean
from elman.judging.classes.decision import Prediction

__all__ = ["READERS", "Case", "Names", "kind_of"]

TOLERANCE = 0.1
"""A probability may move by this much and count as the same (the source's own figure), where the
file says nothing."""

_SYNONYMS = (
    {"positive", "pos", "good", "1", "__label__positive"},
    {"negative", "neg", "bad", "0", "__label__negative"},
    {"neutral", "neu"},
)
"""Names of one and the same class, where a model has exactly one of them."""

_DIRECTION = re.compile(r"not go (up|down)(?: by more than (\S+))?")


@dataclass(frozen=True)
class Case:
    """One row of a file: texts to answer, and what the answers must be."""

    capability: str
    test: str
    line: int
    texts: tuple[str, ...]
    expected: str
    verdict: Callable[[Sequence[Prediction]], float]
    """How wrong the answers are: 0 passes, and more is worse."""


class Names:
    """From the names of a file to those of the model."""

    def __init__(self, classes: Sequence[str], given: str | None) -> None:
        self.classes = classes
        self.table = {name.casefold(): name for name in classes}
        for group in _SYNONYMS:
            own = [name for name in classes if name.casefold() in group]
            if len(own) == 1:
                self.table |= {other: own[0] for other in group if other not in self.table}
        for part in given.split(",") if given else ():
            theirs, equals, ours = (piece.strip() for piece in part.partition("="))
            if not equals or ours not in classes:
                raise OptionError(
                    f'--label-names "{part}": expected FILE_NAME=CLASS. '
                    f"{did_you_mean(ours, classes)}"
                )
            self.table[theirs.casefold()] = ours

    def of(self, name: object) -> str | None:
        """The model's class of this name, None where it has none."""
        return self.table.get(str(name).strip().casefold())


def kind_of(table: Table) -> str:
    for kind, columns in _COLUMNS.items():
        if columns <= set(table.columns):
            return kind
    kinds = "; ".join(f"{', '.join(sorted(columns))}" for columns in _COLUMNS.values())
    raise DataError(
        f"{table.path}: has the columns {', '.join(table.columns)}, but a behaviour file has "
        f"those of one of these kinds: {kinds}. docs/explain.md shows how to write one."
    )


def _stated(row: Row, names: Names) -> Case | str:
    """A text and what to answer."""
    text, said = row.fields.get("text"), str(row.fields.get("expected") or "").strip()
    negated = said.casefold().startswith("not ")
    wanted = names.of(said[4:] if negated else said)
    if not isinstance(text, str) or not text.strip():
        return "no text"
    if wanted is None:
        return f'expected "{said}", which is no class of the model'
    label = wanted

    def verdict(answers: Sequence[Prediction]) -> float:
        (answer,) = answers
        p = answer.probabilities[label]
        if negated:
            return p if answer.label == label else 0.0
        return 1 - p if answer.label != label else 0.0

    expected = f"not {label}" if negated else label
    return Case(*_place(row), row.line, (text,), expected, verdict)


def _changed(row: Row, names: Names) -> Case | str:
    """A text and a change of it that must not matter, or only one way."""
    texts = _texts(row, "text_original", "text_changed")
    if texts is None:
        return "a text is missing"
    kind = str(row.fields.get("type") or "").strip().upper()
    rule = str(row.fields.get("expected") or "")
    if kind == "INV":

        def same(answers: Sequence[Prediction]) -> float:
            before, after = answers
            moved = _moved(before, after)
            return abs(moved) if after.label != before.label and abs(moved) >= TOLERANCE else 0.0

        return Case(*_place(row), row.line, texts, "the same answer", same)
    found = _DIRECTION.search(rule)
    if kind != "DIR" or found is None:
        return (
            f'type "{kind}" with expected "{rule}": a type is INV, or DIR with "must not go up" or '
            '"must not go down", "by more than 0.1"'
        )
    sign = 1 if found[1] == "up" else -1
    try:
        allowed = float(found[2] or TOLERANCE)
    except ValueError:
        allowed = -1.0
    if not 0 <= allowed < 1:
        return f'"{rule}": a probability moves by 0 to 1, not by {found[2]}'

    def one_way(answers: Sequence[Prediction]) -> float:
        moved = sign * _moved(*answers)
        return moved if moved > allowed else 0.0

    expected = f"its probability must not go {found[1]} by more than {allowed:g}"
    return Case(*_place(row), row.line, texts, expected, one_way)


def _moved(before: Prediction, after: Prediction) -> float:
    """How the probability of what was most probable before has moved."""
    first = max(before.probabilities, key=before.probabilities.__getitem__)
    return after.probabilities[first] - before.probabilities[first]


def _contrast(row: Row, names: Names) -> Case | str:
    """A pair of texts with a small difference and a label each."""
    texts = _texts(row, "text_original", "text_revised")
    given = [row.fields.get(name) for name in ("label_original", "label_revised")]
    labels = [names.of(label) for label in given]
    if texts is None:
        return "a text is missing"
    if None in labels:
        missing = given[labels.index(None)]
        return f'label "{missing}", which is no class of the model'
    wanted = cast(list[str], labels)

    def verdict(answers: Sequence[Prediction]) -> float:
        pairs = list(zip(answers, wanted, strict=True))
        if all(answer.label == label for answer, label in pairs):
            return 0.0
        return max(1 - answer.probabilities[label] for answer, label in pairs)

    place = (str(row.fields.get("capability") or "contrast pairs"), _test(row, "both sides right"))
    return Case(*place, row.line, texts, " → ".join(wanted), verdict)


def _texts(row: Row, *columns: str) -> tuple[str, ...] | None:
    values = [row.fields.get(column) for column in columns]
    if all(isinstance(value, str) and value.strip() for value in values):
        return tuple(cast(list[str], values))
    return None


def _place(row: Row) -> tuple[str, str]:
    return str(row.fields.get("capability") or "all"), _test(row, "all")


def _test(row: Row, otherwise: str) -> str:
    return str(row.fields.get("test") or otherwise)


_COLUMNS = {
    "contrast": {"text_original", "label_original", "text_revised", "label_revised"},
    "pairs": {"text_original", "text_changed", "type"},
    "stated": {"text", "expected"},
}

READERS: dict[str, Callable[[Row, Names], Case | str]] = {
    "contrast": _contrast,
    "pairs": _changed,
    "stated": _stated,
}
