"""What a Python program holds already as a table: frames, columns, records.

Frames of pandas, polars, pyarrow and those like them are told by what they can do; none of these
libraries is imported.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from elman.data.tables.table import Reject, Row, Table
from elman.errors import DataError

__all__ = ["column_values", "table_of"]


def table_of(data: Any, called: str = "the given data") -> Table | None:
    """Return what is given as a table; None where it is a list of items, or something else.

    Args:
        data: a frame; a dict of columns; a dict that is one record; or records, which are dicts.
        called: how messages speak of it.

    Raises:
        DataError: columns of different lengths, or without names that are texts.
    """
    if isinstance(data, Mapping):
        listed = {name: column_values(values) for name, values in data.items()}
        if listed and not any(values is None for values in listed.values()):
            return _of_columns(listed, called)  # type: ignore[arg-type]
        return _of_records([data], called)
    if hasattr(data, "collect") and hasattr(data, "collect_schema"):
        data = data.collect()  # a lazy frame
    if _is_frame(data):
        names = list(getattr(data, "column_names", None) or data.columns)
        _names(names, called)
        return _of_columns({name: column_values(data[name]) or [] for name in names}, called)
    if isinstance(data, Iterable) and not isinstance(data, (str, bytes, Path)):
        if not isinstance(data, Sequence):
            return None  # looking at an iterator would take its first item away
        if data and isinstance(data[0], Mapping):
            return _of_records(data, called)
    return None


def column_values(values: Any) -> list[Any] | None:
    """Return the values of a column: a list, an array, or a series of some library."""
    if isinstance(values, (str, bytes, Mapping)):
        return None
    for method in ("to_pylist", "to_list", "tolist"):
        if hasattr(values, method):
            found = getattr(values, method)()
            return found if isinstance(found, list) else None
    return list(values) if isinstance(values, (list, tuple)) else None


def _is_frame(data: Any) -> bool:
    named = hasattr(data, "columns") or hasattr(data, "column_names")
    return named and hasattr(data, "__getitem__") and not isinstance(data, (str, bytes, type))


def _of_columns(columns: Mapping[Any, list[Any]], called: str) -> Table:
    names = _names(columns, called)
    lengths = {name: len(values) for name, values in zip(names, columns.values(), strict=True)}
    if len(set(lengths.values())) > 1:
        shown = ", ".join(f"{name} {n}" for name, n in itertools.islice(lengths.items(), 4))
        raise DataError(f"{called}: columns of different lengths ({shown}).")

    def read() -> Iterator[Row | Reject]:
        for number, values in enumerate(zip(*columns.values(), strict=True), start=1):
            yield Row(number, dict(zip(names, map(_plain, values), strict=True)))

    return Table(Path(called), "frame", names, read)


def _of_records(records: Sequence[Any], called: str) -> Table:
    names = _names(
        dict.fromkeys(
            name for record in records[:200] if isinstance(record, Mapping) for name in record
        ),
        called,
    )

    def read() -> Iterator[Row | Reject]:
        for number, record in enumerate(records, start=1):
            if isinstance(record, Mapping):
                yield Row(number, {str(name): _plain(value) for name, value in record.items()})
            else:
                yield Reject(number, f"{type(record).__name__}, not a record such as the first")

    return Table(Path(called), "frame", names, read)


def _names(columns: Iterable[Any], called: str) -> list[str]:
    names = [str(name) for name in columns]
    if not names or len(set(names)) < len(names):
        why = "two columns have one name" if names else "no columns"
        raise DataError(f"{called}: {why}. Expected columns such as text and label.")
    return names


def _plain(value: Any) -> Any:
    """A cell without the types of numpy and pandas: what is missing there is None here."""
    if value is None or type(value) in (str, int, float, bool):
        return value
    if type(value).__name__ in ("NAType", "NaTType"):
        return None
    if hasattr(value, "tolist"):
        return value.tolist()
    return value
