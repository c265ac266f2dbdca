"""Open streams in a folder, from one run of the service to the next.

One file of JSON lines, each a stream: its id, its model's name, and its exported state in base64.
It is written whole or not at all. When its streams are taken up it gets another name, since a
stream that is fed again must not be found where it was before; under that it stays until streams
are kept again. It holds what users said and were told, so nobody else may read it.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from elman.errors import WorkError
from elman.files import remove, safely, spool
from elman.runtime.streams import keeping
from elman.schema import parse
from elman.serve.models import Served
from elman.serve.streams.session import Session
from elman.serve.streams.store import Store
from elman.terminal import json_line

__all__ = ["FILE", "save", "taken_up"]

FILE, TAKEN = "streams.jsonl", "streams.taken.jsonl"

_LONGEST = 2**26
"""Bytes of a line."""


def save(folder: Path, sessions: Sequence[Session]) -> int:
    """Write streams to a folder, in the place of those of a run before, and return how many.

    Raises:
        WorkError: it cannot be written.
    """
    with safely(folder):
        folder.mkdir(0o700, parents=True, exist_ok=True)
    path = folder / FILE
    if sessions:
        with spool(path, 0o600) as file, safely(path):
            for session in sessions:
                state = base64.b64encode(session.export()).decode()
                line = {"stream": session.id, "model": session.served.name, "state": state}
                file.write(json_line(line) + "\n")
    remove(folder / TAKEN)
    return len(sessions)


def taken_up(folder: Path, models: Mapping[str, Served], store: Store) -> dict[str, int]:
    """Open the streams of a folder once more, and say how many could be, and how many not.

    Raises:
        WorkError: the file cannot be read, or renamed.
    """
    counts = {"streams": 0, "refused": 0}
    path = folder / FILE
    if not path.is_file():
        return counts
    try:
        with open(path, "rb") as file:
            while line := file.readline(_LONGEST):
                counts["streams" if _taken(line, models, store) else "refused"] += 1
    except OSError as error:
        raise WorkError(
            f"{path}: could not be read ({error.strerror or error}). Make it readable, or move it "
            "away: its streams are lost then."
        ) from error
    with safely(path):
        path.replace(folder / TAKEN)
    return counts


def _taken(line: bytes, models: Mapping[str, Served], store: Store) -> bool:
    try:
        content: Any = parse(line, FILE)
        id, name = content["stream"], content["model"]
        served = models.get(name)
        if served is None:
            return False
        store.remember(id, "lost")  # unless it is taken up
        state = base64.b64decode(content["state"], validate=True)
        if keeping.said_of(state).get(keeping.MODEL) != served.model.info.sha256:
            store.remember(id, "model_changed")
        store.new(served, state, id)
    except Exception:  # whatever stands in a line, it costs its stream alone
        return False
    return True
