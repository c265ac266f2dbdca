"""Files below a folder, or in a zip that lies there."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import BinaryIO

from elman.data.tables.bytes import faults
from elman.errors import DataError

__all__ = ["Files"]

_LARGEST = 2**31
"""Bytes of one file."""


@dataclass(frozen=True)
class Files:
    """Files below a folder, or else in a zip that lies there."""

    folder: Path

    def open(self, name: str) -> BinaryIO:
        """Open one, able to seek; what stands between folders may be / or, as of Windows, \\.

        Raises:
            DataError: it is not there, or cannot be read.
        """
        for spelling in dict.fromkeys((name, name.replace("\\", "/"))):
            found = self._opened(spelling)
            if found is not None:
                return found
        path = self.folder / name
        kind = "a folder, no file" if path.is_dir() else "no such file"
        raise DataError(f"{path}: {kind}.")

    def _opened(self, name: str) -> BinaryIO | None:
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
        return None

    @cached_property
    def _zips(self) -> list[tuple[zipfile.ZipFile, frozenset[str]]]:
        found = []
        for path in sorted(self.folder.glob("*.zip")):
            with faults(path):
                archive = zipfile.ZipFile(path)
            found.append((archive, frozenset(archive.namelist())))
        return found
