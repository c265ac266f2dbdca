"""`elman drift`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from elman.cli.app import Json, ModelDir, given
from elman.cli.console import Console, print_json
from elman.cli.task_options import with_task_options

__all__ = ["drift"]


@with_task_options
def drift(
    model: ModelDir,
    data: Annotated[
        Path, typer.Argument(help="new data, as for predict --input", show_default=False)
    ],
    fail_on_drift: Annotated[
        bool, typer.Option("--fail-on-drift", help="exit with 1 where there is drift, for cron")
    ] = False,
    as_json: Json = False,
    **options: Any,
) -> None:
    """Watch whether new DATA, without labels, is still like what MODEL was judged on.

    At most one alarm in a hundred is false, over all that is measured.
    """
    from elman.workflow.drift import drift as compare
    from elman.workflow.drift import lines

    report = compare(model, data, **given(options))
    Console(as_json=as_json).show(lines(report))
    if as_json:
        print_json(report)
    if fail_on_drift and report["drift"]:
        raise typer.Exit(1)
