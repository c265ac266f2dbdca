"""The folder that parts go to, on this machine or elsewhere: a file is there whole, or not at all.

On this machine, and where a store can rename, a file lies beside its name until it is whole. An
object store has no renaming that is one step, and needs none: an object is there when all of it
has come.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import IO, Any

from elman.data.addresses import asking, file_system, is_address, shown
from elman.errors import DataError, OptionError
from elman.files import atomic_write, safely, sweep

__all__ = ["Folder", "folder_at"]

_STORES = {"s3", "s3a", "gs", "gcs", "abfs", "abfss", "az", "adl", "oss", "r2", "memory"}
"""Schemes of object stores, where what is put is there at once or not at all."""
_READ = 2**20


class Folder:
    """A folder of this machine, or one that all machines see as such."""

    onward = (
        "the same command makes the others once this is mended: a file of which no part is there "
        "may be mended, or left out."
    )
    """How a job with files that could not be read goes on."""

    def __init__(self, name: str) -> None:
        self.name = name

    def made(self) -> None:
        """Have it there."""
        path = Path(self.name)
        try:
            path.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=path):
                pass
        except (OSError, ValueError) as error:
            why = getattr(error, "strerror", None) or str(error)
            raise OptionError(
                f"--out {self.name}: {why}. Name a folder that is there or can be made, and that "
                "may be written to."
            ) from None

    def names(self) -> set[str]:
        """What is in it; what is hidden is somebody's who is still writing."""
        with safely(Path(self.name)):
            return {p.name for p in Path(self.name).iterdir() if not p.name.startswith(".")}

    def read(self, name: str) -> bytes | None:
        """Return a small file; None where there is none."""
        try:
            return Path(self.name, name).read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise DataError(
                f"{self.name}/{name}: cannot be read: {error.strerror or error}."
            ) from None

    def read_all(self, names: Sequence[str]) -> list[bytes | None]:
        """Return many small files."""
        return [self.read(name) for name in names]

    def sizes(self) -> dict[str, int]:
        """Return the bytes of all files, below it too."""
        found = {}
        for place, _, names in os.walk(self.name):
            for name in names:
                path = Path(place, name)
                with contextlib.suppress(OSError):
                    found[path.relative_to(self.name).as_posix()] = path.stat().st_size
        return found

    def put(self, name: str, data: bytes, first: bool = False) -> None:
        """Write a small file; `first` leaves what somebody else put there in the meantime."""
        atomic_write(self._path(name), data, first=first)

    def remove(self, name: str) -> None:
        """Have a file no longer there."""
        path = Path(self.name, name)
        with safely(path):
            path.unlink(missing_ok=True)

    def size(self, name: str) -> int | None:
        """Return the bytes of a file; None where there is none."""
        with contextlib.suppress(OSError):
            return Path(self.name, name).stat().st_size
        return None

    def whole(self, name: str, size: int, digest: str) -> bool:
        """Say whether a file is what was once written."""
        if self.size(name) != size:
            return False
        found = hashlib.sha256()
        with contextlib.suppress(OSError), open(Path(self.name, name), "rb") as file:
            while block := file.read(_READ):
                found.update(block)
        return found.hexdigest() == digest

    @contextlib.contextmanager
    def writing(self, name: str) -> Iterator[Path]:
        """Give a path to write a file to, by something that writes it whole or not at all."""
        yield self._path(name)

    def swept(self, names: Iterable[str], ended: bool = False) -> None:
        """Remove what dead processes left of files; see `files.sweep`."""
        below: dict[Path, list[str]] = {}
        for path in (Path(self.name, name) for name in names):
            below.setdefault(path.parent, []).append(path.name)
        for place, each in below.items():
            sweep(place, each, ended)

    @contextlib.contextmanager
    def working(self, name: str) -> Iterator[None]:
        """Have others see, by a file that is there, that somebody is at work."""
        with contextlib.ExitStack() as held:
            with contextlib.suppress(OSError):
                _lock(held.enter_context(open(Path(self.name, name), "rb")), shared=True)
            yield

    @contextlib.contextmanager
    def alone(self, name: str) -> Iterator[str | None]:
        """Yield None if nobody is at work by a file, and none can begin to; else what to do.

        Where somebody else is alone there, this comes after him.
        """
        company: str | None = "somebody may be at work in it; if so, wait for the end"
        path = Path(self.name, name)
        with contextlib.ExitStack() as held:
            with contextlib.suppress(OSError):
                file = held.enter_context(open(path, "rb+"))
                try:
                    _lock(file, shared=False)
                except BlockingIOError:
                    _lock(file, shared=True)
                else:
                    # another file may have come to its place before it was locked
                    if os.path.samestat(os.fstat(file.fileno()), path.stat()):
                        company = None
            yield company

    def _path(self, name: str) -> Path:
        path = Path(self.name, name)
        with safely(path):
            path.parent.mkdir(exist_ok=True)
        return path


class Elsewhere(Folder):
    """A folder with an address."""

    onward = (
        "the same command makes the others once this is mended, if the input stays as it is; if "
        "it does not, name another folder."
    )

    def __init__(self, name: str) -> None:
        super().__init__(shown(name).rstrip("/"))
        self._address = name.rstrip("/")
        self._fs: Any
        self._fs, self._root = file_system(self._address)
        self._fs.use_listings_cache = False
        self._stores = name.partition("://")[0].lower() in _STORES

    def made(self) -> None:
        if not self._stores:
            with asking(self._address):
                self._fs.makedirs(self._root, exist_ok=True)

    def names(self) -> set[str]:
        with asking(self._address):
            self._fs.invalidate_cache()
            try:
                found = self._fs.ls(self._root, detail=False)
            except FileNotFoundError:
                return set()
        names = {str(path).rstrip("/").rpartition("/")[2] for path in found}
        own = self._root.rpartition("/")[2]
        return {name for name in names if name and name != own and not name.startswith(".")}

    def read(self, name: str) -> bytes | None:
        with asking(self._address):
            try:
                return bytes(self._fs.cat_file(f"{self._root}/{name}"))
            except FileNotFoundError:
                return None

    def read_all(self, names: Sequence[str]) -> list[bytes | None]:
        paths = [f"{self._root}/{name}" for name in names]
        with asking(self._address):
            found = self._fs.cat(paths, on_error="omit") if paths else {}
        return [found.get(path) for path in paths]

    def sizes(self) -> dict[str, int]:
        with asking(self._address):
            self._fs.invalidate_cache()
            found = self._fs.find(self._root, detail=True)
        return {n[len(self._root) :].lstrip("/"): int(i["size"] or 0) for n, i in found.items()}

    def put(self, name: str, data: bytes, first: bool = False) -> None:
        """Write it, whatever is there: not every store can say no."""
        with self.writing(name) as path:
            path.write_bytes(data)

    def remove(self, name: str) -> None:
        with asking(self._address):
            self._fs.invalidate_cache()
            if self._fs.exists(f"{self._root}/{name}"):
                self._fs.rm_file(f"{self._root}/{name}")

    def size(self, name: str) -> int | None:
        with asking(self._address):
            self._fs.invalidate_cache()
            try:
                return int(self._fs.info(f"{self._root}/{name}")["size"])
            except FileNotFoundError:
                return None

    def whole(self, name: str, size: int, digest: str) -> bool:
        """By its size: to hash it would be to fetch it, and stores check what they are sent."""
        return self.size(name) == size

    def swept(self, names: Iterable[str], ended: bool = False) -> None:
        """Nothing: what was never put is not there."""

    @contextlib.contextmanager
    def working(self, name: str) -> Iterator[None]:
        """Nothing: there is no lock that all machines see."""
        yield

    @contextlib.contextmanager
    def alone(self, name: str) -> Iterator[str | None]:
        yield "whether somebody is at work at an address cannot be told"

    @contextlib.contextmanager
    def writing(self, name: str) -> Iterator[Path]:
        """Put what is written to a file of this machine, if anything was."""
        with tempfile.TemporaryDirectory(prefix="elman-") as place:
            path = Path(place, Path(name).name)
            yield path
            if not path.exists():
                return
            there = f"{self._root}/{name}"
            with asking(self._address):
                if self._stores:
                    self._fs.put_file(str(path), there)
                    return
                folder, _, last = there.rpartition("/")
                self._fs.makedirs(folder, exist_ok=True)
                beside = f"{folder}/.{last}.{Path(place).name}.tmp"
                self._fs.put_file(str(path), beside)
                self._fs.mv(beside, there)


def folder_at(name: str) -> Folder:
    """Return the folder of a path or an address."""
    return Elsewhere(name) if is_address(name) else Folder(name)


if sys.platform != "win32":
    import fcntl

    def _lock(file: IO[bytes], *, shared: bool) -> None:
        """Lock a file until it is closed; it waits for who decides, not for those at work."""
        fcntl.flock(file, fcntl.LOCK_SH if shared else fcntl.LOCK_EX | fcntl.LOCK_NB)

else:

    def _lock(file: IO[bytes], *, shared: bool) -> None:
        """A file that is locked there cannot be read, nor one that is open be replaced."""
        raise OSError
