"""The files that a name means on this machine: those in a folder, or those of a pattern.

A pattern has *, ?, [ab], and ** for folders of any depth; where a name stands as it is, it is none.
Hidden files are left out, and those that begin with _, as what an engine leaves beside its parts.
A file that is met again, by a link, is read once; ** goes through no link to a folder, for it may
lead to what is met anyhow, or back. What cannot be looked at is an error, not left out.
"""

from __future__ import annotations

import contextlib
import fnmatch
import glob
import os
import stat
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from elman.data.tables.bytes import faults
from elman.errors import DataError

__all__ = ["Found", "fixed", "inside", "is_aside", "is_pattern", "matching"]


@dataclass(frozen=True)
class Found:
    """Files below a folder."""

    base: Path
    """The folder named, or the part of a pattern that is none."""
    names: tuple[str, ...] = ()
    """Below it, with / on every system, in order."""
    again: dict[str, str] = field(default_factory=dict)
    """Links that were met, and the names of what they lead to."""

    @property
    def paths(self) -> list[Path]:
        return [self.base / name for name in self.names]

    @property
    def said(self) -> str:
        """Which links are not read; nothing of none."""
        return " ".join(
            f"{link} is {name}, and not read again." for link, name in self.again.items()
        )


def is_pattern(name: str | Path) -> bool:
    """Say whether a name stands for many files: a file, or a folder, may be called so, too."""
    return glob.has_magic(str(name)) and not os.path.lexists(name)


def matching(pattern: str | Path) -> Found:
    """Return the files of a pattern, in the order of their names.

    Raises:
        DataError: there are none, or a folder or link cannot be followed.
    """
    parts = Path(pattern).parts
    n = fixed(parts, os.path.lexists)
    base = Path(*parts[:n])
    found = _once(base, {*_below(base, parts[n:])})
    if not found.names:
        raise DataError(
            f"{pattern}: no file has such a name. Expected a pattern as in a shell, such as "
            "'data/part-*.csv', or 'data/**/*.parquet' for all folders below."
        )
    return found


def inside(folder: Path, chosen: Callable[[list[str]], list[str]]) -> Found:
    """Return files in a folder, not those further down.

    Args:
        folder: the folder.
        chosen: takes some of the names in it.

    Raises:
        DataError: it, or a link in it, cannot be followed.
    """
    names = [name for name, _ in _listed(folder) if not is_aside(name)]
    return _once(folder, {folder / name for name in chosen(names)})


def fixed(parts: Sequence[str], there: Callable[[str], bool] = lambda _: False) -> int:
    """Return how many parts of a pattern come before what is one.

    Args:
        parts: between slashes.
        there: says whether something is called as the beginning is, signs and all.
    """
    each = (n for n, part in enumerate(parts) if glob.has_magic(part))
    return next((n for n in each if not there(os.path.join(*parts[: n + 1]))), len(parts) - 1)


def is_aside(name: str) -> bool:
    """Say whether a file is hidden, or none of data."""
    return name.rpartition("/")[2].startswith((".", "_"))


def _below(folder: Path, parts: Sequence[str]) -> Iterator[Path]:
    """Yield what the parts of a pattern mean in a folder."""
    first, rest = parts[0], parts[1:]
    if first == "**":
        yield from _below(folder, rest or ("*",))
        for name, is_folder in _listed(folder):
            if is_folder and not name.startswith("."):
                yield from _below(folder / name, parts)
        return
    names = [first]
    if glob.has_magic(first):
        names = [name for name, _ in _listed(folder) if fnmatch.fnmatch(name, first)]
        names = [name for name in names if first.startswith(".") or not name.startswith(".")]
    for name in names:
        if rest:
            yield from _below(folder / name, rest)
        elif os.path.lexists(folder / name):
            yield folder / name


def _listed(folder: Path) -> list[tuple[str, bool]]:
    """Return what is in a folder, and whether it is a folder and no link; nothing of no folder."""
    none = contextlib.suppress(FileNotFoundError, NotADirectoryError, ValueError)
    with faults(folder), none, os.scandir(folder) as entries:
        return [(entry.name, entry.is_dir(follow_symlinks=False)) for entry in entries]
    return []


def _once(base: Path, paths: set[Path]) -> Found:
    """Return the files among paths, each once: by its own name where that is met too."""
    files = [path for path in paths if not is_aside(path.name) and _is_file(path)]
    if not files:
        return Found(base)
    folders = {path.parent: Path(os.path.realpath(path.parent)) for path in files}
    plain = Path(os.path.realpath(base))
    real = {
        path: Path(os.path.realpath(path))
        if path.is_symlink()
        else folders[path.parent] / path.name
        for path in files
    }
    files.sort(key=lambda path: (real[path] != plain / path.relative_to(base), path))
    met: dict[Path, Path] = {}
    for path in files:
        met.setdefault(real[path], path)
    name = {path: path.relative_to(base).as_posix() for path in files}
    again = {name[path]: name[met[real[path]]] for path in files if met[real[path]] != path}
    return Found(base, tuple(name[path] for path in sorted(met.values())), again)


def _is_file(path: Path) -> bool:
    with faults(path):
        try:
            return stat.S_ISREG(os.stat(path).st_mode)
        except FileNotFoundError:
            if not path.is_symlink():
                return False  # it has gone meanwhile
            leads = os.readlink(path)
    raise DataError(f"{path}: a link to {leads}, where nothing is. Mend the link, or remove it.")
