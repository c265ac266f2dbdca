"""Kept columns: the same in every part of a job, and of one type in parquet, whatever stands there.

They are those of all files, for keys of JSON lines come and go: where a row has none is null.
Numbers have a type that holds those of all files. What comes from csv or JSON lines is text, for
nobody knows what will stand there before all of it is read. Kinds are names of polars' types, in
lists and objects as `Task.record_types` has them, so that a manifest can hold them.
"""

from __future__ import annotations

import contextlib
import json
import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from elman.data.addresses import shown
from elman.data.pieces.cut import beginning
from elman.data.pieces.sources import Source
from elman.data.tables.keep import Keep, kept
from elman.data.tables.parquet import damage
from elman.data.tables.table import Reject
from elman.errors import DataError, InputError
from elman.tasks.interface import Located, Passed

__all__ = ["agreed", "fitted"]

_TEXT, _NOTHING = "String", "Null"
_INTEGERS = {f"{sign}{bits}" for sign in ("Int", "UInt") for bits in (8, 16, 32, 64)}
_EXACT = {"Float64": 2**53, "Float32": 2**24}
"""Up to where all whole numbers are numbers of a type."""


Columns = Callable[[Path], Sequence[str]]
"""Reads the names of the columns of a file."""


def agreed(
    sources: Iterable[Source], wanted: str, answers: Iterable[str], columns: Columns, *, typed: bool
) -> dict[str, Any]:
    """Return what is kept in every part of a job.

    Args:
        sources: the files. What is wrong with one by itself is for whoever reads it to say.
        wanted: columns, as named; of "all" those of all files.
        answers: names that an answer has.
        columns: of a file.
        typed: whether parts have types.

    Returns:
        `columns`, each by the name it has in parts and its own, in order; `kinds`, by the first.

    Raises:
        OptionError: no file has such a column.
        DataError: a column has types in two files that cannot be one.
    """
    there: dict[str, None] = {}
    found: dict[str, Any] = {}
    first: dict[str, Source] = {}
    odd: dict[str, DataError] = {}
    for source in sources:
        with contextlib.suppress(InputError), beginning(source) as path:
            names = columns(path)
            there |= dict.fromkeys(names)
            kinds = _kinds(path, names, shown(source.where)) if typed else {}
            for name, kind in kinds.items():
                before = found.setdefault(name, kind)
                if (one := _one(before, kind)) is None:
                    said = (
                        f'{shown(source.where)}: the column "{name}" is {_said(kind)}, and in '
                        f"{shown(first[name].where)} it is {_said(before)}. A column of parquet "
                        "parts has one type: leave it out of --keep, have one type in all files, "
                        "or say --parts jsonl."
                    )
                    odd.setdefault(name, DataError(said))
                elif one != before or name not in first:
                    found[name], first[name] = one, source
    # of files that cannot be read whoever reads them tells
    keep = dict(kept(wanted, [*there], tuple(answers))) if there else {}
    for name in keep.values():
        if name in odd:
            raise odd[name]
    kinds = {name: found.get(of, _TEXT) for name, of in keep.items() if typed}
    kinds = {name: _TEXT if kind == _NOTHING else kind for name, kind in kinds.items()}
    return {"columns": [*map(list, keep.items())], "kinds": kinds}


def fitted(
    rows: Iterable[Located | Reject | Passed], path: Path, keep: Keep, kinds: Mapping[str, Any]
) -> Iterator[Located | Reject | Passed]:
    """Yield rows whose kept columns hold what their kinds do.

    Raises:
        DataError: a whole number is too large for the floats of other files.
    """
    wanted = {of: kinds.get(name, _TEXT) for name, of in keep.items()}
    for row in rows:
        if isinstance(row, Located):
            held = {name: row.fields.get(name) for name in wanted}
            for name, value in held.items():
                most = _EXACT.get(wanted[name]) if isinstance(wanted[name], str) else None
                if most is not None and isinstance(value, int) and abs(value) > most:
                    raise DataError(
                        f'{path}, row {row.line}: "{name}" is {value}, and a column of '
                        f"{wanted[name]}, as other files have it, would not keep all of its "
                        "digits. Leave it out of --keep, or say --parts jsonl."
                    )
            fields = {name: _fit(value, wanted[name]) for name, value in held.items()}
            yield row._replace(fields={**row.fields, **fields})
        else:
            yield row


def _kinds(path: Path, names: Sequence[str], where: str) -> dict[str, Any]:
    """Return the kinds of a file's columns."""
    if path.suffix.lower() not in (".parquet", ".pq"):
        return dict.fromkeys(names, _TEXT)
    import polars

    with damage(where):
        schema = polars.scan_parquet(path, glob=False).collect_schema()
    # dates and their like are written as text everywhere
    return {name: _kind(type) or _TEXT for name, type in schema.items()}


def _kind(type: Any) -> Any:
    """Return the kind of a type; None where it holds what JSON does not."""
    import polars

    if isinstance(type, polars.List):
        inner = _kind(type.inner)
        return [inner] if inner else None
    if isinstance(type, polars.Struct):
        fields = {field.name: _kind(field.dtype) for field in type.fields}
        return fields if all(fields.values()) else None
    name = str(type)
    return name if name in {*_INTEGERS, *_EXACT, _TEXT, _NOTHING, "Boolean"} else None


def _one(kind: Any, other: Any) -> Any:
    """Return the kind that holds two; None if there is none."""
    if kind == other or other == _NOTHING:
        return kind
    if kind == _NOTHING:
        return other
    numbers = {*_INTEGERS, *_EXACT}
    if not all(isinstance(each, str) and each in numbers for each in (kind, other)):
        return None
    import polars

    frames = [polars.DataFrame(schema={"": getattr(polars, each)}) for each in (kind, other)]
    one = str(polars.concat(frames, how="vertical_relaxed").schema[""])
    return one if one in numbers else None


def _said(kind: Any) -> str:
    if isinstance(kind, str):
        return "text" if kind == _TEXT else kind
    return "a list" if isinstance(kind, list) else "an object"


def _fit(value: Any, kind: Any) -> Any:
    if isinstance(kind, (list, dict)):
        return _finite(value)
    if kind != _TEXT or value is None or isinstance(value, str):
        return value
    if isinstance(value, float) and not math.isfinite(value):
        return None
    try:
        return json.dumps(value, ensure_ascii=False, allow_nan=False)
    except (TypeError, ValueError):  # a date, say
        return str(value)


def _finite(value: Any) -> Any:
    """Return lists and objects that JSON can hold."""
    if isinstance(value, dict):
        return {name: _finite(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_finite(inner) for inner in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
