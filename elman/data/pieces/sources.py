"""The files that are read, here or elsewhere: by name, folder or pattern; sizes and stamps."""

from __future__ import annotations

import contextlib
import glob
import os
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, cast

from elman.data.addresses import asking, file_system, is_address, shown
from elman.data.tables.bytes import faults
from elman.data.tables.formats import nearest_file
from elman.errors import DataError

__all__ = ["Source", "is_pattern", "sources_of"]

_BLOCK = 2**23
"""Bytes read ahead of a file elsewhere."""
_TOLD = ("ETag", "etag", "md5Hash", "checksum", "LastModified", "mtime", "created")
"""What stores say of a file's content, else when it was written."""


@dataclass(frozen=True)
class Source:
    """One file."""

    where: str
    """A path, or an address."""
    name: str
    """Below the folder that all have in common; with / on every system."""
    size: int
    stamp: str
    """Changes when the file does: when it was written, or what its store says of it."""

    @property
    def told(self) -> tuple[str, int, str]:
        """What makes it this file and no other, wherever it lies."""
        return self.name, self.size, self.stamp

    @property
    def elsewhere(self) -> bool:
        return is_address(self.where)

    @property
    def changed(self) -> bool:
        """Whether another file has its place by now, as far as its system or store tells."""
        if not self.elsewhere:
            with self.reading():
                return _stamp(self.where) != (self.size, self.stamp)
        fs, path = file_system(self.where)
        with self.reading():
            fs.invalidate_cache()
            info = fs.info(path)
        # a list of files may tell less of each than who is asked for one
        now = {_plain(info[key]) for key in _TOLD if info.get(key)}
        size = int(info["size"] or 0)
        of_another = now and self.stamp and self.stamp not in now
        return bool(of_another or (size and size != self.size))

    @contextlib.contextmanager
    def opened(self) -> Iterator[IO[bytes]]:
        """Open its bytes."""
        if not self.elsewhere:
            with self.reading(), open(self.where, "rb") as file:
                yield file
            return
        fs, path = file_system(self.where)
        with self.reading(), fs.open(path, "rb", block_size=_BLOCK) as file:
            yield cast(IO[bytes], file)

    def reading(self) -> AbstractContextManager[None]:
        """Turn what reading it raises into an error that names it."""
        return asking(self.where) if self.elsewhere else faults(Path(self.where))


def is_pattern(name: str) -> bool:
    """Say whether a name stands for many files, and is not that of one."""
    return glob.has_magic(name) and (is_address(name) or not os.path.lexists(name))


def sources_of(name: str) -> list[Source]:
    """Return the files of a name, in order: itself, those in a folder, or those of a pattern.

    A pattern has *, ?, [ab] and ** for folders of any depth. Hidden files, and those that begin
    with _, are left out, as other programs leave them out.

    Raises:
        DataError: there are none.
    """
    found = _elsewhere(name) if is_address(name) else _here(name)
    if not found:
        inside = ""
        if os.path.isdir(name) and os.listdir(name):
            inside = f" Its own files are taken; those further down are '{Path(name)}/**/*'."
        raise DataError(
            f"{shown(name)}: no file is meant by that.{inside} Expected files such as in/a.csv"
        )
    return found


def _here(name: str) -> list[Source]:
    path = Path(name)
    if is_pattern(name):
        names = glob.glob(name, recursive=True)
    elif path.is_dir():
        names = [str(child) for child in path.iterdir()]
    elif path.exists():
        names = [name]
    else:
        raise DataError(f"{name}: no such file or folder.{nearest_file(path)}")
    files = sorted(n for n in names if os.path.isfile(n) and (n == name or _counts(n)))
    base = _common(files)
    return [Source(n, _below(n, base), *_stamp(n)) for n in files]


def _stamp(name: str) -> tuple[int, str]:
    found = os.stat(name)
    return found.st_size, str(found.st_mtime_ns)


def _elsewhere(name: str) -> list[Source]:
    fs, path = file_system(name)
    scheme = name.partition("://")[0]
    with asking(name):
        if is_pattern(name):
            found = list(fs.glob(path, detail=True).values())
        else:
            info = fs.info(path)
            found = [info] if info["type"] == "file" else fs.ls(path, detail=True)
    files = [i for i in found if i["type"] == "file" and (len(found) == 1 or _counts(i["name"]))]
    files.sort(key=lambda info: str(info["name"]))
    names = [str(info["name"]) for info in files]
    base = _common(names)
    return [
        Source(_address(fs, scheme, n), _below(n, base), int(info["size"] or 0), _told(info))
        for n, info in zip(names, files, strict=True)
    ]


def _address(fs: Any, scheme: str, path: str) -> str:
    return path if is_address(path) else f"{scheme}://{path}"


def _told(info: dict[str, Any]) -> str:
    return next((_plain(info[key]) for key in _TOLD if info.get(key)), "")


def _plain(told: Any) -> str:
    """What is told, written alike by who lists files and by who is asked for one."""
    return str(told.timestamp() if hasattr(told, "timestamp") else told).strip('"')


def _counts(name: str) -> bool:
    return not name.replace("\\", "/").rpartition("/")[2].startswith((".", "_"))


def _common(names: list[str]) -> str:
    """The folder that all lie in."""
    folders = [name.replace(os.sep, "/").rpartition("/")[0] for name in names]
    return os.path.commonpath(folders).replace(os.sep, "/") if folders and all(folders) else ""


def _below(name: str, base: str) -> str:
    plain = name.replace(os.sep, "/")
    return plain[len(base) :].lstrip("/") if base else plain
