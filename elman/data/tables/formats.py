"""Files become rows: csv, tsv, jsonl, parquet (each also .gz), class folders, fastText, plain text.

A table is read as a stream, so a file may be larger than memory. A row that cannot be used comes
out as a `Reject` with its line and the reason; a file that cannot be read at all is a `DataError`.
Lines are split at `\\n` only: `str.splitlines` also breaks at U+0085, which real reviews contain.
But: no Excel files, no JSON arrays, no guessing of old encodings; the message says how to convert.
"""

from __future__ import annotations

import contextlib
import csv
import difflib
import gzip
import io
import json
import os
import shutil
import tempfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import BinaryIO, Literal, cast

from elman.errors import DataError, MissingExtraError, OptionError, did_you_mean

__all__ = ["MAX_LINE_BYTES", "Reject", "Row", "Table", "open_table"]

MAX_LINE_BYTES = 64 * 2**20
"""A longer line, or a quoted csv record that runs on for longer, is refused, never held whole."""

SAMPLE_ROWS = 200
"""Rows looked at to learn the keys of a jsonl file and whether a tsv file uses quotes."""

PARQUET_BATCH_ROWS = 65_536
"""Rows held at a time; each batch may decode its row group again, so not too few."""

LABEL_PREFIX = "__label__"


@dataclass(frozen=True, slots=True)
class Row:
    """One record: `fields` by column, and where it stands."""

    line: int
    """Physical line where it starts, from 1; the row's number in parquet, the file's in folders."""
    fields: dict[str, object]
    """`str` or None in text formats; any JSON value in jsonl; `list[str]` for fastText labels."""
    source: str = ""
    """The file's name inside a folder of texts, else empty."""


@dataclass(frozen=True, slots=True)
class Reject:
    """A record that cannot be used, and why."""

    line: int
    reason: str
    source: str = ""


@dataclass(frozen=True)
class Table:
    """A data file that has been looked at but not read; `rows()` reads it, again each time."""

    path: Path
    format: str
    columns: list[str]
    read: Callable[[], Iterator[Row | Reject]]
    note: str = ""
    """What the reader should know, for instance folders that were left out."""

    def rows(self) -> Iterator[Row | Reject]:
        """Stream the records in file order, in memory that does not grow with the file."""
        return self.read()


def open_table(path: str | os.PathLike[str], *, format: str | None = None) -> Table:
    """Look at a file or folder and make it a table.

    Args:
        path: the file, or a folder with one sub-folder of .txt files per class.
        format: one of csv, tsv, jsonl, parquet, folder, fasttext, text; by default it is told
            from the name and, where that says nothing, from the first lines.

    Raises:
        DataError: the file is missing, empty, damaged, or of no known format.
        OptionError: `format` is none of the known ones.
    """
    path = Path(path)
    if format is not None and format not in FORMATS:
        raise OptionError(f'format "{format}" is unknown. {did_you_mean(format, FORMATS)}')
    with _faults(path):
        if not path.exists():
            names = os.listdir(path.parent) if path.parent.is_dir() else []
            near = difflib.get_close_matches(path.name, names, n=1, cutoff=0.5)
            guess = f' Did you mean "{path.with_name(near[0])}"?' if near else ""
            raise DataError(f"{path}: no such file or folder.{guess}")
        if path.is_dir():
            return _open_folder(path)
        if not path.is_file():
            raise DataError(f"{path}: not a regular file. Save the data to a file first.")
        return FORMATS[format or _guess_format(path)](path)


def _guess_format(path: Path) -> str:
    """Tell the format from the name, else from the first bytes."""
    suffix = Path(path.name.lower().removesuffix(".gz")).suffix
    with _open_bytes(path) as raw:
        head = raw.read(2**16)
    if not head:
        raise DataError(f"{path}: the file is empty. Expected rows of text and label.")
    if head.startswith(b"PK\x03\x04"):
        raise DataError(f"{path}: a zip or Excel file. Save it as csv (UTF-8) and pass that.")
    if suffix in SUFFIXES:
        return SUFFIXES[suffix]
    if any(word.startswith(LABEL_PREFIX.encode()) for word in head.split()):
        return "fasttext"
    if suffix in (".txt", ".text"):
        return "text"
    raise DataError(
        f'{path}: the ending "{suffix}" says nothing and the first lines look like none of '
        f"{', '.join(FORMATS)}. Rename the file, for instance to {path.stem}.csv"
    )


def _open_bytes(path: Path) -> io.BufferedReader:
    """Open a file, unpacking gzip on the way; told by its first bytes, not its name."""
    with open(path, "rb") as file:
        zipped = file.read(2) == b"\x1f\x8b"
        if path.suffix.lower() == ".gz" and not zipped and file.tell():
            raise DataError(f"{path}: named .gz but no gzip data. Copy it again or drop the .gz.")
    if not zipped:
        return open(path, "rb")
    return io.BufferedReader(cast(io.RawIOBase, gzip.GzipFile(path)), 2**17)


@contextlib.contextmanager
def _faults(path: Path, where: Callable[[], str] = str) -> Iterator[None]:
    """Turn what the operating system and gzip raise into a DataError that names the place."""
    try:
        yield
    except (EOFError, zlib.error, gzip.BadGzipFile) as fault:
        raise DataError(
            f"{path}{where()}: the gzip data is damaged or cut short ({fault}). Copy it again."
        ) from fault
    except OSError as fault:
        raise DataError(f"{path}{where()}: cannot be read: {fault.strerror or fault}.") from fault


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    """Yield (number, line with its end); UTF-8, with or without BOM, or UTF-16 with BOM."""
    number = 0
    with _faults(path, lambda: f", after line {number}"), _open_bytes(path) as raw:
        read: Callable[[int], bytes | str] = raw.readline
        if raw.peek(2)[:2] in (b"\xff\xfe", b"\xfe\xff"):
            read = io.TextIOWrapper(cast(BinaryIO, raw), encoding="utf-16", newline="\n").readline
        elif raw.peek(3)[:3] == b"\xef\xbb\xbf":
            raw.read(3)
        try:
            while line := read(MAX_LINE_BYTES + 1):
                number += 1
                if len(line) > MAX_LINE_BYTES:
                    long = f"no line end in {MAX_LINE_BYTES:,} bytes; expected a record a line"
                    raise DataError(f"{path}, line {number}: {long}. Is this a data file?")
                yield number, line if isinstance(line, str) else line.decode()
        except UnicodeDecodeError as fault:
            raise DataError(
                f"{path}, line {number}: byte 0x{fault.object[fault.start]:02X} at position "
                f"{fault.start + 1} is not {fault.encoding.upper()}. Convert the file; from older "
                f"Windows text: iconv -f cp1252 -t utf-8 {path.name} > utf8-{path.name}"
            ) from fault


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
        for number, line in _lines(path):
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


def _open_csv(path: Path, format: str = "csv") -> Table:
    header = next(_lines(path), (1, ""))[1]
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
    sample = [line for _, line in islice(_lines(path), SAMPLE_ROWS)]
    try:
        rows = [row for row in csv.reader(sample, delimiter="\t", strict=True) if row]
    except csv.Error:
        return False
    return '"' in "".join(sample) and len(set(map(len, rows))) == 1


def _by_line(
    path: Path, parse: Callable[[str], dict[str, object] | str], *, blanks: bool = False
) -> Callable[[], Iterator[Row | Reject]]:
    """Make a reader of lines; `parse` returns the fields, or what is wrong with the line."""

    def read() -> Iterator[Row | Reject]:
        for number, line in _lines(path):
            if not blanks and not line.strip():
                continue
            fields = "holds a NUL byte" if "\0" in line else parse(line)
            yield Reject(number, fields) if isinstance(fields, str) else Row(number, fields)

    return read


def _parse_json(line: str) -> dict[str, object] | str:
    try:
        value = json.loads(line)
        if "\\ud" in line.lower():
            json.dumps(value, ensure_ascii=False).encode()  # half a character cannot be written
    except (ValueError, RecursionError) as fault:
        return f"not JSON: {fault}"
    return value if isinstance(value, dict) else f"{type(value).__name__}, not a JSON object"


def _open_jsonl(path: Path) -> Table:
    read = _by_line(path, _parse_json)
    sample = [row for row in islice(read(), SAMPLE_ROWS) if isinstance(row, Row)]
    columns = list(dict.fromkeys(name for row in sample for name in row.fields))
    if not columns:
        raise DataError(
            f'{path}: no JSON object in the first lines; expected {{"text": …, "label": …}} a '
            f"line. An array is converted by: jq -c '.[]' {path.name} > {path.stem}.jsonl"
        )
    return Table(path, "jsonl", columns, read)


def _parse_fasttext(line: str) -> dict[str, object]:
    words = line.split()
    labels = [word[len(LABEL_PREFIX) :] for word in words if word.startswith(LABEL_PREFIX)]
    text = " ".join(word for word in words if not word.startswith(LABEL_PREFIX))
    return {"text": text, "label": labels}


def _open_fasttext(path: Path) -> Table:
    return Table(path, "fasttext", ["text", "label"], _by_line(path, _parse_fasttext))


def _open_text(path: Path) -> Table:
    # a blank line stays a row here: predictions are written one for one
    read = _by_line(path, lambda line: {"text": line.rstrip("\r\n")}, blanks=True)
    return Table(path, "text", ["text"], read)


def _open_folder(path: Path) -> Table:
    """Sub-folders of .txt files are classes; where pos/ and neg/ are, they are the classes."""
    found = [child.name for child in sorted(path.iterdir()) if _text_files(child)]
    classes = ["neg", "pos"] if {"neg", "pos"} <= set(found) else found
    if len(classes) < 2:
        inner = [child for child in sorted(path.iterdir()) if _text_files(child / "pos")]
        guess = f' Did you mean "{inner[-1]}"?' if inner else ""
        raise DataError(
            f"{path}: a folder with {len(classes)} sub-folders of .txt files. Expected one "
            f"sub-folder per class, such as pos/ and neg/, or pass one data file.{guess}"
        )
    left_out = ", ".join(name for name in found if name not in classes)

    def read() -> Iterator[Row | Reject]:
        files = [f"{name}/{file}" for name in classes for file in _text_files(path / name)]
        for ordinal, source in enumerate(files, start=1):
            text = ""
            for number, line in _lines(path / source):
                text += line
                if len(text) > MAX_LINE_BYTES:
                    raise DataError(f"{path / source}, line {number}: too long for one text.")
            if "\0" in text:
                yield Reject(ordinal, "holds a NUL byte", source)
            else:
                yield Row(ordinal, {"text": text, "label": source.split("/")[0]}, source)

    note = f"Folders left out: {left_out}." if left_out else ""
    return Table(path, "folder", ["text", "label"], read, note)


def _text_files(folder: Path) -> list[str]:
    names = os.listdir(folder) if folder.is_dir() else []
    return sorted(name for name in names if name.lower().endswith((".txt", ".txt.gz")))


def _open_parquet(path: Path) -> Table:
    try:
        import polars
    except ImportError as fault:
        raise MissingExtraError(
            f'{path}: parquet needs polars. Run: pip install "elman[parquet]"'
        ) from fault

    @contextlib.contextmanager
    def unpacked() -> Iterator[Path]:
        with _faults(path), _open_bytes(path) as raw, tempfile.TemporaryDirectory() as folder:
            plain = path
            if isinstance(raw.raw, gzip.GzipFile):
                plain = Path(folder, "plain.parquet")
                with open(plain, "wb") as copy:
                    shutil.copyfileobj(raw, copy, 2**20)
            try:
                yield plain
            except polars.exceptions.PolarsError as fault:
                raise DataError(f"{path}: damaged or not parquet ({fault}).") from fault

    with unpacked() as plain:
        columns = list(polars.read_parquet_schema(plain))

    def read() -> Iterator[Row | Reject]:
        with unpacked() as plain:
            frame, start = polars.scan_parquet(plain), 0
            while len(batch := frame.slice(start, PARQUET_BATCH_ROWS).collect()):
                for number, fields in enumerate(batch.iter_rows(named=True), start=start + 1):
                    yield Row(number, fields)
                start += len(batch)

    return Table(path, "parquet", columns, read)


FORMATS: dict[str, Callable[[Path], Table]] = {
    "csv": _open_csv,
    "tsv": lambda path: _open_csv(path, "tsv"),
    "jsonl": _open_jsonl,
    "parquet": _open_parquet,
    "folder": _open_folder,
    "fasttext": _open_fasttext,
    "text": _open_text,
}

SUFFIXES = {f".{name}": name for name in ("csv", "tsv", "jsonl", "parquet")}
SUFFIXES |= {".tab": "tsv", ".json": "jsonl", ".ndjson": "jsonl", ".pq": "parquet"}
