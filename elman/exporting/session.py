"""What all examples that run a graph have in common: joined to them, and used by nobody else."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from elman.runtime.inputs import check_floats

__all__ = ["frozen", "opened", "run"]


def opened(behind: str = "") -> tuple[Any, dict[str, Any]]:
    """Return the graph and the data that lie beside this file.

    Args:
        behind: what stands behind the name, in that of the graph.
    """
    import onnxruntime

    here = Path(__file__)
    held = json.loads(here.with_suffix(".json").read_text(encoding="utf-8"))
    graph = here.with_name(f"{here.stem}{behind}.onnx")
    session = onnxruntime.InferenceSession(graph)
    if session.get_modelmeta().custom_metadata_map["model"] != held["model"]:
        sys.exit(f"{graph.name} and {here.stem}.json are not of one model")
    return session, held


def frozen(held: dict[str, Any]) -> dict[str, Any]:
    """Return a section of the data with tuples where JSON has lists."""
    return {name: tuple(v) if isinstance(v, list) else v for name, v in held.items()}


def run(
    session: Any, rows: list[NDArray[Any]], state: NDArray[np.float64] | None = None
) -> dict[str, NDArray[Any]]:
    """Return what a graph says of rows of steps, by name.

    Args:
        session: of ONNX Runtime.
        rows: `(T,)` ids, or `(T, …)`, of each sequence, or of what comes next of it.
        state: the `next_state` of the call before; zeros at the beginning.
    """
    given = {one.name: one for one in session.get_inputs()}
    lengths = np.array([len(row) for row in rows], np.int64)
    kind = np.int64 if given["steps"].type == "tensor(int64)" else np.float32
    steps = np.zeros((len(rows), lengths.max(initial=0), *given["steps"].shape[2:]), kind)
    for n, (to, row) in enumerate(zip(steps, rows, strict=True)):
        floats = kind == np.float32
        to[: len(row)] = check_floats(row, to.shape[1], f"sequence {n}") if floats else row
    fed = {"steps": steps, "lengths": lengths}
    if "state" in given:
        size = given["state"].shape[1]
        fed["state"] = np.zeros((len(rows), size)) if state is None else state
    names = [one.name for one in session.get_outputs()]
    return dict(zip(names, session.run(names, fed), strict=True))
