"""Columns of the input that go with the answers."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from typing import Any

from elman.errors import OptionError, did_you_mean

__all__ = ["Keep", "kept", "values"]

Keep = Mapping[str, str]
"""Columns of the input by the names they have beside the answer."""

_OURS = ("line", "reason")


def kept(wanted: str | None, columns: Sequence[str], answers: Sequence[str]) -> Keep:
    """Return the columns to keep.

    Args:
        wanted: by name with commas between, or "all".
        columns: of the input.
        answers: names that an answer has; a column of such a name is called `input.NAME`.

    Raises:
        OptionError: there is no such column, or there are none.
    """
    if wanted is None:
        return {}
    if not columns:
        raise OptionError(f"--keep {wanted}: this input has no columns. Leave it out.")
    names = [wanted] if wanted in columns else [name.strip() for name in wanted.split(",")]
    names = list(columns) if wanted == "all" else list(dict.fromkeys(names))
    taken = {*_OURS, *answers}
    found: dict[str, str] = {}
    for name in names:
        if name not in columns:
            raise OptionError(
                f'--keep "{name}": the input has no such column. {did_you_mean(name, columns)}'
            )
        shown = name
        while shown.partition(".")[0] in taken or shown in found:
            shown = f"input.{shown}"
        found[shown] = name
    return found


def values(keep: Keep, fields: Mapping[str, object], *, flat: bool) -> dict[str, Any]:
    """Return what a row has in the columns to keep; `flat` writes lists and objects as JSON."""
    return {shown: _plain(fields.get(name), flat) for shown, name in keep.items()}


def _plain(value: object, flat: bool) -> object:
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if value is None or isinstance(value, (str, int, float)):
        return value
    try:
        written = json.dumps(value, ensure_ascii=False, allow_nan=False)
    except (TypeError, ValueError):  # a date of a parquet file, say
        return str(value)
    return written if flat else value
