"""One JSON object a line; its keys are the columns.

But: no JSON arrays; the message says how to convert one.
"""

from __future__ import annotations

import json
import re
from itertools import islice
from pathlib import Path

from elman.data.tables.lines import SAMPLE_LINES, by_line, read_lines
from elman.data.tables.table import Row, Table
from elman.errors import DataError
from elman.schema import most_values

__all__ = ["open_jsonl", "parse_json"]

_MOST_VALUES = 2**16
"""Values of a record: each takes a hundred bytes, and some hundred records are held at once."""

_STRING = re.compile(r'"(?:[^"\\]|\\.)*"')


def open_jsonl(path: Path, *, encoding: str | None = None) -> Table:
    """Learn the keys from the first lines."""
    read = by_line(path, parse_json, encoding=encoding)
    sample = (row.fields for row in islice(read(), SAMPLE_LINES) if isinstance(row, Row))
    columns = list(dict.fromkeys(name for fields in sample for name in fields))
    if not columns or _is_whole(path, encoding):
        if re.match(r'\{\s*"[^"]*"\s*:\s*\{', head := _head(path, encoding)):
            raise DataError(
                f"{path}: one object with an object for each column, as pandas' to_json writes it. "
                "Write a row a line: to_json(orient='records', lines=True)."
            )
        raise DataError(
            f'{path}: no JSON object in the first lines; expected {{"text": …, "label": …}} a '
            f"line. Convert it: jq -c '{_rows_in(head)}' {path.name} > {path.stem}.jsonl"
        )
    return Table(path, "jsonl", columns, read)


def _is_whole(path: Path, encoding: str | None) -> bool:
    """Whether the file is one object that holds all rows, or all columns."""
    first = list(islice(read_lines(path, encoding), 2))
    if len(first) > 1 or not first:
        return False
    value = parse_json(first[0][1])
    if not isinstance(value, dict) or not value:
        return False
    rows = [v for v in value.values() if isinstance(v, list) and v and isinstance(v[0], dict)]
    return bool(rows) or all(isinstance(v, dict) for v in value.values())


def _head(path: Path, encoding: str | None) -> str:
    lines = islice(read_lines(path, encoding), SAMPLE_LINES)
    return "".join(line for _, line in lines).strip()


def _rows_in(head: str) -> str:
    """How jq is told where the rows are: in an array, under a key, or each over several lines."""
    if head.startswith("["):
        return ".[]"
    under = re.match(r'\{\s*"(\w+)"\s*:\s*\[\s*\{', head)
    return f".{under[1]}[]" if under else "."


def parse_json(line: str) -> dict[str, object] | str:
    """Return the fields of one line, or what is wrong with it."""
    if most_values(line) > _MOST_VALUES and most_values(_STRING.sub("", line)) > _MOST_VALUES:
        return f"more than {_MOST_VALUES:,} values in one record"
    try:
        value = json.loads(line)
        if "\\ud" in line.lower():
            json.dumps(value, ensure_ascii=False).encode()  # half a character cannot be written
    except (ValueError, RecursionError) as fault:
        return f"not JSON: {fault}"
    return value if isinstance(value, dict) else f"{type(value).__name__}, not a JSON object"
