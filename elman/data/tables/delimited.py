"""csv and tsv: fields by the names of the first line."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Literal

from elman.data.tables.lines import MAX_LINE_BYTES, SAMPLE_LINES, read_lines
from elman.data.tables.table import Reject, Row, Table
from elman.errors import DataError

__all__ = ["open_delimited"]


def open_delimited(path: Path, format: str = "csv") -> Table:
    """Read the names of the columns; the delimiter of a csv file is told from that line."""
    header = next(read_lines(path), (1, ""))[1]
    delimiter = "\t" if format == "tsv" else ","
    if format == "csv" and "," not in header:
        delimiter = next((mark for mark in (";", "\t") if mark in header), ",")
    bare = delimiter == "\t" and not _tsv_is_quoted(path)
    quoting: Literal[0, 3] = csv.QUOTE_NONE if bare else csv.QUOTE_MINIMAL
    line, names = next(_records(path, delimiter, quoting), (1, "no column names"))
    if isinstance(names, str):
        raise DataError(
            f"{path}, line {line}: {names}. Expected column names, such as text,label, in UTF-8, "
            "with lines that end in LF or CRLF."
        )
    columns = [name.strip() for name in names]
    # pandas writes its row index under an empty first name
    if columns[0] == "" and len(columns) > 1 and "index" not in columns:
        columns[0] = "index"
    if "" in columns:
        raise DataError(f"{path}, line {line}: column {columns.index('') + 1} has no name.")
    name, times = Counter(columns).most_common(1)[0]
    if times > 1:
        raise DataError(f'{path}, line {line}: two columns are named "{name}". Rename one.')

    def read() -> Iterator[Row | Reject]:
        for line, fields in islice(_records(path, delimiter, quoting), 1, None):
            if isinstance(fields, str):
                yield Reject(line, fields)
            elif len(fields) != len(columns):
                yield Reject(line, f"{len(fields)} fields where the header has {len(columns)}")
            else:
                yield Row(line, dict(zip(columns, fields, strict=True)))

    return Table(path, format, columns, read)


def _tsv_is_quoted(path: Path) -> bool:
    """Whether quotes in a tsv enclose fields: many tsv files have none, and bare quotes in text."""
    sample = [line for _, line in islice(read_lines(path), SAMPLE_LINES)]
    try:
        rows = [row for row in csv.reader(sample, delimiter="\t", strict=True) if row]
    except csv.Error:
        return False
    return '"' in "".join(sample) and len(set(map(len, rows))) == 1


def _records(
    path: Path, delimiter: str, quoting: Literal[0, 3]
) -> Iterator[tuple[int, list[str] | str]]:
    """Yield (line, fields), or (line, what is wrong with the record)."""
    number = size = nul = 0
    start, ended = 1, False

    def open_quote() -> DataError:
        return DataError(
            f'{path}, line {start}: a quote (") opens in the record that starts here and is not '
            f'closed by line {number}. Close it, or write a quote inside a field as "".'
        )

    def feed() -> Iterator[str]:
        nonlocal number, size, nul, ended
        for number, line in read_lines(path):
            size += len(line)
            if size > MAX_LINE_BYTES:
                raise open_quote()
            if "\0" in line:
                nul = nul or number
            yield line.replace("\0", " ")
        ended = True

    # csv's own limit of 131,072 characters is less than a long review; ours is in feed().
    csv.field_size_limit(max(csv.field_size_limit(), MAX_LINE_BYTES))
    reader = csv.reader(feed(), delimiter=delimiter, quoting=quoting, strict=True)
    while not ended:
        start, size, nul = number + 1, 0, 0
        try:
            fields = next(reader, [])
        except csv.Error as fault:
            if ended:
                raise open_quote() from fault
            yield start, f"badly quoted: {fault}"
            continue
        if nul:
            yield nul, "holds a NUL byte"
        elif fields:
            yield start, fields
