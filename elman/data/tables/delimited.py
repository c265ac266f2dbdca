"""csv and tsv: fields by the names of the first line."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path

from elman.data.tables.lines import read_blocks, read_lines, sample_of
from elman.data.tables.records import Block, Dialect, Numbered, Stretch, records, stretches
from elman.data.tables.table import Reject, Rows, Table
from elman.errors import DataError

__all__ = ["delimiter_of", "open_delimited"]

_MARKS = (",", ";", "\t", "|")

_SAMPLE_RECORDS = 20
"""Records looked at to tell the delimiter, row names and empty columns."""

_ROW_NAME = 3
"""Words that the name of a row may have; longer ones are texts with a delimiter inside."""

_PATH = re.compile(r"(?:^|\s)(?:[A-Za-z]:\\|\\\\)\w")
_ESCAPED = re.compile(r"\\r\\n|\\[nrt]")


def open_delimited(
    path: Path, format: str = "csv", *, encoding: str | None = None, header: bool | None = None
) -> Table:
    """Read the names of the columns.

    Args:
        path: the file.
        format: csv, of which the delimiter is told from the first lines, or tsv.
        encoding: as `read_lines` takes it.
        header: False where the first line is a row; the columns are then 1, 2, 3 …
    """

    told = _told(next(read_lines(path, encoding), (1, ""))[1])

    def blocks() -> Iterator[Block]:
        """Without the line by which Excel is told the delimiter."""
        first = 1
        for block in read_blocks(path, encoding):
            begin = int(told is not None and first == 1)
            yield first + begin, block[begin:] if begin else block
            first += len(block)

    sample = sample_of(pair for first, block in blocks() for pair in enumerate(block, first))
    dialect = _dialect(format, told, [line for _, line in sample])
    line, names = _first(stretches(path, blocks(), dialect))
    if isinstance(names, str) and "new-line character" in names:
        raise DataError(
            f"{path}: its lines end in CR alone, as on old Macs. Save it with ends of LF or CRLF, "
            f"for instance: tr '\\r' '\\n' < {path.name} > lines-{path.name}"
        )
    if isinstance(names, str):
        raise DataError(
            f"{path}, line {line}: {names}. Expected column names, such as text,label, in UTF-8, "
            "with lines that end in LF or CRLF."
        )
    shown = _sample(path, sample, dialect)
    if header is False:
        names = [str(place) for place in range(1, len(names) + 1)]
    else:
        names = _names_in(names)
        shown = shown[1:]
    width = len(names)
    if shown and all(len(fields) == width + 1 for fields in shown) and header is not False:
        # R names the rows and not their column; others end each row with a delimiter
        if not any(fields[-1].strip() for fields in shown):
            names = [*names, ""]
        elif all(len(fields[0].split()) <= _ROW_NAME for fields in shown):
            names = ["index", *names]
    below = {len(fields) for fields in shown[3:]}
    if len(names) == 1 and len(below) == 1 and 1 not in below:
        raise DataError(
            f"{path}, line {line}: one name, and {below.pop()} fields further down. Remove what "
            "stands above the line with the names of the columns."
        )
    columns = _named(path, line, names, shown)

    def read() -> Iterator[Rows | Reject]:
        begin = int(header is not False)  # which record is the next of `found`
        for found in stretches(path, blocks(), dialect):
            if not isinstance(found, Stretch):
                yield Reject(*found)
                continue
            for n, why in _odd(found.records, names, begin):
                if begin < n:
                    yield _rows(found, slice(begin, n), columns)
                yield Reject(found.lines[n], why)
                begin = n + 1
            if begin < len(found.lines):
                yield _rows(found, slice(begin, len(found.lines)), columns)
            begin = 0

    return Table(path, format, list(columns), read, header=header)


def delimiter_of(path: Path, format: str) -> str | None:
    """Return what sets fields apart that may stand in quotes; None where quotes mean nothing."""
    told = _told(next(read_lines(path), (1, ""))[1])
    sample = [line for _, line in sample_of(read_lines(path))]
    dialect = _dialect(format, told, sample[1:] if told is not None else sample)
    return None if dialect.quoting == csv.QUOTE_NONE else dialect.delimiter


def _first(found: Iterator[Stretch | tuple[int, str]]) -> tuple[int, list[str] | str]:
    """The first record, and where it begins."""
    first = next(found, (1, "no column names"))
    return (first.lines[0], first.records[0]) if isinstance(first, Stretch) else first


def _odd(records: Sequence[list[str]], names: list[str], begin: int) -> Iterator[tuple[int, str]]:
    """The places, from `begin` on, of records that are no rows of the table, and why not."""
    width = len(names)
    alike = [*map(len, records)].count(width) == len(records)
    if alike and (width < 2 or names[0] not in "\n".join([fields[0] for fields in records])):
        return  # one look at all of them, most often
    for n, fields in enumerate(records):
        if len(fields) != width:
            why = f"{len(fields)} fields where the header has {width}"
        elif width > 1 and fields[0].strip() == names[0] and _names_in(fields) == names:
            why = "repeats the names of the columns"
        else:
            continue
        if n >= begin:
            yield n, why


def _rows(found: Stretch, part: slice, columns: Mapping[str, int]) -> Rows:
    cells = tuple(zip(*found.records[part], strict=True))
    return Rows(found.lines[part], {name: _plain_all(cells[p]) for name, p in columns.items()})


def _told(line: str) -> str | None:
    """The delimiter that Excel writes into a line above all others, as sep=;"""
    found = re.fullmatch(r'\ufeff?"?sep=(.)"?\s*', line)
    return found[1] if found else None


def _dialect(format: str, told: str | None, sample: list[str]) -> Dialect:
    if format == "tsv":
        return Dialect("\t", csv.QUOTE_MINIMAL if _is_quoted(sample) else csv.QUOTE_NONE)
    first = sample[0] if sample else ""
    there = [told] if told else [mark for mark in _MARKS if mark in first]
    mark = there[0] if there else ","
    if len(there) > 1:
        # a comma also stands inside names and texts: the true one gives records of one width
        mark = next((m for m in there if len(_widths(Dialect(m), sample)) == 1), mark)
    if mark == "\t" and not _is_quoted(sample):
        return Dialect(mark, csv.QUOTE_NONE)
    return Dialect(mark)


def _widths(dialect: Dialect, sample: list[str]) -> set[int]:
    reader = csv.reader(sample, delimiter=dialect.delimiter, strict=True)
    try:
        return {len(fields) for fields in islice(reader, _SAMPLE_RECORDS) if fields}
    except csv.Error:
        return set()


def _is_quoted(sample: list[str]) -> bool:
    """Whether quotes in a tsv enclose fields: many tsv files have none, and bare quotes in text."""
    try:
        rows = [row for row in csv.reader(sample, delimiter="\t", strict=True) if row]
    except csv.Error:
        return False
    return '"' in "".join(sample) and len(set(map(len, rows))) == 1


def _sample(path: Path, lines: list[Numbered], dialect: Dialect) -> list[list[str]]:
    """The first records, those of the header first; a quote that the sample cuts is no fault."""
    found: list[list[str]] = []
    try:
        for _, fields in records(path, lines, dialect):
            if not isinstance(fields, str):
                found.append(fields)
            if len(found) > _SAMPLE_RECORDS:
                break
    except DataError:
        pass
    return found


def _named(path: Path, line: int, names: list[str], shown: list[list[str]]) -> dict[str, int]:
    """The place of every column; those without a name that are empty are left out."""
    named: list[tuple[str, int]] = []
    for place, name in enumerate(names):
        empty = not any(fields[place].strip() for fields in shown if place < len(fields))
        if name:
            named.append((name, place))
        elif place == 0 and len(names) > 1 and "index" not in names:
            named.append(("index", place))  # under which pandas writes its row index
        elif not empty or len(names) == 1:
            named.append((f"column {place + 1}", place))
    if not any(names):
        raise DataError(f"{path}, line {line}: the columns have no names. Expected text,label.")
    name, times = Counter(name for name, _ in named).most_common(1)[0]
    if times > 1:
        raise DataError(f'{path}, line {line}: two columns are named "{name}". Rename one.')
    return dict(named)


def _names_in(fields: list[str]) -> list[str]:
    return [field.strip() for field in fields]


def _plain_all(cells: Sequence[str]) -> Sequence[str]:
    return [*map(_plain, cells)] if "\\" in "".join(cells) else cells


def _plain(field: str) -> str:
    """Line breaks and tabs that were written as two characters, except in paths of Windows."""
    if "\\" not in field or _PATH.search(field):
        return field
    return _ESCAPED.sub("\n", field)
