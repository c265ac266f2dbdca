"""How much the service takes at a time; each field is an option of `elman serve`."""

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

    max_body: int = _bound(8 * 2**20, "bytes of a request's body")
    max_items: int = _bound(1024, "items of one request")
    max_length: int = _bound(1_000_000, "characters, numbers or samples of one item")
    batch_rows: int = _bound(128, "items that are answered together")
    batch_length: int = _bound(1_000_000, "characters or numbers that are answered together")
    max_queue: int = _bound(1024, "requests that wait for their answer")
    max_queue_length: int = _bound(16_000_000, "characters or numbers that wait for their answer")
    max_explanations: int = _bound(8, "explanations that wait or are made")
    max_connections: int = _bound(1024, "connections that are open at a time")
    max_streams: int = _bound(200_000, "streams that are open at a time")
    stream_bytes: int = _bound(2**30, "bytes of their states; those fed longest ago give way")
    stream_idle_seconds: float = _bound(600.0, "after which a stream that is not fed ends")
    stream_versions: int = _bound(3, "models of one name that still have streams")
    head_seconds: float = _bound(10.0, "in which a request's head must have come", least=0.01)
    deadline_seconds: float = _bound(30.0, "from a request's head to its answer", least=0.01)
    explain_seconds: float = _bound(120.0, "the same for an explanation", least=0.01)
    idle_seconds: float = _bound(60.0, "that a connection may be silent between requests", least=1)
    drain_seconds: float = _bound(30.0, "for what runs when the service is told to end", least=0)

    def __post_init__(self) -> None:
        for field in dataclasses.fields(self):
            value, least = getattr(self, field.name), field.metadata["least"]
            if not least <= value < float("inf"):
                flag = "--" + field.name.replace("_", "-")
                raise OptionError(f"{flag} {value}: expected {least:g} or more")
