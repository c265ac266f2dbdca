"""The lab: the page of experiments and of the tour, with models to try them on."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from elman import tasks
from elman.errors import OptionError
from elman.reporting.precision import choose_precision
from elman.runtime.model import Model
from elman.web import builtin
from elman.web.course import course
from elman.web.folder import INDEX, MODELS, check_folder, write_folder
from elman.web.packed import packed
from elman.web.page import as_json, page, policy, script
from elman.web.serve import Answer
from elman.workflow.load import model_from

__all__ = ["Lab", "lab", "lab_of"]

_KIND, _TITLE = "lab", "elman lab"
_ASKED, _SEED = 64, 0
"""Rows that are made up to try smaller weights on."""
_INSIDE = 2**18
"""Bytes of a model that still stands in the page itself, where no server is needed to fetch it."""
_LONGEST_NAME = 48


class Lab(NamedTuple):
    """A page, and the models that it fetches."""

    page: bytes
    apart: Mapping[str, bytes]
    """By their address, as seen from the page's."""

    @property
    def files(self) -> dict[str, bytes]:
        """All of it, for a web host."""
        return {INDEX: self.page, **self.apart}

    @property
    def answers(self) -> dict[str, Answer]:
        """All of it, for a server."""
        html = Answer("text/html; charset=utf-8", self.page, policy(script(_KIND), fetches=True))
        return {
            "": html,
            **{name: Answer("application/json", data) for name, data in self.apart.items()},
        }


def lab(*models: Model | str | Path, static: str | Path, tour: str | Path | None = None) -> Path:
    """Write the lab as a folder for any web host, and return where its page lies.

    The page has experiments, the tour and models to try them on, and runs in the browser alone.
    Models beyond a quarter of a megabyte are files beside it, which browsers fetch from a web host
    only; all else also works where the page is opened as a file.

    Args:
        *models: loaded models or their directories, offered before the built-in ones.
        static: the folder to write: a new or empty one, or one that an earlier call wrote.
        tour: a folder with edited copies of the tour's .md files.

    Raises:
        InputError: a model or a folder is at fault.
        WorkError: the folder cannot be written.
    """
    check_folder("--static", Path(static))
    write_folder("--static", Path(static), lab_of(models, tour).files)
    return Path(static) / INDEX


def lab_of(models: Iterable[Model | str | Path] = (), tour: str | Path | None = None) -> Lab:
    """Make the lab, with these models before the built-in ones.

    Raises:
        InputError: a model or the folder of the tour is at fault.
    """
    built_in = list(builtin.built_in())
    # addresses are known by the names of the built-in ones, so those stay
    taken = {builtin.TEXTS, *(one["name"] for one in built_in)}
    offered = [*(_offered(model_from(model), taken) for model in models), *built_in]
    apart = {}
    for one in offered:
        data = as_json(one["packed"]).encode()
        if len(data) > _INSIDE:
            del one["packed"]
            apart[f"{MODELS}/{one['name']}.json"] = data
    payload: dict[str, Any] = {"kind": _KIND, "title": _TITLE, "models": offered}
    if built_in:
        payload["texts"] = builtin.texts()
    if texts := course(None if tour is None else Path(tour)):
        payload["tour"] = texts
    return Lab(page(_TITLE, payload, fetches=True).encode(), apart)


def _offered(model: Model, taken: set[str]) -> dict[str, Any]:
    """Return a model as the payload has it; its name is added to those taken."""
    task = tasks.named(model.task)
    if "page" not in task.abilities:
        raise OptionError(
            f"{model.directory}: a page cannot run models of the task {model.task}. Leave it out."
        )
    rows = task.made_up(model, rows=_ASKED, seed=_SEED)
    chosen = choose_precision(model, task, rows.steps, rows.contexts)
    title = model.directory.resolve().name or "model"
    number = 1
    while (name := _name(title, number)).lower() in taken:
        number += 1
    taken.add(name.lower())
    return {
        "name": name,
        "title": title if number == 1 else f"{title} ({number})",
        "task": model.task,
        "packed": packed(model.info, chosen.precision, task.reporter().parts),
    }


def _name(title: str, number: int) -> str:
    """Return a name for addresses and files of any system."""
    plain = re.sub(r"[^A-Za-z0-9_-]+", "-", title[:_LONGEST_NAME]).strip("-") or "model"
    return plain if number == 1 else f"{plain}-{number}"
