"""`elman export`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from elman.cli.app import ModelDir
from elman.cli.console import Console
from elman.cli.pages import OUTPUT

__all__ = ["export"]


def export(
    model: ModelDir,
    onnx: Annotated[
        Path,
        typer.Option(
            "--onnx",
            metavar="FILE",
            help=".onnx file to write; beside it come its front end, .json and .py",
            show_default=False,
            rich_help_panel=OUTPUT,
        ),
    ],
    *,
    console: Console,
) -> None:
    """Write MODEL as an ONNX graph that streams, with an example that runs it without elman.

    It is checked in ONNX Runtime, at other lengths and batches than it was made with, padded and
    piece by piece, before it is written.
    """
    from elman.workflow.export import export_report

    report = export_report(model, onnx)
    found = report["checked"]
    apart = max(found["whole"], found["streamed"] or 0.0)
    how = "padded and streamed" if report["streams"] else "padded; it reads both ways: no stream"
    console.say(f"graph: {report['onnx']}, {report['bytes']:,} bytes, opset {report['opset']}")
    console.say(f"in ONNX Runtime it is at most {apart:.1e} from the model, {how}")
    console.say(f"beside it: {', '.join(file for file in report['files'] if file != str(onnx))}")
    console.answer(report)
