"""Files of ours in a folder for a web host: whole ones, and none of somebody else's is touched.

    index.html          the page
    models/NAME.json    what it fetches
    lab.json            which files are ours

lab.json comes first and index.html last, so whoever is interrupted may write again, and a page that
is there finds what it fetches.
"""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path

from elman.artifact.plain import plain_bytes
from elman.errors import ArtifactError, OptionError
from elman.files import atomic_write, remove, safely, sweep, sync_directory, write_beside
from elman.schema import parse

__all__ = ["INDEX", "MODELS", "check_folder", "write_folder"]

INDEX, MODELS = "index.html", "models"
_LIST = "lab.json"
_OURS = re.compile(rf"index\.html|{MODELS}/[A-Za-z0-9_-]+\.json")
_LARGEST_LIST = 2**20


def check_folder(option: str, folder: Path, files: Iterable[str] = (INDEX,)) -> None:
    """Refuse a folder that is neither new nor empty nor an earlier one of ours.

    Args:
        option: that it was named by.
        folder: to be written to.
        files: to be written.

    Raises:
        OptionError: it has other files, somebody else's under these names, or cannot be written to.
    """
    try:
        # what was left by a process that was killed before it could say what is its own
        sweep(folder, [_LIST])
        there = sorted(path.name for path in folder.iterdir())
        _check_writable(folder)
        foreign = [name for name in (INDEX, MODELS, _LIST) if (folder / name).is_symlink()]
    except FileNotFoundError:
        there, foreign = [], []
        _check_ancestor(option, folder)
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or error
        raise OptionError(f"{option} {folder}: {why}; name a folder that can be written") from None
    ours = _listed(folder)
    if there and ours is None:
        raise OptionError(
            f"{option} {folder} holds other files ({there[0]}, …) and no lab; nothing was touched. "
            "Name a new or empty folder."
        )
    foreign += [name for name in files if name not in (ours or ()) and (folder / name).exists()]
    if foreign:
        raise OptionError(
            f"{option} {folder}: {foreign[0]} in it is not of our making; nothing was touched. "
            "Move it away, or name another folder."
        )


def write_folder(option: str, folder: Path, files: Mapping[str, bytes]) -> None:
    """Write files by name, `index.html` among them; what an earlier call wrote besides goes.

    Raises:
        OptionError: as of `check_folder`.
        WorkError: the disk is full or not writable; pages that were there are whole.
    """
    check_folder(option, folder, files)
    earlier = set(_listed(folder) or ())
    with safely(folder, "What was there before is untouched."):
        for name in files:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
    _list(folder, earlier | files.keys())
    waiting: dict[Path, Path] = {}
    try:
        for name in sorted(files, key=lambda name: name == INDEX):
            path = folder / name
            with safely(path, "What was there before is untouched."):
                waiting[path] = write_beside(path, files[name])
        for path, temporary in waiting.items():
            with safely(path, "Some of the files are new already; write them again."):
                os.replace(temporary, path)
    finally:
        remove(*waiting.values())
    remove(*(folder / name for name in earlier - files.keys()))
    with contextlib.suppress(OSError):
        (folder / MODELS).rmdir()  # where nothing is in it any more
    _list(folder, files.keys())
    with safely(folder):
        sync_directory(folder)


def _listed(folder: Path) -> list[str] | None:
    """Return which files are ours; None where the folder is not."""
    path = folder / _LIST
    try:
        said = parse(plain_bytes(path, _LARGEST_LIST), str(path))
    except ArtifactError:
        return None
    names = said.get("elman lab") if isinstance(said, dict) else None
    if not isinstance(names, list):
        return None
    # whatever else stands there, no other file is replaced or removed
    return [name for name in names if isinstance(name, str) and _OURS.fullmatch(name)]


def _list(folder: Path, names: Collection[str]) -> None:
    lines = ",\n".join(f'  "{name}"' for name in sorted(names))
    atomic_write(folder / _LIST, f'{{"elman lab": [\n{lines}\n]}}\n'.encode())


def _check_ancestor(option: str, folder: Path) -> None:
    """Refuse a folder that cannot be made."""
    try:
        above = next(path for path in folder.absolute().parents if path.exists())
        if not above.is_dir():
            raise NotADirectoryError(20, f"{above} is no folder")
        _check_writable(above)
    except OSError as error:
        raise OptionError(
            f"{option} {folder}: {error.strerror or error}; name a folder that can be written"
        ) from None


def _check_writable(folder: Path) -> None:
    if not os.access(folder, os.W_OK | os.X_OK):
        raise PermissionError(13, "it may not be written to")
