"""A saved model as an ONNX graph, with what it takes to run it without elman beside it."""

from __future__ import annotations

import hashlib
import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from elman import tasks
from elman.errors import OptionError, WorkError
from elman.exporting.check import TOLERANCE, Found
from elman.exporting.front import as_written, sealed
from elman.exporting.graph import OPSET
from elman.exporting.kinds import checked, graphs_of
from elman.files import check_target, remove, safely, sync_directory, write_beside
from elman.runtime.model import Model
from elman.workflow.extras import need
from elman.workflow.load import model_from

__all__ = ["export", "export_report"]

_INSTALLED = {"elman", "numpy", "onnx", "onnxruntime", "rich", "safetensors", "torch", "typer"}
_HIDDEN = sys.stdlib_module_names | _INSTALLED
"""What a folder in which programs run, those of this package too, must have no file of."""


def export(model: Model | str | Path, onnx: str | Path) -> Path:
    """Write a model as an ONNX graph that streams, and return where it lies.

    It is written once ONNX Runtime has answered as the model does, of batches and lengths that it
    has not seen, padded and piece by piece. Beside it lie the data of its front end (`.json`) and a
    file of Python (`.py`) that runs both with numpy and ONNX Runtime alone.

    Args:
        model: a loaded model or its directory.
        onnx: the .onnx file to write.

    Raises:
        InputError: the model has no graph, or a file that no export left so is in the way.
        MissingExtraError: onnx or onnxruntime is not installed.
        WorkError: the graph does not answer as the model does, or a file cannot be written.
    """
    export_report(model, onnx)
    return Path(onnx)


def export_report(model: Model | str | Path, onnx: str | Path) -> dict[str, Any]:
    """Export as `export`, and return the report that `elman export --json` prints."""
    path = Path(onnx)
    if path.suffix != ".onnx":
        raise OptionError(f"--onnx {onnx}: give the name of an .onnx file")
    if path.stem in _HIDDEN:
        raise OptionError(
            f"--onnx {onnx}: beside it would lie {path.stem}.py, which hides the module "
            f"{path.stem} from programs in its folder. Give another name."
        )
    loaded = model_from(model)
    need("export writes a graph and runs it", "onnx", "onnxruntime", extras=("onnx",))
    task = tasks.named(loaded.task)
    front, digest = task.front_end(loaded), loaded.info.sha256 or _hash(loaded.tensors)
    about = {"task": task.name, "model": digest, "labels": json.dumps(front.labels)}
    graphs = graphs_of(loaded.network.spec, loaded.tensors, about, front.shares)
    data = json.dumps(front.data(loaded.info, digest), ensure_ascii=False, indent=1)
    contents = {
        path.with_suffix(".json"): sealed(data.encode("utf-8", "backslashreplace")),
        path.with_suffix(".py"): sealed(front.source(path.stem).encode("utf-8", "replace")),
        **{
            path.with_name(f"{path.stem}{behind}.onnx"): graph.SerializeToString()
            for behind, graph in reversed(graphs.items())
        },
    }
    for place in dict.fromkeys([path, *contents]):  # what was typed is named first
        check_target("--onnx", place)
        _check_ours(place, path)
    found = _checked(loaded, graphs)
    _write(contents)
    return {
        "task": task.name,
        "onnx": str(path),
        "files": [str(place) for place in contents],
        "bytes": len(contents[path]),
        "opset": OPSET,
        "streams": found.streamed is not None,
        "inputs": [given.name for given in graphs[""].graph.input],
        "outputs": [made.name for made in graphs[""].graph.output],
        "checked": found._asdict(),
    }


def _checked(model: Model, graphs: Mapping[str, Any]) -> Found:
    """Hold graphs against their model.

    Raises:
        WorkError: it is no valid graph, or answers otherwise.
    """
    import onnx

    try:
        for graph in graphs.values():
            onnx.checker.check_model(graph, full_check=True)
        found = checked(model.network, graphs)
    except Exception as error:
        said = f"{model.directory}: its graph does not run; nothing is written: {error}"
        raise WorkError(said) from error
    worst = max(found.whole, found.streamed or 0.0)
    if not worst <= TOLERANCE:
        raise WorkError(
            f"{model.directory}: in ONNX Runtime its graph is {worst:.1e} from the model, more "
            f"than {TOLERANCE:g}; nothing is written."
        )
    return found


def _check_ours(path: Path, asked: Path) -> None:
    """Refuse to write over what no export wrote, or what was changed since.

    Raises:
        OptionError: somebody else's file has the name.
    """
    if not path.exists():
        return
    with safely(path), open(path, "rb") as file:
        said = file.read(16) if path.suffix == ".onnx" else file.read()
    if not (b"\x12\x05elman" in said if path.suffix == ".onnx" else as_written(said)):
        raise OptionError(
            f"--onnx {asked}: {path} is there, and not as an earlier export wrote it; it "
            "would be written over. Give another name, or move it away."
        )


def _hash(tensors: Mapping[str, NDArray[np.float32]]) -> str:
    """Return what stands for a model that was never a directory, which would have a hash."""
    found = hashlib.sha256()
    for name, tensor in sorted(tensors.items()):
        found.update(name.encode() + np.ascontiguousarray(tensor).tobytes())
    return found.hexdigest()


def _write(contents: Mapping[Path, bytes]) -> None:
    """Write all files or none; the graph takes its name last."""
    waiting: dict[Path, Path] = {}
    try:
        for path, data in contents.items():
            with safely(path, "What was there before is untouched."):
                waiting[path] = write_beside(path, data)
        for path, temporary in waiting.items():
            with safely(path, "Files of an earlier export may stand beside new ones; run again."):
                os.replace(temporary, path)
    finally:
        remove(*waiting.values())
    with safely(path):
        sync_directory(path.parent)
