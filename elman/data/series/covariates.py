"""What is known beside the values of a series: numbers or categories, become columns of floats."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from elman.data.series.columns import Columns, date_forms
from elman.data.series.values import MISSING, Where, looks_like_number, parse_values
from elman.errors import OptionError, did_you_mean

__all__ = ["Covariate", "Kind", "covariates_of", "floats_of"]

Floats = NDArray[np.float64]

Kind = Literal["past", "future", "static"]

_LOOKED_AT = 20
"""Fields that show whether a column is of dates."""
_MOST_CATEGORIES = 32
"""Of one column that are told apart; rarer ones are none of them."""


@dataclass(frozen=True)
class Covariate:
    """A column that a forecast may depend on."""

    name: str
    kind: Kind
    """`past`: known as the values are; `future`: for the steps that are foretold as well;
    `static`: of a series, at all times."""
    categories: tuple[str, ...] = ()
    """Each becomes a column of its own; none of numbers."""

    @property
    def width(self) -> int:
        """How many columns of floats it becomes."""
        return len(self.categories) or 1


def covariates_of(columns: Columns, named: dict[Kind, Sequence[str]]) -> tuple[Covariate, ...]:
    """Return the covariates that were asked for, with the categories of those that are no numbers.

    Raises:
        OptionError: a column is not there, or is named twice.
    """
    found: list[Covariate] = []
    for kind, names in named.items():
        for name in names:
            if name not in columns:
                raise OptionError(
                    f'--{kind}-covariates: no column "{name}". {did_you_mean(name, columns)}'
                )
            if name in [one.name for one in found]:
                raise OptionError(f'the covariate "{name}" is named twice. Name it once.')
            fields = [field for field in columns[name] if field.lower() not in MISSING]
            numbers = all(map(looks_like_number, fields))
            dates = kind != "static" and len(set(fields)) > _MOST_CATEGORIES
            if not numbers and dates and date_forms(fields[:_LOOKED_AT], name):
                raise OptionError(
                    f'--{kind}-covariates: "{name}" is a column of dates. What a calendar tells, '
                    "--calendar hour,weekday,yearday reads from the dates of the series."
                )
            counted = Counter(fields).most_common(_MOST_CATEGORIES)
            categories = () if numbers else tuple(sorted(category for category, _ in counted))
            found.append(Covariate(name, kind, categories))
    return tuple(found)


def floats_of(columns: Columns, covariates: Sequence[Covariate], where: Where) -> Floats:
    """Return the columns `(N, width)` of some covariates; NaN where a number is missing.

    Raises:
        DataError: a field is no number.
    """
    found: list[Floats] = []
    for covariate in covariates:
        fields = columns[covariate.name]
        if not covariate.categories:
            found.append(parse_values(fields, covariate.name, where)[:, None])
            continue
        array = np.array(fields)[:, None] == np.array(covariate.categories)
        missing = np.array([field.lower() in MISSING for field in fields], bool)
        found.append(np.where(missing[:, None], np.nan, array))
    return np.concatenate([np.zeros((len(next(iter(columns.values()))), 0)), *found], axis=1)
