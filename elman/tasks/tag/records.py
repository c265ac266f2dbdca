"""A tagged text as it is written."""

from __future__ import annotations

from typing import Any

from elman.judging.tags.decision import Tagging

__all__ = ["record_of"]


def record_of(answer: Tagging) -> dict[str, Any]:
    """Return what is written of one text: its words, their tags, and spans with their words."""
    record: dict[str, Any] = {
        "words": list(answer.words),
        "tags": list(answer.tags),
        "probabilities": [round(p, 6) for p in answer.probabilities],
    }
    if answer.spans is not None:
        record["spans"] = [
            span._asdict() | {"text": " ".join(answer.words[span.begin : span.end])}
            for span in answer.spans
        ]
    return record
