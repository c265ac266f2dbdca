"""`elman stream`."""

from __future__ import annotations

import dataclasses
from typing import Any

from elman.cli.app import ModelDir
from elman.cli.console import Console
from elman.terminal import typed_lines

__all__ = ["stream"]


def stream(model: ModelDir, *, console: Console) -> None:
    """Read standard input word by word (or value by value): one JSON line per step.

    All of standard input is one text, whatever its lines.
    """
    from elman.workflow.load import load

    loaded = load(model)
    flow = loaded.stream()
    for line in typed_lines():
        for word in line.split():
            prediction = flow.feed(loaded.codec.parse(word))
            step: dict[str, Any] = {"step": flow.steps, "read": word}
            if loaded.codec.window is not None:
                step["full"] = flow.full  # whether so many came as an answer reads
            console.line(step | dataclasses.asdict(prediction))
