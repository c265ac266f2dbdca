"""How the input of a job is divided, as its manifest says it, and what makes a job another.

Files keep their numbers as long as they are what they were, so parts keep their names when other
files are mended, go or come.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from elman.data.addresses import shown
from elman.data.pieces.cut import Cut, Piece
from elman.data.pieces.sources import Source
from elman.tasks.options import flag

__all__ = ["Divided", "difference", "divided"]


class Divided(NamedTuple):
    """A file in pieces."""

    first: int
    """The number of its first part."""
    cut: Cut

    @property
    def numbers(self) -> range:
        """Of its parts."""
        return range(self.first, self.first + len(self.cut.pieces))

    @property
    def told(self) -> dict[str, Any]:
        """It, as JSON."""
        return {
            "first": self.first,
            "unit": self.cut.unit,
            "head": [self.cut.head, self.cut.head_lines],
            "pieces": [list(piece) for piece in self.cut.pieces],
            "groups": [list(group) for group in self.cut.groups],
        }

    @classmethod
    def of(cls, told: Any) -> Divided:
        """Return what JSON says."""
        pieces = tuple(Piece(*piece) for piece in told["pieces"])
        groups = tuple((rows, begin, end) for rows, begin, end in told["groups"])
        head, lines = told["head"]
        return cls(told["first"], Cut(told["unit"], pieces, head, lines, groups))


def divided(
    sources: Sequence[Source],
    cut: Callable[[Sequence[Source]], Sequence[Cut]],
    known: Mapping[tuple[Any, ...], Divided],
) -> list[Divided]:
    """Divide files; those that are known stay as they are, and others take numbers that are free.

    Args:
        sources: the files.
        cut: cuts those that are not known.
        known: how files were divided, by `Source.told`.
    """
    taken = {n for each in known.values() for n in each.numbers}
    cuts = iter(cut([source for source in sources if source.told not in known]))
    found, free = [], 0
    for source in sources:
        each = known.get(source.told)
        if each is None:
            each = Divided(free, next(cuts))
            while clash := taken.intersection(each.numbers):
                each = each._replace(first=max(clash) + 1)
            free = each.numbers.stop
        found.append(each)
    return found


def difference(found: Any, facts: dict[str, Any]) -> str:
    """Say what of a job is another."""
    if found.get("elman") != facts["elman"]:
        return f"elman {found.get('elman')}, and this is {facts['elman']}"
    if found.get("model") != facts["model"]:
        return "another model, or the model was trained anew"
    then, now = found.get("options", {}), facts["options"]
    for name in sorted({*then, *now}):
        if then.get(name) != now.get(name):
            option = flag(name.replace(" ", "_"))
            return f"its {option} was {_given(then.get(name))}, and is {_given(now.get(name))} now"
    before = {name: rest for name, *rest in found.get("input", [])}
    after = {name: rest for name, *rest in facts["input"]}
    for name in sorted({*before, *after}):
        if name not in before:
            return f"{shown(name)} was not among its {len(before):,} input files"
        if name not in after:
            return f"{shown(name)} was among its input files, and is not now"
        if before[name] != after[name]:
            return f"{shown(name)} has changed since"
    return "its input has another order"


def _given(value: object) -> str:
    """Say an option's value as it is typed; a size was given in MiB and is held in bytes."""
    if value is None:
        return "not given"
    return f"{value / 2**20:.3g}" if isinstance(value, int) else str(value).removeprefix(".")
