"""Sounds of a folder with a sub-folder a class, however deep they lie in it.

    CLASS/a.wav  CLASS/speaker/b.wav        a class each, as Speech Commands has them
    train/CLASS/a.wav  test/CLASS/b.wav     a part each, and in it a class each

What is no sound of a class is counted and named: sounds beside the sub-folders, and sounds of kinds
that are not read.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path, PurePath

from elman.data.signals.files import Files
from elman.data.signals.listed import Entry, Listed
from elman.data.signals.parts import PARTS
from elman.data.signals.sounds import ENDINGS, OTHER_ENDINGS, is_sound
from elman.data.tables.bytes import faults
from elman.data.tables.table import Reject
from elman.errors import DataError
from elman.figures import counted

__all__ = ["files_below", "of_folder"]

_BACKGROUND = ("_background_noise_",)
"""Sub-folders of noise, no class, as in Speech Commands."""
_SPEAKER = "_nohash_"
"""What follows the speaker in the file names of Speech Commands (Warden 2018, arXiv 1804.03209)."""
_LISTS = (("validation", "validation_list.txt"), ("test", "testing_list.txt"))


def of_folder(path: Path, *, need_label: bool) -> Listed:
    """List the sounds of a folder of class folders, or of one that holds sounds alone.

    Raises:
        DataError: it is neither.
    """
    with faults(path):
        all_files = [*files_below(path)]
    inside = [name for name in all_files if PurePath(name).parts[0].lower() not in _BACKGROUND]
    sounds = [name for name in inside if is_sound(name)]
    deep, flat = (
        [name for name in sounds if (len(PurePath(name).parts) > 1) == below]
        for below in (True, False)
    )
    tops = {PurePath(name).parts[0] for name in deep}
    # a class that is called test has its sounds in it, a part has classes
    by_part = bool(tops) and all(top.lower() in PARTS for top in tops)
    by_part = by_part and all(len(PurePath(name).parts) > 2 for name in deep)
    place = 1 if by_part else 0
    classes = {PurePath(name).parts[place] for name in deep}
    if need_label and len(classes) < 2:
        raise DataError(
            f"{path}: a folder with {counted(len(classes), 'sub-folder')} of sounds. Expected one "
            f"a class, with files that end in {', '.join(ENDINGS)}.{_unread(inside)}"
        )
    named = [(name, PurePath(name).parts[place]) for name in deep]
    chosen: list[tuple[str, str | None]] = [*named] or [(name, None) for name in flat]
    if not chosen:
        raise DataError(
            f"{path}: holds no sounds, no files that end in {', '.join(ENDINGS)}.{_unread(inside)}"
        )
    lists = {} if by_part else _lists(path)
    spoken = all(_SPEAKER in name for name, _ in chosen)

    def part(name: str) -> str:
        if by_part:
            return PARTS[PurePath(name).parts[0].lower()]
        return lists.get(name, "train" if lists else "")

    entries: list[Entry | Reject] = [
        Entry(
            n,
            name,
            kind,
            PurePath(name).name.split(_SPEAKER)[0] if spoken else None,
            part(name),
            {"file": name},
        )
        for n, (name, kind) in enumerate(chosen, start=1)
    ]
    said = f"{path}: {counted(len(chosen), 'sound')}"
    if deep:
        said += f" in {counted(len(classes), 'folder')}, one a class"
    if noise := len(all_files) - len(inside):
        said += f"; {counted(noise, 'file')} of {_BACKGROUND[0]} are of no class"
    if by_part:
        said += f"; {', '.join(sorted(tops))} say which part each is for"
    if lists:
        said += "; validation_list.txt and testing_list.txt name those to judge by"
    if spoken:
        said += f"; what stands before {_SPEAKER} says who speaks, and stays in one part"
    notes = []
    if deep and flat:
        notes.append(
            f"{path}: {counted(len(flat), 'sound')} beside the sub-folders, in none of them, left "
            f"out: {_few(flat)}"
        )
    if unread := _unread(inside):
        notes.append(f"{path}:{unread}")
    speaker = f"before {_SPEAKER}" if spoken else None
    files = Files(path)
    return Listed(said, path.name, files, entries, ("file",), speaker, notes=tuple(notes))


def files_below(folder: Path) -> Iterator[str]:
    """Yield the files in a folder and its sub-folders, by their paths from it with / between.

    Hidden files and folders are passed over, and links that lead back to a folder above.

    Raises:
        DataError: a folder may not be looked into.
    """
    for here, inner, names in os.walk(folder, followlinks=True, onerror=_refused):
        place = Path(here)
        above = [place.parents[n] for n in range(len(place.relative_to(folder).parts))]
        if os.path.realpath(place) in map(os.path.realpath, above):
            inner.clear()
            continue
        inner[:] = sorted(name for name in inner if name[0] != ".")
        before = place.relative_to(folder)
        yield from ((before / name).as_posix() for name in sorted(names) if name[0] != ".")


def _refused(fault: OSError) -> None:
    with faults(Path(str(fault.filename))):
        raise fault


def _lists(path: Path) -> dict[str, str]:
    """Return the part of each sound that lists beside the folders name."""
    lists: dict[str, str] = {}
    for part, name in _LISTS:
        with faults(path / name):
            if (path / name).is_file():
                text = (path / name).read_text(encoding="utf-8", errors="replace")
                lines = (line.strip().replace("\\", "/") for line in text.splitlines())
                lists |= {line: part for line in lines if line}
    return lists


def _unread(names: list[str]) -> str:
    """Say how many sounds are of a kind that is not read; nothing of none."""
    found = [name for name in names if PurePath(name).suffix.lower() in OTHER_ENDINGS]
    if not found:
        return ""
    return f" {counted(len(found), 'file')} not read, save as wav: {_few(found)}"


def _few(names: list[str]) -> str:
    return ", ".join(names[:3]) + (", …" if len(names) > 3 else "")
