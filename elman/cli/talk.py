"""How much a command says: --json, --quiet and --verbose for every one of them."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import wraps
from typing import Annotated, Any, get_args

import typer

from elman.cli.console import Console
from elman.cli.pages import OUTPUT, help_all
from elman.training.listener import Stopwatch

__all__ = ["talking"]

_Json = Annotated[
    bool,
    typer.Option("--json", help="print one JSON object as the last line", rich_help_panel=OUTPUT),
]
_Quiet = Annotated[
    bool,
    typer.Option(
        "--quiet", "-q", help="only the result, warnings and errors", rich_help_panel=OUTPUT
    ),
]
_Verbose = Annotated[
    bool,
    typer.Option(
        "--verbose", "-v", help="what is chosen, and how long it takes", rich_help_panel=OUTPUT
    ),
]
_HelpAll = Annotated[
    bool,
    typer.Option(
        "--help-all",
        help="Show the options that few need, too, and exit.",
        is_eager=True,
        callback=help_all,
    ),
]
_ASKED = {"as_json": _Json, "quiet": _Quiet, "verbose": _Verbose}


def talking(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command these options in the place of its parameter `console`."""

    @wraps(command)
    def run(*, as_json: bool, quiet: bool, verbose: bool, **given: Any) -> None:
        given.pop("help_all", None)
        opened = Console.opened(as_json=as_json, quiet=quiet, verbose=verbose)
        with opened as console, Stopwatch().timing(command.__name__):
            command(console=console, **given)

    own = inspect.signature(command, eval_str=True).parameters
    parameters = [parameter for name, parameter in own.items() if name != "console"]
    asked = dict(_ASKED)
    if any(option.hidden for p in parameters for option in get_args(p.annotation)[1:]):
        asked["help_all"] = _HelpAll
    parameters += [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=False, annotation=option)
        for name, option in asked.items()
    ]
    run.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    run.__annotations__ = {p.name: p.annotation for p in parameters}
    return run
