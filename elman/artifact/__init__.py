"""The model directory: written whole or not at all, and read without trusting a byte of it.

    model.json            closed schema: format, task, network, input, output, training, files
    weights.safetensors   float32 tensors
    metrics.json, report.html, …    parts: those, and the ones the task names

`files` in model.json holds size and sha256 of every other file, and `sha256` that of model.json's
own content. model.json is written last, so a directory without it, or with one that does not match,
is no model.

But: no pickle, no code, no import path and no file path is ever taken from a model directory. The
hashes find damage; they do not prove who wrote the model.
"""

from elman.artifact.manifest import HELD_OUT, REPORT, Artifact
from elman.artifact.read import is_ours, is_part, read
from elman.artifact.weights import Shapes, fit
from elman.artifact.write import write
from elman.schema import decode, encode

__all__ = [
    "HELD_OUT",
    "REPORT",
    "Artifact",
    "Shapes",
    "decode",
    "encode",
    "fit",
    "is_ours",
    "is_part",
    "read",
    "write",
]
