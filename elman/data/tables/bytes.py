"""Files become bytes: what is packed is unpacked on the way, told by its first bytes.

gzip, bzip2, xz, and a zip of one file. But: no archives of several files, and no Excel.
"""

from __future__ import annotations

import bz2
import contextlib
import gzip
import io
import lzma
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, BinaryIO, cast

from elman.errors import DataError

__all__ = ["PACKED_ENDINGS", "faults", "open_bytes", "packing"]

_MAGIC = {
    b"\x1f\x8b": "gzip",
    b"BZh": "bzip2",
    b"\xfd7zXZ\x00": "xz",
    b"PK\x03\x04": "zip",
}

_UNREAD = {
    b"\x28\xb5\x2f\xfd": ("Zstandard", "unzstd {0}"),
    b"7z\xbc\xaf\x27\x1c": ("7-Zip", "7z x {0}"),
    b"Rar!": ("RAR", "unrar x {0}"),
    b"PK\x05\x06": ("empty zip", "a zip that holds a file"),
    b"\xd0\xcf\x11\xe0": ("old Excel or Word", "save it as csv (UTF-8)"),
    b"%PDF": ("PDF", "save its table as csv (UTF-8)"),
    b"SQLite format 3": ("SQLite", "save its table as csv (UTF-8)"),
}
"""What is known and not read: its name, and what makes it readable."""

PACKED_ENDINGS = {".gz": "gzip", ".bz2": "bzip2", ".xz": "xz", ".zip": "zip"}


def packing(path: Path) -> str | None:
    """Return how a file is packed, or None.

    Raises:
        DataError: in a way that is not read, or not as its name says.
    """
    with open(path, "rb") as file:
        head = file.read(512)
    for magic, (kind, remedy) in _UNREAD.items():
        if head.startswith(magic):
            raise DataError(
                f"{path}: a file of {kind}. Unpack it first: {remedy.format(path.name)}"
            )
    found = next((kind for magic, kind in _MAGIC.items() if head.startswith(magic)), None)
    ending = path.suffix.lower()
    named = PACKED_ENDINGS.get(ending)
    if head and named is not None and found is None:
        raise DataError(
            f"{path}: named {ending} but no {named} data. Copy it again or drop the {ending}."
        )
    return found


def open_bytes(path: Path) -> io.BufferedReader:
    """Open a file, unpacking it on the way."""
    kind = packing(path)
    if kind is None:
        return open(path, "rb")
    return io.BufferedReader(cast(io.RawIOBase, _UNPACK[kind](path)), 2**17)


def _only_member(path: Path) -> BinaryIO:
    """Open the one file of a zip."""
    archive = zipfile.ZipFile(path)
    names = [info.filename for info in archive.infolist() if not info.is_dir()]
    if "[Content_Types].xml" in names:
        raise DataError(f"{path}: an Excel or Word file. Save it as csv (UTF-8) and pass that.")
    names = [n for n in names if not n.startswith("__MACOSX/") and not _base(n).startswith(".")]
    if len(names) != 1:
        shown = ", ".join(names[:4]) + (", …" if len(names) > 4 else "")
        raise DataError(
            f"{path}: a zip of {len(names)} files{f' ({shown})' if names else ''}. "
            "Unpack it and pass one of them, or the folder."
        )
    try:
        return cast(BinaryIO, archive.open(names[0]))
    except (RuntimeError, NotImplementedError) as fault:
        raise DataError(f"{path}: the zip cannot be unpacked here ({fault}).") from fault


_UNPACK: dict[str, Callable[[Path], Any]] = {
    "gzip": gzip.GzipFile,
    "bzip2": bz2.BZ2File,
    "xz": lzma.LZMAFile,
    "zip": _only_member,
}


def _base(name: str) -> str:
    return name.rpartition("/")[2]


@contextlib.contextmanager
def faults(path: Path, where: Callable[[], str] = str) -> Iterator[None]:
    """Turn what the operating system and unpacking raise into a DataError that names the place."""
    try:
        yield
    except (EOFError, zlib.error, gzip.BadGzipFile, lzma.LZMAError, zipfile.BadZipFile) as fault:
        raise DataError(f"{path}{where()}: {_damaged(path)} ({fault}). Copy it again.") from fault
    except OSError as fault:
        if fault.errno is None:  # what bz2 raises
            raise DataError(
                f"{path}{where()}: {_damaged(path)} ({fault}). Copy it again."
            ) from fault
        raise DataError(f"{path}{where()}: cannot be read: {fault.strerror or fault}.") from fault


def _damaged(path: Path) -> str:
    kind = None
    with contextlib.suppress(OSError, DataError):
        kind = packing(path)
    return f"the {kind or 'packed'} data is damaged or cut short"
