"""Help pages: options by panel, the rare ones on a page of their own, and old names still taken."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

from elman.errors import ElmanError

__all__ = ["DATA", "MORE", "OUTPUT", "TRAINING", "Command", "Commands", "help_all"]

DATA, TRAINING, OUTPUT, MORE = "Data", "Training", "Output", "Options"
"""Panels of a page, in its order."""

FORMER = {"predict": {"--output": "--out"}, "explain": {"--html": "--out"}}
"""Names that options had before, by command."""

_TYPED = "elman.former"
"""Where a context has which of these were typed."""

_KINDS = {"int": "N", "int range": "N", "float": "X", "float range": "X"}
_KINDS |= {"path": "FILE", "list[path]": "FILE", "str": "TEXT", "list[str]": "TEXT"}
"""What a value is, for a person."""


class Command(TyperCommand):
    """One command; `--help-all` also shows the options that `--help` leaves out."""

    def format_options(self, ctx: Any, formatter: Any) -> None:
        panels: dict[str, list[tuple[str, str]]] = {"Arguments": [], DATA: [], TRAINING: []}
        panels |= {OUTPUT: [], MORE: []}
        for parameter in self.get_params(ctx):
            record = parameter.get_help_record(ctx)
            if record is not None:
                name = getattr(parameter, "rich_help_panel", None) or MORE
                argument = parameter.param_type_name == "argument"
                panels["Arguments" if argument else name].append(_said(parameter, *record))
        for name, records in panels.items():
            if records:
                with formatter.section(name):
                    formatter.write_dl(records, col_max=24)

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        former = FORMER.get(self.name or "", {})
        typed = {word.partition("=")[0] for word in args}
        ctx.meta[_TYPED] = {now: then for then, now in former.items() if then in typed}
        return super().parse_args(ctx, list(_renamed(args, former)))

    def invoke(self, ctx: Any) -> Any:
        """Run it; a message names options as they were typed."""
        try:
            return super().invoke(ctx)
        except ElmanError as error:
            for now, typed in ctx.meta[_TYPED].items():
                as_typed = partial(re.sub, rf"{now}(?![\w-])", typed)
                error.args = tuple(as_typed(said) for said in error.args)
                error.lines = tuple(as_typed(said) for said in error.lines)
            raise


class Commands(TyperGroup):
    """All commands, each with its first sentence, whole."""

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(
                [(name, _first(command.help or "")) for name, command in self.commands.items()]
            )


def help_all(context: typer.Context, wanted: bool) -> None:
    """Print the page with every option, and end."""
    if wanted and not context.resilient_parsing:
        for parameter in context.command.get_params(context):
            if getattr(parameter, "hidden", False):
                parameter.hidden = False  # type: ignore[attr-defined]
        typer.echo(context.get_help())
        raise typer.Exit


def _said(parameter: Any, name: str, help: str) -> tuple[str, str]:
    if parameter.param_type_name == "argument":
        return parameter.metavar or name, help
    return re.sub(r"<([^>]*)>", lambda kind: _KINDS.get(kind[1], kind[1]), name), help


def _first(page: str) -> str:
    return " ".join(page.partition("\n\n")[0].split())


def _renamed(args: Sequence[str], former: dict[str, str]) -> Iterable[str]:
    """Yield the words of a command with old names of options made new, up to `--`."""
    rest = iter(args)
    for word in rest:
        name, equals, value = word.partition("=")
        yield former.get(name, name) + equals + value
        if word == "--":
            break
    yield from rest
