"""What is said of the column that says which rows belong together, and what is refused."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from elman.data.text.leaks.keys import Groups
from elman.errors import OptionError

__all__ = ["Grouped", "check_groups", "few_groups", "uneven"]

Ints = npt.NDArray[np.int64]

_LARGE = 0.2
"""Share of the rows that groups joined by texts may have, before it is said."""

_SMALL_PART, _LARGE_PART, _SHOWN = 0.05, 0.2, 5
"""Shares of the rows between which a held-out part is about the tenth that it should be."""


@dataclass(frozen=True)
class Grouped:
    """The groups of the training file."""

    column: str
    groups: int
    alone: int
    """Rows without a group."""
    joined: int
    """Groups that repeated texts join into the largest; 1 where none is joined."""
    joined_rows: int
    part: str
    """The part that `beside` speaks of."""
    beside: float
    """Share of its rows that a random split would put beside training rows of their own group."""

    @classmethod
    def of(cls, groups: Groups, together: Ints, part: str, beside: float) -> Grouped:
        sizes = np.bincount(together)
        largest = together == sizes.argmax()
        joined = len(np.unique(groups.keys[largest]))
        return cls(
            groups.column,
            len(groups.named),
            groups.alone,
            joined,
            int(sizes.max()),
            part,
            beside,
        )

    def lines(self) -> list[str]:
        """What was found, for a person."""
        without = f"; {self.alone:,} rows without one stand alone" if self.alone else ""
        return [
            f'{self.groups:,} groups by "{self.column}", each in one part{without}',
            f"a random split would have put {self.beside:.0%} of the {self.part} rows beside "
            f'training rows of their own "{self.column}"',
        ]

    def warnings(self, rows: int) -> list[str]:
        if self.joined == 1 or self.joined_rows <= _LARGE * rows:
            return []
        return [
            f'repeated texts join {self.joined:,} groups by "{self.column}" into one of '
            f"{self.joined_rows:,} rows, which stays in one part; without those texts the parts "
            "would be fairer"
        ]


def check_groups(source: str, groups: Groups, together: Ints, *, test: bool) -> None:
    """Refuse groups that cannot fill the parts.

    Args:
        source: the file, for the message.
        groups: of its rows.
        together: `(N,)` numbers of what stays in one part.
        test: whether a test part is to be held out.

    Raises:
        OptionError: with how many there are and what to do.
    """
    keys = np.unique(groups.keys)
    if len(keys) == 1 or not len(groups.named):
        name = groups.names.get(int(keys[0]))
        only = f'one group, "{name:.40}", in' if name else "nothing in"
        raise OptionError(
            f'{source}: column "{groups.column}" has {only} all {len(together):,} rows. Expected '
            "many groups, some of which are held out whole. Leave --group out, or name another "
            "column."
        )
    parts = ("training", "validation", "test")[: 3 if test else 2]
    if int(together.max()) + 1 < len(parts):
        why = f"too few for {len(parts)} parts ({', '.join(parts)}) that have none in common"
        raise few_groups(source, groups, together, why)


def few_groups(source: str, groups: Groups, together: Ints, why: str) -> OptionError:
    """Groups that cannot fill the parts: how many, why, and what to do."""
    number, units = len(np.unique(groups.keys)), int(together.max()) + 1
    joined = f" that repeated texts join into {units:,}" if units < number else ""
    remedy = "leave out texts that are repeated, " if joined else ""
    return OptionError(
        f'{source}: column "{groups.column}" has {number:,} groups{joined}, {why}. Expected 30 '
        f"groups or more, with rows of each class in several. Leave --group out, {remedy}name a "
        "column of more groups, or bring rows of other groups to judge on with --test FILE."
    )


def uneven(
    classes: tuple[str, ...],
    labels: npt.NDArray[np.integer],
    owners: Ints,
    together: Ints,
    parts: Mapping[str, Ints],
) -> list[str]:
    """Warn of parts far from their share, and of classes that a part lacks for their groups.

    Args:
        classes: their names.
        labels: `(L,)` of all rows, as class numbers.
        owners: `(L,)` the row of each label.
        together: `(N,)` numbers of what stays in one part.
        parts: the rows of those that were held out.
    """
    warnings, counts = [], np.bincount(labels, minlength=len(classes))
    shares = {name: len(rows) / len(together) for name, rows in parts.items()}
    if any(not _SMALL_PART <= share <= _LARGE_PART for share in shares.values()):
        sizes = " and ".join(f"{share:.1%} in the {name} part" for name, share in shares.items())
        warnings.append(f"groups are few or large: of the rows are {sizes}, where 10% should be")
    for name, rows in parts.items():
        there = np.bincount(labels[np.isin(owners, rows)], minlength=len(classes))
        lacking = np.flatnonzero((counts > 0) & (there == 0))
        if not len(lacking):
            continue
        shown = []
        for k in lacking[:_SHOWN]:
            number = len(np.unique(together[owners[labels == k]]))
            shown.append(f'"{classes[k]:.40}" ({number:,} group{"s" * (number > 1)})')
        more = f" and {len(lacking) - _SHOWN:,} more" if len(lacking) > _SHOWN else ""
        warnings.append(
            f"the {name} part has no row of {', '.join(shown)}{more}: groups stay whole, and no "
            "class loses its last; how well such a class is told is not measured there"
        )
    return warnings
