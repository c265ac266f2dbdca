"""Which sounds there are: a folder with a sub-folder a class, or an index of files.

An index is a table with a column of files, relative to it, and one of labels; beside it may stand
columns of groups (speakers) and of the part that a row is for. Where the files are not there, a zip
beside the index that has them is read.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from elman.data.signals.files import Files
from elman.data.signals.folders import of_folder
from elman.data.signals.listed import Entry, Listed
from elman.data.signals.parts import no_parts
from elman.data.signals.sounds import ENDINGS, is_sound
from elman.data.tables.formats import open_table
from elman.data.tables.table import Reject, Row, Table
from elman.errors import DataError, OptionError, did_you_mean

__all__ = ["file_column", "listed"]

FILE_NAMES = ("file", "path", "filename", "file_name", "filepath", "wav", "audio", "sound")
LABEL_NAMES = ("label", "class", "target", "category", "y")
GROUP_NAMES = ("group", "speaker", "speaker_id", "subject", "patient")
SPLIT_NAMES = ("split", "part", "subset")


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
        return of_folder(path, need_label=need_label)
    table = open_table(path, **(opening or {}))  # type: ignore[arg-type]
    return _of_index(table, file, label, group, split, need_label=need_label)


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
    notes = []
    if splits is not None:
        said_parts = [entry.part for entry in each if isinstance(entry, Entry)]
        note = no_parts(said_parts, splits, source, asked=split is not None)
        if note is not None:
            notes, splits = [note], None
            each = [replace(e, part="") if isinstance(e, Entry) else e for e in each]
    said = f"{source}: sounds by column {place}"
    said += f", classes by {labels}" if labels else ""
    said += f", parts by {splits}" if splits else ""
    files, columns = Files(table.path.parent), tuple(table.columns)
    return Listed(said, source, files, each, columns, groups, place, labels, tuple(notes))


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


def _text(cell: object) -> str | None:
    if cell is None or (isinstance(cell, float) and cell != cell):
        return None
    return str(cell).strip() or None
