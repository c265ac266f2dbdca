"""Answer tables of Arrow as they come, for the engines that hand them out; torch-free, every task.

A row that cannot be answered stays, with its reason, so that as many rows go out as came in.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from elman import tasks
from elman.data.tables.keep import Keep, kept
from elman.data.tables.table import Reject
from elman.errors import DataError, InputError, MissingExtraError
from elman.runtime.model import Model
from elman.tasks.interface import Items, Located, Task
from elman.tasks.resolve import resolve
from elman.workflow.load import load

if TYPE_CHECKING:
    import pyarrow

__all__ = ["REASON", "Frames", "packed"]

REASON = "reason"
"""The column that says why a row has no answer."""

_TOGETHER = 1024
"""Rows that are Python's at a time; among more its search for what can go takes too long."""

Answered = tuple[Any, dict[str, Any]]
"""A group, by the value that its rows share, and a record of it."""

Shipped = str | Path | Mapping[str, bytes]
"""A model: its directory, or the files of one."""


def packed(model: str | Path) -> dict[str, bytes]:
    """Return the files of a model directory, to be sent to where it is not."""
    load(model)  # what is damaged is not sent
    return {path.name: path.read_bytes() for path in Path(model).iterdir() if path.is_file()}


def loaded(model: Shipped) -> Model:
    """Load a model, or one that was sent."""
    if not isinstance(model, Mapping):
        return load(model)
    with tempfile.TemporaryDirectory() as place:
        for name, data in model.items():
            Path(place, Path(name).name).write_bytes(data)
        return load(place)


class Frames:
    """A model that answers tables.

    Args:
        model: its directory, or what `packed` says of one.
        keep: columns that go with the answers, as "id,date", or "all"; None for none.
        by: the column of rows that are one item together, as those of a series are; None where
            every row is an item.
        options: of `elman predict`.
    """

    def __init__(
        self, model: Shipped, keep: str | None, by: str | None, options: dict[str, Any]
    ) -> None:
        found = loaded(model)
        self._task: Task = tasks.named(found.task)
        self._options = resolve(self._task.name, options, "predict")
        self._model = self._task.deciding(found, self._options)
        self._keep, self._by = keep, by
        self._types = self._task.record_types(self._model)

    def kept(self, columns: list[str]) -> Keep:
        """Return which columns go with the answers, by the names they have there."""
        if self._by is None:
            return kept(self._keep, columns, (*self._types, REASON))
        return {} if self._by in self._types else {self._by: self._by}

    def schema(self) -> pyarrow.Schema:
        """Return the columns of answers."""
        return _arrow().schema([(n, _type(t)) for n, t in {**self._types, REASON: str}.items()])

    def answer(self, table: pyarrow.Table) -> pyarrow.Table:
        """Answer every row, in order; or, with `by`, every group."""
        pa = _arrow()
        if self._by is None and table.num_rows > _TOGETHER:
            begins = range(0, table.num_rows, _TOGETHER)
            return pa.concat_tables([self.answer(table.slice(n, _TOGETHER)) for n in begins])
        keep = self.kept(table.column_names)
        if self._by is None:
            records = self._rows(table)
            before = [table.column(name) for name in keep.values()]
        else:
            pairs = list(self._groups(table))
            records = [{**record, self._by: str(value)} for value, record in pairs]
            kind = table.schema.field(self._by).type
            before = [pa.array([value for value, _ in pairs], kind) for _ in keep]
        schema = self.schema()
        after = [pa.array([r.get(f.name) for r in records], f.type) for f in schema]
        return pa.table([*before, *after], [*keep, *schema.names])

    def _rows(self, table: pyarrow.Table) -> list[dict[str, Any]]:
        records: list[dict[str, Any]] = [{REASON: "no item"} for _ in range(table.num_rows)]
        if not table.num_rows:
            return records
        items = self._items(table)
        if items.whole:
            raise DataError(
                "a model of this task reads many rows as one item: name the column that says which "
                'belong together, as by="unique_id"'
            )
        asked = []
        for row in items.each:
            if isinstance(row, Located):
                asked.append(row)
            elif isinstance(row, Reject):
                records[row.line - 1] = {REASON: row.reason}
        for row, answer in zip(asked, self._answers(asked), strict=True):
            (records[row.line - 1],) = self._task.records(answer)
        return records

    def _groups(self, table: pyarrow.Table) -> Iterator[Answered]:
        """Yield the records of all groups together; where one is at fault, of each by itself."""
        from pyarrow import compute

        column = table.column(self._by)
        different = column.unique()  # Python has many NaN
        values = different.to_pylist()
        if len(values) > 1 and (together := self._together(table, values)) is not None:
            yield from together
            return
        groups: list[list[int]] = [[] for _ in values]
        for place, group in enumerate(compute.index_in(column, different).to_pylist()):
            groups[group].append(place)
        for value, places in zip(values, groups, strict=True):
            yield from self._group(table.take(places), value)

    def _together(self, table: pyarrow.Table, values: list[Any]) -> list[Answered] | None:
        """Return the records of all groups; None where one is at fault, or of which is not told."""
        # as a reader has them
        names = {"" if value is None else str(value).strip(): value for value in values}
        try:
            items = self._items(table)
            rows = list(items.each) if items.whole else []
            asked = [row for row in rows if isinstance(row, Located)]
            reasons = {
                name: row.reason
                for row in rows
                if isinstance(row, Reject)
                for name in row.named.values()
            }
            found = [row.item.name for row in asked]
            if len(names) < len(values) or sorted([*found, *reasons]) != sorted(names):
                return None
            answers = zip(found, self._answers(asked), strict=True)
        except InputError:
            return None
        records = [(names[n], record) for n, a in answers for record in self._task.records(a)]
        return records + [(names[name], {REASON: reason}) for name, reason in reasons.items()]

    def _group(self, table: pyarrow.Table, value: Any) -> list[Answered]:
        """Return the records of one group."""
        records: list[dict[str, Any]] = []
        try:
            for found in self._items(table).each:
                if isinstance(found, Reject):
                    records.append({REASON: found.reason})
                elif isinstance(found, Located):
                    records += self._task.records(*self._answers([found]))
        except InputError as fault:
            records = [{REASON: str(fault)}]
        return [(value, record) for record in records]

    def _items(self, table: pyarrow.Table) -> Items:
        return self._task.items(table, self._model, self._options)

    def _answers(self, rows: list[Located]) -> list[Any]:
        return self._model.predict([row.item for row in rows])


def _type(kind: Any) -> Any:
    pa = _arrow()
    if isinstance(kind, list):
        return pa.list_(_type(kind[0]))
    if isinstance(kind, dict):
        return pa.struct([(name, _type(inner)) for name, inner in kind.items()])
    return {str: pa.string(), float: pa.float64(), int: pa.int64()}[kind]


def _arrow() -> Any:
    try:
        import pyarrow
    except ImportError:
        raise MissingExtraError("tables of Arrow need pyarrow. Run: pip install pyarrow") from None
    return pyarrow
