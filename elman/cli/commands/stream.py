"""`elman stream`."""

from __future__ import annotations

import dataclasses

from elman.cli.app import Json, ModelDir
from elman.cli.console import print_json
from elman.terminal import typed_lines

__all__ = ["stream"]


def stream(model: ModelDir, as_json: Json = False) -> None:
    """Read standard input word by word (or value by value): one JSON line per step.

    All of standard input is one text, whatever its lines.
    """
    from elman.workflow.load import load

    loaded = load(model)
    flow = loaded.stream()
    for line in typed_lines():
        for word in line.split():
            prediction = flow.feed(loaded.codec.parse(word))
            print_json({"step": flow.steps, "read": word} | dataclasses.asdict(prediction))
