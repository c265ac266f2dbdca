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
    if not columns:
        raise DataError(
            f'{path}: no JSON object in the first lines; expected {{"text": …, "label": …}} a '
            f"line. Convert it: jq -c '{_rows_in(path, encoding)}' {path.name} > {path.stem}.jsonl"
        )
    return Table(path, "jsonl", columns, read)


def _rows_in(path: Path, encoding: str | None) -> str:
    """How jq is told where the rows are: in an array, under a key, or each over several lines."""
    head = "".join(line for _, line in islice(read_lines(path, encoding), SAMPLE_LINES)).strip()
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
