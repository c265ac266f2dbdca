"""From the options somebody gave to those of one task, with every misfit an error."""

from __future__ import annotations

import dataclasses
import os
import typing
from collections.abc import Iterator
from typing import Any

from elman import tasks
from elman.errors import OptionError, did_you_mean
from elman.tasks.options import TRAINING, Options, flag

__all__ = ["Field", "fields_for", "owners_of", "resolve"]


class Field(typing.NamedTuple):
    """One option of one or several tasks."""

    field: dataclasses.Field[Any]
    hint: Any
    """Its type."""
    owners: tuple[str, ...]
    """The tasks it belongs to; none where all have it."""


def fields_for(command: str) -> Iterator[Field]:
    """Yield the options that a command takes, whichever the task; each name once."""
    shared, seen = {f.name for f in dataclasses.fields(Options)}, set[str]()
    for name in tasks.names():
        kind = tasks.options_of(name)
        hints = typing.get_type_hints(kind)
        for field in dataclasses.fields(kind):
            if command in field.metadata["commands"] and field.name not in seen:
                seen.add(field.name)
                owners = () if field.name in shared else tuple(owners_of(field.name))
                yield Field(field, hints[field.name], owners)


def owners_of(option: str) -> list[str]:
    """Return the tasks that have an option of this name."""
    return [
        name
        for name in tasks.names()
        if option in {field.name for field in dataclasses.fields(tasks.options_of(name))}
    ]


def resolve(task: str, given: dict[str, Any], command: str) -> Options:
    """Build the options of a task from those given to a command.

    Raises:
        OptionError: a name is unknown, belongs to another task or is of no use to the command, or
            a value is none of the choices, of another type, or out of range.
    """
    kind = tasks.options_of(task)
    given = {n: os.fspath(v) if isinstance(v, os.PathLike) else v for n, v in given.items()}
    fields, hints = {f.name: f for f in dataclasses.fields(kind)}, typing.get_type_hints(kind)
    taken = [name for name, field in fields.items() if command in field.metadata["commands"]]
    for name, value in given.items():
        if name not in fields and (owners := owners_of(name)):
            alone = command in TRAINING and len(owners) == 1
            other = f", or say --task {owners[0]}" if alone else ""
            *most, last = owners
            of = f"tasks {', '.join(most)} and {last}" if most else f"task {last}"
            raise OptionError(
                f"{flag(name, value)} belongs to the {of}; this is {task}. Leave it out{other}."
            )
        if name not in fields:
            raise OptionError(f"unknown option {flag(name)}. {did_you_mean(name, taken)}")
        if name not in taken:
            raise OptionError(
                f"{command} takes no {flag(name, value)}; it is for "
                f"{' and '.join(fields[name].metadata['commands'])}. Leave it out."
            )
        choices = fields[name].metadata["choices"]
        if choices and value is not None and value not in choices:
            raise OptionError(
                f'{flag(name)} "{value}" is not known. {did_you_mean(str(value), choices)}'
            )
        _check_type(name, value, hints[name])
    resolved = kind(**given)
    resolved.check()
    return resolved


def _check_type(name: str, value: Any, hint: Any) -> None:
    kinds = [typing.get_origin(kind) or kind for kind in typing.get_args(hint) or (hint,)]
    wanted = (*kinds, int) if float in kinds else tuple(kinds)
    if not isinstance(value, wanted) or (isinstance(value, bool) and bool not in kinds):
        expected = " or ".join(kind.__name__ for kind in kinds if kind is not type(None))
        raise OptionError(f"{flag(name)} {value!r:.60}: expected {expected}")
