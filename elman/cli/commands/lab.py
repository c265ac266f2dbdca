"""`elman lab`."""

from __future__ import annotations

import contextlib
import threading
import webbrowser
from pathlib import Path
from typing import Annotated

import typer

from elman.cli.console import Console
from elman.cli.pages import OUTPUT
from elman.errors import OptionError

__all__ = ["lab"]


def lab(
    models: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="[MODEL]...",
            help="model directories, to try beside the built-in models",
            show_default=False,
        ),
    ] = None,
    tour: Annotated[
        Path | None,
        typer.Option(help="folder with edited copies of the tour's .md files", show_default=False),
    ] = None,
    port: Annotated[
        int | None,
        typer.Option(help="of this machine; by default 11990, or a free one", min=1024, max=65535),
    ] = None,
    browser: Annotated[
        bool, typer.Option("--browser/--no-browser", help="open it, or say the address alone")
    ] = True,
    static: Annotated[
        Path | None,
        typer.Option(
            help="folder to write for a web host, instead of opening a browser",
            show_default=False,
            rich_help_panel=OUTPUT,
        ),
    ] = None,
    *,
    console: Console,
) -> None:
    """Open the page of experiments and the tour in the browser, until Ctrl+C.

    Everything runs in the page: cells to take apart, gradients, built-in models and your own. It is
    served to this machine alone, under an address that nobody can guess. See docs/lab.md.
    """
    from elman.web.serve import serving
    from elman.workflow.looking.lab import lab as write
    from elman.workflow.looking.lab import lab_of

    models = models or []
    if static is not None:
        if port is not None:
            raise OptionError("--port is of the lab that is served; --static writes it. Leave one.")
        index = write(*models, static=static, tour=tour)
        files = [index, *sorted(index.parent.glob("models/*.json"))]
        console.say(f"lab: {index}")
        if files[1:]:
            console.say("Models beside it are fetched: put all of the folder on a web host.")
        size = sum(path.stat().st_size for path in files)
        console.answer({"lab": str(index), "files": len(files), "bytes": size})
        return
    with serving(lab_of(models, tour).answers, port) as server:
        with contextlib.suppress(KeyboardInterrupt):
            console.show([f"lab: {server.address}"])
            console.answer({"address": server.address})
            if browser:
                # a browser in the terminal would not come back before it was answered
                threading.Thread(target=_open, args=[server.address], daemon=True).start()
            console.say("Ctrl+C ends it.")
            server.serve_forever()
        console.say("The lab is closed.")


def _open(address: str) -> None:
    with contextlib.suppress(webbrowser.Error):
        webbrowser.open(address)
