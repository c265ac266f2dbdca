"""Labels become class numbers: spellings of one label that mean the same are one class."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

from elman.errors import did_you_mean

__all__ = ["ClassNames", "class_order"]

_MOST = 100

_TRUTH = {"true": "1", "false": "0"}


class ClassNames:
    """Numbers labels in order of first appearance; "Positive" and "positive" are one class.

    So are "true" and "1" where there is nothing else but truth and falsehood.

    Args:
        known: classes that are there already; with them no new one is added.
    """

    def __init__(self, known: Sequence[str] = ()) -> None:
        self.known = tuple(known)
        self._numbers: dict[str, int] = {}
        self._exact = {name: number for number, name in enumerate(known)}
        self._spelt: list[Counter[str]] = []
        self.strangers: Counter[str] = Counter()
        """Rows of labels that are none of the known classes, of the first hundred."""
        for number, name in enumerate(known):
            self._numbers.setdefault(_key(name), number)
            if name.lower() in ("0", "1", *_TRUTH) and len(known) == 2:
                for other in ("0", "1", "true", "false"):
                    if _TRUTH.get(other, other) == _TRUTH.get(name.lower(), name):
                        self._numbers.setdefault(other, number)

    def __len__(self) -> int:
        return len(self.known) or len(self._numbers)

    def number(self, name: str) -> int | None:
        """The number of a label; None where the known classes have none for it."""
        if self.known:
            known = self._exact.get(name, self._numbers.get(_key(name)))
            if known is None and (name in self.strangers or len(self.strangers) < _MOST):
                self.strangers[name] += 1
            return known
        number = self._numbers.setdefault(_key(name), len(self._numbers))
        if number == len(self._spelt):
            self._spelt.append(Counter())
        self._spelt[number][name] += 1
        return number

    def again(self, name: str, times: int) -> None:
        """Count a label that has a number once more, so many times."""
        if not self.known:
            self._spelt[self._numbers[_key(name)]][name] += times

    def names(self) -> list[str]:
        """A name for every number: the most frequent spelling, of equals the first.

        Two numbers have the same name where they mean the same.
        """
        if self.known:
            return list(self.known)
        names = [spelt.most_common(1)[0][0] for spelt in self._spelt]
        if len(names) > 2 and self._numbers.keys() <= {"0", "1", *_TRUTH}:
            names = [_TRUTH.get(name.lower(), name) for name in names]
        return names

    def notes(self) -> list[str]:
        """What was taken for the same, and what for no class at all, for a person."""
        notes = []
        for name, rows in self.strangers.most_common(4):
            counted = f"{rows:,} row" + ("s" if rows > 1 else "")
            nearest = did_you_mean(name, self.known)
            notes.append(f'"{name:.40}" of {counted} is no class of the training data. {nearest}')
        names = self.names() if not self.known else []
        for place, name in enumerate(dict.fromkeys(names)):
            of_it = [s for s, other in zip(self._spelt, names, strict=True) if other == name]
            spelt = [spelling for counter in of_it for spelling in counter]
            if len(spelt) > 1 and place < 10:
                shown = ", ".join(f'"{s:.40}"' for s in spelt[:4])
                notes.append(f'labels {shown} are read as one class, "{name:.40}"')
        return notes


def _key(name: str) -> str:
    return " ".join(name.casefold().split())


def class_order(names: Sequence[str]) -> Callable[[str], Any]:
    """By number where all are whole numbers, so that 10 comes after 9; else by letters."""
    numeric = all(name.removeprefix("-").isdecimal() and len(name) < 19 for name in names)
    return (lambda name: (int(name), name)) if numeric else str
