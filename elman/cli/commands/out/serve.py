"""`elman serve`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from elman.cli.console import Console

__all__ = ["serve"]

_TOKEN = "ELMAN_TOKEN"


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
        str, typer.Option(help="address to listen on; any but this machine's needs a token")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="0 for a free one", min=0, max=65535)] = 8080,
    token_file: Annotated[
        Path | None,
        typer.Option(
            help=f"file with the token that requests must show; or in {_TOKEN}", show_default=False
        ),
    ] = None,
    *,
    console: Console,
) -> None:
    """Answer over HTTP: predict, explain, and the Open Inference Protocol, until Ctrl+C.

    Requests of many clients are answered together, each with the bits it would have alone. A model
    that is replaced on disk is taken up. See docs/serve.md.
    """
    from elman.workflow.extras import need

    need("serve answers over HTTP", *("fastapi", "uvicorn", "prometheus_client"), extras=("serve",))
    from elman.serve.models import Models, named_models
    from elman.serve.server import bound, run
    from elman.serve.serving import Serving

    listening = bound(host, port)
    address = f"http://{host}:{listening.getsockname()[1]}"
    serving = Serving(Models(named_models(models)))
    served = {name: one.model.task for name, one in serving.models.items()}

    def began() -> None:
        console.show([f"serving {', '.join(served)}: {address}"])

    whole = run(serving, listening, began)
    console.answer({"address": address, "models": served, "ended": "whole" if whole else "cut"})
