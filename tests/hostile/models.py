"""Tiny whole models of every kind, and their seals, for those who damage them."""

from __future__ import annotations

import hashlib
import json
import os

import numpy as np

import elman
from elman import artifact
from elman.artifact.manifest import seal
from elman.runtime.spec import NetworkSpec
from elman.tasks.forecast.coding.input import SeriesInput
from elman.tasks.forecast.coding.scaling import Scaling
from tests.attribution.models import LINEAR, random_tensors, saved

TEXTS = ["not a good film", "", "unheard-of", "the plot was dull and bad"]
SERIES = [[1.0, 2.0, 4.0, 3.0, 5.0], [7.0]]


def forecaster(directory):
    spec = NetworkSpec("gru", 4, 3)
    days = tuple(f"2024-03-0{day}" for day in range(1, 7))
    input = SeriesInput("sales", 6, 3, Scaling(0.1, "season", 2), "daily", (1, 2, 3, 4, 5, 7), days)
    artifact.write(
        directory,
        task="forecast",
        network=artifact.encode(spec),
        input=artifact.encode(input),
        output={},
        training={"elman": "1", "options": {}},
        tensors=random_tensors(spec),
        parts={"metrics.json": {"mae": 0.5}, "report.html": "<p>"},
        allowed_parts={},
    )
    return elman.load(directory)


KINDS = {
    "binary": lambda directory: saved(directory, pairs=True, affixes=8, pools=("max", "last")),
    "multiclass": lambda directory: saved(
        directory, kind="multiclass", classes=("a", "b", "c"), members=2, cell="lstm"
    ),
    "multilabel": lambda directory: saved(
        directory, kind="multilabel", classes=("a", "b"), bidirectional=True, input_pools=("mean",)
    ),
    "linear": lambda directory: saved(directory, terms=LINEAR, cell="none", affixes=3),
    "joined": lambda directory: saved(directory, terms=LINEAR, members=2, pools=("mean",)),
    "series": forecaster,
}


def manifest(directory):
    return json.loads((directory / "model.json").read_bytes())


def reseal(directory, content=None):
    """Make all hashes right again, as somebody would who means harm."""
    content = manifest(directory) if content is None else content
    if isinstance(content, dict):
        files, there = content.get("files"), os.listdir(directory)
        for name in files if isinstance(files, dict) else ():
            path = directory / name
            if name in there and path.is_file():
                data = path.read_bytes()
                files[name] = {"sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data)}
        content["sha256"] = seal(content)
    text = json.dumps(content, ensure_ascii=False)
    (directory / "model.json").write_bytes(text.encode("utf-8", "backslashreplace"))


def answers(directory):
    """Load a model and ask it everything: as plain values."""
    model = elman.load(directory)
    if model.task == "classify":
        said = [(a.label, a.probability, a.probabilities) for a in model.predict(TEXTS)]
        for _, p, each in said:
            assert 0 <= p <= 1
            assert all(0 <= v <= 1 for v in each.values())
        return said
    end = model.codec.recent()
    said = [(a.values, a.dates) for a in (*model.predict(SERIES), *model.predict([end]))]
    assert all(np.isfinite(values).all() for values, _ in said)
    return said
