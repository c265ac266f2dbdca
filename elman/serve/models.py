"""The models of a service by name; one that is replaced on disk is taken up whole.

A request holds the model it began with; only the reference under the name is swapped.
"""

from __future__ import annotations

import hashlib
import logging
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from elman import tasks
from elman.artifact.manifest import MANIFEST, REPORT
from elman.errors import ElmanError, OptionError, did_you_mean
from elman.memory.title import TITLE
from elman.runtime.model import Model
from elman.serve.errors import RefusedError
from elman.tasks.interface import Task
from elman.tasks.wire import Wire
from elman.web.page import payload_of
from elman.workflow.load import load

__all__ = ["Models", "Served", "named_models"]

_log = logging.getLogger("elman.serve")

_NAME = re.compile(r"[A-Za-z0-9_.-]{1,100}")
"""What a model may be called, so that its name is a part of an address as it is."""

_WARMING = 1, 2
"""Items that a model answers before anybody asks it."""


@dataclass(frozen=True, eq=False)
class Served:
    """One model as it was loaded."""

    name: str
    model: Model
    task: Task
    wire: Wire
    hash: str
    """Of its model.json, which holds the hashes of all its files."""
    loads: int
    """How many models of this name there were, with this one."""
    records: dict[str, Any]
    """What its training left of it: `metrics.json`, and the section of its memory card."""

    @property
    def version(self) -> str:
        """What tells it from others of its name."""
        return self.hash[:12]

    @property
    def abilities(self) -> list[str]:
        """What can be asked of it."""
        able = self.task.abilities & {"explain", "stream"}
        if not self.task.reporter().streams(self.model):
            able -= {"stream"}
        return ["predict", *sorted(able)]


def named_models(directories: list[Path]) -> dict[str, Path]:
    """Return directories by the name that each model is served under.

    Raises:
        OptionError: two have the same name, or one cannot be a part of an address.
    """
    found: dict[str, Path] = {}
    for directory in directories:
        name = Path(os.path.abspath(directory)).name  # of a link its own
        if not _NAME.fullmatch(name) or set(name) == {"."}:
            raise OptionError(
                f'{directory}: a model is served by the name of its folder, and "{name}" cannot be '
                "a part of an address; expected letters, digits, _, - and dots. Rename the folder."
            )
        if name in found:
            raise OptionError(
                f"{found[name]} and {directory}: both would be served as {name}. Rename one."
            )
        found[name] = directory
    return found


def loaded(name: str, directory: Path, loads: int = 1) -> Served:
    """Load a model, and have it answer once.

    Raises:
        ArtifactError: it is damaged, or was written while it was read.
    """
    before = _hash(directory)
    model = load(directory)
    task = tasks.named(model.task)
    if _hash(directory) != before:
        raise OptionError(f"{directory}: changed while it was read")
    wire = task.wire()
    item = wire.asked(model, wire.example(model)).item
    for rows in _WARMING:  # one and several go different ways
        for answer in model.predict([item] * rows):
            wire.answer(answer)
    return Served(name, model, task, wire, before, loads, _records(model))


def _records(model: Model) -> dict[str, Any]:
    """Return what else is told of a model; a part that cannot be read is not."""
    found: dict[str, Any] = {"metrics": {}, "memory": None}
    try:
        said = model.info.parts.get("metrics.json")
        sections = payload_of(model.info.parts.get(REPORT, "")).get("sections", [])
    except ElmanError as error:
        _log.warning("%s", error)
        return found
    found["metrics"] = said if isinstance(said, dict) else {}
    for section in sections if isinstance(sections, list) else ():
        if isinstance(section, dict) and section.get("title") == TITLE:
            found["memory"] = section
            break
    return found


def _hash(directory: Path) -> str:
    try:
        return hashlib.sha256((directory / MANIFEST).read_bytes()).hexdigest()
    except OSError:
        return ""


class Models(Mapping[str, Served]):
    """Loaded models by name.

    Args:
        directories: by name.

    Raises:
        ArtifactError: one is damaged.
    """

    def __init__(self, directories: Mapping[str, Path]) -> None:
        self._directories = dict(directories)
        self._served = {name: loaded(name, where) for name, where in directories.items()}
        self._refused: dict[str, str] = {}

    def __getitem__(self, name: str) -> Served:
        return self._served[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._served)

    def __len__(self) -> int:
        return len(self._served)

    def named(self, name: str) -> Served:
        """Return the model of a name.

        Raises:
            RefusedError: there is none.
        """
        try:
            return self._served[name]
        except KeyError:
            hint = did_you_mean(name, self._served)
            raise RefusedError(
                404, f"no model of this name is served. {hint}", "no_such_model"
            ) from None

    def refreshed(self) -> list[tuple[Served, str]]:
        """Take up what was replaced; return (model now served, why it is the old one).

        To be called from a thread that may wait. One that cannot be read stays as it was, and is
        tried again; the same reason is returned once.
        """
        found = []
        for name, directory in self._directories.items():
            old = self._served[name]
            try:
                if _hash(directory) in (old.hash, ""):
                    self._refused.pop(name, None)
                    continue
                new = loaded(name, directory, old.loads + 1)
            except Exception as error:  # whatever it holds, the others go on being looked at
                told = isinstance(error, (ElmanError, OSError))
                why = str(error) if told else f"{type(error).__name__}: {error}"
                if self._refused.get(name) != why:
                    found.append((old, why))
                self._refused[name] = why
                continue
            self._refused.pop(name, None)
            self._served[name] = new
            found.append((new, ""))
        return found
