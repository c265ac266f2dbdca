"""What the models that come with the package say: written down once, for Python and for pages.

python -m tests.web.builtin
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

from elman import tasks
from elman.data.builtin.airline import airline
from elman.data.builtin.grammar import DEMO_TEXTS
from elman.runtime.model import Model
from elman.web.builtin import built_in
from elman.web.packed import unpacked

__all__ = ["ANSWERS", "asked", "model_of"]

ANSWERS = Path(__file__).with_name("builtin.json")


def model_of(packed: dict[str, Any]) -> Model:
    """Return a packed model, ready to answer."""
    return Model.of(unpacked(packed), tasks.named(packed["task"]).codec)


def asked(model: Model) -> list[dict[str, Any]]:
    """Return items, and the numbers that a model says of each."""
    values = airline().values
    items: list[Any] = [values, values[:100]] if model.task == "forecast" else list(DEMO_TEXTS)
    said = []
    for item in items:
        steps, context = model.codec.encode(item)
        numbers = model.numbers([steps], [context]).ravel().tolist()
        said.append({"item": np.asarray(item).tolist(), "numbers": numbers})
    return said


if __name__ == "__main__":
    found = {one["name"]: asked(model_of(one["packed"])) for one in built_in()}
    ANSWERS.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
