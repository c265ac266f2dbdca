"""What the networks are for: one folder a task.

A folder `NAME` holds `options.py` with `OPTIONS`, a dataclass that imports nothing heavy, and
`task.py` with `TASK`, a `tasks.interface.Task`. Nothing outside it says its name.
"""

from __future__ import annotations

import pkgutil
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING

from elman.errors import OptionError, did_you_mean
from elman.tasks.options import Options

if TYPE_CHECKING:
    from elman.tasks.interface import Task

__all__ = ["named", "names", "options_of"]


@cache
def names() -> tuple[str, ...]:
    """Return the names of all tasks: those of the folders here."""
    return tuple(sorted(found.name for found in pkgutil.iter_modules(__path__) if found.ispkg))


def named(name: str) -> Task:
    """Return the task of this name.

    Raises:
        OptionError: there is none.
    """
    _known(name)
    task: Task = import_module(f"{__name__}.{name}.task").TASK
    return task


def options_of(name: str) -> type[Options]:
    """Return the options of the task of this name, without importing the task."""
    _known(name)
    options: type[Options] = import_module(f"{__name__}.{name}.options").OPTIONS
    return options


def _known(name: str) -> None:
    if name not in names():
        raise OptionError(f'--task "{name}" is not known. {did_you_mean(name, names())}')
