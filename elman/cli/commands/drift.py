"""`elman drift`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from elman.cli.app import ModelDir, data_name, given
from elman.cli.console import Console
from elman.cli.task_options import with_task_options

__all__ = ["drift"]


@with_task_options
def drift(
    model: ModelDir,
    data: Annotated[
        Path,
        typer.Argument(
            metavar="DATA",
            help="new data, as for predict --input",
            show_default=False,
            parser=data_name,
        ),
    ],
    fail_on_drift: Annotated[
        bool, typer.Option("--fail-on-drift", help="exit with 1 where there is drift, for cron")
    ] = False,
    *,
    console: Console,
    **options: Any,
) -> None:
    """Watch whether new DATA, without labels, is still like what MODEL was judged on.

    At most one alarm in a hundred is false, over all that is measured.
    """
    from elman.workflow.drift import drift as compare
    from elman.workflow.drift import lines

    report = compare(model, data, **given(options))
    console.show(lines(report))
    console.answer(report)
    if fail_on_drift and report["drift"]:
        raise typer.Exit(1)
