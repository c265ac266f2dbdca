"""Many files of one table: those of a folder, or those that a pattern names, one after another.

They are read in the order of their names, piece by piece, as if they were one file. Columns go by
name, so their order may differ from file to file; which there are must not.
But: a folder with folders in it is none of tables; files further down are named by a pattern with
**.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from elman.data.tables.table import Reject, Row, Rows, Table
from elman.errors import DataError

__all__ = ["check_alike", "joined"]


def joined(
    path: Path, files: Sequence[Path], opened: Callable[[Path], Table], said: str = ""
) -> Table:
    """Return files as one table.

    Lines are counted on from file to file, as in `cat`; a reject names its file and the line there.

    Args:
        path: the folder or the pattern, for messages.
        files: at least one.
        opened: looks at one.
        said: of the files, for a person.

    Raises:
        DataError: one has other columns than the first.
    """
    # engines leave empty parts
    tables = [opened(file) for file in [f for f in files if f.stat().st_size] or files[:1]]
    first = tables[0]
    columns = list(dict.fromkeys(name for table in tables for name in table.columns))
    for table in tables[1:]:
        check_alike(path, first, table)

    def read() -> Iterator[Rows | Row | Reject]:
        begin = 0
        for table in tables:
            line, name = 0, table.path.name
            for found in table.read():
                if isinstance(found, Rows):
                    line = found.lines[-1]
                    yield Rows([begin + n for n in found.lines], found.columns)
                elif isinstance(found, Row):
                    line = found.line
                    yield Row(begin + line, found.fields, found.source)
                else:
                    line = found.line
                    where = f"{name}, line {line}"
                    yield Reject(begin + line, found.reason, where, found.fields)
            begin += line

    formats = {table.format for table in tables}
    note = f"{len(files):,} files, from {first.path.name} to {tables[-1].path.name}. {said}".strip()
    format = formats.pop() if len(formats) == 1 else "files"
    return Table(path, format, columns, read, note, first.header)


def check_alike(path: Path | str, first: Table, table: Table) -> None:
    """Refuse a file of other columns; keys of JSON may come and go, but some must be the same.

    Args:
        path: the folder or the pattern, for messages.
        first: whose columns the others have.
        table: of one of the others.

    Raises:
        DataError: it has other columns.
    """
    ours, theirs = {*first.columns}, {*table.columns}
    alike = ours == theirs
    if first.format == table.format == "jsonl":
        alike = bool(ours & theirs)
    if not alike:
        raise DataError(
            f"{table.path}: its columns are {_few(table.columns)}, those of {first.path.name} are "
            f"{_few(first.columns)}. {path} is read as one table, whose files have the same "
            "columns. Move the file away, or name those that belong together by a pattern, such "
            "as 'part-*.csv'."
        )


def _few(columns: Sequence[str]) -> str:
    return ", ".join(columns[:6]) + (", …" if len(columns) > 6 else "")
