"""What a client is told of several pieces at once, without writing an answer twice."""

from __future__ import annotations

import json
from collections.abc import Sequence

from elman.serve.errors import RefusedError, answer_of

__all__ = ["error_of", "joined", "with_id"]


def joined(told: Sequence[bytes | RefusedError]) -> bytes:
    """Return `{"answers": [...]}`, in which each is an answer or an error."""
    each = [error_of(one) if isinstance(one, RefusedError) else one for one in told]
    return b'{"answers": [' + b", ".join(each) + b"]}"


def error_of(refused: RefusedError) -> bytes:
    """Return what a client is told that gets no answer."""
    return answer_of(refused, "")[0]


def with_id(told: bytes, id: object) -> bytes:
    """Return an object of JSON with the id of the message that it answers; None is no id."""
    if id is None:
        return told
    return b'{"id": ' + json.dumps(id).encode() + b", " + told[1:]
