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
    found = _once(base, {*_below(base, "", parts[n:])})
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
    return _once(folder, {*chosen(names)})


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


def _below(base: Path, folder: str, parts: Sequence[str]) -> Iterator[str]:
    """Yield what the parts of a pattern mean in a folder, by its names below the base."""
    first, rest = parts[0], parts[1:]
    if first == "**":
        yield from _below(base, folder, rest or ("*",))
        for name, is_folder in _listed(base / folder):
            if is_folder and not name.startswith("."):
                yield from _below(base, f"{folder}{name}/", parts)
        return
    names = [first]
    if glob.has_magic(first):
        names = fnmatch.filter([name for name, _ in _listed(base / folder)], first)
        names = [name for name in names if first.startswith(".") or not name.startswith(".")]
    for name in names:
        if rest:
            yield from _below(base, f"{folder}{name}/", rest)
        elif name != first or os.path.lexists(base / folder / name):
            yield folder + name


def _listed(folder: Path) -> list[tuple[str, bool]]:
    """Return what is in a folder, and whether it is a folder and no link; nothing of no folder."""
    none = contextlib.suppress(FileNotFoundError, NotADirectoryError, ValueError)
    with faults(folder), none, os.scandir(folder) as entries:
        return [(entry.name, entry.is_dir(follow_symlinks=False)) for entry in entries]
    return []


def _once(base: Path, names: set[str]) -> Found:
    """Return the files among names, each once: by its own where that is met too."""
    files = [name for name in names if not is_aside(name) and _is_file(os.path.join(base, name))]
    if not files:
        return Found(base)
    files.sort(key=_order)
    folders = {folder: os.path.realpath(base / folder) for folder in {*map(_folder, files)}}
    top, real = os.path.realpath(base), dict[str, str]()
    for name in files:
        path = os.path.join(base, name)
        own = os.path.join(folders[_folder(name)], name.rpartition("/")[2])
        real[name] = os.path.realpath(path) if os.path.islink(path) else own
    met: dict[str, str] = {}
    for name in sorted(files, key=lambda n: real[n] != os.path.join(top, n.replace("/", os.sep))):
        met.setdefault(real[name], name)
    again = {name: met[real[name]] for name in files if met[real[name]] != name}
    return Found(base, tuple(name for name in files if name not in again), again)


def _folder(name: str) -> str:
    return name.rpartition("/")[0]


def _order(name: str) -> list[str]:
    return name.split("/")


def _is_file(path: str) -> bool:
    try:
        return stat.S_ISREG(os.stat(path).st_mode)
    except FileNotFoundError:
        if not os.path.islink(path):
            return False  # it has gone meanwhile
    except OSError as fault:
        with faults(Path(path)):
            raise fault
    leads = os.readlink(path)
    raise DataError(
        f"{Path(path)}: a link to {leads}, where nothing is. Mend the link, or remove it."
    )
