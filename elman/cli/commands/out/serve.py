"""`elman serve`."""

from __future__ import annotations

import contextlib
import dataclasses
import inspect
import os
import typing
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer

from elman.cli.app import given
from elman.cli.console import Console
from elman.errors import OptionError
from elman.lock import Lock
from elman.serve.bounds import Bounds
from elman.tasks.options import flag

__all__ = ["serve"]


def _with_bounds(command: Callable[..., None]) -> Callable[..., None]:
    """Give the command an option for each bound, as None when not typed."""
    own = inspect.signature(command, eval_str=True).parameters.values()
    parameters = [p for p in own if p.kind is not inspect.Parameter.VAR_KEYWORD]
    hints = typing.get_type_hints(Bounds)
    for field in dataclasses.fields(Bounds):
        help = f"{field.metadata['help']} [default: {field.default:g}]".replace("e+06", " million")
        option = typer.Option(flag(field.name), help=help, hidden=True)
        kind = inspect.Parameter.KEYWORD_ONLY
        parameters.append(
            inspect.Parameter(
                field.name,
                kind,
                default=None,
                annotation=Annotated[hints[field.name] | None, option],
            )
        )
    command.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    command.__annotations__ = {p.name: p.annotation for p in parameters}
    return command


def _locked(states: Path) -> Lock:
    """Hold the folder of streams: of two services, the one that ends last would write over what
    the other has kept."""
    try:
        states.mkdir(0o700, parents=True, exist_ok=True)  # users' texts will stand in it
        return Lock(states, f"--states {states}", "elman serve")
    except OptionError:
        raise
    except OSError as error:
        raise OptionError(
            f"--states {states}: nothing can be written there ({error.strerror or error}). Name a "
            "folder that can be made or written"
        ) from None


@_with_bounds
def serve(
    models: Annotated[
        list[Path],
        typer.Argument(
            metavar="MODEL...",
            help="model directories, each served by its folder's name",
            show_default=False,
        ),
    ],
    host: Annotated[
        str, typer.Option(help="address to listen on; any but the loopback needs a token")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="0 for a free one", min=0, max=65535)] = 8080,
    token_file: Annotated[
        Path | None,
        typer.Option(
            help="file with the token that requests must show; else ELMAN_TOKEN",
            show_default=False,
        ),
    ] = None,
    states: Annotated[
        Path | None,
        typer.Option(
            help="folder in which open streams are kept when the service ends, and taken up when "
            "it begins",
            show_default=False,
        ),
    ] = None,
    allow_host: Annotated[
        list[str] | None,
        typer.Option(
            help="further name by which requests may address a service on the loopback; may be "
            "repeated",
            hidden=True,
        ),
    ] = None,
    log_requests: Annotated[
        bool, typer.Option(help="a line for each request on standard error", hidden=True)
    ] = True,
    *,
    console: Console,
    **bounds: Any,
) -> None:
    """Answer over HTTP, until Ctrl+C: predict, explain, the Open Inference Protocol.

    Requests of many clients are answered together, each with the bits it would have alone. A model
    that is replaced on disk is taken up. See docs/serve.md.
    """
    from elman.workflow.extras import need

    web = ("fastapi", "uvicorn", "httptools", "prometheus_client")
    need("serve answers over HTTP", *web, extras=("serve",))
    from elman.serve.logs import Log
    from elman.serve.models import Models, named_models
    from elman.serve.serving import Serving
    from elman.serve.transport.access import access_of
    from elman.serve.transport.server import bound, run

    limits = Bounds(**given(bounds))
    access = access_of(host, token_file, os.environ.get("ELMAN_TOKEN"), allow_host or ())
    named = named_models(models)
    with contextlib.ExitStack() as held:
        if states is not None:
            held.callback(_locked(states).release)
        listening = held.enter_context(bound(host, port))
        address = f"http://{f'[{host}]' if ':' in host else host}:{listening.getsockname()[1]}"
        serving = Serving(
            Models(named), limits, access=access, log=Log(requests=log_requests), states=states
        )
        served = {name: one.model.task for name, one in serving.models.items()}
        serving.log.event("starting", address=address, models=served)
        whole = run(
            serving,
            listening,
            lambda: console.show([f"serving {', '.join(served)}: {address}"]),
        )
    console.answer({"address": address, "models": served, "ended": "whole" if whole else "cut"})
