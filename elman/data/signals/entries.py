"""Which sounds there are: a folder with a sub-folder a class, or an index of files.

An index is a table with a column of files, relative to it, and one of labels; beside it may stand
columns of groups (speakers) and of the part that a row is for. Where the files are not there, a zip
beside the index that has them is read.
"""

from __future__ import annotations

import io
import os
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path, PurePath
from typing import BinaryIO

from elman.data.signals.sounds import ENDINGS, is_sound
from elman.data.tables.bytes import faults
from elman.data.tables.formats import open_table
from elman.data.tables.table import Reject, Row, Table
from elman.errors import DataError, OptionError, did_you_mean

__all__ = ["Entry", "Files", "Listed", "file_column", "listed", "parts_of"]

_BACKGROUND = ("_background_noise_",)
"""Sub-folders of noise, no class, as in Speech Commands."""

FILE_NAMES = ("file", "path", "filename", "file_name", "filepath", "wav", "audio", "sound")
LABEL_NAMES = ("label", "class", "target", "category", "y")
GROUP_NAMES = ("group", "speaker", "speaker_id", "subject", "patient")
SPLIT_NAMES = ("split", "part", "subset")

_PARTS = {
    **dict.fromkeys(("train", "training"), "train"),
    **dict.fromkeys(("val", "valid", "validation", "dev"), "validation"),
    **dict.fromkeys(("test", "testing", "eval", "evaluation"), "test"),
}
_SPEAKER = "_nohash_"
"""What follows the speaker in the file names of Speech Commands (Warden 2018, arXiv 1804.03209)."""

_LARGEST = 2**31
"""Bytes of one file."""


@dataclass(frozen=True)
class Entry:
    """One signal's row: where it stands, and what is said of it."""

    line: int
    """Of the index; of a folder the file's number."""
    file: str
    """As the index or the folder has it."""
    label: str | None
    group: str | None = None
    part: str = ""
    """`train`, `validation` or `test`; empty where nothing is said."""
    fields: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Listed:
    """The sounds of some data, and how they were found."""

    said: str
    source: str
    files: Files
    each: list[Entry | Reject]
    columns: tuple[str, ...] = ()
    group: str | None = None
    file: str | None = None
    """The column of files, of an index."""
    label: str | None = None
    """The column of labels."""


@dataclass(frozen=True)
class Files:
    """Files below a folder, or else in a zip that lies there."""

    folder: Path

    def open(self, name: str) -> BinaryIO:
        """Open one, able to seek.

        Raises:
            DataError: it is not there, or cannot be read.
        """
        path = self.folder / name
        with faults(path):
            if path.is_file():
                return open(path, "rb")
            for archive, names in self._zips:
                if name in names:
                    info = archive.getinfo(name)
                    if info.file_size > _LARGEST:
                        raise DataError(f"{archive.filename}: {name}: larger than 2 GiB.")
                    return io.BytesIO(archive.read(info))
        kind = "a folder, no file" if path.is_dir() else "no such file"
        raise DataError(f"{path}: {kind}.")

    @cached_property
    def _zips(self) -> list[tuple[zipfile.ZipFile, frozenset[str]]]:
        found = []
        for path in sorted(self.folder.glob("*.zip")):
            with faults(path):
                archive = zipfile.ZipFile(path)
            found.append((archive, frozenset(archive.namelist())))
        return found


def listed(
    path: Path,
    *,
    file: str | None = None,
    label: str | None = None,
    group: str | None = None,
    split: str | None = None,
    need_label: bool = True,
    opening: dict[str, object] | None = None,
) -> Listed:
    """List the sounds of a folder of class folders, or of an index; nothing else is opened.

    Args:
        path: the folder or the index.
        file, label, group, split: names of columns; by default told from their names.
        need_label: whether rows without a label are rejects.
        opening: as `open_table` takes it.

    Raises:
        DataError: it is neither.
        OptionError: a column that is named is not there.
    """
    if path.is_dir():
        for option, given in (("--label", label), ("--group", group), ("--split", split)):
            if given is not None:
                raise OptionError(f"{option}: {path} is a folder, which has no columns.")
        return _of_folder(path, need_label=need_label)
    table = open_table(path, **(opening or {}))  # type: ignore[arg-type]
    return _of_index(table, file, label, group, split, need_label=need_label)


def _of_folder(path: Path, *, need_label: bool) -> Listed:
    with faults(path):
        classes = [
            name
            for name in sorted(os.listdir(path))
            if name.lower() not in _BACKGROUND and any(_sounds(path / name))
        ]
        flat = [] if classes else list(_sounds(path))
    if need_label and len(classes) < 2:
        raise DataError(
            f"{path}: a folder with {len(classes)} sub-folders of sounds. Expected one a class, "
            f"with files that end in {', '.join(ENDINGS)}."
        )
    names = [(f"{name}/{inner}", name) for name in classes for inner in _sounds(path / name)]
    named: list[tuple[str, str | None]] = [*names, *((inner, None) for inner in flat)]
    if not named:
        raise DataError(f"{path}: holds no sounds, no files that end in {', '.join(ENDINGS)}.")
    lists: dict[str, str] = {}
    for part, name in (("validation", "validation_list.txt"), ("test", "testing_list.txt")):
        with faults(path / name):
            if (path / name).is_file():
                text = (path / name).read_text(encoding="utf-8", errors="replace")
                lists |= {line.strip(): part for line in text.splitlines() if line.strip()}
    spoken = all(_SPEAKER in inner for inner, _ in named)
    entries: list[Entry | Reject] = [
        Entry(
            n,
            inner,
            kind,
            PurePath(inner).name.split(_SPEAKER)[0] if spoken else None,
            lists.get(inner, "train" if lists else ""),
            {"file": inner},
        )
        for n, (inner, kind) in enumerate(named, start=1)
    ]
    said = f"{path}: {len(named):,} sounds in {len(classes)} folders, one a class"
    if lists:
        said += "; validation_list.txt and testing_list.txt name those to judge by"
    if spoken:
        said += f"; what stands before {_SPEAKER} says who speaks, and stays in one part"
    speaker = f"before {_SPEAKER}" if spoken else None
    return Listed(said, path.name, Files(path), entries, ("file",), speaker)


def _sounds(folder: Path) -> Iterator[str]:
    if folder.is_dir():
        yield from sorted(name for name in os.listdir(folder) if is_sound(name))


def file_column(table: Table, rows: list[Row], named: str | None = None) -> str | None:
    """Return the column of sound files; None where no column looks like one."""
    if named is not None:
        if named not in table.columns:
            hint = did_you_mean(named, table.columns)
            raise OptionError(f'--file: {table.path} has no column "{named}". {hint}')
        return named
    lowered = {name.lower(): name for name in reversed(table.columns)}
    likely = [lowered[name] for name in FILE_NAMES if name in lowered]
    for name in dict.fromkeys([*likely, *table.columns]):
        cells = [cell for row in rows if (cell := row.fields.get(name)) not in (None, "")]
        if cells and all(isinstance(cell, str) and is_sound(cell) for cell in cells):
            return name
    return None


def _of_index(
    table: Table,
    file: str | None,
    label: str | None,
    group: str | None,
    split: str | None,
    *,
    need_label: bool,
) -> Listed:
    source = table.path.name
    first = [row for _, row in zip(range(50), table.rows(), strict=False) if isinstance(row, Row)]
    place = file_column(table, first, file)
    if place is None:
        raise DataError(
            f"{table.path}: no column of sound files, whose names end in {', '.join(ENDINGS)}. "
            "Expected columns such as file,label."
        )
    labels = column(table, "--label", label, LABEL_NAMES, beside=(place,))
    if labels is None and need_label:
        raise DataError(
            f"{table.path}: no column named label among {', '.join(table.columns)}. Name it with "
            "--label."
        )
    groups = None if group is None else column(table, "--group", group, (), beside=(place,))
    splits = column(table, "--split", split, SPLIT_NAMES, beside=(place,))
    each: list[Entry | Reject] = []
    for row in table.rows():
        if isinstance(row, Reject):
            each.append(row)
            continue
        name, kind = _text(row.fields.get(place)), _text(row.fields.get(labels or ""))
        if name is None:
            each.append(Reject(row.line, f"no file in column {place}", fields=row.fields))
        elif kind is None and need_label:
            each.append(Reject(row.line, f"no label in column {labels}", fields=row.fields))
        else:
            belongs = _text(row.fields.get(groups)) if groups else None
            part = _text(row.fields.get(splits)) if splits else None
            each.append(Entry(row.line, name, kind, belongs, part or "", row.fields))
    said = f"{source}: sounds by column {place}"
    said += f", classes by {labels}" if labels else ""
    said += f", parts by {splits}" if splits else ""
    files, columns = Files(table.path.parent), tuple(table.columns)
    return Listed(said, source, files, each, columns, groups, place, labels)


def column(
    table: Table,
    option: str,
    named: str | None,
    names: tuple[str, ...],
    *,
    beside: tuple[str, ...] = (),
) -> str | None:
    """Return the column that is named, else one of these names, else None."""
    if named is not None:
        if named not in table.columns:
            hint = did_you_mean(named, table.columns)
            raise OptionError(f'{option}: {table.path} has no column "{named}". {hint}')
        return named
    lowered = {name.lower(): name for name in table.columns if name not in beside}
    return next((lowered[name] for name in names if name in lowered), None)


def parts_of(said: list[str], source: str) -> list[str] | None:
    """Return `train`, `validation` or `test` of each row; None where none is named.

    Raises:
        DataError: a part of another name.
    """
    if not any(name.strip().lower() in _PARTS for name in said):
        return None
    found = []
    for name in said:
        part = _PARTS.get(name.strip().lower())
        if part is None:
            raise DataError(
                f'{source}: a part "{name:.40}"; expected train, validation or test in that column.'
            )
        found.append(part)
    return found


def _text(cell: object) -> str | None:
    if cell is None or (isinstance(cell, float) and cell != cell):
        return None
    return str(cell).strip() or None
