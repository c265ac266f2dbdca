"""`elman bench`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from elman.bench.grid import GRIDS, MODES, choose, parse_shape
from elman.cli.app import out_option
from elman.cli.complete import one_of, some_of
from elman.cli.console import Console
from elman.errors import WorkError
from elman.files import atomic_write
from elman.runtime.spec import CELLS

__all__ = ["bench"]


def bench(
    grid: Annotated[
        str,
        typer.Option(help=f"cells to measure: {', '.join(GRIDS)}", autocompletion=one_of(GRIDS)),
    ] = "quick",
    cell: Annotated[
        str | None,
        typer.Option(help=f"only these of {','.join(CELLS)}", autocompletion=some_of(CELLS)),
    ] = None,
    mode: Annotated[
        str | None,
        typer.Option(help=f"only these of {','.join(MODES)}", autocompletion=some_of(MODES)),
    ] = None,
    threads: Annotated[
        str | None, typer.Option(help="as 2 or 1,2 [default: 2, grid full 1,2, or all cores]")
    ] = None,
    lengths: Annotated[
        bool | None,
        typer.Option("--lengths/--padded", help="only rows of 10 to 100 %, or only full rows"),
    ] = None,
    shape: Annotated[
        str | None, typer.Option(help="rows, steps, features, units B,T,I,H instead of a grid's")
    ] = None,
    seconds: Annotated[float, typer.Option(help="of timing for each cell", min=0.0)] = 1.0,
    out: Annotated[Path | None, out_option("JSON file to write")] = None,
    *,
    console: Console,
) -> None:
    """Measure layer speed here, beside torch and ONNX Runtime, with the floor drawn in.

    All have the same weights and inputs; a cell where outputs or gradients differ is not timed.
    They take turns in one process (AB, BA, …), each after a pause and an untimed call; a ratio is
    the median over rounds, with a 95 % bootstrap interval. torch gets rows of different lengths
    sorted and packed beforehand, ONNX Runtime its own order of time, elman the rows as they are.
    Training is forward + backward, with the gradients of the input and all weights.

    The floor is the time of the useful multiply-adds alone, 2·steps·G·H·(I+H) operations for G
    gates forward and three times that in training, at the measured peak.
    """
    from elman.workflow.extras import need

    need("elman bench times torch too", "torch", extras=("train", "bench"))
    from elman.bench.measure import measure
    from elman.bench.report import screen
    from elman.workflow.written import check_written

    if out is not None:
        check_written("--out", out)
    cases = choose(
        grid,
        cells=cell and cell.split(","),
        modes=mode and mode.split(","),
        threads=threads and threads.split(","),
        ragged=lengths,
        shape=parse_shape(shape) if shape else None,
    )
    with console.stepping("measuring", len(cases)) as step:
        report = measure(cases, seconds=seconds, on_case=lambda case: step(str(case)))
    console.show(screen(report))
    if out is not None:
        atomic_write(out, (json.dumps(report, ensure_ascii=False, indent=1) + "\n").encode())
    console.answer(report)
    if report["refused"]:
        raise WorkError("results differ from torch's where it says so: those cells were not timed")
