"""Data with an address is fetched before work begins, and goes again when it ends.

Training and judging read their files more than once, so they need room for a copy on this machine;
`elman predict` into a folder fetches piece by piece instead. Whoever reads sees files of this
machine, and messages name the address. Nor is anything that is read written over.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, ParamSpec, TypeVar, cast

from elman.data.addresses import asking, file_system, is_address, shown
from elman.data.named import fixed
from elman.data.pieces.sources import is_folder, is_pattern, sources_of
from elman.data.unread import check_unread
from elman.errors import DataError, ElmanError, OptionError
from elman.lock import scratch

__all__ = ["fetching"]

P = ParamSpec("P")
R = TypeVar("R")

DATA = ("data", "path", "test", "unlabelled", "target", "behaviour")
"""Arguments and options that name what is read."""
_WRITTEN = ("out", "output", "rejects", "pretrained", "back_test")
"""Those that name what is written, or kept."""
_OPTIONS = ("options", "given")
"""Arguments that hold options."""


def fetching(work: Callable[P, R]) -> Callable[P, R]:
    """Let a function read data that has an address, and write over nothing that it reads."""
    signature = inspect.signature(work)

    @functools.wraps(work)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> R:
        given = signature.bind(*args, **kwargs)
        named = _flat(given.arguments)
        read = [named[name] for name in DATA if name in named]
        for name in _WRITTEN:
            if isinstance(target := named.get(name), (str, Path)) and not is_address(target):
                check_unread(_flag(name), Path(target), *read)
        if not any(is_address(value) for value in named.values()):
            return work(*args, **kwargs)
        with scratch() as place:
            here: dict[str, str] = {}
            for name, value in given.arguments.items():
                given.arguments[name] = _local(name, value, place, here)
            try:
                return cast(R, _renamed(work(*given.args, **given.kwargs), here))
            except ElmanError as error:
                raise type(error)(_renamed(str(error), here)) from error

    return wrapped


def _flat(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Return arguments and options by their names."""
    options = [arguments[name] for name in _OPTIONS if isinstance(arguments.get(name), Mapping)]
    return {name: value for named in (arguments, *options) for name, value in named.items()}


def _flag(name: str) -> str:
    return "--out" if name == "output" else f"--{name.replace('_', '-')}"


def _local(name: str, value: Any, place: Path, here: dict[str, str]) -> Any:
    """Return an argument with paths in place of addresses; `here` says which is which."""
    if name in _OPTIONS and isinstance(value, Mapping):
        return {inner: _local(inner, v, place, here) for inner, v in value.items()}
    if not is_address(value):
        return value
    if name in _WRITTEN:
        raise OptionError(
            f"{_flag(name)} {shown(value)}: is written to a folder of this machine; "
            "copy it from there. Only answers of predict go to an address, as --out s3://…/"
        )
    if name not in DATA:
        return value
    found = _fetched(value, place / str(len(here)))
    here[found] = shown(value)
    return found


def _fetched(address: str, place: Path) -> str:
    """Fetch a file, all files of a pattern, or a folder with all that is below it."""
    fs, path = file_system(address)
    pattern = is_pattern(address)
    if not pattern and is_folder(address):
        with asking(address):
            each = {name: name[len(path.rstrip("/")) :].lstrip("/") for name in fs.find(path)}
        here = place
    else:
        each = {file_system(file.where)[1]: file.name for file in sources_of(address)}
        parts = path.split("/")
        here = Path(place, *(parts[fixed(parts) :] if pattern else each.values()))
    if any(".." in name.split("/") for name in each.values()):
        raise DataError(f"{shown(address)}: holds names with ..")
    for name in each.values():
        (place / name).parent.mkdir(parents=True, exist_ok=True)
    with asking(address):
        if not each:
            raise FileNotFoundError
        fs.get([*each], [str(place / name) for name in each.values()])
    return str(here)


def _renamed(value: Any, here: Mapping[str, str]) -> Any:
    """Have texts name the address, in reports too."""
    if isinstance(value, str):
        for local, address in here.items():
            value = value.replace(local, address)
        return value
    if type(value) is dict:
        return {name: _renamed(inner, here) for name, inner in value.items()}
    if type(value) is list:
        return [_renamed(inner, here) for inner in value]
    return value
