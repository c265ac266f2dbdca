"""Files become rows: csv, tsv, jsonl, parquet, class folders, fastText, plain text.

Each also packed, as .gz, .bz2, .xz, or the one file of a .zip; many of one kind as a folder or by a
pattern.

A table is read as a stream, so a file may be larger than memory; one that cannot be read at all is
a `DataError`.
But: no Excel files.
"""

from __future__ import annotations

import difflib
import logging
import os
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from elman.data.many import joined
from elman.data.named import Found, inside, is_aside, is_pattern, matching
from elman.data.tables.bytes import PACKED_ENDINGS, faults, open_bytes
from elman.data.tables.delimited import open_delimited
from elman.data.tables.fasttext import LABEL_PREFIX, open_fasttext, open_text
from elman.data.tables.folder import open_folder
from elman.data.tables.held import table_of
from elman.data.tables.jsonl import open_jsonl
from elman.data.tables.parquet import open_parquet
from elman.data.tables.table import Table
from elman.errors import DataError, OptionError, did_you_mean

__all__ = ["FORMATS", "files_of", "nearest_file", "open_table", "tables_of"]

_log = logging.getLogger("elman.data")

FORMATS: dict[str, Callable[..., Table]] = {
    "csv": open_delimited,
    "tsv": partial(open_delimited, format="tsv"),
    "jsonl": open_jsonl,
    "parquet": open_parquet,
    "folder": open_folder,
    "fasttext": open_fasttext,
    "text": open_text,
}

_LINES = 20

SUFFIXES = {f".{name}": name for name in ("csv", "tsv", "jsonl", "parquet")}
SUFFIXES |= {".tab": "tsv", ".json": "jsonl", ".ndjson": "jsonl", ".pq": "parquet"}


def open_table(
    path: str | os.PathLike[str] | Any,
    *,
    format: str | None = None,
    encoding: str | None = None,
    header: bool | None = None,
    otherwise: str | None = None,
) -> Table:
    """Look at a file or folder, or at what a program holds, and make it a table.

    Args:
        path: the file; a folder with one sub-folder of .txt files per class, or with tables; a
            pattern of the names of tables, as part-*.csv; or a frame, a dict of columns, or
            records.
        format: one of csv, tsv, jsonl, parquet, folder, fasttext, text; by default it is told
            from the name and, where that says nothing, from the first lines.
        encoding: by default UTF-8, or UTF-16, which its bytes give away.
        header: of csv and tsv, whether the first line has the names of the columns.
        otherwise: the format of a file of which neither name nor first lines say anything; by
            default such a file is refused.

    Raises:
        DataError: the file is missing, empty, damaged, or of no known format.
        OptionError: `format` or `encoding` is none of the known ones, or of no use to this file.
    """
    if not isinstance(path, (str, os.PathLike)):
        if (held := table_of(path)) is None:
            raise DataError(f"{type(path).__name__}: expected a path, a frame, or records")
        return held
    path = Path(path)
    if format is not None and format not in FORMATS:
        raise OptionError(f'format "{format}" is unknown. {did_you_mean(format, FORMATS)}')
    found = _found(path)
    how: dict[str, object]
    if found.names:
        how = {"format": format, "encoding": encoding, "header": header, "otherwise": otherwise}
        opened = lambda file: open_table(file, **how)  # type: ignore[arg-type]  # noqa: E731
        return joined(path, found.paths, opened, found.said)
    with faults(path):
        if not path.exists():
            raise DataError(f"{path}: no such file or folder.{nearest_file(path)}")
        if path.is_dir():
            format = "folder"
        elif not path.is_file():
            raise DataError(f"{path}: not a regular file. Save the data to a file first.")
        format = format or _guess_format(path, otherwise)
        how = {}
        if encoding is not None:
            if format == "parquet":
                raise OptionError(f"--encoding: {path} is parquet, which is UTF-8. Leave it out.")
            how["encoding"] = encoding
        if header is not None and format in ("csv", "tsv"):
            how["header"] = header
        elif header is not None:
            flag = "--header" if header else "--no-header"
            raise OptionError(f"{flag}: {path} is read as {format}, which has none. Leave it out.")
        table = FORMATS[format](path, **how)
    columns = ", ".join(table.columns[:8]) + (", …" if len(table.columns) > 8 else "")
    _log.info("%s is read as %s; columns: %s", path, format, columns)
    return table


def files_of(path: Path) -> list[Path]:
    """Return the tables that a folder or a pattern has, in order; none of any other path.

    Of a folder with folders in it there are none, for what it holds may be classes or sounds.

    Raises:
        DataError: a pattern means no file, or it or the folder cannot be looked at.
    """
    return _found(path).paths


def tables_of(names: list[str]) -> list[str]:
    """Return the names of tables; where there are none, all names."""
    return [name for name in names if _is_table(name)] or names


def _found(path: Path) -> Found:
    with faults(path):
        if is_pattern(path):
            return matching(path)
        if not path.is_dir() or any(
            child.is_dir() for child in path.iterdir() if not is_aside(child.name)
        ):
            return Found(path)
    return inside(path, lambda names: [name for name in names if _is_table(name)])


def _is_table(name: str) -> bool:
    path = Path(name.lower())
    return (Path(path.stem) if path.suffix in PACKED_ENDINGS else path).suffix in SUFFIXES


def nearest_file(path: Path) -> str:
    """Say why a file is not there: the question whether one that is was meant, or nothing."""
    if path.is_symlink():
        return f" It is a link to {os.readlink(path)}, where nothing is."
    try:
        names = os.listdir(path.parent)
    except (OSError, ValueError):  # no folder, or none that may be looked into
        names = []
    near = difflib.get_close_matches(path.name, names, n=1, cutoff=0.5)
    return f' Did you mean "{path.with_name(near[0])}"?' if near else ""


def _guess_format(path: Path, otherwise: str | None) -> str:
    """Tell the format from the name, else from the first bytes."""
    name = Path(path.name.lower())
    if name.suffix in PACKED_ENDINGS:
        name = Path(name.stem)
    with open_bytes(path) as raw:
        head = raw.read(2**16)
        if isinstance(inner := getattr(raw.raw, "name", None), str) and not name.suffix:
            name = Path(inner.lower())  # of the file inside a zip
    if not head:
        raise DataError(f"{path}: the file is empty. Expected rows of text and label.")
    if head[257:262] == b"ustar":
        raise DataError(f"{path}: a tar archive. Unpack it (tar -xf {path.name}) and pass a file.")
    if name.suffix == ".sql":
        raise DataError(f"{path}: a dump in SQL. Export the table as csv (UTF-8) and pass that.")
    if name.suffix in SUFFIXES:
        return SUFFIXES[name.suffix]
    if any(word.startswith(LABEL_PREFIX.encode()) for word in head.split()):
        return "fasttext"
    if name.suffix in (".txt", ".text", "") and _is_tabbed(head):
        return "tsv"
    if name.suffix in (".txt", ".text"):
        return "text"
    if otherwise is not None:
        return otherwise
    raise DataError(
        f'{path}: the ending "{name.suffix}" says nothing and the first lines look like none of '
        f"{', '.join(FORMATS)}. Rename the file, for instance to {path.stem}.csv"
    )


def _is_tabbed(head: bytes) -> bool:
    """Whether lines have the same number of tabs each, as in files of label, tab, text."""
    lines = [line for line in head.split(b"\n")[:_LINES] if line.strip()]
    return len({line.count(b"\t") for line in lines}) == 1 and b"\t" in lines[0]
