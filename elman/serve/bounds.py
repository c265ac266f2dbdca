"""How much the service takes at a time; each is an option of `elman serve`."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any

from elman.errors import OptionError

__all__ = ["Bounds"]


def _bound(default: Any, help: str, *, least: float = 1) -> Any:
    return dataclasses.field(default=default, metadata={"help": help, "least": least})


@dataclass(frozen=True)
class Bounds:
    """Everything that a client could ask too much of."""

    body: int = _bound(8 * 2**20, "bytes of a request's body")
    items: int = _bound(1024, "items of one request")
    length: int = _bound(200_000, "characters, numbers or samples of one item")
    batch_rows: int = _bound(128, "items that are answered together")
    batch_length: int = _bound(400_000, "characters or numbers that are answered together")
    queue: int = _bound(1024, "requests that wait for their answer")
    queue_length: int = _bound(16_000_000, "characters or numbers that wait for their answer")
    explanations: int = _bound(8, "explanations that wait, beside the one that is made")
    connections: int = _bound(1024, "connections that are open at a time")
    head_s: float = _bound(10.0, "seconds in which a request's head must have come", least=0.01)
    deadline_s: float = _bound(
        30.0, "seconds for a request, from its head to its answer", least=0.01
    )
    explain_s: float = _bound(120.0, "seconds for an explanation", least=0.01)
    idle_s: float = _bound(60.0, "seconds that an open connection may say nothing", least=0.01)
    drain_s: float = _bound(30.0, "seconds for what runs when the service is told to end", least=0)

    def __post_init__(self) -> None:
        for field in dataclasses.fields(self):
            value, least = getattr(self, field.name), field.metadata["least"]
            if not value >= least:
                flag = "--" + field.name.replace("_", "-")
                raise OptionError(f"{flag} {value}: expected {least:g} or more")
