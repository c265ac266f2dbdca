"""Which task data is for: the one an option belongs to, else the surest claim."""

from __future__ import annotations

import os
from collections.abc import Mapping
from itertools import islice
from pathlib import Path
from typing import Any

from elman import tasks
from elman.data.tables.formats import files_of, open_table
from elman.data.tables.held import table_of
from elman.data.tables.lines import SAMPLE_LINES, read_lines
from elman.data.tables.table import Row, Table
from elman.errors import DataError, OptionError
from elman.tasks.interface import Claim, Glance, Task
from elman.tasks.options import OPENING, flag
from elman.tasks.resolve import owners_of
from elman.training.listener import Listener

__all__ = ["choose"]

_ROWS = 50
_SURE = 0.5
"""How sure a task must be of more than that of a file that is no table."""


def choose(data: Any, name: str | None, options: dict[str, Any], listener: Listener) -> Task:
    """Return the task of this name; without one look at options and data, and say why.

    Raises:
        OptionError: the name is unknown.
    """
    if name is not None:
        return tasks.named(name)
    task, why = _surest(data, options)
    listener.say(f"task: {task.name} ({why}); --task overrides")
    return task


def _surest(data: Any, options: dict[str, Any]) -> tuple[Task, str]:
    for option, value in options.items():
        if len(owners := owners_of(option)) == 1:
            typed = flag(option, value)
            return tasks.named(owners[0]), f"{typed} was given"
    opening = {name: options[name] for name in OPENING if options.get(name) is not None}
    glance, fault = _glance(data, opening)
    claims: list[tuple[Claim, Task]] = []
    for task in map(tasks.named, tasks.names()):
        if claim := task.claim(glance):
            claims.append((claim, task))
    if not claims:
        raise OptionError(
            f"no task knows this data; say --task {' or --task '.join(tasks.names())}"
        )
    claim, task = max(claims, key=lambda found: found[0].sure)
    if fault is not None and claim.sure <= _SURE:
        raise fault
    return task, claim.why


def _glance(data: Any, opening: Mapping[str, Any]) -> tuple[Glance, DataError | None]:
    """Return what can be seen of data, and why it is no table, if it is none."""
    if not isinstance(data, (str, Path)):
        table = table_of(data)
        return Glance(data, [] if table is None else _first_rows(table)), None
    # of a path that cannot be, it says no
    if os.path.isdir(data) and not files_of(Path(data)):
        return Glance(data, folder=True), None
    lines = _first_lines(Path(data), opening.get("encoding"))
    try:
        return Glance(data, _first_rows(open_table(data, **opening)), lines), None
    except DataError as fault:
        return Glance(data, lines=lines), fault


def _first_lines(path: Path, encoding: str | None) -> list[str]:
    """Return the first lines of a file; none where it is none of text, or no file at all."""
    try:
        if not path.is_file():  # opening a pipe would wait for who writes to it
            return []
        return [line for _, line in islice(read_lines(path, encoding), SAMPLE_LINES)]
    except (DataError, OSError, ValueError):
        return []


def _first_rows(table: Table) -> list[Row]:
    return [row for row in islice(table.rows(), _ROWS) if isinstance(row, Row)]
