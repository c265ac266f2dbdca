"""The files beside model.json and weights: each is read when somebody asks for it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from elman.artifact.manifest import MANIFEST, File
from elman.artifact.plain import plain_size, verified
from elman.errors import ArtifactError
from elman.schema import parse

__all__ = ["Parts"]


class Parts(Mapping[str, Any]):
    """Contents by file name: JSON values, and text for `.html`.

    Kind and size of all files are looked at once; hash and content of each when it is asked for.

    Args:
        directory: of one model.
        files: what model.json says of them.
        sizes: the largest that each may have.

    Raises:
        ArtifactError: a file is not what model.json says; also later, when it is read.
    """

    def __init__(
        self, directory: Path, files: Mapping[str, File], sizes: Mapping[str, int]
    ) -> None:
        self._directory, self._files, self._sizes = directory, files, sizes
        self._contents: dict[str, Any] = {}
        for name, entry in files.items():
            size = plain_size(directory / name, sizes[name])
            if size != entry.bytes:
                raise ArtifactError(
                    f"{directory / name}: {size} bytes, but {MANIFEST} says {entry.bytes}. "
                    f"The file and {MANIFEST} do not belong together: copy the whole model again."
                )

    def __getitem__(self, name: str) -> Any:
        if name not in self._contents:
            path = self._directory / name
            data = verified(path, self._files[name], self._sizes[name])
            self._contents[name] = _content(path, data)
        return self._contents[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._files)

    def __len__(self) -> int:
        return len(self._files)


def _content(path: Path, data: bytes) -> Any:
    if path.suffix == ".json":
        return parse(data, str(path))
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        raise ArtifactError(f"{path}: not UTF-8 ({error}).") from None
