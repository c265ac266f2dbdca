"""The files that are read, here or elsewhere: by name, folder or pattern; sizes and stamps.

Which these are here `data.named` says; elsewhere names mean the same.
"""

from __future__ import annotations

import contextlib
import glob
import os
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, cast

from elman.data import named
from elman.data.addresses import asking, file_system, is_address, shown, without_query
from elman.data.tables.bytes import faults
from elman.data.tables.formats import nearest_file, tables_of
from elman.errors import DataError

__all__ = ["Source", "is_folder", "is_pattern", "sources_of"]

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
    """Below the folder named, or what of the pattern is none; with / on every system."""
    size: int
    stamp: str
    """Changes when the file does: when it was written, or what its store says of it."""
    same: str = ""
    """The name of another that it is by a link, and that is read in its place."""

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
    if not is_address(name):
        return named.is_pattern(name)
    if without_query(name) != name or not glob.has_magic(name):
        return False
    fs, path = file_system(name)
    with asking(name):
        return not fs.exists(path)


def is_folder(address: str) -> bool:
    """Say whether an address is that of a folder, which on the web ends with a slash."""
    fs, path = file_system(address)
    with asking(address):
        return bool(path.endswith("/") or fs.info(path)["type"] != "file")


def sources_of(name: str) -> list[Source]:
    """Return the files of a name, in order: itself, those in a folder, or those of a pattern.

    Of a folder in which there are tables these are taken, else all files; see `data.named`.

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
    with faults(path):
        if named.is_pattern(name):
            found = named.matching(name)
        elif path.is_dir():
            found = named.inside(path, tables_of)
        elif path.exists():
            found = named.Found(path.parent, (path.name,))
        else:
            raise DataError(f"{name}: no such file or folder.{nearest_file(path)}")
        files = [Source(str(found.base / n), n, *_stamp(found.base / n)) for n in found.names]
    links = [Source(str(found.base / n), n, 0, "", file) for n, file in found.again.items()]
    return [*files, *links]


def _stamp(path: str | Path) -> tuple[int, str]:
    found = os.stat(path)
    return found.st_size, str(found.st_mtime_ns)


def _elsewhere(name: str) -> list[Source]:
    fs, path = file_system(name)
    with asking(name):
        if is_pattern(name):
            parts = path.split("/")
            base = "/".join(parts[: named.fixed(parts)])
            infos = [*fs.glob(path, detail=True).values()]
        elif is_folder(name):
            base, infos = path.rstrip("/"), fs.ls(path, detail=True)
        else:
            return [_source(name, without_query(path).rpartition("/")[0], fs.info(path))]
    files = [_source(name, base, info) for info in infos if info["type"] == "file"]
    files = [file for file in files if not named.is_aside(file.name)]
    if base == path.rstrip("/"):
        tables = {*tables_of([file.name for file in files])}
        files = [file for file in files if file.name in tables]
    return sorted(files, key=lambda file: file.name.split("/"))


def _source(address: str, base: str, info: dict[str, Any]) -> Source:
    path = str(info["name"])
    where = path if is_address(path) else f"{address.partition('://')[0]}://{path}"
    plain = without_query(path)
    below = plain[len(base) :].lstrip("/") if plain.startswith(base) else plain
    return Source(where, below, int(info["size"] or 0), _told(info))


def _told(info: dict[str, Any]) -> str:
    return next((_plain(info[key]) for key in _TOLD if info.get(key)), "")


def _plain(told: Any) -> str:
    """What is told, written alike by who lists files and by who is asked for one."""
    return str(told.timestamp() if hasattr(told, "timestamp") else told).strip('"')
