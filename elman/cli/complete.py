"""Values that a shell completes: names from tables, and the columns of the file that is typed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import typer

from elman.errors import ElmanError

__all__ = ["columns", "one_of", "some_of"]

Complete = Callable[[typer.Context, str], list[str]]


def one_of(names: Iterable[str]) -> Complete:
    """Complete one name."""
    known = tuple(names)
    return lambda ctx, incomplete: [name for name in known if name.startswith(incomplete)]


def some_of(names: Iterable[str]) -> Complete:
    """Complete the last of several names, as rnn,gru."""
    known = tuple(names)
    return lambda ctx, incomplete: list(_last_of(known, incomplete))


def columns(ctx: typer.Context, incomplete: str) -> list[str]:
    """Complete one or several columns of the file that the command reads."""
    # arguments are still to be given out where the option has no value yet
    named = [ctx.params[name] for name in _FILES if ctx.params.get(name)]
    path = next(iter([*named, *ctx.args[-1:]]), None)
    if path is None:
        return []
    from elman.data.tables.formats import open_table

    try:
        return list(_last_of(open_table(Path(path)).columns, incomplete))
    except ElmanError:
        return []


_FILES = ("data", "input", "among")
"""Parameters that are the file with the columns."""


def _last_of(names: Iterable[str], incomplete: str) -> Iterator[str]:
    before, comma, last = incomplete.rpartition(",")
    taken = before.split(",")
    for name in names:
        if name.startswith(last) and name not in taken:
            yield before + comma + name
